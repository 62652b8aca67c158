//! `/api/matches` and `/api/conversations`.

use crate::app::{ONE, Person, ROOM, TWO, TestApp, at_once};
use serde_json::{Value, json};
use std::time::Duration;

const MESSAGES: &str = "/api/conversations/test-room-123/messages";

async fn one_and_two(app: &TestApp) -> (Person, Person) {
    (app.sign_in(ONE).await, app.sign_in(TWO).await)
}

async fn lines(app: &TestApp, person: &Person) -> Vec<Value> {
    app.get(MESSAGES, &person.access).await.body["messages"].as_array().unwrap().clone()
}

fn conversation(list: &Value) -> Value {
    let list = list["conversations"].as_array().unwrap();
    list.iter().find(|conversation| conversation["match_id"] == ROOM).unwrap().clone()
}

#[tokio::test]
async fn message_reaches_the_other_side_and_reading_shows() {
    let app = TestApp::start().await;
    let (one, two) = one_and_two(&app).await;
    lines(&app, &two).await;
    app.clock.advance(Duration::from_secs(1));
    let sent = app.post(MESSAGES, &one.access, &json!({"content": " Hello\nTwo "})).await;
    assert_eq!(sent.status, 200);
    assert_eq!(sent.body["data"]["content"], "Hello\nTwo");
    assert_eq!((&sent.body["data"]["status"], &sent.body["data"]["read_at"]), (&json!("sent"), &Value::Null));
    assert_eq!(sent.body["data"]["receiver_id"], two.id.as_str());
    let listed = app.get("/api/conversations", &two.access).await.body;
    let listed = conversation(&listed);
    assert_eq!((&listed["unread_count"], &listed["last_message"]["content"]), (&json!(1), &json!("Hello\nTwo")));
    assert_eq!((&listed["user"]["name"], &listed["user"]["is_online"]), (&json!("User One"), &json!(false)));
    assert_eq!(lines(&app, &two).await.last().unwrap()["status"], "sent");
    let read = lines(&app, &one).await.pop().unwrap();
    assert_eq!(read["status"], "read");
    assert!(read["read_at"].as_str().unwrap().parse::<jiff::Timestamp>().is_ok());
    assert_eq!(conversation(&app.get("/api/conversations", &two.access).await.body)["unread_count"], 0);
}

#[tokio::test]
async fn read_receipts_mark_the_readers_side_only() {
    let app = TestApp::start().await;
    let (one, two) = one_and_two(&app).await;
    app.post(MESSAGES, &one.access, &json!({"content": "to two"})).await;
    let path = "/api/conversations/test-room-123/read-receipts";
    assert!(app.post(path, &one.access, &Value::Null).await.body["message"].is_string());
    assert!(conversation(&app.get("/api/conversations", &two.access).await.body)["unread_count"].as_u64().unwrap() > 0);
    app.post(path, &two.access, &Value::Null).await;
    assert_eq!(conversation(&app.get("/api/conversations", &two.access).await.body)["unread_count"], 0);
}

#[tokio::test]
async fn one_key_stores_one_message() {
    let app = TestApp::start().await;
    let (one, two) = one_and_two(&app).await;
    let before = lines(&app, &one).await.len();
    let body = json!({"content": "once", "idempotency_key": "k-1"});
    let answers = at_once(10, async || app.post(MESSAGES, &one.access, &body).await).await;
    let ids: Vec<&str> = answers.iter().map(|answer| answer.body["data"]["id"].as_str().unwrap()).collect();
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    assert_eq!(lines(&app, &one).await.len(), before + 1);
    app.post(MESSAGES, &two.access, &body).await;
    assert_eq!(lines(&app, &one).await.len(), before + 2, "a key is the sender's own");
}

#[tokio::test]
async fn messages_of_one_moment_keep_their_order() {
    let app = TestApp::start().await;
    let (one, two) = one_and_two(&app).await;
    let mut wanted = Vec::new();
    for n in 0..20 {
        let sender = if n % 2 == 0 { &one } else { &two };
        wanted.push(format!("line {n}"));
        app.post(MESSAGES, &sender.access, &json!({"content": wanted[n]})).await;
    }
    let stored = lines(&app, &one).await;
    let stored: Vec<&str> =
        stored.iter().skip(stored.len() - 20).map(|line| line["content"].as_str().unwrap()).collect();
    assert_eq!(stored, wanted);
}

#[tokio::test]
async fn bad_messages_are_422_and_stored_nowhere() {
    let app = TestApp::start().await;
    let (one, _) = one_and_two(&app).await;
    let before = lines(&app, &one).await.len();
    for body in [
        json!({}),
        json!({"content": ""}),
        json!({"content": " \n\u{0} "}),
        json!({"content": 7}),
        json!({"content": "ж".repeat(4001)}),
        json!({"content": "x", "message_type": "system"}),
        json!({"content": "x", "idempotency_key": ""}),
        json!({"content": "x", "idempotency_key": "k".repeat(129)}),
    ] {
        assert_eq!(app.post(MESSAGES, &one.access, &body).await.status, 422, "{body}");
    }
    assert_eq!(lines(&app, &one).await.len(), before);
    assert_eq!(app.post(MESSAGES, &one.access, &json!({"content": "ж".repeat(4000)})).await.status, 200);
}

#[tokio::test]
async fn other_peoples_matches_are_not_found() {
    let app = TestApp::start().await;
    let eve = app.sign_in("eve@test.com").await;
    let long = "x".repeat(5000);
    for id in [ROOM, "none", "%00", "..%2f..", "' OR 1=1 --", &long] {
        let base = format!("/api/conversations/{id}");
        let answers = [
            app.get(&format!("/api/matches/{id}"), &eve.access).await,
            app.get(&format!("{base}/messages"), &eve.access).await,
            app.post(&format!("{base}/messages"), &eve.access, &json!({"content": "x"})).await,
            app.post(&format!("{base}/read-receipts"), &eve.access, &Value::Null).await,
        ];
        for answer in answers {
            assert_eq!(answer.status, 404, "{id:.20}");
            assert!(answer.body["detail"].is_string());
        }
    }
    assert_eq!(app.get("/api/matches", &eve.access).await.body, json!({"matches": []}));
    assert_eq!(app.get("/api/conversations", &eve.access).await.body, json!({"conversations": []}));
}

#[tokio::test]
async fn seeding_again_changes_nothing() {
    let app = TestApp::start().await;
    let one = app.sign_in(ONE).await;
    let before = (lines(&app, &one).await, app.get("/api/matches", &one.access).await.body);
    let app = app.restart_with(|_| {}).await;
    let after = (lines(&app, &one).await, app.get("/api/matches", &one.access).await.body);
    assert_eq!(before.1, after.1);
    assert_eq!(before.0.len(), after.0.len());
}
