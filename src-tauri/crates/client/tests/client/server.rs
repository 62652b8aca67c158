//! A scripted backend: a real HTTP server on a free port, and the answers that every script gives alike.
//!
//! What a script notes, refuses or delays is not here: it is the test's own.

use axum::Router;
use serde_json::{Value, json};

/// Serves as long as the test runs, and tells where.
pub(crate) async fn serve(routes: Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, routes).await });
    server
}

pub(crate) fn health(features: &[&str]) -> Value {
    json!({"status": "healthy", "features": features})
}

/// Who signs in.
pub(crate) fn user() -> Value {
    json!({"id": "u-1", "name": "One", "email": null, "verified": true, "verified_method": null})
}

/// The answer to a sign-in and to a renewal.
pub(crate) fn session(access: &str, refresh: &str, user: &Value) -> Value {
    json!({"success": true, "access_token": access, "refresh_token": refresh, "token_type": "bearer",
           "expires_in": 3600, "user": user})
}

/// The one match, in which the other side wrote `last`.
pub(crate) fn conversations(last: Option<&str>, unread: u64) -> Value {
    let user = json!({"id": "them", "name": "Them", "display_name": null, "photo": null, "is_online": true});
    let last = json!({"content": last, "created_at": "2026-01-01T00:00:00Z", "sender_id": last.map(|_| "them")});
    json!({"conversations": [{"match_id": "match", "user": user, "last_message": last, "unread_count": unread,
                              "matched_at": "2026-01-01T00:00:00Z"}]})
}
