//! Start, stop, and who may ask.

use crate::app::{ONE, ROOM, SESSION_SECRET, TestApp, answer, http};
use pizoo_backend::{Database, Mode, ServeError, Settings, serve};
use reqwest::Method;
use serde_json::json;
use std::net::TcpListener;

#[tokio::test]
async fn health_names_what_the_original_lacks() {
    let app = TestApp::start().await;
    for path in ["/health", "/api/health"] {
        let body = app.get(path, "").await.body;
        let extensions =
            ["message-idempotency", "calls", "events", "photos", "private-read", "development-mail", "push"];
        assert_eq!(body["features"], json!(extensions));
    }
}

#[tokio::test]
async fn shutdown_frees_the_port_and_closes_the_database() {
    let app = TestApp::start().await;
    app.sign_in(ONE).await;
    let addr = app.url("").trim_start_matches("http://").to_owned();
    let sqlite = matches!(app.settings.database, Database::Sqlite(_));
    let folder = app.shutdown().await;
    drop(TcpListener::bind(&addr).unwrap());
    let mut files: Vec<_> = folder.path().read_dir().unwrap().map(|file| file.unwrap().file_name()).collect();
    files.sort();
    if sqlite {
        assert_eq!(files, ["backend.sqlite"], "no write-ahead log is left");
    }
}

#[tokio::test]
async fn taken_port_is_told_apart() {
    let app = TestApp::start().await;
    let folder = tempfile::tempdir().unwrap();
    let mut settings = Settings::development(&folder.path().join("other.sqlite"));
    settings.addr = app.url("").trim_start_matches("http://").parse().unwrap();
    let error = serve(settings).await.unwrap_err();
    assert!(matches!(error, ServeError::PortTaken(_)), "{error}");
    assert!(error.to_string().contains("PIZOO_ADDR"), "{error}");
}

#[tokio::test]
async fn development_listens_on_loopback_only() {
    let folder = tempfile::tempdir().unwrap();
    let mut settings = Settings::development(&folder.path().join("b.sqlite"));
    settings.addr = "0.0.0.0:0".parse().unwrap();
    assert!(matches!(serve(settings).await.unwrap_err(), ServeError::NotLoopback(_)));
}

#[tokio::test]
async fn file_that_is_no_database_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("b.sqlite");
    std::fs::write(&path, "this is not a database, whatever its name says".repeat(100)).unwrap();
    assert!(matches!(serve(Settings::development(&path)).await.unwrap_err(), ServeError::Store(_)));
}

#[cfg(unix)]
#[tokio::test]
async fn nobody_else_may_read_the_database() {
    use std::os::unix::fs::PermissionsExt as _;
    let app = TestApp::start().await;
    let Database::Sqlite(file) = &app.settings.database else { return };
    assert_eq!(std::fs::metadata(file).unwrap().permissions().mode() & 0o077, 0);
}

#[tokio::test]
async fn made_up_session_key_outlives_a_restart() {
    let app = TestApp::start_with(|settings| settings.secret_key = None).await;
    let person = app.sign_in(ONE).await;
    let app = app.restart_with(|_| {}).await;
    assert_eq!(app.get("/api/me", &person.access).await.status, 200);
    let app = app.restart_with(|settings| settings.secret_key = Some(SESSION_SECRET.into())).await;
    assert_eq!(app.get("/api/me", &person.access).await.status, 401);
}

#[tokio::test]
async fn production_has_no_mock_mail_and_no_seeded_people() {
    let production = |settings: &mut Settings| settings.mode = Mode::Production;
    let app = TestApp::start_with(production).await;
    assert_eq!(app.get("/api/development/mail?email=user1@livekit-test.com", "").await.status, 404);
    let sent = app.post_raw("/api/auth/email/send-link", json!({"email": ONE, "name": "X"}).to_string()).await;
    assert_eq!((sent.status.as_u16(), &sent.body), (503, &json!({"detail": "E-mail is not configured"})));
    let extensions = ["message-idempotency", "calls", "events", "photos", "private-read"];
    assert_eq!(app.get("/health", "").await.body["features"], json!(extensions));
    assert!(!app.database_holds(ONE) && !app.database_holds(ROOM));
    let folder = tempfile::tempdir().unwrap();
    let mut settings = Settings::development(&folder.path().join("b.sqlite"));
    production(&mut settings);
    assert!(matches!(serve(settings).await.unwrap_err(), ServeError::NoSecret));
}

#[tokio::test]
async fn mock_mail_is_for_this_computer_only() {
    let app = TestApp::start().await;
    app.link(ONE).await;
    let path = "/api/development/mail?email=User1@livekit-test.com";
    let mail = app.get(path, "").await;
    assert!(mail.body["link"].as_str().unwrap().starts_with("http://localhost:3000/auth/verify?token="), "{mail:?}");
    let rebound = app.request(Method::GET, path).header("host", "evil.example").send().await.unwrap();
    assert_eq!(rebound.status(), 403);
    assert_eq!(app.get("/api/development/mail?email=nobody@test.com", "").await.status, 404);
}

#[tokio::test]
async fn only_listed_web_pages_may_ask() {
    let app = TestApp::start_with(|settings| settings.cors_origins = vec!["http://localhost:3000".into()]).await;
    for (origin, allowed) in [("http://localhost:3000", true), ("https://evil.example", false)] {
        let preflight = app.request(Method::OPTIONS, "/api/livekit/token").header("origin", origin);
        let preflight = preflight
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "authorization,content-type");
        let headers = answer(preflight.send().await.unwrap()).await.headers;
        assert_eq!(
            headers.get("access-control-allow-origin").is_some_and(|value| value == origin),
            allowed,
            "{origin}"
        );
        assert!(!headers.contains_key("access-control-allow-credentials"));
    }
}

#[tokio::test]
async fn client_that_is_too_old_is_told_to_update_and_others_are_served() {
    let app = TestApp::start_with(|settings| settings.minimum_client = Some("1.2.0".parse().unwrap())).await;
    for (agent, expected) in [("pizoo/1.1.9", 426), ("pizoo/1.2.0", 200), ("pizoo/2.0.0", 200), ("Mozilla/5.0", 200)] {
        let request = http().get(app.url("/api/livekit/status")).header("user-agent", agent);
        assert_eq!(request.send().await.unwrap().status().as_u16(), expected, "{agent}");
    }
}

#[tokio::test]
async fn without_listed_web_pages_none_may_ask() {
    let app = TestApp::start().await;
    for origin in ["http://localhost:3000", "https://evil.example", "null"] {
        let asked = app.request(Method::GET, "/api/livekit/status").header("origin", origin);
        let headers = answer(asked.send().await.unwrap()).await.headers;
        assert!(!headers.contains_key("access-control-allow-origin"), "{origin}");
    }
}

#[tokio::test]
async fn nobody_is_told_who_the_users_are() {
    let app = TestApp::start().await;
    let one = app.sign_in(ONE).await;
    for path in ["/api/admin/users", "/api/admin/stats", "/api/users", "/admin/users"] {
        for token in ["", &one.access] {
            assert_eq!(app.get(path, token).await.status, 404, "{path}");
        }
    }
}
