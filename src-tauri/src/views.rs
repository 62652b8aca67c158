//! The client's views on their way to the page: each change is an event with the whole view in it.

use crate::windows::MAIN;
use pizoo_client::Client;
use serde::Serialize;
use tauri::{AppHandle, Emitter};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::warn;

/// Sends every view at every change until `stop`. A page that is slower than the changes gets the newest.
pub(crate) fn send(app: &AppHandle, client: &Client, tasks: &TaskTracker, stop: &CancellationToken) {
    tasks.spawn(forward("session", client.session(), app.clone(), stop.clone()));
    tasks.spawn(forward("server", client.server(), app.clone(), stop.clone()));
    tasks.spawn(forward("conversations", client.conversations(), app.clone(), stop.clone()));
    tasks.spawn(forward("chat", client.chat(), app.clone(), stop.clone()));
    tasks.spawn(forward("call", client.call(), app.clone(), stop.clone()));
    tasks.spawn(forward("incoming", client.incoming(), app.clone(), stop.clone()));
    tasks.spawn(forward("preferences", client.preferences(), app.clone(), stop.clone()));
}

async fn forward<T>(name: &'static str, mut view: watch::Receiver<T>, app: AppHandle, stop: CancellationToken)
where
    T: Clone + Serialize,
{
    loop {
        let changed = tokio::select! {
            changed = view.changed() => changed,
            () = stop.cancelled() => return,
        };
        if changed.is_err() {
            return;
        }
        let newest = view.borrow_and_update().clone();
        if let Err(error) = app.emit_to(MAIN, name, newest) {
            warn!(name, "The page was not told of a change: {error}");
        }
    }
}
