//! What its owner may do with the account, and photos of people.

use super::Answer;
use crate::shell::Shell;
use pizoo_client::view::{Preferences, SignedInDevice};
use std::path::PathBuf;
use tauri::State;
use tauri::ipc::Response;

#[tauri::command]
pub(super) async fn rename(shell: State<'_, Shell>, name: String) -> Answer {
    shell.client().await?.rename(&name).await
}

#[tauri::command]
pub(super) async fn devices_signed_in(shell: State<'_, Shell>) -> Answer<Vec<SignedInDevice>> {
    shell.client().await?.devices_signed_in().await
}

#[tauri::command]
pub(super) async fn sign_out_device(shell: State<'_, Shell>, id: String) -> Answer {
    shell.client().await?.sign_out_device(&id).await
}

#[tauri::command]
pub(super) async fn export_data(shell: State<'_, Shell>) -> Answer<PathBuf> {
    shell.client().await?.export_data(&downloads()).await
}

#[tauri::command]
pub(super) async fn delete_account(shell: State<'_, Shell>) -> Answer {
    shell.client().await?.delete_account().await
}

#[tauri::command]
pub(super) async fn set_preferences(shell: State<'_, Shell>, preferences: Preferences) -> Answer {
    shell.client().await?.set_preferences(preferences).await
}

/// Somebody's photo, as the bytes of its file.
#[tauri::command]
pub(super) async fn photo(shell: State<'_, Shell>, address: String) -> Answer<Response> {
    let photo = shell.client().await?.photo(&address).await?;
    Ok(Response::new(photo.bytes))
}

#[tauri::command]
pub(super) async fn set_photo(shell: State<'_, Shell>, bytes: Vec<u8>, kind: String) -> Answer {
    shell.client().await?.set_photo(bytes, &kind).await
}

#[tauri::command]
pub(super) async fn remove_photo(shell: State<'_, Shell>) -> Answer {
    shell.client().await?.remove_photo().await
}

/// Where a person looks for a file that an app has written.
pub(super) fn downloads() -> PathBuf {
    let folders = directories::UserDirs::new();
    let found = folders.map(|user| user.download_dir().unwrap_or(user.home_dir()).to_path_buf());
    found.filter(|folder| folder.is_dir()).unwrap_or_else(std::env::temp_dir)
}
