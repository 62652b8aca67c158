//! Reading and writing messages.

use super::Answer;
use crate::shell::Shell;
use pizoo_api::{MatchId, MessageId};
use tauri::State;

#[tauri::command]
pub(super) async fn open_chat(shell: State<'_, Shell>, match_id: MatchId) -> Answer {
    shell.client().await?.open_chat(match_id);
    Ok(())
}

#[tauri::command]
pub(super) async fn close_chat(shell: State<'_, Shell>) -> Answer {
    shell.client().await?.close_chat();
    Ok(())
}

#[tauri::command]
pub(super) async fn send_message(shell: State<'_, Shell>, text: String) -> Answer {
    shell.client().await?.send_message(&text);
    Ok(())
}

#[tauri::command]
pub(super) async fn retry_message(shell: State<'_, Shell>, message_id: MessageId) -> Answer {
    shell.client().await?.retry_message(&message_id);
    Ok(())
}

#[tauri::command]
pub(super) async fn reload(shell: State<'_, Shell>) -> Answer {
    shell.client().await?.reload().await
}

#[tauri::command]
pub(super) async fn load_older(shell: State<'_, Shell>) -> Answer {
    shell.client().await?.load_older().await
}

#[tauri::command]
pub(super) async fn set_typing(shell: State<'_, Shell>, writing: bool) -> Answer {
    shell.client().await?.set_typing(writing).await;
    Ok(())
}

#[tauri::command]
pub(super) async fn set_visible(shell: State<'_, Shell>, visible: bool) -> Answer {
    shell.focus.set_reading(visible);
    shell.client().await?.set_visible(visible);
    Ok(())
}
