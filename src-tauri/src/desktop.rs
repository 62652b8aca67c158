//! What the app shows and does outside of its windows: tray, badge, notifications, starting with the computer; and what it
//! hears there: that the computer slept, that its network changed, or that it is not to disturb.

mod autostart;
mod badge;
mod disturb;
mod notices;
mod permissions;
#[cfg(target_os = "linux")]
mod service;
mod tray;
mod wake;

pub(crate) use autostart::plugin as autostart;
pub(crate) use permissions::{Device, open_settings};

use pizoo_client::Client;
use tauri::AppHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Registers what the system's notifications need, where the app does not speak to them by itself.
pub(crate) fn register(builder: tauri::Builder<tauri::Wry>) -> tauri::Builder<tauri::Wry> {
    notices::register(builder)
}

/// Puts up what there is one of in the app, whatever client it has, until `stop`.
pub(crate) fn stay(app: &AppHandle, tasks: &TaskTracker, stop: &CancellationToken) {
    tasks.spawn(tray::run(app.clone(), tasks.clone(), stop.clone()));
}

/// Follows the client until `stop`.
pub(crate) fn follow(app: &AppHandle, client: &Client, tasks: &TaskTracker, stop: &CancellationToken) {
    tasks.spawn(autostart::follow(app.clone(), client.clone(), stop.clone()));
    tasks.spawn(badge::follow(app.clone(), client.clone(), stop.clone()));
    tasks.spawn(disturb::follow(app.clone(), client.clone(), stop.clone()));
    tasks.spawn(wake::follow(client.clone(), stop.clone()));
    notices::follow(app, client, tasks, stop);
}
