//! Sign-in by text message.

use crate::app::{Answer, ONE, TestApp, answer, at_once};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use axum::{Json, Router};
use pizoo_backend::settings::Telnyx;
use reqwest::Method;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::mpsc;

const PHONE: &str = "+49 151 234-567-89";
const SOON: Duration = Duration::from_secs(30);

async fn send(app: &TestApp, phone: &str) -> Answer {
    let request = app.request_of(0, Method::POST, "/api/auth/phone/send-otp");
    answer(request.body(json!({"phone": phone}).to_string()).send().await.unwrap()).await
}

async fn verify(app: &TestApp, phone: &str, code: &str, id: &Value) -> Answer {
    let body = json!({"phone": phone, "code": code, "otpId": id});
    app.post_raw("/api/auth/phone/verify-otp", body.to_string()).await
}

/// Has a code sent, and reads it in the mock message.
async fn code(app: &TestApp, phone: &str) -> (String, Value) {
    let sent = send(app, phone).await;
    assert_eq!(sent.status, 200, "{sent:?}");
    assert_eq!((&sent.body["ok"], &sent.body["ttl"]), (&json!(true), &json!(600)));
    let request = app.request_of(0, Method::GET, "/api/development/sms").query(&[("phone", phone)]);
    let text = answer(request.send().await.unwrap()).await;
    (text.body["code"].as_str().unwrap().to_owned(), sent.body["otpId"].clone())
}

#[tokio::test]
async fn code_makes_a_verified_account_and_finds_it_again() {
    let app = TestApp::start().await;
    let (right, id) = code(&app, PHONE).await;
    let signed_in = verify(&app, "+4915123456789", &right, &id).await;
    assert_eq!(signed_in.status, 200, "{signed_in:?}");
    let body = &signed_in.body;
    assert_eq!((&body["ok"], &body["verified"], &body["token"]), (&json!(true), &json!(true), &body["access_token"]));
    assert_eq!((&body["user"]["verified_method"], &body["user"]["email"]), (&json!("phone_otp"), &Value::Null));
    let access = body["token"].as_str().unwrap();
    let me = app.get("/api/me", access).await;
    assert_eq!((me.status.as_u16(), &me.body["phone"]), (200, &json!("+4915123456789")));
    for path in ["/api/auth/me", "/api/user/profile", "/api/profile/me"] {
        assert_eq!(app.get(path, access).await.status, 200, "{path}");
    }
    assert_eq!(verify(&app, PHONE, &right, &id).await.status, 400, "a code is good once");
    app.clock.advance(Duration::from_secs(31));
    let (right, id) = code(&app, PHONE).await;
    assert_eq!(verify(&app, PHONE, &right, &id).await.body["user_id"], body["user_id"]);
}

#[tokio::test]
async fn bearer_gets_the_number_unless_it_is_anothers() {
    let app = TestApp::start().await;
    let (one, eve) = (app.sign_in(ONE).await, app.sign_in("eve@test.com").await);
    let (right, id) = code(&app, PHONE).await;
    let body = json!({"phone": PHONE, "code": right, "otpId": id});
    let added = app.post("/api/auth/phone/verify-otp", &one.access, &body).await;
    assert_eq!((added.status.as_u16(), &added.body["user_id"]), (200, &json!(one.id)));
    app.clock.advance(Duration::from_secs(31));
    let (right, id) = code(&app, PHONE).await;
    let body = json!({"phone": PHONE, "code": right, "otpId": id});
    assert_eq!(app.post("/api/auth/phone/verify-otp", &eve.access, &body).await.status, 409);
    assert_eq!(app.get("/api/me", &one.access).await.body["phone"], "+4915123456789");
}

#[tokio::test]
async fn second_code_within_thirty_seconds_is_429() {
    let app = TestApp::start().await;
    code(&app, PHONE).await;
    app.clock.advance(Duration::from_secs(10));
    let early = send(&app, PHONE).await;
    assert_eq!((early.status.as_u16(), early.headers["retry-after"].to_str().unwrap()), (429, "20"));
    app.clock.advance(Duration::from_secs(20));
    assert_eq!(send(&app, PHONE).await.status, 200);
}

#[tokio::test]
async fn five_wrong_codes_are_the_last() {
    let app = TestApp::start().await;
    let (right, id) = code(&app, PHONE).await;
    let wrong: String = right.chars().map(|c| if c == '0' { '1' } else { '0' }).collect();
    for _ in 0..5 {
        assert_eq!(verify(&app, PHONE, &wrong, &id).await.status, 400);
    }
    assert_eq!(verify(&app, PHONE, &wrong, &id).await.status, 429);
    assert_eq!(verify(&app, PHONE, &right, &id).await.status, 429, "also the right one");
}

#[tokio::test]
async fn twenty_uses_of_one_code_at_once_have_one_winner() {
    let app = TestApp::start().await;
    let (right, id) = code(&app, PHONE).await;
    let answers = at_once(20, async || verify(&app, PHONE, &right, &id).await.status.as_u16()).await;
    assert_eq!(answers.iter().filter(|status| **status == 200).count(), 1, "{answers:?}");
    assert!(!app.database_holds(&right));
}

#[tokio::test]
async fn numbers_that_are_none_are_422() {
    let app = TestApp::start().await;
    for body in
        [json!({"phone": "0151"}), json!({"phone": {"$gt": ""}}), json!({}), json!({"phone": "+1".repeat(5000)})]
    {
        assert_eq!(app.post_raw("/api/auth/phone/send-otp", body.to_string()).await.status, 422);
    }
}

/// What Telnyx is asked, and what it answers.
#[derive(Clone)]
struct Desk {
    asked: mpsc::UnboundedSender<(String, Value)>,
    answers: Arc<Mutex<Vec<(StatusCode, Value)>>>,
}

async fn messages(State(desk): State<Desk>, headers: HeaderMap, Json(body): Json<Value>) -> (StatusCode, Json<Value>) {
    let bearer = headers["authorization"].to_str().unwrap().to_owned();
    desk.asked.send((bearer, body)).unwrap();
    let (status, body) = desk.answers.lock().unwrap().pop().unwrap();
    (status, Json(body))
}

/// The shapes are those of Telnyx's API reference.
fn accepted() -> (StatusCode, Value) {
    let data = json!({"record_type": "message", "direction": "outbound", "id": "40385f64-5717-4562-b3fc-2c963f66afa6",
                      "type": "SMS", "to": [{"phone_number": "+4915123456789", "status": "queued"}]});
    (StatusCode::OK, json!({"data": data}))
}

fn refused(status: StatusCode, code: &str, title: &str) -> (StatusCode, Value) {
    (status, json!({"errors": [{"code": code, "title": title, "detail": "See the reference."}]}))
}

#[tokio::test]
async fn telnyx_is_asked_again_when_it_is_busy_and_not_when_it_refuses() {
    let (asked, mut requests) = mpsc::unbounded_channel();
    let busy = refused(StatusCode::TOO_MANY_REQUESTS, "10011", "Too many requests");
    let invalid = refused(StatusCode::UNPROCESSABLE_ENTITY, "40310", "Invalid 'to' address");
    // The last is given first.
    let answers = Arc::new(Mutex::new(vec![accepted(), invalid, accepted(), busy]));
    let router =
        Router::new().route("/v2/messages", post(messages)).with_state(Desk { asked, answers: answers.clone() });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
    let desk = tokio::spawn(async move { axum::serve(listener, router).await });
    let telnyx = Telnyx { key: "telnyx-key-of-the-tests".to_owned().into(), from: "+15550100".into(), base };
    let app = TestApp::start_with(|settings| settings.telnyx = Some(telnyx)).await;

    let sent = send(&app, PHONE).await;
    assert_eq!(sent.status, 200);
    let mut told = Vec::new();
    for _ in 0..2 {
        told.push(tokio::time::timeout(SOON, requests.recv()).await.expect("a request in time").unwrap());
    }
    assert_eq!(told[0], told[1], "the same message again");
    let (bearer, body) = &told[1];
    assert_eq!(bearer, "Bearer telnyx-key-of-the-tests");
    assert_eq!((&body["from"], &body["to"]), (&json!("+15550100"), &json!("+4915123456789")));
    let code: String = body["text"].as_str().unwrap().chars().take_while(char::is_ascii_digit).collect();
    assert_eq!(verify(&app, PHONE, &code, &sent.body["otpId"]).await.status, 200);

    app.clock.advance(Duration::from_secs(31));
    assert_eq!(send(&app, PHONE).await.status, 200, "what Telnyx thinks of the number is not told");
    tokio::time::timeout(SOON, requests.recv()).await.expect("a request in time").unwrap();
    app.clock.advance(Duration::from_secs(31));
    assert_eq!(send(&app, PHONE).await.status, 200);
    let (_, last) = tokio::time::timeout(SOON, requests.recv()).await.expect("a request in time").unwrap();
    assert_ne!(last["text"], told[0].1["text"], "the refused one is not sent again");
    assert!(answers.lock().unwrap().is_empty());
    desk.abort();
}
