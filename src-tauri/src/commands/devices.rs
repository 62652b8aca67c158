//! Finding and trying microphone, loudspeaker and camera.

use super::Answer;
use crate::shell::Shell;
use pizoo_client::view::{Devices, Preview};
use tauri::State;

#[tauri::command]
pub(super) async fn list_devices(shell: State<'_, Shell>) -> Answer<Devices> {
    shell.client().await?.list_devices().await
}

#[tauri::command]
pub(super) async fn start_preview(shell: State<'_, Shell>, camera: bool) -> Answer {
    shell.client().await?.start_preview(camera)
}

#[tauri::command]
pub(super) async fn preview(shell: State<'_, Shell>) -> Answer<Preview> {
    Ok(shell.client().await?.preview())
}

#[tauri::command]
pub(super) async fn stop_preview(shell: State<'_, Shell>) -> Answer {
    shell.client().await?.stop_preview().await;
    Ok(())
}

#[tauri::command]
pub(super) async fn test_speaker(shell: State<'_, Shell>) -> Answer {
    shell.client().await?.test_speaker();
    Ok(())
}
