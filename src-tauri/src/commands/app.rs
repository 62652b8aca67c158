//! The app itself: its server and network, its window's shape, its version and log, and a link that the system handed
//! over.

use super::Answer;
use crate::desktop::Device;
use crate::link::{self, LinkView};
use crate::report;
use crate::server;
use crate::shell::Shell;
use crate::windows::{WindowShape, call_is_on};
use pizoo_client::view::ErrorCode;
use std::fmt::Display;
use tauri::{AppHandle, Manager, State};
use tracing::warn;

// Those that wait for the main thread are async, so that they do not wait on it.

#[tauri::command]
pub(super) async fn set_mini(app: AppHandle, shell: State<'_, Shell>, on: bool) -> Answer {
    shell.shape.set_mini(&app, on).map_err(failed)
}

#[tauri::command]
pub(super) async fn set_full_screen(app: AppHandle, shell: State<'_, Shell>, on: bool) -> Answer {
    shell.shape.set_full_screen(&app, on).map_err(failed)
}

/// As it is: the user and the system change it, too. The event `window-shape` tells when they do.
#[tauri::command]
pub(super) fn window_shape(shell: State<'_, Shell>) -> WindowShape {
    shell.shape.now()
}

#[tauri::command]
pub(super) async fn export_log(app: AppHandle, shell: State<'_, Shell>) -> Answer<String> {
    let client = shell.client().await?;
    let (chosen, server) = (client.preferences().borrow().clone(), client.server().borrow().clone());
    let text = report::text(&shell.settings, &server, &chosen, &shell.log.lines());
    let folder = app.path().download_dir().unwrap_or_else(|_| shell.settings.profile_folder());
    let write = move || report::write(&folder, &jiff::Zoned::now(), &text);
    let path = tokio::task::spawn_blocking(write).await.map_err(failed)?.map_err(failed)?;
    Ok(path.display().to_string())
}

#[tauri::command]
pub(super) fn version() -> String {
    report::version()
}

#[tauri::command]
pub(super) fn pending_link(shell: State<'_, Shell>) -> LinkView {
    shell.links.view()
}

/// The user's word on the link that waits. Why it cannot be followed is told to the page that asked, and only there: an
/// event would take its question away.
#[tauri::command]
pub(super) async fn answer_link(app: AppHandle, shell: State<'_, Shell>, accept: bool) -> Answer {
    if accept {
        let client = shell.client().await?;
        shell.links.follow(|text| async move { client.verify_link(&text, "").await }).await?;
    } else {
        shell.links.leave();
    }
    link::tell(&app);
    Ok(())
}

/// The web view noticed that there is a network again, or another one.
#[tauri::command]
pub(super) async fn network_changed(shell: State<'_, Shell>) -> Answer {
    shell.client().await?.network_changed();
    Ok(())
}

/// The server was named at the start, so there is no choice.
#[tauri::command]
pub(super) fn server_is_fixed(shell: State<'_, Shell>) -> bool {
    shell.settings.server.is_some()
}

/// Goes to another server, or without an address to this computer's, when one answers there. The page reads everything
/// anew afterwards.
#[tauri::command]
pub(super) async fn choose_server(shell: State<'_, Shell>, address: Option<String>) -> Answer {
    if shell.settings.server.is_some() {
        return Err(ErrorCode::Refused.into());
    }
    if call_is_on(shell.client().await?.call().borrow().as_ref()) {
        return Err(ErrorCode::CallInProgress.into());
    }
    let to = match address {
        Some(typed) => Some(server::find(&typed).await?),
        None => None,
    };
    server::keep(&shell.settings.profile_folder(), to.as_ref()).await.map_err(failed)?;
    shell.change_server(to).await
}

#[tauri::command]
pub(super) async fn open_system_settings(page: Device) -> Answer {
    crate::desktop::open_settings(page).await.map_err(failed)
}

fn failed(error: impl Display) -> pizoo_client::view::UserError {
    warn!("The page's wish cannot be fulfilled: {error}");
    ErrorCode::Internal.into()
}
