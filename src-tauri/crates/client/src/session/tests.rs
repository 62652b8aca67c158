//! The start with a stored session, against a server that is away, too new, or back again.

use super::*;
use axum::http::StatusCode as Status;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use std::net::SocketAddr;
use tokio::net::TcpListener;

const SOON: Duration = Duration::from_secs(20);

/// A session whose refresh token is in the keychain, and the task that restores it.
fn stored(server: SocketAddr) -> (Session, tokio::task::JoinHandle<()>) {
    let entries = [(Entry::Session, SecretString::from("refresh-0"))];
    let keychain = Keychain::Memory(Arc::new(Mutex::new(entries.into())));
    let http = Http::new(format!("http://{server}").parse().unwrap()).unwrap();
    let session = Session::new(http, keychain, TaskTracker::new());
    let restoring = session.clone();
    (session, tokio::spawn(async move { restoring.keep_restoring().await }))
}

async fn until(session: &Session, wanted: impl Fn(&SessionView) -> bool) -> SessionView {
    let mut view = session.view();
    let reached = tokio::time::timeout(SOON, view.wait_for(|view| wanted(view))).await;
    reached.unwrap_or_else(|_| panic!("{:?}", *session.view().borrow())).unwrap().clone()
}

fn waits_for(code: ErrorCode) -> impl Fn(&SessionView) -> bool {
    move |view| matches!(view, SessionView::Starting { problem: Some(problem) } if problem.code == code)
}

fn user() -> Value {
    json!({"id": "u-1", "name": "One", "email": "one@example.com", "verified": true, "verified_method": "email_link"})
}

/// A server that takes any refresh token.
fn well() -> Router {
    let session = || async {
        Json(json!({"success": true, "access_token": "access-1", "refresh_token": "refresh-1",
            "token_type": "bearer", "expires_in": 3600, "user": user()}))
    };
    let me = || async { Json(json!({"success": true, "user": user()})) };
    Router::new().route("/api/auth/refresh", post(session)).route("/api/auth/me", get(me))
}

fn serve(listener: TcpListener, routes: Router) {
    tokio::spawn(async move { axum::serve(listener, routes).await });
}

async fn nobody() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap()
}

#[tokio::test]
async fn start_says_why_it_waits_and_goes_on_when_the_server_is_back() {
    let address = nobody().await;
    let (session, _restoring) = stored(address);
    until(&session, waits_for(ErrorCode::Offline)).await;
    serve(TcpListener::bind(address).await.unwrap(), well());
    session.try_again();
    let view = until(&session, |view| !matches!(view, SessionView::Starting { .. })).await;
    assert!(matches!(view, SessionView::SignedIn { problem: None, .. }), "{view:?}");
}

#[tokio::test]
async fn start_of_an_app_that_is_too_old_says_so_and_keeps_the_session() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (session, _restoring) = stored(listener.local_addr().unwrap());
    let too_old = || async { (Status::UPGRADE_REQUIRED, Json(json!({"detail": "Please update Pizoo."}))) };
    serve(listener, Router::new().fallback(too_old));
    until(&session, waits_for(ErrorCode::VersionTooOld)).await;
    let kept = session.inner.keychain.load(&Entry::Session).await.unwrap();
    assert_eq!(kept.unwrap().expose_secret(), "refresh-0");
}

#[tokio::test]
async fn user_who_signs_out_while_the_start_waits_stays_signed_out() {
    let address = nobody().await;
    let (session, _restoring) = stored(address);
    until(&session, waits_for(ErrorCode::Offline)).await;
    session.sign_out(&LogoutRequest { everywhere: false }).await.unwrap();
    serve(TcpListener::bind(address).await.unwrap(), well());
    session.try_again();
    assert_eq!(*session.view().borrow(), SessionView::SignedOut { problem: None });
    assert!(session.inner.keychain.load(&Entry::Session).await.unwrap().is_none());
}

#[tokio::test]
async fn keychain_that_was_locked_is_read_again_when_it_is_wished() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (session, _restoring) = stored(listener.local_addr().unwrap());
    serve(listener, well());
    until(&session, |view| matches!(view, SessionView::SignedIn { .. })).await;
    // As a start leaves it that found the keychain locked.
    session.signed_out(Some(ErrorCode::KeychainLocked.into()));
    session.try_again();
    until(&session, |view| matches!(view, SessionView::SignedIn { .. })).await;
}
