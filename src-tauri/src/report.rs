//! What a person sends along who reports trouble: the newest lines of the log, the version and the settings. No secret,
//! no name and no message is in it.

use crate::settings::Settings;
use pizoo_client::view::{Preferences, ServerView};
use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// The version, and for what and how it was built.
pub(crate) fn version() -> String {
    let built = if cfg!(debug_assertions) { "debug" } else { "release" };
    format!("{} ({} {}, {built})", env!("CARGO_PKG_VERSION"), std::env::consts::OS, std::env::consts::ARCH)
}

/// The whole text.
pub(crate) fn text(settings: &Settings, server: &ServerView, chosen: &Preferences, lines: &[String]) -> String {
    let device = |device: &Option<String>| if device.is_some() { "chosen" } else { "the system's" };
    // Written out, so that what is added to the preferences one day does not get into it by itself.
    let facts = [
        ("Version", version()),
        ("Server", if server.on_this_computer { "on this computer".to_owned() } else { server.address.clone() }),
        ("Pictures", settings.pictures.map_or_else(|| "the system's way".to_owned(), |way| format!("{way:?}"))),
        ("Log", settings.log.clone()),
        ("Language", chosen.language.clone().unwrap_or_else(|| "the system's".to_owned())),
        ("Microphone", device(&chosen.microphone).to_owned()),
        ("Loudspeaker", device(&chosen.speaker).to_owned()),
        ("Ringer", if chosen.ringer.is_some() { "chosen" } else { "the loudspeaker" }.to_owned()),
        ("Camera", device(&chosen.camera).to_owned()),
        ("Volume", chosen.volume.to_string()),
        ("Notifications", chosen.notifications.to_string()),
        ("Names in notifications", chosen.show_names.to_string()),
        ("Do not disturb", chosen.do_not_disturb.to_string()),
        ("Quiet hours", chosen.quiet_hours.is_some().to_string()),
        ("Close to tray", chosen.close_to_tray.to_string()),
        ("Push to talk", chosen.push_to_talk.to_string()),
        ("Reminder when muted", chosen.remind_muted.to_string()),
        ("Autostart", chosen.autostart.to_string()),
    ];
    let mut text = String::from("Pizoo log\n");
    for (name, value) in facts {
        text.push_str(&format!("{name}: {value}\n"));
    }
    text.push('\n');
    for line in lines {
        text.push_str(line);
        text.push('\n');
    }
    text
}

/// Writes it into a new file of that folder, and says where.
///
/// # Errors
/// The folder cannot be made or written.
pub(crate) fn write(folder: &Path, now: &jiff::Zoned, text: &str) -> std::io::Result<PathBuf> {
    std::fs::create_dir_all(folder)?;
    let path = folder.join(format!("pizoo-log-{}.txt", now.strftime("%Y-%m-%d-%H%M%S%.3f")));
    File::create_new(&path)?.write_all(text.as_bytes())?;
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Links;
    use pizoo_client::view::CallAvailability;

    fn settings() -> Settings {
        Settings {
            profile: "two".to_owned(),
            server: None,
            listen: "127.0.0.1:8001".parse().unwrap(),
            pictures: None,
            data: "/home/sara/files".into(),
            log: "warn".to_owned(),
            links: Links(vec!["pizoo://verify?token=abcDEF0123456789".to_owned()]),
            register_links: false,
        }
    }

    fn server(on_this_computer: bool) -> ServerView {
        ServerView {
            address: "https://pizoo.example".to_owned(),
            on_this_computer,
            development_mail: false,
            calls: CallAvailability::Ready,
            calls_problem: None,
            rings: true,
            photos: false,
        }
    }

    #[test]
    fn report_names_the_server_in_use() {
        let of = |server| text(&settings(), &server, &Preferences::default(), &[]);
        assert!(of(server(false)).contains("Server: https://pizoo.example\n"));
        let here = of(server(true));
        assert!(here.contains("Server: on this computer\n") && !here.contains("pizoo.example"), "{here}");
    }

    #[test]
    fn report_has_what_helps_and_nothing_of_the_user() {
        let chosen = Preferences {
            microphone: Some("usb-serial-1234".to_owned()),
            ringer: Some("usb-serial-5678".to_owned()),
            ground_rules: vec!["match-of-sara".into()],
            ..Preferences::default()
        };
        let text = text(&settings(), &server(false), &chosen, &["line one".to_owned(), "line two".to_owned()]);
        for part in [&version(), "https://pizoo.example", "Microphone: chosen", "line one\nline two\n"] {
            assert!(text.contains(part), "{part}\n{text}");
        }
        for part in ["abcDEF", "serial", "sara"] {
            assert!(!text.contains(part), "{part}\n{text}");
        }
    }

    #[test]
    fn each_report_is_a_file_of_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("not yet there");
        let now: jiff::Zoned = "2026-01-02T03:04:05.678[UTC]".parse().unwrap();
        let path = write(&place, &now, "text").unwrap();
        assert_eq!(path.file_name().unwrap(), "pizoo-log-2026-01-02-030405.678.txt");
        assert_eq!(std::fs::read_to_string(path).unwrap(), "text");
        assert!(write(&place, &now, "text").is_err(), "nothing is written over");
    }
}
