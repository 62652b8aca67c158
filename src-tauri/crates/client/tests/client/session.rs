//! Sessions against a scripted backend: a real HTTP server that refuses, expires and counts on demand.

use crate::person::{LINK, client, code};
use crate::server::{serve, session};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{MethodRouter, get, post};
use axum::{Json, Router};
use pizoo_client::Client;
use pizoo_client::view::{ErrorCode, SessionView};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::time::Duration;

/// Access tokens are `access-N`; only the newest is good. Refresh tokens are `refresh-N`, each good once.
#[derive(Default)]
struct Script {
    newest: AtomicU64,
    refreshes: AtomicU64,
    refused: AtomicU64,
    ended: AtomicU64,
}

impl Script {
    fn session(&self) -> Value {
        let n = self.newest.load(SeqCst);
        session(&format!("access-{n}"), &format!("refresh-{n}"), &user())
    }
}

fn user() -> Value {
    json!({"id": "u-1", "name": "One", "email": "one@example.com", "verified": true, "verified_method": "email_link"})
}

type Answer = (StatusCode, Json<Value>);

async fn verify(State(script): State<Arc<Script>>, Json(body): Json<Value>) -> Answer {
    match body["token"].as_str() {
        Some("good-token-0123456789") => (StatusCode::OK, Json(script.session())),
        _ => (StatusCode::BAD_REQUEST, Json(json!({"detail": "Invalid or expired link"}))),
    }
}

async fn refresh(State(script): State<Arc<Script>>, Json(body): Json<Value>) -> Answer {
    script.refreshes.fetch_add(1, SeqCst);
    // Long enough for every waiting request to pile up behind this one.
    tokio::time::sleep(Duration::from_millis(100)).await;
    let newest = script.newest.load(SeqCst);
    if script.ended.load(SeqCst) > 0 || body["refresh_token"] != format!("refresh-{newest}") {
        return (StatusCode::UNAUTHORIZED, Json(json!({"detail": "Invalid refresh token"})));
    }
    script.newest.fetch_add(1, SeqCst);
    (StatusCode::OK, Json(script.session()))
}

async fn me(State(script): State<Arc<Script>>, headers: HeaderMap) -> Answer {
    let wanted = format!("Bearer access-{}", script.newest.load(SeqCst));
    if headers.get("authorization").is_none_or(|value| *value != *wanted) || script.ended.load(SeqCst) > 0 {
        script.refused.fetch_add(1, SeqCst);
        return (StatusCode::UNAUTHORIZED, Json(json!({"detail": "Could not validate credentials"})));
    }
    (StatusCode::OK, Json(json!({"success": true, "user": user()})))
}

async fn start() -> (Arc<Script>, Client) {
    start_with(get(me)).await
}

/// `me` says which access tokens are taken.
async fn start_with(me: MethodRouter<Arc<Script>>) -> (Arc<Script>, Client) {
    let script = Arc::new(Script::default());
    let routes = Router::new()
        .route("/api/auth/email/verify", post(verify))
        .route("/api/auth/refresh", post(refresh))
        .route("/api/auth/me", me)
        .with_state(Arc::clone(&script));
    let client = client(&serve(routes).await);
    (script, client)
}

#[tokio::test]
async fn fifty_requests_with_an_old_token_renew_it_once() {
    let (script, client) = old_access_token().await;
    let requests: Vec<_> = (0..50)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.reload().await })
        })
        .collect();
    for request in requests {
        request.await.unwrap().unwrap();
    }
    assert_eq!(script.refreshes.load(SeqCst), 1);
    assert!(script.refused.load(SeqCst) >= 1);
}

/// A signed-in client whose access token the server no longer takes.
async fn old_access_token() -> (Arc<Script>, Client) {
    let (script, client) = start_with(get(me_after_refresh)).await;
    client.verify_link(LINK, "").await.unwrap();
    (script, client)
}

/// Takes only tokens that came from a renewal.
async fn me_after_refresh(State(script): State<Arc<Script>>, headers: HeaderMap) -> Answer {
    match headers.get("authorization").map(|value| value.as_bytes()) {
        Some(b"Bearer access-0") | None => {
            script.refused.fetch_add(1, SeqCst);
            (StatusCode::UNAUTHORIZED, Json(json!({"detail": "expired"})))
        }
        Some(_) => (StatusCode::OK, Json(json!({"success": true, "user": user()}))),
    }
}

#[tokio::test]
async fn session_that_the_server_ended_is_signed_out_with_a_reason() {
    let (script, client) = start().await;
    client.verify_link(LINK, "").await.unwrap();
    script.ended.store(1, SeqCst);
    assert_eq!(code(client.reload().await), ErrorCode::SignedOut);
    match &*client.session().borrow() {
        SessionView::SignedOut { problem: Some(problem) } => assert_eq!(problem.code, ErrorCode::SignedOut),
        other => panic!("{other:?}"),
    }
    assert_eq!(script.refreshes.load(SeqCst), 1, "one try, not a loop");
}

#[tokio::test]
async fn bad_links_get_different_words_than_text_that_is_none() {
    let (_script, client) = start().await;
    assert_eq!(code(client.verify_link("hello", "").await), ErrorCode::NotALink);
    assert_eq!(code(client.verify_link("http://x/?token=used-token-0123456789", "").await), ErrorCode::BadLink);
    assert!(!matches!(*client.session().borrow(), SessionView::SignedIn { .. }));
}

#[tokio::test]
async fn dead_server_is_offline_and_shutdown_is_quick() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let client = client(&server);
    assert_eq!(code(client.verify_link(LINK, "").await), ErrorCode::Offline);
    tokio::time::timeout(Duration::from_secs(5), client.shutdown()).await.unwrap();
}

#[tokio::test]
async fn no_view_or_debug_text_holds_a_token() {
    let (_script, client) = start().await;
    client.verify_link(LINK, "").await.unwrap();
    let snapshot = client.snapshot(pizoo_client::view::PicturePath::Canvas);
    let told = format!("{snapshot:?} {}", serde_json::to_string(&snapshot).unwrap());
    assert!(!told.contains("access-") && !told.contains("refresh-") && !told.contains("good-token"), "{told}");
}
