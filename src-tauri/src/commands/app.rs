//! The app itself: its window's shape, its version and log, and a link that the system handed over.

use super::Answer;
use crate::link::{self, LinkView};
use crate::report;
use crate::shell::Shell;
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

#[tauri::command]
pub(super) async fn export_log(app: AppHandle, shell: State<'_, Shell>) -> Answer<String> {
    let chosen = shell.client().await?.preferences().borrow().clone();
    let text = report::text(&shell.settings, &chosen, &shell.log.lines());
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

/// The user's word on the link that waits. It is used up either way.
#[tauri::command]
pub(super) async fn answer_link(app: AppHandle, shell: State<'_, Shell>, accept: bool) -> Answer {
    let waiting = shell.links.take();
    link::tell(&app);
    match waiting {
        Some(text) if accept => shell.client().await?.verify_link(&text, "").await,
        Some(_) => Ok(()),
        None if accept => Err(ErrorCode::BadLink.into()),
        None => Ok(()),
    }
}

fn failed(error: impl Display) -> pizoo_client::view::UserError {
    warn!("The page's wish cannot be fulfilled: {error}");
    ErrorCode::Internal.into()
}
