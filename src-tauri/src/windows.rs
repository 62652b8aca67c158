//! The windows: the main one, one a profile and program, and a small one while somebody rings.
//!
//! On NVIDIA with Wayland, WebKitGTK is known to show a blank window; there the person starting the app sets
//! `WEBKIT_DISABLE_DMABUF_RENDERER=1`. The app cannot: a program must not change its own environment while it has
//! threads, and the library reads it before `main` could have asked which driver there is.

mod focus;
mod popup;
mod shape;

pub(crate) use focus::Focus;
pub(crate) use popup::Popup;
pub(crate) use shape::{Shape, WindowShape, is_on as call_is_on};

use crate::settings::Settings;
use crate::shell::Shell;
use anyhow::Context as _;
use pizoo_client::Client;
use std::sync::atomic::Ordering;
use tauri::plugin::TauriPlugin;
use tauri::utils::config::WindowConfig;
use tauri::{App, AppHandle, Manager, WebviewWindow, WebviewWindowBuilder, Window, WindowEvent, Wry};
use tauri_plugin_window_state::StateFlags;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::warn;

/// The label of the main window; capabilities name it.
pub(crate) const MAIN: &str = "main";
/// The label of the window of a ring.
pub(crate) const INCOMING: &str = "incoming";

/// The app's identity, one a profile: it is what a second start is recognised by (on Linux it becomes a D-Bus name).
pub(crate) fn identifier(base: &str, profile: &str) -> String {
    if profile == "default" { base.to_owned() } else { format!("{base}.profile-{profile}") }
}

/// Where the main window was is remembered, with the profile's other files.
pub(crate) fn remember(settings: &Settings) -> TauriPlugin<Wry> {
    tauri_plugin_window_state::Builder::new()
        .with_state_flags(StateFlags::SIZE | StateFlags::POSITION | StateFlags::MAXIMIZED)
        .with_denylist(&[INCOMING])
        // A path that begins at the root stays one when the plugin puts its own folder before it.
        .with_filename(std::path::absolute(settings.profile_folder().join("windows.json")).map_or_else(
            |_| tauri_plugin_window_state::DEFAULT_FILENAME.to_owned(),
            |file| file.to_string_lossy().into_owned(),
        ))
        .build()
}

/// Opens the main window.
pub(crate) fn open(app: &App, settings: &Settings) -> anyhow::Result<WebviewWindow> {
    let config = config(app.handle(), MAIN).context("tauri.conf.json has no main window")?;
    let builder = WebviewWindowBuilder::from_config(app, config)?
        // The page keeps nothing of worth, but two programs must not write into one folder.
        .data_directory(settings.profile_folder().join("web"));
    let window = builder.title(title(&config.title, &settings.profile)).build()?;
    #[cfg(target_os = "linux")]
    shape::watch(&window)?;
    Ok(window)
}

/// What the main window is called when there is nothing more to say.
pub(crate) fn title(name: &str, profile: &str) -> String {
    if profile == "default" { name.to_owned() } else { format!("{name} – {profile}") }
}

/// Follows the client with the windows' number and shape until `stop`.
pub(crate) fn follow(app: &AppHandle, client: &Client, tasks: &TaskTracker, stop: &CancellationToken) {
    tasks.spawn(popup::follow(app.clone(), client.clone(), stop.clone()));
    tasks.spawn(shape::follow(app.clone(), client.clone(), stop.clone()));
    tasks.spawn(shape::tell(app.clone(), stop.clone()));
}

/// Takes note of what the user does to a window. Closing the main one ends the app, unless it is to stay in the tray.
pub(crate) fn on_event(window: &Window, event: &WindowEvent, stop: &CancellationToken) {
    let shell = window.state::<Shell>();
    match event {
        WindowEvent::Focused(focused) => shell.focus.set(window.label(), *focused),
        WindowEvent::Destroyed => shell.focus.set(window.label(), false),
        #[cfg(not(target_os = "linux"))]
        WindowEvent::Resized(_) if window.label() == MAIN => shape::resized(window),
        WindowEvent::CloseRequested { .. } if window.label() == INCOMING => popup::closed(&shell),
        WindowEvent::CloseRequested { api, .. } if window.label() == MAIN => {
            // It is closed by the app's end, so that its place is known until then.
            api.prevent_close();
            let stays = shell.client_now().is_some_and(|client| client.preferences().borrow().close_to_tray);
            let ends = !(stays && shell.tray.load(Ordering::SeqCst));
            if ends {
                stop.cancel();
            }
            // A hidden window would not learn its usual size again before that is written down.
            if !(ends && shell.shape.is_mini()) {
                if let Err(error) = window.hide() {
                    warn!("The window cannot be hidden: {error}");
                }
                shell.focus.set(MAIN, false);
            }
        }
        _ => {}
    }
}

/// Shows the main window to a person who asked for it.
pub(crate) fn bring_to_front(app: &AppHandle) {
    let Some(window) = app.get_webview_window(MAIN) else { return };
    if let Err(error) = window.unminimize().and_then(|()| window.show()).and_then(|()| window.set_focus()) {
        warn!("The window cannot be brought to the front: {error}");
    }
}

fn config<'a>(app: &'a AppHandle, label: &str) -> Option<&'a WindowConfig> {
    app.config().app.windows.iter().find(|window| window.label == label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn profiles_are_different_programs() {
        assert_eq!(identifier("app.pizoo.desktop", "default"), "app.pizoo.desktop");
        // No part of a D-Bus name may begin with a digit.
        assert_eq!(identifier("app.pizoo.desktop", "2"), "app.pizoo.desktop.profile-2");
    }

    #[test]
    fn profiles_can_be_told_apart_by_their_titles() {
        assert_eq!(title("Pizoo", "default"), "Pizoo");
        assert_eq!(title("Pizoo", "two"), "Pizoo – two");
    }
}
