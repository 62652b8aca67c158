//! The state of the app; signing in and out.

use super::Answer;
use crate::shell::Shell;
use pizoo_client::view::{Changes, Snapshot};
use tauri::State;

#[tauri::command]
pub(super) async fn snapshot(shell: State<'_, Shell>) -> Answer<Snapshot> {
    Ok(shell.client().await?.snapshot(shell.surface.path()))
}

#[tauri::command]
pub(super) async fn changes(shell: State<'_, Shell>, after: u64) -> Answer<Changes> {
    shell.client().await?.changes(after).await
}

#[tauri::command]
pub(super) async fn send_link(shell: State<'_, Shell>, email: String, name: String) -> Answer {
    shell.client().await?.send_link(&email, &name).await
}

#[tauri::command]
pub(super) async fn verify_link(shell: State<'_, Shell>, text: String, email: String) -> Answer {
    shell.client().await?.verify_link(&text, &email).await
}

#[tauri::command]
pub(super) async fn development_link(shell: State<'_, Shell>, email: String) -> Answer {
    shell.client().await?.development_link(&email).await
}

#[tauri::command]
pub(super) async fn sign_in_with_password(shell: State<'_, Shell>, email: String, password: String) -> Answer {
    shell.client().await?.sign_in_with_password(&email, &password).await
}

#[tauri::command]
pub(super) async fn register(shell: State<'_, Shell>, email: String, password: String, name: String) -> Answer {
    shell.client().await?.register(&email, &password, &name).await
}

#[tauri::command]
pub(super) async fn send_phone_code(shell: State<'_, Shell>, phone: String) -> Answer {
    shell.client().await?.send_phone_code(&phone).await
}

#[tauri::command]
pub(super) async fn verify_phone_code(shell: State<'_, Shell>, code: String) -> Answer {
    shell.client().await?.verify_phone_code(&code).await
}

#[tauri::command]
pub(super) async fn retry_start(shell: State<'_, Shell>) -> Answer {
    shell.client().await?.retry_start();
    Ok(())
}

#[tauri::command]
pub(super) async fn sign_out(shell: State<'_, Shell>) -> Answer {
    shell.client().await?.sign_out().await
}

#[tauri::command]
pub(super) async fn sign_out_everywhere(shell: State<'_, Shell>) -> Answer {
    shell.client().await?.sign_out_everywhere().await
}
