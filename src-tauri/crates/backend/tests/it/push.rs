//! Subscriptions to push messages.

use crate::app::{ONE, ROOM, TWO, TestApp};
use pizoo_backend::Mode;
use pizoo_backend::settings::Vapid;
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;

const PATH: &str = "/api/push/subscriptions";
/// The three values are the example of RFC 8291, appendix A.
const POINT: &str = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
const AUTH: &str = "BTBZMqHH6r4Tts7J_aSIgg";
const VAPID: &str = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw";

fn subscription(endpoint: &str) -> Value {
    json!({"endpoint": endpoint, "expirationTime": null, "keys": {"p256dh": POINT, "auth": AUTH}})
}

async fn subscribe(app: &TestApp, token: &str, endpoint: &str) -> String {
    let answer = app.post(PATH, token, &subscription(endpoint)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.body["id"].as_str().unwrap().to_owned()
}

async fn ids(app: &TestApp, token: &str) -> Vec<String> {
    let answer = app.get(PATH, token).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.body.as_array().unwrap().iter().map(|entry| entry["id"].as_str().unwrap().to_owned()).collect()
}

async fn unsubscribe(app: &TestApp, token: &str, id: &str) -> u16 {
    let request = app.request(Method::DELETE, &format!("{PATH}/{id}")).bearer_auth(token);
    request.send().await.unwrap().status().as_u16()
}

#[tokio::test]
async fn subscription_is_listed_without_its_secret_address() {
    let app = TestApp::start().await;
    let one = app.sign_in(ONE).await;
    let id = subscribe(&app, &one.access, "https://push.example:8443/secret-path").await;
    let answer = app.get(PATH, &one.access).await;
    let entry = &answer.body[0];
    assert_eq!((entry["id"].as_str(), entry["endpoint"].as_str()), (Some(&*id), Some("push.example")));
    assert!(entry["created_at"].as_str().unwrap().ends_with('Z'));
    let text = answer.body.to_string();
    assert!(![POINT, AUTH, "secret-path"].iter().any(|secret| text.contains(secret)), "{text}");
    assert_eq!(unsubscribe(&app, &one.access, &id).await, 204);
    assert_eq!(unsubscribe(&app, &one.access, &id).await, 404);
    assert!(ids(&app, &one.access).await.is_empty());
    app.shutdown().await;
}

#[tokio::test]
async fn same_endpoint_again_keeps_its_id() {
    let app = TestApp::start().await;
    let one = app.sign_in(ONE).await;
    let first = subscribe(&app, &one.access, "https://push.example/a").await;
    assert_eq!(subscribe(&app, &one.access, "https://push.example/a").await, first);
    assert_eq!(ids(&app, &one.access).await, [first]);
    app.shutdown().await;
}

#[tokio::test]
async fn oldest_goes_when_there_are_more_than_ten() {
    let app = TestApp::start().await;
    let one = app.sign_in(ONE).await;
    let mut made = Vec::new();
    for number in 0..12 {
        made.insert(0, subscribe(&app, &one.access, &format!("https://push.example/{number}")).await);
        app.clock.advance(Duration::from_millis(1));
    }
    assert_eq!(ids(&app, &one.access).await, made[..10]);
    app.shutdown().await;
}

#[tokio::test]
async fn another_users_subscription_is_not_found() {
    let app = TestApp::start().await;
    let (one, two) = (app.sign_in(ONE).await, app.sign_in(TWO).await);
    let id = subscribe(&app, &one.access, "https://push.example/a").await;
    assert_eq!(unsubscribe(&app, &two.access, &id).await, 404);
    assert!(ids(&app, &two.access).await.is_empty());
    assert_eq!(ids(&app, &one.access).await, [id]);
    app.shutdown().await;
}

#[tokio::test]
async fn browser_is_pushed_to_for_whoever_signed_in_last() {
    let app = TestApp::start().await;
    let (one, two) = (app.sign_in(ONE).await, app.sign_in(TWO).await);
    subscribe(&app, &one.access, "https://push.example/a").await;
    let id = subscribe(&app, &two.access, "https://push.example/a").await;
    assert!(ids(&app, &one.access).await.is_empty());
    assert_eq!(ids(&app, &two.access).await, [id]);
    app.shutdown().await;
}

#[tokio::test]
async fn hostile_bodies_are_refused() {
    let app = TestApp::start().await;
    let one = app.sign_in(ONE).await;
    let with = |endpoint: Value, p256dh: Value, auth: Value| json!({"endpoint": endpoint, "keys": {"p256dh": p256dh, "auth": auth}});
    let good = "https://push.example/a";
    for body in [
        json!({}),
        json!([]),
        json!({"endpoint": good}),
        json!({"endpoint": good, "keys": {}}),
        with(json!(7), json!(POINT), json!(AUTH)),
        with(json!("ftp://push.example"), json!(POINT), json!(AUTH)),
        with(json!("http://push.example/a"), json!(POINT), json!(AUTH)),
        with(json!(format!("https://push.example/{}", "x".repeat(9000))), json!(POINT), json!(AUTH)),
        with(json!(good), json!("\0"), json!(AUTH)),
        with(json!(good), json!(POINT[..40]), json!(AUTH)),
        with(json!(good), json!("A".repeat(87)), json!(AUTH)),
        with(json!(good), json!(POINT), json!("AAAA")),
        with(json!(good), json!(POINT), json!(null)),
    ] {
        let answer = app.post(PATH, &one.access, &body).await;
        assert_eq!(answer.status, 422, "{body} {answer:?}");
    }
    assert_eq!(unsubscribe(&app, &one.access, "%00").await, 404);
    assert!(ids(&app, &one.access).await.is_empty());
    app.shutdown().await;
}

#[tokio::test]
async fn stranger_cannot_subscribe() {
    let app = TestApp::start().await;
    let body = subscription("https://push.example/a").to_string();
    assert_eq!(app.post_raw(PATH, body).await.status, 403);
    assert_eq!(app.get(PATH, "nothing").await.status, 401);
    assert_eq!(unsubscribe(&app, "nothing", "x").await, 401);
    app.shutdown().await;
}

#[tokio::test]
async fn development_keeps_the_key_that_it_made_up() {
    let app = TestApp::start().await;
    let key = app.get("/api/push/key", "").await.body;
    assert_eq!(key["key"].as_str().unwrap().len(), POINT.len());
    let app = app.restart_with(|_| {}).await;
    assert_eq!(app.get("/api/push/key", "").await.body, key);
    app.shutdown().await;
}

#[tokio::test]
async fn production_without_a_key_takes_no_subscriptions() {
    let app = TestApp::start().await;
    let one = app.sign_in(ONE).await;
    let app = app.restart_with(|settings| settings.mode = Mode::Production).await;
    assert_eq!(app.get("/api/push/key", "").await.body, json!({"key": null}));
    assert_eq!(app.post(PATH, &one.access, &subscription("https://push.example/a")).await.status, 503);
    assert!(ids(&app, &one.access).await.is_empty());
    app.shutdown().await;
}

#[tokio::test]
async fn production_refuses_private_endpoints() {
    let app = TestApp::start().await;
    let one = app.sign_in(ONE).await;
    subscribe(&app, &one.access, "http://127.0.0.1:9/a").await;
    let production = |settings: &mut pizoo_backend::Settings| {
        settings.mode = Mode::Production;
        settings.vapid = Some(Vapid { private_key: VAPID.into(), subject: "mailto:ops@pizoo.example".into() });
    };
    let app = app.restart_with(production).await;
    for endpoint in [
        "http://127.0.0.1:9/a",
        "https://127.0.0.1/a",
        "https://localhost/a",
        "https://10.0.0.1/a",
        "https://169.254.169.254/latest",
        "https://[::1]/a",
        "https://[fd00::1]/a",
        "https://[::ffff:192.168.0.1]/a",
        "http://push.example/a",
    ] {
        let answer = app.post(PATH, &one.access, &subscription(endpoint)).await;
        assert_eq!(answer.status, 422, "{endpoint} {answer:?}");
        assert_eq!(answer.body["detail"][0]["loc"], json!(["body", "endpoint"]));
    }
    subscribe(&app, &one.access, "https://push.example/a").await;
    let features = app.get("/health", "").await.body["features"].clone();
    assert!(features.as_array().unwrap().contains(&json!("push")), "{features}");
    app.shutdown().await;
}

#[tokio::test]
async fn subscribing_while_the_account_goes_fails_nobody() {
    let app = TestApp::start().await;
    for round in 0..4 {
        let person = app.sign_in(&format!("going{round}@test.com")).await;
        let (confirm, body) = (json!({"confirm": "DELETE"}), subscription("https://push.example/a"));
        let (subscribed, deleted) =
            tokio::join!(app.post(PATH, &person.access, &body), app.delete("/api/account", &person.access, &confirm));
        assert!(matches!(subscribed.status.as_u16(), 200 | 401), "{subscribed:?}");
        assert_eq!(deleted.status, 200, "{deleted:?}");
    }
}

#[tokio::test]
async fn ring_and_missed_call_wake_the_callees_devices_once_each() {
    let (sender, mut pushed) = tokio::sync::mpsc::unbounded_channel();
    let note = async move |headers: axum::http::HeaderMap, body: axum::body::Bytes| {
        sender.send((headers, body)).unwrap();
        axum::http::StatusCode::CREATED
    };
    let router = axum::Router::new().route("/device", axum::routing::post(note));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}/device", listener.local_addr().unwrap());
    let service = tokio::spawn(async move { axum::serve(listener, router).await });
    let app = TestApp::start().await;
    let (one, two) = (app.sign_in(ONE).await, app.sign_in(TWO).await);
    subscribe(&app, &two.access, &endpoint).await;
    for person in [&one, &two] {
        app.allow(person, ROOM, true).await;
    }
    let next = async |pushed: &mut tokio::sync::mpsc::UnboundedReceiver<(axum::http::HeaderMap, axum::body::Bytes)>| {
        tokio::time::timeout(Duration::from_secs(30), pushed.recv()).await.expect("a push in time").unwrap()
    };
    app.ring(&one, ROOM).await;
    let (ring, body) = next(&mut pushed).await;
    assert!(ring["urgency"] == "high" && ring["content-encoding"] == "aes128gcm", "{ring:?}");
    assert!(ring["ttl"].to_str().unwrap().parse::<u32>().unwrap() <= 45);
    assert!(!body.windows(4).any(|part| part == b"call"), "nothing is in the clear");
    app.clock.advance(Duration::from_secs(46));
    let (missed, _) = next(&mut pushed).await;
    assert_eq!((&missed["topic"], missed["ttl"].to_str().unwrap()), (&ring["topic"], "86400"), "it replaces the ring");
    app.shutdown().await;
    assert!(pushed.try_recv().is_err(), "one each");
    service.abort();
}
