//! Rings against a scripted backend: late words of a ring, and a server that is slow to learn that one was given up.

use crate::person::{signed_in, until};
use crate::server::{conversations, health, serve, session, user};
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Json, Router};
use pizoo_api::livekit::CallType;
use pizoo_client::Client;
use pizoo_client::view::{CallPhase, CameraStart};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use tokio::sync::{Notify, Semaphore};

struct Script {
    /// Somebody asked how the late ring stands.
    asked: Notify,
    /// Calls that were placed.
    placed: Mutex<Vec<String>>,
    /// The one that still rings.
    ringing: Mutex<Option<String>>,
    cancelled: Mutex<Vec<String>>,
    /// How many cancels it answers to.
    cancels: Semaphore,
}

type Shared = State<Arc<Script>>;

fn call(id: &str, caller: &str, state: &str, ends: &str) -> Value {
    let callee = if caller == "u-1" { "them" } else { "u-1" };
    json!({"id": id, "match_id": "match", "caller_id": caller, "callee_id": callee, "call_type": "audio",
           "state": state, "outcome": null, "created_at": "2026-01-01T00:00:00Z", "expires_at": ends,
           "accepted_at": null, "ended_at": null})
}

/// A ring of the user's own.
fn mine(id: &str, state: &str) -> Value {
    call(id, "u-1", state, "2099-01-01T00:00:00Z")
}

/// Tells of a ring that was over long ago, and of another one when somebody has asked for the first.
async fn tell(mut socket: WebSocket, script: Arc<Script>) {
    let incoming = |seq: u32, call: Value| json!({"seq": seq, "at": "x", "type": "call.incoming", "call": call});
    let late = incoming(2, call("late", "them", "ringing", "2026-01-01T00:00:45Z"));
    for frame in [json!({"type": "hello", "seq": 1}), late] {
        socket.send(Message::Text(frame.to_string().into())).await.unwrap();
    }
    script.asked.notified().await;
    let live = incoming(3, call("live", "them", "ringing", "2099-01-01T00:00:00Z"));
    socket.send(Message::Text(live.to_string().into())).await.unwrap();
    while let Some(Ok(_)) = socket.recv().await {}
}

async fn events(State(script): Shared, upgrade: WebSocketUpgrade) -> Response {
    upgrade.on_upgrade(|socket| tell(socket, script))
}

async fn one(State(script): Shared, Path(id): Path<String>) -> Json<Value> {
    script.asked.notify_one();
    Json(json!({"call": call(&id, "them", "ended", "2026-01-01T00:00:45Z")}))
}

/// Once it has to say that another call is on, it hears of what was cancelled.
async fn ring(State(script): Shared) -> (StatusCode, Json<Value>) {
    let mut ringing = script.ringing.lock().unwrap();
    if let Some(id) = &*ringing {
        script.cancels.add_permits(8);
        return (StatusCode::CONFLICT, Json(json!({"detail": "You are in a call.", "call": mine(id, "ringing")})));
    }
    let mut placed = script.placed.lock().unwrap();
    let id = format!("ring {}", placed.len());
    placed.push(id.clone());
    *ringing = Some(id.clone());
    (StatusCode::OK, Json(json!({"call": mine(&id, "ringing")})))
}

async fn cancel(State(script): Shared, Path(id): Path<String>) -> Json<Value> {
    script.cancels.acquire().await.unwrap().forget();
    script.ringing.lock().unwrap().take_if(|ringing| *ringing == id);
    let answer = Json(json!({"call": mine(&id, "ended")}));
    script.cancelled.lock().unwrap().push(id);
    answer
}

async fn start() -> (Arc<Script>, Client) {
    let script = Arc::new(Script {
        asked: Notify::new(),
        placed: Mutex::default(),
        ringing: Mutex::default(),
        cancelled: Mutex::default(),
        cancels: Semaphore::new(0),
    });
    let status = json!({"configured": true, "url": "ws://127.0.0.1:9", "message": "LiveKit is ready"});
    let routes = Router::new()
        .route("/health", get(Json(health(&["calls", "events"]))))
        .route("/api/livekit/status", get(Json(status)))
        .route("/api/auth/email/verify", post(Json(session("access", "refresh", &user()))))
        .route("/api/conversations", get(Json(conversations(None, 0))))
        .route("/api/events", get(events))
        .route("/api/calls", post(ring))
        .route("/api/calls/ringing", get(Json(json!({"calls": []}))))
        .route("/api/calls/{id}", get(one))
        .route("/api/calls/{id}/cancel", post(cancel))
        .with_state(Arc::clone(&script));
    let client = signed_in(&serve(routes).await).await;
    until(client.conversations(), |view| view.loaded).await;
    (script, client)
}

async fn rings(client: &Client) {
    until(client.call(), |call| call.as_ref().is_some_and(|call| call.phase == CallPhase::Ringing)).await;
}

#[tokio::test]
async fn ring_that_was_over_before_it_was_told_of_is_not_shown() {
    let (_script, client) = start().await;
    let first = until(client.incoming(), Option::is_some).await;
    assert_eq!(first.unwrap().call_id.as_str(), "live");
    client.shutdown().await;
}

#[tokio::test]
async fn call_after_one_that_is_still_being_cancelled_is_a_ring_of_its_own() {
    let (script, client) = start().await;
    let (wish, kind) = ("match".into(), CallType::Audio);
    client.start_call(&wish, kind, CameraStart::Off).await.unwrap();
    rings(&client).await;
    client.end_call().await.unwrap();
    client.start_call(&wish, kind, CameraStart::Off).await.unwrap();
    rings(&client).await;
    assert_eq!(*script.placed.lock().unwrap(), ["ring 0", "ring 1"]);
    assert_eq!(script.ringing.lock().unwrap().as_deref(), Some("ring 1"));
    assert!(script.cancelled.lock().unwrap().iter().all(|id| id == "ring 0"));
    client.shutdown().await;
    assert_eq!(*script.ringing.lock().unwrap(), None);
}
