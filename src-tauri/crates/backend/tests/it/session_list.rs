//! One's own sessions: the list, ending one, signing out here or everywhere.

use crate::app::{Answer, ONE, Person, TWO, TestApp, answer};
use crate::auth::assert_refused;
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;

async fn sign_in_as(app: &TestApp, email: &str, agent: &str) -> Person {
    let link = app.link(email).await;
    let request = app.request(Method::POST, "/api/auth/email/verify").header("user-agent", agent.as_bytes());
    let Answer { body, .. } = answer(request.body(json!({"token": link}).to_string()).send().await.unwrap()).await;
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    Person { id: text(&body["user"]["id"]), access: text(&body["access_token"]), refresh: text(&body["refresh_token"]) }
}

async fn list(app: &TestApp, person: &Person) -> Vec<Value> {
    app.get("/api/auth/sessions", &person.access).await.body["sessions"].as_array().unwrap().clone()
}

#[tokio::test]
async fn sessions_are_listed_with_device_and_last_use() {
    let app = TestApp::start().await;
    let agent = format!("Pizoo/1 (Linux)\t\u{202e}{}", "x".repeat(300));
    let desk = sign_in_as(&app, ONE, &agent).await;
    app.clock.advance(Duration::from_secs(60));
    let phone = sign_in_as(&app, ONE, "Phone").await;
    sign_in_as(&app, TWO, "Another's").await;
    let sessions = list(&app, &phone).await;
    assert_eq!(sessions.len(), 2);
    assert_eq!((&sessions[0]["device"], &sessions[0]["current"]), (&json!("Phone"), &json!(true)));
    let device = sessions[1]["device"].as_str().unwrap();
    assert!(device.starts_with("Pizoo/1 (Linux) x") && device.chars().count() == 120, "{device}");
    assert_eq!(sessions[1]["current"], false);
    assert_eq!(sessions[1]["created_at"], sessions[1]["last_used_at"]);
    app.clock.advance(Duration::from_secs(60));
    assert_eq!(app.refresh(&desk.refresh).await.status, 200);
    let first = &list(&app, &phone).await[0];
    assert_eq!((&first["id"], &first["current"]), (&sessions[1]["id"], &json!(false)), "newest use first");
    assert_ne!(first["created_at"], first["last_used_at"]);
    for session in &sessions {
        assert_eq!(session.as_object().unwrap().len(), 5, "no token, no jti: {session}");
    }
}

#[tokio::test]
async fn one_session_is_ended_and_anothers_is_not_found() {
    let app = TestApp::start().await;
    let (desk, phone) = (sign_in_as(&app, ONE, "Desk").await, sign_in_as(&app, ONE, "Phone").await);
    let stranger = sign_in_as(&app, TWO, "Stranger").await;
    let sessions = list(&app, &desk).await;
    let other = sessions.iter().find(|session| session["current"] == false).unwrap()["id"].as_str().unwrap();
    let path = format!("/api/auth/sessions/{other}");
    let refused = app.delete(&path, &stranger.access, &Value::Null).await;
    assert_eq!((refused.status.as_u16(), &refused.body["detail"]), (404, &json!("Session not found")));
    assert_eq!(app.get("/api/me", &phone.access).await.status, 200);
    assert_eq!(app.delete(&path, &desk.access, &Value::Null).await.status, 200);
    assert_refused(&app.get("/api/me", &phone.access).await);
    assert_refused(&app.refresh(&phone.refresh).await);
    assert_eq!(app.delete(&path, &desk.access, &Value::Null).await.status, 404, "it is gone");
    for id in ["none", "a%2Fb", "%00", &"x".repeat(500)] {
        assert_eq!(app.delete(&format!("/api/auth/sessions/{id}"), &desk.access, &Value::Null).await.status, 404);
    }
    assert_eq!(app.get("/api/me", &desk.access).await.status, 200);
}

#[tokio::test]
async fn signing_out_here_leaves_the_other_devices() {
    let app = TestApp::start().await;
    let (here, there) = (app.sign_in(ONE).await, app.sign_in(ONE).await);
    let body = json!({"everywhere": false});
    assert_eq!(app.post("/api/auth/logout", &here.access, &body).await.status, 200);
    assert_refused(&app.get("/api/me", &here.access).await);
    assert_refused(&app.refresh(&here.refresh).await);
    assert_eq!(app.get("/api/me", &there.access).await.status, 200);
}

#[tokio::test]
async fn signing_out_as_the_originals_clients_do_ends_all() {
    let app = TestApp::start().await;
    for body in ["", "null", "{}", "[]", "not json", "{\"everywhere\": true}"] {
        let (here, there) = (app.sign_in(ONE).await, app.sign_in(ONE).await);
        let request = app.request(Method::POST, "/api/auth/logout").bearer_auth(&here.access);
        let done = answer(request.body(body).send().await.unwrap()).await;
        assert_eq!((done.status.as_u16(), &done.body["success"]), (200, &json!(true)), "{body}");
        assert_refused(&app.get("/api/me", &there.access).await);
    }
    let person = app.sign_in(ONE).await;
    let wrong = app.post("/api/auth/logout", &person.access, &json!({"everywhere": "no"})).await;
    assert_eq!(wrong.status, 422);
    assert_eq!(app.get("/api/me", &person.access).await.status, 200, "nothing was ended");
}
