//! Real sockets on loopback; what answers on them is a few canned routes.

use super::*;
use crate::settings::Links;
use axum::{Json, Router, routing::get};
use serde_json::json;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// A program that listens until it is dropped.
struct Program(SocketAddr, JoinHandle<()>);

impl Drop for Program {
    fn drop(&mut self) {
        self.1.abort();
    }
}

async fn program(routes: Router) -> Program {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let place = listener.local_addr().unwrap();
    Program(place, tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() }))
}

fn pizoo() -> Router {
    Router::new().route("/health", get(async || Json(json!({"status": "healthy", "features": ["development-mail"]}))))
}

fn original() -> Router {
    let status = json!({"configured": false, "url": null, "message": "LiveKit credentials not configured"});
    Router::new()
        .route("/health", get(async || Json(json!({"db": "ok", "otp": "ok", "status": "healthy"}))))
        .route("/api/livekit/status", get(async || Json(status)))
}

fn stranger() -> Router {
    Router::new().route("/health", get(async || Json(json!({"status": "healthy"}))))
}

/// An address where nobody listens: it was free a moment ago.
async fn nobody() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap()
}

async fn plan(usual: SocketAddr, noted: Option<SocketAddr>) -> Plan {
    look_around(&Probe::here().unwrap(), usual, noted).await
}

#[tokio::test]
async fn a_free_port_is_hosted_on() {
    let usual = nobody().await;
    assert_eq!(plan(usual, None).await, Plan::Host(usual));
    assert_eq!(plan(usual, Some(nobody().await)).await, Plan::Host(usual));
}

#[tokio::test]
async fn a_pizoo_is_used() {
    let running = program(pizoo()).await;
    assert_eq!(plan(running.0, None).await, Plan::Use(running.0));
}

#[tokio::test]
async fn the_original_backend_is_used() {
    let running = program(original()).await;
    assert_eq!(plan(running.0, None).await, Plan::Use(running.0));
}

#[tokio::test]
async fn another_program_keeps_its_port() {
    let running = program(stranger()).await;
    assert_eq!(plan(running.0, None).await, Plan::Host("127.0.0.1:0".parse().unwrap()));
    let silent = program(Router::new()).await;
    assert_eq!(plan(silent.0, None).await, Plan::Host("127.0.0.1:0".parse().unwrap()));
}

#[tokio::test]
async fn a_pizoo_on_another_port_is_found_by_its_note() {
    let (stranger, pizoo) = (program(stranger()).await, program(pizoo()).await);
    assert_eq!(plan(stranger.0, Some(pizoo.0)).await, Plan::Use(pizoo.0));
    assert_eq!(plan(nobody().await, Some(pizoo.0)).await, Plan::Use(pizoo.0));
}

#[tokio::test]
async fn a_note_is_read_until_it_is_erased() {
    let folder = tempfile::tempdir().unwrap();
    let inside = folder.path().join("not yet there");
    let place = "127.0.0.1:4711".parse().unwrap();
    assert_eq!(Note::in_folder(&inside).read().await, None);
    Note::in_folder(&inside).write(place).await.unwrap();
    assert_eq!(Note::in_folder(&inside).read().await, Some(place));
    Note::in_folder(&inside).erase().await;
    assert_eq!(Note::in_folder(&inside).read().await, None);
}

#[tokio::test]
async fn a_note_that_leads_elsewhere_is_ignored() {
    let folder = tempfile::tempdir().unwrap();
    Note::in_folder(folder.path()).write("192.0.2.1:80".parse().unwrap()).await.unwrap();
    assert_eq!(Note::in_folder(folder.path()).read().await, None);
}

#[tokio::test]
async fn a_named_backend_is_used_without_asking() {
    let settings = Settings {
        profile: "default".to_owned(),
        server: Some("https://pizoo.example".parse().unwrap()),
        listen: nobody().await,
        pictures: None,
        data: "nowhere".into(),
        log: String::new(),
        links: Links(Vec::new()),
        register_links: false,
    };
    let hosted = start(&settings, None).await;
    assert_eq!(hosted.url().as_str(), "https://pizoo.example/");
    assert!(!hosted.on_this_computer() && hosted.embedded.is_none());
}
