//! What no client sends: clear refusals, and nothing is stored.

use crate::app::{ONE, TWO, TestApp, answer};
use crate::people::{couple, delete};
use reqwest::Method;
use serde_json::{Value, json};

async fn stored(app: &TestApp) -> Vec<String> {
    app.column(
        "SELECT CAST((SELECT COUNT(*) FROM swipes) + (SELECT COUNT(*) FROM blocks) + (SELECT COUNT(*) FROM reports)
                     + (SELECT COUNT(*) FROM messages) + (SELECT COUNT(*) FROM events) + (SELECT COUNT(*) FROM locks)
                     AS TEXT)",
        &[],
    )
    .await
}

const BODIES: [(&str, &str); 8] = [
    ("/api/swipe", r#"{"swiped_user_id": X, "action": "like"}"#),
    ("/api/swipe", r#"{"swiped_user_id": "ea53be2b-a927-496a-bc4f-374f760712c5", "action": X}"#),
    ("/api/block", r#"{"blocked_user_id": X}"#),
    ("/api/report", r#"{"reported_user_id": X, "reason": "spam"}"#),
    ("/api/report", r#"{"reported_user_id": "ea53be2b-a927-496a-bc4f-374f760712c5", "reason": X}"#),
    ("/api/conversations/test-room-123/messages", r#"{"content": X}"#),
    ("/api/conversations/test-room-123/read-receipts", r#"{"up_to": X}"#),
    ("/api/conversations/test-room-123/typing", r#"{"is_typing": X}"#),
];

#[tokio::test]
async fn injected_values_are_422_and_store_nothing() {
    let app = TestApp::start().await;
    let one = app.sign_in(ONE).await;
    let before = stored(&app).await;
    let deep = format!("{}{}", "[".repeat(20_000), "]".repeat(20_000));
    for (path, body) in BODIES {
        for value in [
            r#"{"$gt": ""}"#,
            r#"{"$ne": null}"#,
            "[]",
            r#"["x"]"#,
            "7",
            "-1e308",
            "1e400",
            "NaN",
            r#""\ud800""#,
            r#""\udc00\ud800""#,
            "\"\u{1}\n\"",
            &deep,
        ] {
            let request = app.request(Method::POST, path).bearer_auth(&one.access).body(body.replace('X', value));
            let refused = answer(request.send().await.unwrap()).await;
            assert_eq!(refused.status, 422, "{path} {value:.20}: {refused:?}");
            assert!(refused.body["detail"][0]["msg"].is_string());
        }
        for whole in ["", "null", "[]", "[\"a\",\"like\"]", "1", "{", "\"x\"", "{\"a\":1}"] {
            if path.ends_with("read-receipts") {
                continue;
            }
            let request = app.request(Method::POST, path).bearer_auth(&one.access).body(whole);
            assert_eq!(request.send().await.unwrap().status(), 422, "{path} {whole}");
        }
        let large = app.request(Method::POST, path).bearer_auth(&one.access).body("x".repeat(200_000));
        assert_eq!(large.send().await.unwrap().status(), 413, "{path}");
    }
    assert_eq!(stored(&app).await, before);
}

#[tokio::test]
async fn ids_that_cannot_be_are_404() {
    let app = TestApp::start().await;
    let one = app.sign_in(ONE).await;
    let before = stored(&app).await;
    let long = "x".repeat(10_000);
    let content = json!({"content": "x"});
    for id in
        [&long, "%00", "%0a", "a%2fb", "..%2f..", "%ED%A0%80", "%E2%80%AE", "'%20OR%201=1--", "%7B%22$gt%22:%22%22%7D"]
    {
        let base = format!("/api/conversations/{id}");
        let answers = [
            app.get(&format!("/api/matches/{id}"), &one.access).await,
            delete(&app, &format!("/api/matches/{id}"), &one).await,
            delete(&app, &format!("/api/block/{id}"), &one).await,
            app.get(&format!("{base}/messages"), &one.access).await,
            app.get(&format!("/api/conversations/test-room-123/messages?before={id}"), &one.access).await,
            app.post(&format!("{base}/messages"), &one.access, &content).await,
            app.post(&format!("{base}/read-receipts"), &one.access, &Value::Null).await,
            app.post(&format!("{base}/typing"), &one.access, &json!({"is_typing": true})).await,
        ];
        for (n, answer) in answers.iter().enumerate() {
            assert_eq!(answer.status, 404, "{n} {id:.20}");
            assert!(answer.body["detail"].is_string());
        }
    }
    for id in [&long, "", "\u{0}", "\u{202e}", "' OR 1=1 --"] {
        for (path, body) in [
            ("/api/swipe", json!({"swiped_user_id": id, "action": "like"})),
            ("/api/block", json!({"blocked_user_id": id})),
            ("/api/report", json!({"reported_user_id": id, "reason": "spam"})),
            ("/api/conversations/test-room-123/read-receipts", json!({"up_to": id})),
        ] {
            assert_eq!(app.post(path, &one.access, &body).await.status, 404, "{path} {id:.20}");
        }
    }
    assert_eq!(stored(&app).await, before);
}

#[tokio::test]
async fn nothing_is_answered_without_a_bearer() {
    let app = TestApp::start().await;
    for (method, path) in [
        (Method::GET, "/api/profiles/discover"),
        (Method::POST, "/api/swipe"),
        (Method::POST, "/api/block"),
        (Method::DELETE, "/api/block/x"),
        (Method::GET, "/api/blocked-users"),
        (Method::POST, "/api/report"),
        (Method::GET, "/api/matches"),
        (Method::GET, "/api/matches/test-room-123"),
        (Method::DELETE, "/api/matches/test-room-123"),
        (Method::GET, "/api/conversations"),
        (Method::GET, "/api/conversations/test-room-123/messages"),
        (Method::POST, "/api/conversations/test-room-123/messages"),
        (Method::POST, "/api/conversations/test-room-123/read-receipts"),
        (Method::POST, "/api/conversations/test-room-123/typing"),
    ] {
        let none = app.request(method.clone(), path).send().await.unwrap();
        assert_eq!(none.status(), 403, "{path}");
        let bad = app.request(method, path).bearer_auth("x.y.z").send().await.unwrap();
        assert_eq!(bad.status(), 401, "{path}");
    }
}

#[tokio::test]
async fn messages_of_another_match_are_not_found() {
    let app = TestApp::start().await;
    let (ada, _, id) = couple(&app).await;
    let sent = app.post(&format!("/api/conversations/{id}/messages"), &ada.access, &json!({"content": "x"})).await;
    let message = sent.body["data"]["id"].as_str().unwrap();
    let two = app.sign_in(TWO).await;
    for path in [
        format!("/api/conversations/{id}/messages"),
        format!("/api/conversations/{id}/messages?before={message}"),
        format!("/api/conversations/test-room-123/messages?before={message}"),
    ] {
        assert_eq!(app.get(&path, &two.access).await.status, 404, "{path}");
    }
    let up_to = json!({"up_to": message});
    assert_eq!(app.post("/api/conversations/test-room-123/read-receipts", &two.access, &up_to).await.status, 404);
}
