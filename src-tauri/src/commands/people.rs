//! Meeting people, and parting from them.

use super::Answer;
use crate::shell::Shell;
use pizoo_api::{MatchId, UserId};
use pizoo_client::view::{Person, Swiped};
use tauri::State;

#[tauri::command]
pub(super) async fn discover(shell: State<'_, Shell>) -> Answer<Vec<Person>> {
    shell.client().await?.discover().await
}

#[tauri::command]
pub(super) async fn swipe(shell: State<'_, Shell>, user_id: UserId, like: bool) -> Answer<Swiped> {
    shell.client().await?.swipe(user_id, like).await
}

#[tauri::command]
pub(super) async fn unmatch(shell: State<'_, Shell>, match_id: MatchId) -> Answer {
    shell.client().await?.unmatch(&match_id).await
}

#[tauri::command]
pub(super) async fn block(shell: State<'_, Shell>, user_id: UserId) -> Answer {
    shell.client().await?.block(user_id).await
}

#[tauri::command]
pub(super) async fn unblock(shell: State<'_, Shell>, user_id: UserId) -> Answer {
    shell.client().await?.unblock(&user_id).await
}

#[tauri::command]
pub(super) async fn blocked(shell: State<'_, Shell>) -> Answer<Vec<Person>> {
    shell.client().await?.blocked().await
}

#[tauri::command]
pub(super) async fn report(shell: State<'_, Shell>, user_id: UserId, reason: String, details: String) -> Answer {
    shell.client().await?.report(user_id, &reason, &details).await
}
