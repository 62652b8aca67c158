//! GNOME's setting: whether notifications are shown. A desktop without it has the setting's usual value, or none.

use super::{Asked, say};
use gtk::gio::prelude::SettingsExt as _;
use gtk::gio::{Settings, SettingsSchemaSource};
use std::cell::RefCell;
use tauri::AppHandle;
use tokio::sync::watch;
use tracing::info;

const SCHEMA: &str = "org.gnome.desktop.notifications";
const SHOWN: &str = "show-banners";

thread_local! {
    /// On the main thread, whose loop hears of changes.
    static WATCHED: RefCell<Option<Settings>> = const { RefCell::new(None) };
}

/// Watches the setting until it is dropped.
pub(super) struct Watching(AppHandle);

impl Watching {
    pub(super) fn start(app: &AppHandle, asked: watch::Sender<Asked>) -> Self {
        on_main_thread(app, move || {
            WATCHED.set(settings().inspect(|settings| watch(settings, asked)));
        });
        Self(app.clone())
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        on_main_thread(&self.0, || WATCHED.set(None));
    }
}

fn on_main_thread(app: &AppHandle, work: impl FnOnce() + Send + 'static) {
    if let Err(error) = app.run_on_main_thread(work) {
        info!("GNOME's setting is not watched: {error}");
    }
}

/// `None` where the desktop has no such setting: asking for one that is not there would end the program.
fn settings() -> Option<Settings> {
    let schema = SettingsSchemaSource::default()?.lookup(SCHEMA, true)?;
    schema.has_key(SHOWN).then(|| Settings::new(SCHEMA))
}

fn watch(settings: &Settings, asked: watch::Sender<Asked>) {
    let tell = move |settings: &Settings| say(&asked, |asked| &mut asked.gnome, !settings.boolean(SHOWN));
    tell(settings);
    settings.connect_changed(Some(SHOWN), move |settings, _| tell(settings));
}

#[cfg(test)]
mod tests {
    use super::*;
    use gtk::gio::{SettingsBackend, memory_settings_backend_new};
    use gtk::glib::MainContext;

    /// The real setting, kept in memory.
    fn in_memory() -> Settings {
        let schema = SettingsSchemaSource::default().unwrap().lookup(SCHEMA, true).unwrap();
        let backend: SettingsBackend = memory_settings_backend_new();
        Settings::new_full(&schema, Some(&backend), None)
    }

    #[test]
    fn setting_that_hides_notifications_asks_for_peace() {
        let (asked, told) = watch::channel(Asked::default());
        let context = MainContext::new();
        context
            .with_thread_default(|| {
                let settings = in_memory();
                watch(&settings, asked);
                assert!(!told.borrow().is_quiet());
                for shown in [false, true] {
                    settings.set_boolean(SHOWN, shown).unwrap();
                    while context.iteration(false) {}
                    assert_eq!(told.borrow().is_quiet(), !shown);
                }
            })
            .unwrap();
    }
}
