//! Calling.

use super::Answer;
use crate::shell::Shell;
use pizoo_api::livekit::CallType;
use pizoo_api::{CallId, MatchId};
use pizoo_client::view::{CallStatistics, CameraStart};
use tauri::State;

#[tauri::command]
pub(super) async fn start_call(
    shell: State<'_, Shell>,
    match_id: MatchId,
    call_type: CallType,
    camera: CameraStart,
) -> Answer {
    shell.client().await?.start_call(&match_id, call_type, camera).await
}

#[tauri::command]
pub(super) async fn end_call(shell: State<'_, Shell>) -> Answer {
    shell.client().await?.end_call().await
}

#[tauri::command]
pub(super) async fn dismiss_call(shell: State<'_, Shell>) -> Answer {
    shell.client().await?.dismiss_call().await
}

#[tauri::command]
pub(super) async fn set_microphone(shell: State<'_, Shell>, on: bool) -> Answer {
    shell.client().await?.set_microphone(on).await
}

#[tauri::command]
pub(super) async fn set_camera(shell: State<'_, Shell>, on: bool) -> Answer {
    shell.client().await?.set_camera(on).await
}

#[tauri::command]
pub(super) async fn set_own_blur(shell: State<'_, Shell>, on: bool) -> Answer {
    shell.client().await?.set_own_blur(on).await
}

#[tauri::command]
pub(super) async fn confirm_code(shell: State<'_, Shell>, numbers: String) -> Answer {
    shell.client().await?.confirm_code(&numbers).await
}

#[tauri::command]
pub(super) async fn call_statistics(shell: State<'_, Shell>) -> Answer<CallStatistics> {
    Ok(shell.client().await?.statistics())
}

#[tauri::command]
pub(super) async fn allow_calling(shell: State<'_, Shell>, match_id: MatchId, allowed: bool) -> Answer {
    shell.client().await?.allow_calling(&match_id, allowed).await
}

#[tauri::command]
pub(super) async fn accept_call(
    shell: State<'_, Shell>,
    call_id: CallId,
    call_type: CallType,
    camera: CameraStart,
) -> Answer {
    shell.client().await?.accept_call(&call_id, call_type, camera).await
}

#[tauri::command]
pub(super) async fn decline_call(shell: State<'_, Shell>, call_id: CallId, message: Option<String>) -> Answer {
    shell.client().await?.decline_call(&call_id, message.as_deref()).await
}

#[tauri::command]
pub(super) async fn silence_call(shell: State<'_, Shell>, call_id: CallId) -> Answer {
    shell.client().await?.silence_call(&call_id);
    Ok(())
}
