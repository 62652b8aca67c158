//! `/api/auth` and the account routes.

use crate::app::{Answer, ONE, TestApp, at_once};
use serde_json::{Value, json};
use std::time::Duration;

const MINUTE: Duration = Duration::from_secs(60);

pub(crate) fn assert_refused(answer: &Answer) {
    assert_eq!(answer.status, 401, "{answer:?}");
    assert_eq!(answer.headers["www-authenticate"], "Bearer");
    assert!(answer.body["detail"].is_string());
}

#[tokio::test]
async fn known_and_unknown_addresses_get_the_same_answer() {
    let app = TestApp::start().await;
    app.sign_in("known@test.com").await;
    let mut answers = Vec::new();
    for email in ["known@test.com", "unknown@test.com"] {
        answers.push(app.post_raw("/api/auth/email/send-link", json!({"email": email, "name": "X"}).to_string()).await);
    }
    assert_eq!(answers[0].body, answers[1].body);
    assert_eq!((answers[0].status, answers[1].status), (reqwest::StatusCode::OK, reqwest::StatusCode::OK));
    assert_eq!(answers[0].body["expires_in"], 600);
}

#[tokio::test]
async fn link_works_once_and_a_verified_user_gets_another() {
    let app = TestApp::start().await;
    let link = app.link("Ada@Test.COM").await;
    let first = app.verify(&link).await;
    assert_eq!(first.status, 200);
    assert_eq!(first.body["user"]["email"], "ada@test.com");
    assert_eq!(first.body["user"]["verified"], true);
    assert_eq!(first.body["user"]["verified_method"], "email_link");
    assert_eq!((&first.body["expires_in"], &first.body["token_type"]), (&json!(3600), &json!("bearer")));
    let second = app.verify(&link).await;
    assert_eq!((second.status.as_u16(), &second.body["detail"]), (400, &json!("Invalid or expired link")));
    let again = app.sign_in("ADA@test.com").await;
    assert_eq!(first.body["user"]["id"], again.id.as_str(), "the same account");
}

#[tokio::test]
async fn twenty_uses_of_one_link_at_once_have_one_winner() {
    let app = TestApp::start().await;
    let link = app.link("race@test.com").await;
    let answers = at_once(20, async || app.verify(&link).await.status.as_u16()).await;
    assert_eq!(answers.iter().filter(|status| **status == 200).count(), 1, "{answers:?}");
    assert_eq!(answers.iter().filter(|status| **status == 400).count(), 19, "{answers:?}");
}

#[tokio::test]
async fn link_expires_after_ten_minutes() {
    let app = TestApp::start().await;
    let (early, late) = (app.link("a@test.com").await, app.link("b@test.com").await);
    app.clock.advance(10 * MINUTE - Duration::from_secs(1));
    assert_eq!(app.verify(&early).await.status, 200);
    app.clock.advance(Duration::from_secs(1));
    assert_eq!(app.verify(&late).await.status, 400);
}

#[tokio::test]
async fn database_holds_no_link_and_no_session_token() {
    let app = TestApp::start().await;
    let link = app.link("ada@test.com").await;
    assert!(!app.database_holds(&link));
    let person = app.sign_in("ada@test.com").await;
    assert!(app.database_holds("ada@test.com"), "the search works");
    assert!(!app.database_holds(&person.refresh) && !app.database_holds(&person.access));
}

#[tokio::test]
async fn names_are_cleaned() {
    let app = TestApp::start().await;
    let body = json!({"email": "n@test.com", "name": "Eve\r\n2026 INFO MOCK EMAIL to x\u{0}"});
    assert_eq!(app.post_raw("/api/auth/email/send-link", body.to_string()).await.status, 200);
    let person = app.sign_in("n@test.com").await;
    let me = app.get("/api/me", &person.access).await;
    let name = me.body["name"].as_str().unwrap();
    assert!(!name.chars().any(char::is_control) && name.chars().count() <= 64, "{name:?}");
}

#[tokio::test]
async fn refresh_token_is_good_once() {
    let app = TestApp::start().await;
    let person = app.sign_in(ONE).await;
    let renewed = app.refresh(&person.refresh).await;
    assert_eq!(renewed.status, 200);
    assert_refused(&app.refresh(&person.refresh).await);
    let access = renewed.body["access_token"].as_str().unwrap();
    assert_eq!(app.get("/api/auth/me", access).await.status, 200, "a doubled request does not end the session");
    assert_eq!(app.refresh(renewed.body["refresh_token"].as_str().unwrap()).await.status, 200);
}

#[tokio::test]
async fn twenty_renewals_at_once_have_one_winner_and_the_session_lives() {
    let app = TestApp::start().await;
    let person = app.sign_in(ONE).await;
    let answers = at_once(20, async || app.refresh(&person.refresh).await).await;
    let won: Vec<&Answer> = answers.iter().filter(|answer| answer.status == 200).collect();
    assert_eq!(won.len(), 1);
    assert_eq!(app.refresh(won[0].body["refresh_token"].as_str().unwrap()).await.status, 200);
}

#[tokio::test]
async fn stolen_refresh_token_ends_the_session() {
    let app = TestApp::start().await;
    let person = app.sign_in(ONE).await;
    let renewed = app.refresh(&person.refresh).await;
    app.clock.advance(MINUTE);
    assert_refused(&app.refresh(&person.refresh).await);
    assert_refused(&app.refresh(renewed.body["refresh_token"].as_str().unwrap()).await);
    assert_refused(&app.get("/api/auth/me", renewed.body["access_token"].as_str().unwrap()).await);
}

#[tokio::test]
async fn access_lives_an_hour_and_refresh_seven_days() {
    let app = TestApp::start().await;
    let person = app.sign_in(ONE).await;
    app.clock.advance(59 * MINUTE);
    assert_eq!(app.get("/api/auth/me", &person.access).await.status, 200);
    app.clock.advance(2 * MINUTE);
    assert_refused(&app.get("/api/auth/me", &person.access).await);
    app.clock.advance(7 * 24 * 60 * MINUTE - 62 * MINUTE);
    let renewed = app.refresh(&person.refresh).await;
    assert_eq!(renewed.status, 200);
    app.clock.advance(7 * 24 * 60 * MINUTE);
    assert_refused(&app.refresh(renewed.body["refresh_token"].as_str().unwrap()).await);
}

#[tokio::test]
async fn logout_ends_every_session_at_once() {
    let app = TestApp::start().await;
    let (here, there) = (app.sign_in(ONE).await, app.sign_in(ONE).await);
    assert_eq!(app.post("/api/auth/logout", &here.access, &Value::Null).await.status, 200);
    for person in [here, there] {
        assert_refused(&app.get("/api/auth/me", &person.access).await);
        assert_refused(&app.refresh(&person.refresh).await);
    }
    assert_eq!(app.get("/api/auth/me", &app.sign_in(ONE).await.access).await.status, 200);
}

#[tokio::test]
async fn no_bearer_is_403_and_a_bad_one_401() {
    let app = TestApp::start().await;
    for path in ["/api/auth/me", "/api/me", "/api/matches", "/api/conversations", "/api/conversations/x/messages"] {
        for header in [None, Some("Basic dXNlcjpwYXNz"), Some("Bearer"), Some("token x")] {
            let mut request = app.request(reqwest::Method::GET, path);
            if let Some(header) = header {
                request = request.header("authorization", header);
            }
            let answer = crate::app::answer(request.send().await.unwrap()).await;
            assert_eq!((answer.status.as_u16(), &answer.body["detail"]), (403, &json!("Not authenticated")), "{path}");
        }
        assert_refused(&app.get(path, "x").await);
    }
}

#[tokio::test]
async fn account_has_the_originals_shapes() {
    let app = TestApp::start().await;
    let one = app.sign_in(ONE).await;
    assert_eq!(one.id, "2eb40ac4-b71e-4d51-baef-c0bb1355b3bf");
    let me = app.get("/api/auth/me", &one.access).await.body;
    assert_eq!(
        me,
        json!({"success": true, "user": {"id": one.id, "name": "User One", "email": ONE, "verified": true,
               "verified_method": "email_link", "photo": null, "subscription_status": "free", "premium_tier": "free"}})
    );
    let short = app.get("/api/me", &one.access).await.body;
    assert_eq!(
        short,
        json!({"id": one.id, "email": ONE, "phone": null, "name": "User One", "language": "en", "premium_tier": "free"})
    );
    for (path, dates) in [
        ("/api/user/profile", &["created_at"][..]),
        ("/api/profile/me", &["created_at", "updated_at"]),
        ("/api/matches/test-room-123", &["matched_at", "created_at"]),
    ] {
        let body = app.get(path, &one.access).await.body;
        for date in dates {
            let text = body[date].as_str().unwrap();
            assert!(text.parse::<jiff::Timestamp>().is_ok(), "{path} {date} {text} is ISO 8601 with a zone");
        }
    }
    let profile = app.get("/api/profile/me", &one.access).await.body;
    assert_eq!((&profile["display_name"], &profile["photos"]), (&json!("User One"), &json!([])));
    assert_ne!(profile["id"], profile["user_id"]);
}
