//! `/api/livekit`: gate, limit, grant.

use crate::app::{LIVEKIT_KEY, LIVEKIT_SECRET, ONE, ROOM, TWO, TestApp, at_once};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use pizoo_backend::settings::Calls;
use serde_json::{Value, json};
use std::time::Duration;

const HOUR: Duration = Duration::from_secs(3600);

fn claims(token: &Value) -> Value {
    let mut rules = Validation::new(Algorithm::HS256);
    rules.set_issuer(&[LIVEKIT_KEY]);
    let key = DecodingKey::from_secret(LIVEKIT_SECRET.as_bytes());
    jsonwebtoken::decode::<Value>(token.as_str().unwrap(), &key, &rules).unwrap().claims
}

#[tokio::test]
async fn both_sides_get_tokens_for_one_room() {
    let app = TestApp::start().await;
    for email in [ONE, TWO] {
        let person = app.sign_in(email).await;
        let mut answer = app.call_token(&person, ROOM).await;
        assert_eq!(answer.status, 200);
        let claims = claims(&answer.body["token"].take());
        let name = format!("User-{}", &person.id[..8]);
        assert_eq!(
            answer.body,
            json!({"success": true, "token": null, "url": "ws://127.0.0.1:7", "room_name": "pizoo-match-test-room-123",
                   "participant": {"identity": person.id, "name": name}, "call_type": "video",
                   "video_enabled": true, "audio_enabled": true})
        );
        assert_eq!((&claims["sub"], &claims["name"]), (&json!(person.id), &json!(name)));
        let (iat, exp) = (claims["iat"].as_i64().unwrap(), claims["exp"].as_i64().unwrap());
        assert_eq!((exp - iat, &claims["nbf"]), (600, &claims["iat"]));
        assert!(!claims["jti"].as_str().unwrap().is_empty());
        assert_eq!(
            claims["video"],
            json!({"room": "pizoo-match-test-room-123", "roomJoin": true, "canPublish": true, "canSubscribe": true,
                   "canPublishData": true, "canPublishSources": ["microphone", "camera"]})
        );
    }
}

#[tokio::test]
async fn audio_call_cannot_publish_a_camera() {
    let app = TestApp::start().await;
    let one = app.sign_in(ONE).await;
    let body = json!({"match_id": ROOM, "call_type": "audio", "participant_name": " Ada \n\u{202e}Lovelace "});
    let answer = app.post("/api/livekit/token", &one.access, &body).await.body;
    assert_eq!((&answer["video_enabled"], &answer["audio_enabled"]), (&json!(false), &json!(true)));
    assert_eq!(answer["participant"]["name"], "Ada Lovelace");
    assert_eq!(claims(&answer["token"])["video"]["canPublishSources"], json!(["microphone"]));
}

#[tokio::test]
async fn names_are_short() {
    let app = TestApp::start().await;
    let one = app.sign_in(ONE).await;
    let body = json!({"match_id": ROOM, "participant_name": "ä".repeat(20_000)});
    let answer = app.post("/api/livekit/token", &one.access, &body).await.body;
    assert_eq!(answer["participant"]["name"].as_str().unwrap().chars().count(), 64);
    assert_eq!(answer["call_type"], "video", "the default");
}

#[tokio::test]
async fn unverified_account_gets_the_specified_403() {
    let app = TestApp::start().await;
    let newcomer = app.sign_in("newcomer@livekit-test.com").await;
    assert_eq!(app.call_token(&newcomer, "test-room-newcomer").await.status, 200);
    app.sql("UPDATE users SET verified = 0, verified_method = NULL WHERE email = 'newcomer@livekit-test.com'").await;
    let refused = app.call_token(&newcomer, "test-room-newcomer").await;
    assert_eq!(refused.status, 403);
    assert_eq!(refused.body, json!({"detail": "Account not verified. Please complete verification to use calls."}));
}

#[tokio::test]
async fn only_the_own_matches_rooms_open() {
    let app = TestApp::start().await;
    let eve = app.sign_in("eve@test.com").await;
    for id in [ROOM, "none", "", "a/b", &"x".repeat(10_000)] {
        let answer = app.call_token(&eve, id).await;
        assert_eq!((answer.status.as_u16(), &answer.body), (404, &json!({"detail": "Match not found"})));
    }
    for body in [json!({"match_id": ROOM, "call_type": "screen"}), json!({"match_id": 7}), json!({})] {
        assert_eq!(app.post("/api/livekit/token", &eve.access, &body).await.status, 422);
    }
}

#[tokio::test]
async fn exactly_thirty_of_a_hundred_at_once_pass() {
    let app = TestApp::start().await;
    let one = app.sign_in(ONE).await;
    let answers = at_once(100, async || app.call_token(&one, ROOM).await).await;
    let (passed, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 200);
    assert_eq!((passed.len(), refused.len()), (30, 70));
    for answer in refused {
        assert_eq!(answer.status, 429);
        let detail = "Rate limit exceeded. Maximum 30 calls per hour. Try again in 60 minutes.";
        assert_eq!(answer.body, json!({"detail": detail}));
        assert_eq!(answer.headers["retry-after"], "3600");
    }
    assert_eq!(app.call_token(&app.sign_in(TWO).await, ROOM).await.status, 200, "a limit is one user's");
}

#[tokio::test]
async fn limit_is_a_sliding_window() {
    let app = TestApp::start().await;
    let one = app.sign_in(ONE).await;
    for _ in 0..10 {
        assert_eq!(app.call_token(&one, ROOM).await.status, 200);
    }
    app.clock.advance(HOUR / 2);
    for _ in 0..20 {
        assert_eq!(app.call_token(&one, ROOM).await.status, 200);
    }
    let refused = app.call_token(&one, ROOM).await;
    assert_eq!(refused.body["detail"], "Rate limit exceeded. Maximum 30 calls per hour. Try again in 30 minutes.");
    app.clock.advance(HOUR / 2 - Duration::from_millis(1));
    // The access token's hour is over as well, by the rounding to seconds.
    let one = app.sign_in(ONE).await;
    let refused = app.call_token(&one, ROOM).await;
    assert_eq!(refused.body["detail"], "Rate limit exceeded. Maximum 30 calls per hour. Try again in 1 minutes.");
    assert_eq!(refused.headers["retry-after"], "1");
    app.clock.advance(Duration::from_millis(1));
    for n in 0..11 {
        assert_eq!(app.call_token(&one, ROOM).await.status, if n < 10 { 200 } else { 429 }, "{n}");
    }
}

#[tokio::test]
async fn without_livekit_it_is_503_and_nothing_is_counted() {
    for why in ["LiveKit credentials not configured", "LIVEKIT_URL must be a ws:// or wss:// address"] {
        let app = TestApp::start().await;
        let configured = app.settings.calls.clone();
        let app = app.restart_with(|settings| settings.calls = Calls::NotConfigured(why.into())).await;
        let one = app.sign_in(ONE).await;
        for _ in 0..31 {
            let answer = app.call_token(&one, ROOM).await;
            assert_eq!((answer.status.as_u16(), &answer.body), (503, &json!({"detail": why})));
        }
        let status = app.get("/api/livekit/status", "").await.body;
        assert_eq!(status, json!({"configured": false, "url": null, "message": why}));
        assert_eq!(app.get("/api/conversations", &one.access).await.status, 200, "chat goes on");
        let app = app.restart_with(|settings| settings.calls = configured).await;
        let answers = at_once(31, async || app.call_token(&one, ROOM).await.status.as_u16()).await;
        assert_eq!(answers.iter().filter(|status| **status == 200).count(), 30);
    }
}

#[tokio::test]
async fn status_says_ready() {
    let app = TestApp::start().await;
    let status = app.get("/api/livekit/status", "").await.body;
    assert_eq!(status, json!({"configured": true, "url": "ws://127.0.0.1:7", "message": "LiveKit is ready"}));
}
