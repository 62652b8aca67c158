//! The window: one a profile, and one program a profile.
//!
//! On NVIDIA with Wayland, WebKitGTK is known to show a blank window; there the person starting the app sets
//! `WEBKIT_DISABLE_DMABUF_RENDERER=1`. The app cannot: a program must not change its own environment while it has
//! threads, and the library reads it before `main` could have asked which driver there is.

use crate::settings::Settings;
use anyhow::Context as _;
use tauri::{App, AppHandle, Manager, WebviewWindow, WebviewWindowBuilder};
use tracing::warn;

/// The label of the only window; capabilities name it.
pub(crate) const MAIN: &str = "main";

/// The app's identity, one a profile: it is what a second start is recognised by (on Linux it becomes a D-Bus name).
pub(crate) fn identifier(base: &str, profile: &str) -> String {
    if profile == "default" { base.to_owned() } else { format!("{base}.profile-{profile}") }
}

/// Opens the window.
pub(crate) fn open(app: &App, settings: &Settings) -> anyhow::Result<WebviewWindow> {
    let windows = &app.config().app.windows;
    let config = windows.iter().find(|window| window.label == MAIN).context("tauri.conf.json has no main window")?;
    let mut builder = WebviewWindowBuilder::from_config(app, config)?
        // The page keeps nothing of worth, but two programs must not write into one folder.
        .data_directory(settings.profile_folder().join("web"));
    if settings.profile != "default" {
        builder = builder.title(format!("{} – {}", config.title, settings.profile));
    }
    Ok(builder.build()?)
}

/// Shows the window to a person who started the app a second time.
pub(crate) fn bring_to_front(app: &AppHandle) {
    let Some(window) = app.get_webview_window(MAIN) else { return };
    if let Err(error) = window.unminimize().and_then(|()| window.show()).and_then(|()| window.set_focus()) {
        warn!("The window cannot be brought to the front: {error}");
    }
}

#[cfg(test)]
mod tests {
    use super::identifier;

    #[test]
    fn profiles_are_different_programs() {
        assert_eq!(identifier("app.pizoo.desktop", "default"), "app.pizoo.desktop");
        // No part of a D-Bus name may begin with a digit.
        assert_eq!(identifier("app.pizoo.desktop", "2"), "app.pizoo.desktop.profile-2");
    }
}
