//! Starting with the computer, as the user chose. What the system has already is left alone.

use crate::settings::Settings;
use pizoo_client::Client;
use tauri::plugin::TauriPlugin;
use tauri::{AppHandle, Wry};
use tauri_plugin_autostart::ManagerExt as _;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

/// How this profile is started: each has an entry of its own.
pub(crate) fn plugin(settings: &Settings) -> TauriPlugin<Wry> {
    let (name, arguments) = entry(settings);
    tauri_plugin_autostart::Builder::new().app_name(name).args(arguments).build()
}

fn entry(settings: &Settings) -> (String, Vec<String>) {
    let mut arguments = Vec::new();
    let mut name = "Pizoo".to_owned();
    if settings.profile != "default" {
        name = format!("{name}-{}", settings.profile);
        arguments.extend(["--profile".to_owned(), settings.profile.clone()]);
    }
    if let Some(server) = &settings.server {
        arguments.extend(["--server".to_owned(), server.to_string()]);
    }
    (name, arguments)
}

/// Follows the preferences.
pub(super) async fn follow(app: AppHandle, client: Client, stop: CancellationToken) {
    let mut preferences = client.preferences();
    loop {
        let wanted = preferences.borrow_and_update().autostart;
        let app = app.clone();
        match tokio::task::spawn_blocking(move || apply(&app, wanted)).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => warn!("Whether Pizoo starts with the computer cannot be set: {error}"),
            Err(error) => warn!("Whether Pizoo starts with the computer cannot be set: {error}"),
        }
        tokio::select! {
            changed = preferences.changed() => if changed.is_err() { return },
            () = stop.cancelled() => return,
        }
    }
}

fn apply(app: &AppHandle, wanted: bool) -> Result<(), tauri_plugin_autostart::Error> {
    let system = app.autolaunch();
    if system.is_enabled()? == wanted {
        return Ok(());
    }
    info!("Pizoo {} with the computer from now on.", if wanted { "starts" } else { "does not start" });
    if wanted { system.enable() } else { system.disable() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Links;

    #[test]
    fn each_profile_has_an_entry_that_starts_it() {
        let usual = Settings {
            profile: "default".to_owned(),
            server: None,
            listen: "127.0.0.1:8001".parse().unwrap(),
            pictures: None,
            data: "files".into(),
            log: String::new(),
            links: Links(Vec::new()),
            register_links: false,
        };
        assert_eq!(entry(&usual), ("Pizoo".to_owned(), Vec::new()));
        let other =
            Settings { profile: "two".to_owned(), server: Some("https://pizoo.example".parse().unwrap()), ..usual };
        let arguments = ["--profile", "two", "--server", "https://pizoo.example/"].map(str::to_owned).to_vec();
        assert_eq!(entry(&other), ("Pizoo-two".to_owned(), arguments));
    }
}
