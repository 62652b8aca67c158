//! What whoever runs it sees: ids, metrics, readiness; and what others do not see.

use crate::app::{ONE, ROOM, TestApp, answer};
use pizoo_backend::{Database, Mode, Settings};
use pizoo_servers::{Durability, Postgres};
use reqwest::Method;
use serde_json::json;
use std::time::Duration;

const METRICS_TOKEN: &str = "metrics-token-of-the-tests";

async fn metrics(app: &TestApp, headers: &[(&'static str, &str)]) -> crate::app::Answer {
    let mut request = crate::app::http().get(app.url_of(0, "/metrics"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    answer(request.send().await.unwrap()).await
}

#[tokio::test]
async fn request_id_is_kept_if_plain_and_made_up_otherwise() {
    let app = TestApp::start().await;
    let id = async |given: Option<&[u8]>| {
        let mut request = app.request(Method::GET, "/health");
        if let Some(given) = given {
            request = request.header("x-request-id", given);
        }
        let headers = answer(request.send().await.unwrap()).await.headers;
        headers["x-request-id"].to_str().unwrap().to_owned()
    };
    assert_eq!(id(Some(b"proxy-1.a_B")).await, "proxy-1.a_B");
    let (one, two) = (id(None).await, id(None).await);
    assert!(one != two && one.len() >= 16, "{one} {two}");
    for bad in [&b"a b"[..], b"", b"\"x\"", b"id=1", b"\xc3\xa4", "x".repeat(65).as_bytes()] {
        assert_ne!(id(Some(bad)).await.as_bytes(), bad);
    }
    let missing = app.request(Method::GET, "/nowhere").header("x-request-id", "kept").send().await.unwrap();
    assert_eq!(missing.headers()["x-request-id"], "kept", "also of what matches no route");
}

#[tokio::test]
async fn metrics_count_by_template_and_name_nobody() {
    let app = TestApp::start().await;
    let person = app.sign_in(ONE).await;
    // An odd number of requests, so that every instance has answered each.
    for _ in 0..4 {
        app.get("/health", "").await;
        app.get(&format!("/api/matches/{ROOM}"), &person.access).await;
        app.get("/api/nothing/of-this-kind?secret=1", "").await;
        app.call_token(&person, ROOM).await;
        app.call_token(&person, "no-such-room").await;
    }
    let text = metrics(&app, &[]).await.body.as_str().unwrap().to_owned();
    for expected in [
        "pizoo_http_requests_total{method=\"GET\",route=\"(none)\",status=\"4xx\"}",
        "pizoo_http_requests_total{method=\"POST\",route=\"/api/livekit/token\",status=\"2xx\"}",
        "pizoo_http_request_seconds_bucket{method=\"POST\",route=\"/api/livekit/token\",status=\"2xx\",le=\"0.1\"}",
        "pizoo_call_tokens_total{outcome=\"issued\",status=\"200\"}",
        "pizoo_call_tokens_total{outcome=\"refused\",status=\"404\"}",
        "pizoo_http_connections ",
        "pizoo_sockets 0",
        "pizoo_database_connections{pool=",
        "process_start_time_seconds ",
    ] {
        assert!(text.contains(expected), "{expected} is not in\n{text}");
    }
    for hidden in [ROOM, ONE, "of-this-kind", person.id.as_str()] {
        assert!(!text.contains(hidden), "{hidden}");
    }
}

#[tokio::test]
async fn backends_of_one_process_count_apart() {
    let (busy, quiet) = (TestApp::start().await, TestApp::start().await);
    for _ in 0..4 {
        busy.get("/api/livekit/status", "").await;
    }
    assert!(metrics(&busy, &[]).await.body.as_str().unwrap().contains("/api/livekit/status"));
    assert!(!metrics(&quiet, &[]).await.body.as_str().unwrap().contains("/api/livekit/status"));
}

#[tokio::test]
async fn metrics_need_their_token_if_there_is_one() {
    let app = TestApp::start_with(|settings| settings.metrics_token = Some(METRICS_TOKEN.into())).await;
    let good = format!("Bearer {METRICS_TOKEN}");
    assert_eq!(metrics(&app, &[("authorization", &good)]).await.status, 200);
    let proxied = [("authorization", good.as_str()), ("x-forwarded-for", "192.0.2.1")];
    assert_eq!(metrics(&app, &proxied).await.status, 200);
    for bad in ["", "Bearer ", "Bearer x", METRICS_TOKEN, &format!("Basic {METRICS_TOKEN}"), &format!("{good}x")] {
        assert_eq!(metrics(&app, &[("authorization", bad)]).await.status, 404, "{bad}");
    }
    let person = app.sign_in(ONE).await;
    let session = format!("Bearer {}", person.access);
    assert_eq!(metrics(&app, &[("authorization", &session)]).await.status, 404, "a user's token is no key to it");
}

#[tokio::test]
async fn metrics_without_a_token_are_for_this_computer_in_development() {
    let app = TestApp::start().await;
    assert_eq!(metrics(&app, &[]).await.status, 200);
    for header in ["x-forwarded-for", "forwarded", "via", "x-real-ip", "x-forwarded-host"] {
        let through_a_proxy = metrics(&app, &[(header, "127.0.0.1")]).await;
        let unknown = json!({"detail": "Not Found"});
        assert_eq!((through_a_proxy.status.as_u16(), through_a_proxy.body), (404, unknown), "{header}");
    }
    let app = app.restart_with(|settings| settings.mode = Mode::Production).await;
    assert_eq!(metrics(&app, &[]).await.status, 404);
}

#[tokio::test]
async fn ready_tells_of_each_part() {
    let app = TestApp::start().await;
    let ready = app.get("/ready", "").await;
    assert_eq!(ready.status, 200);
    let redis = if app.settings.redis.is_some() {
        ready.body["redis"] != "not configured"
    } else {
        ready.body["redis"] == "not configured"
    };
    assert!(redis && ready.body["status"] == "ready" && ready.body["database"] == "connected", "{ready:?}");
    assert_eq!(ready.body["livekit"], "configured");
}

#[tokio::test]
async fn backend_whose_database_stopped_is_alive_but_not_ready() {
    let server = Postgres::start(Durability::None).unwrap();
    let database = Database::Postgres(server.database().unwrap().keep().into());
    let app = TestApp::start_with(|settings: &mut Settings| settings.database = database).await;
    assert_eq!(app.get("/ready", "").await.status, 200);
    tokio::task::spawn_blocking(|| drop(server)).await.unwrap();
    let unready = tokio::time::timeout(Duration::from_secs(20), async {
        loop {
            let answer = app.get("/ready", "").await;
            if answer.status == 503 {
                break answer;
            }
        }
    });
    let unready = unready.await.expect("it is ready without a database");
    assert_eq!((&unready.body["status"], &unready.body["database"]), (&json!("unavailable"), &json!("unreachable")));
    // Another instance may have asked the database just before.
    let health = tokio::time::timeout(Duration::from_secs(20), async {
        loop {
            let health = app.get("/health", "").await;
            if health.body["database"] == "unreachable" {
                break health;
            }
        }
    });
    let health = health.await.expect("it is healthy without a database");
    assert_eq!((health.status.as_u16(), &health.body["status"]), (200, &json!("healthy")), "a restart would not help");
}

#[tokio::test]
async fn not_ready_while_it_waits_to_stop() {
    let app = TestApp::start_with(|settings| {
        settings.limits.shutdown_delay = Duration::from_secs(600);
    })
    .await;
    let ready = app.url_of(0, "/ready");
    let stopping = tokio::spawn(app.shutdown());
    let draining = tokio::time::timeout(Duration::from_secs(10), async {
        loop {
            let answer = answer(crate::app::http().get(&ready).send().await.unwrap()).await;
            if answer.status == 503 {
                break answer;
            }
        }
    });
    assert_eq!(draining.await.expect("it stays ready").body["status"], "draining");
    stopping.abort();
}

#[tokio::test]
async fn health_has_the_originals_fields() {
    let app = TestApp::start().await;
    for path in ["/health", "/api/health"] {
        let body = app.get(path, "").await.body;
        assert_eq!((&body["status"], &body["database"]), (&json!("healthy"), &json!("connected")));
        for field in ["timestamp", "db", "otp", "ai"] {
            assert!(body[field].is_string(), "{path} {field}");
        }
    }
}
