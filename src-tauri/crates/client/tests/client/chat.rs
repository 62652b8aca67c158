//! A chat against a scripted backend: a real HTTP server that notes what it is told, and answers when it is let.

use crate::person::{LINK, client_in, until};
use crate::server::{conversations, health, serve, session, user};
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use pizoo_client::Client;
use pizoo_client::view::{ChatView, ConversationsView, Delivery, Preferences};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use tokio::sync::{Semaphore, watch};

/// Lists of what the server was told, which tests wait for.
struct Script {
    /// Queries of the pages that were asked for.
    pages: watch::Sender<Vec<String>>,
    receipts: watch::Sender<Vec<Value>>,
    written: watch::Sender<Vec<Value>>,
    /// What it answers to, one each.
    answers: Semaphore,
    /// Answers that say that it cannot now.
    busy: AtomicU64,
    unread: AtomicU64,
}

type Shared = State<Arc<Script>>;

fn message(id: &str, from: &str, content: &Value) -> Value {
    let to = if from == "u-1" { "them" } else { "u-1" };
    json!({"id": id, "match_id": "match", "sender_id": from, "receiver_id": to, "content": content,
           "message_type": "text", "status": "sent", "created_at": "2026-01-01T00:00:00Z", "read_at": null})
}

impl Script {
    /// What was written, each once.
    fn stored(&self) -> Vec<Value> {
        let written = self.written.borrow();
        let mut stored: Vec<Value> = Vec::new();
        for body in written.iter() {
            let line = message(&format!("stored {}", body["idempotency_key"]), "u-1", &body["content"]);
            if !stored.contains(&line) {
                stored.push(line);
            }
        }
        stored
    }
}

async fn list(State(script): Shared) -> Json<Value> {
    Json(conversations(Some("Hello"), script.unread.load(SeqCst)))
}

async fn page(State(script): Shared, RawQuery(query): RawQuery) -> Json<Value> {
    script.pages.send_modify(|pages| pages.push(query.unwrap_or_default()));
    let hello = message("hello", "them", &json!("Hello"));
    let lines: Vec<Value> = std::iter::once(hello).chain(script.stored()).collect();
    Json(json!({"messages": lines, "has_more": false}))
}

async fn write(State(script): Shared, Json(body): Json<Value>) -> (StatusCode, Json<Value>) {
    script.written.send_modify(|written| written.push(body.clone()));
    script.answers.acquire().await.unwrap().forget();
    // One line comes after another.
    if script.busy.load(SeqCst) > 0 {
        script.busy.fetch_sub(1, SeqCst);
        return (StatusCode::SERVICE_UNAVAILABLE, Json(json!({"detail": "Not now"})));
    }
    let line = message(&format!("stored {}", body["idempotency_key"]), "u-1", &body["content"]);
    (StatusCode::OK, Json(json!({"message": "Message sent", "data": line, "remaining_messages": null})))
}

async fn receipt(State(script): Shared, Json(body): Json<Value>) -> Json<Value> {
    script.unread.store(0, SeqCst);
    script.receipts.send_modify(|receipts| receipts.push(body));
    Json(json!({"message": "Messages marked as read"}))
}

/// A client with the chat on its screen or, not `visible`, behind it.
async fn start(features: &[&str], visible: bool, preferences: Preferences) -> (Arc<Script>, Client) {
    let (script, server) = script(features).await;
    let client = client_in(&server, None);
    client.set_preferences(preferences).await.unwrap();
    client.set_visible(visible);
    enter(&client).await;
    (script, client)
}

/// Signs in, and opens the chat.
async fn enter(client: &Client) {
    client.verify_link(LINK, "").await.unwrap();
    client.open_chat("match".into());
    shows(client, |chat| chat.loaded).await;
}

/// A backend, and where it is.
async fn script(features: &[&str]) -> (Arc<Script>, String) {
    let script = Arc::new(Script {
        pages: watch::Sender::default(),
        receipts: watch::Sender::default(),
        written: watch::Sender::default(),
        answers: Semaphore::new(0),
        busy: AtomicU64::new(0),
        unread: AtomicU64::new(1),
    });
    let routes = Router::new()
        .route("/health", get(Json(health(features))))
        .route("/api/auth/email/verify", post(Json(session("access", "refresh", &user()))))
        .route("/api/conversations", get(list))
        .route("/api/conversations/{id}/messages", get(page).post(write))
        .route("/api/conversations/{id}/read-receipts", post(receipt))
        .with_state(Arc::clone(&script));
    (script, serve(routes).await)
}

async fn shows(client: &Client, wanted: impl Fn(&ChatView) -> bool) {
    until(client.chat(), |chat| chat.as_ref().is_some_and(&wanted)).await;
}

fn deliveries(chat: &ChatView) -> Vec<Delivery> {
    chat.lines.iter().filter(|line| line.mine).map(|line| line.delivery).collect()
}

fn without_receipts() -> Preferences {
    Preferences { read_receipts: false, ..Preferences::default() }
}

#[tokio::test]
async fn page_is_loaded_unread_and_the_receipt_follows_when_it_is_seen() {
    let (script, client) = start(&[], false, Preferences::default()).await;
    client.reload().await.unwrap_err();
    until(script.pages.subscribe(), |pages| pages.len() > 1).await;
    assert!(script.pages.borrow().iter().all(|query| query.contains("mark_read=false")));
    assert!(script.receipts.borrow().is_empty());
    client.set_visible(true);
    until(script.receipts.subscribe(), |receipts| *receipts == [json!({})]).await;
    client.shutdown().await;
}

#[tokio::test]
async fn what_is_read_without_a_receipt_is_told_to_a_server_that_keeps_it_private() {
    let (script, client) = start(&["private-read"], true, without_receipts()).await;
    until(script.receipts.subscribe(), |receipts| *receipts == [json!({"private": true})]).await;
    client.shutdown().await;
}

#[tokio::test]
async fn what_is_read_without_a_receipt_stays_here_where_the_server_would_tell() {
    let (script, client) = start(&["calls"], true, without_receipts()).await;
    let read = |view: &ConversationsView| view.loaded && view.list.iter().all(|known| known.unread_count == 0);
    until(client.conversations(), read).await;
    let pages = script.pages.borrow().len();
    until(script.pages.subscribe(), |now| now.len() > pages).await;
    assert!(script.receipts.borrow().is_empty());
    assert_eq!(client.conversations().borrow().list[0].unread_count, 0, "also after the server's next word");
    client.shutdown().await;
}

#[tokio::test]
async fn lines_show_at_once_and_are_sent_one_after_another() {
    let (script, client) = start(&[], true, Preferences::default()).await;
    client.send_message("one");
    client.send_message(" two ");
    assert_eq!(deliveries(client.chat().borrow().as_ref().unwrap()), [Delivery::Sending; 2]);
    let contents = |written: &[Value]| -> Vec<String> {
        written.iter().map(|body| body["content"].as_str().unwrap().to_owned()).collect()
    };
    until(script.written.subscribe(), |written| !written.is_empty()).await;
    assert_eq!(contents(&script.written.borrow()), ["one"], "the second waits for the first");
    script.answers.add_permits(2);
    shows(&client, |chat| deliveries(chat) == [Delivery::Sent; 2]).await;
    assert_eq!(contents(&script.written.borrow()), ["one", "two"]);
    client.shutdown().await;
}

#[tokio::test]
async fn line_that_the_server_could_not_take_is_sent_again_with_its_key() {
    let (script, client) = start(&["message-idempotency"], true, Preferences::default()).await;
    script.busy.store(2, SeqCst);
    script.answers.add_permits(3);
    client.send_message("once");
    shows(&client, |chat| deliveries(chat) == [Delivery::Sent]).await;
    let written = script.written.borrow().clone();
    assert_eq!(written.len(), 3);
    assert!(written[0]["idempotency_key"].is_string() && written.iter().all(|body| *body == written[0]));
    client.shutdown().await;
}

#[tokio::test]
async fn line_is_not_sent_again_by_itself_where_it_could_be_stored_twice() {
    let (script, client) = start(&["calls", "events"], true, Preferences::default()).await;
    until(client.server(), |server| server.rings).await;
    script.busy.store(1, SeqCst);
    script.answers.add_permits(2);
    client.send_message("once");
    shows(&client, |chat| chat.lines.iter().any(|line| line.delivery == Delivery::Failed)).await;
    assert_eq!(script.written.borrow().len(), 1);
    let failed = client.chat().borrow().as_ref().unwrap().lines.last().unwrap().message.id.clone();
    client.retry_message(&failed);
    until(script.written.subscribe(), |written| written.len() == 2).await;
    client.shutdown().await;
}

/// A line is written to a server that takes it and does not answer; then the app ends, and is started again.
async fn cut_off(features: &[&str], folder: &Path) -> (Arc<Script>, Client) {
    let (script, server) = script(features).await;
    let client = client_in(&server, Some(folder.to_path_buf()));
    enter(&client).await;
    client.send_message("once");
    until(script.written.subscribe(), |written| !written.is_empty()).await;
    client.shutdown().await;
    assert!(folder.join("unsent.json").is_file());
    let client = client_in(&server, Some(folder.to_path_buf()));
    (script, client)
}

#[tokio::test]
async fn line_that_waited_when_the_app_ended_is_sent_after_the_next_start_and_stored_once() {
    let folder = tempfile::tempdir().unwrap();
    let (script, client) = cut_off(&["message-idempotency"], folder.path()).await;
    script.answers.add_permits(3);
    enter(&client).await;
    shows(&client, |chat| deliveries(chat) == [Delivery::Sent]).await;
    let written = script.written.borrow().clone();
    assert!(written.len() > 1 && written.iter().all(|body| *body == written[0]), "{written:?}");
    client.shutdown().await;
    assert!(!folder.path().join("unsent.json").exists(), "what was sent is not kept here");
}

#[tokio::test]
async fn line_that_waited_is_the_users_to_send_again_where_it_could_be_stored_twice() {
    let folder = tempfile::tempdir().unwrap();
    let (script, client) = cut_off(&["calls"], folder.path()).await;
    enter(&client).await;
    shows(&client, |chat| chat.lines.iter().any(|line| line.delivery == Delivery::Failed)).await;
    assert_eq!(script.written.borrow().len(), 1);
    client.shutdown().await;
    assert!(folder.path().join("unsent.json").is_file(), "it is not lost either");
}
