//! `/api/livekit/webhook`: only LiveKit is believed, and an empty room ends its call.

use crate::app::{Answer, LIVEKIT_KEY, LIVEKIT_SECRET, ONE, ROOM, TestApp, answer, at_once};
use crate::ringing::{id, pair};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use pizoo_backend::Clock as _;
use reqwest::Method;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::time::Duration;

const MINUTE: Duration = Duration::from_secs(60);

const SENTINEL: [&str; 3] = [
    "INSERT INTO users (id, name, language, created_at) VALUES ('sentinel1', '', '', 0), ('sentinel2', '', '', 0)
     ON CONFLICT DO NOTHING",
    "INSERT INTO matches (id, user1_id, user2_id, matched_at) VALUES ('sentinel', 'sentinel1', 'sentinel2', 0)
     ON CONFLICT DO NOTHING",
    "INSERT INTO calls (id, match_id, caller_id, callee_id, call_type, state, reach, created_at, expires_at)
     VALUES ('sentinel', 'sentinel', 'sentinel1', 'sentinel2', 'audio', 'ended', 'hidden', 9000000000000, 0)
     ON CONFLICT DO NOTHING",
];

fn hash(body: &str) -> String {
    STANDARD.encode(Sha256::digest(body.as_bytes()))
}

fn sign(claims: &Value, secret: &str) -> String {
    jsonwebtoken::encode(&Header::new(Algorithm::HS256), claims, &EncodingKey::from_secret(secret.as_bytes())).unwrap()
}

impl TestApp {
    async fn hook(&self, signature: &str, body: &str) -> Answer {
        let request = self.request(Method::POST, "/api/livekit/webhook").header("authorization", signature);
        answer(request.body(body.to_owned()).send().await.unwrap()).await
    }

    fn seconds(&self) -> i64 {
        self.clock.now().seconds()
    }

    /// As LiveKit says it.
    async fn happens(&self, hook: &str, event: &str, identity: &str, joined_at_ms: i64) {
        let mut body = json!({"event": event, "id": hook, "createdAt": self.seconds().to_string(),
                              "room": {"sid": "RM_x", "name": format!("pizoo-match-{ROOM}")}});
        if !identity.is_empty() {
            body["participant"] = json!({"sid": "PA_x", "identity": identity, "state": "ACTIVE",
                "joinedAt": (joined_at_ms / 1000).to_string(), "joinedAtMs": joined_at_ms.to_string()});
        }
        let body = body.to_string();
        let now = self.seconds();
        let claims = json!({"iss": LIVEKIT_KEY, "nbf": now, "exp": now + 300, "sha256": hash(&body)});
        let answer = self.hook(&sign(&claims, LIVEKIT_SECRET), &body).await;
        assert_eq!(answer.status, 200, "{answer:?}");
    }

    /// Waits until the sweep has looked at everything that is due now: it ends this ring, the youngest of all, last.
    async fn swept(&self) {
        for statement in SENTINEL {
            self.sql(statement).await;
        }
        let deadline = tokio::time::Instant::now() + MINUTE / 2;
        let before = self.told("sentinel1").await.len();
        self.sql("UPDATE calls SET state = 'ringing', outcome = NULL WHERE id = 'sentinel'").await;
        while self.told("sentinel1").await.len() == before {
            assert!(tokio::time::Instant::now() < deadline, "the sweep does not look");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

#[tokio::test]
async fn only_livekits_signature_is_believed() {
    let app = TestApp::start().await;
    let body = json!({"event": "room_started", "id": "EV_1", "room": {"name": "pizoo-match-x"}}).to_string();
    let now = app.seconds();
    let good = json!({"iss": LIVEKIT_KEY, "nbf": now, "exp": now + 300, "sha256": hash(&body)});
    let with = |name: &str, value: Value| {
        let mut claims = good.clone();
        claims[name] = value;
        sign(&claims, LIVEKIT_SECRET)
    };
    assert_eq!(app.hook(&sign(&good, LIVEKIT_SECRET), &body).await.status, 200);
    assert_eq!(app.hook(&sign(&good, LIVEKIT_SECRET), "not json").await.status, 401, "another body");
    let mut no_end = good.clone();
    no_end.as_object_mut().unwrap().remove("exp");
    let none = format!("eyJhbGciOiJub25lIn0.{}.", sign(&good, LIVEKIT_SECRET).split('.').nth(1).unwrap());
    let wrong = [
        String::new(),
        "Bearer".into(),
        "x.y.z".into(),
        none,
        sign(&good, "another-secret-of-the-tests-0123456789"),
        sign(&no_end, LIVEKIT_SECRET),
        with("iss", json!("another-key")),
        with("sha256", json!(hash("another body"))),
        with("sha256", json!("")),
        with("exp", json!(now - 3600)),
        with("exp", json!(i64::MIN)),
        with("nbf", json!(now + 3600)),
    ];
    for signature in wrong {
        assert_eq!(app.hook(&signature, &body).await.status, 401, "{signature}");
    }
    let unread = "not json";
    let claims = json!({"iss": LIVEKIT_KEY, "nbf": now, "exp": now + 300, "sha256": hash(unread)});
    assert_eq!(app.hook(&sign(&claims, LIVEKIT_SECRET), unread).await.status, 200, "signed, so not repeated for ever");
}

#[tokio::test]
async fn empty_room_ends_its_call_after_a_grace() {
    let app = TestApp::start().await;
    let (one, two) = pair(&app).await;
    let call = id(&app.ring(&one, ROOM).await);
    assert_eq!(app.act(&two, &call, "accept").await.status, 200);
    app.happens("EV_1", "participant_joined", &one.id, 1000).await;
    app.happens("EV_2", "participant_joined", &two.id, 1000).await;
    app.clock.advance(10 * MINUTE);
    app.happens("EV_3", "participant_left", &one.id, 1000).await;
    app.clock.advance(MINUTE);
    app.swept().await;
    assert_eq!(app.call(&two, &call).await["state"], "active", "one is in it");
    app.happens("EV_4", "participant_left", &two.id, 1000).await;
    app.clock.advance(Duration::from_secs(29));
    app.swept().await;
    assert_eq!(app.call(&two, &call).await["state"], "active", "a full reconnect looks like that");
    app.happens("EV_5", "participant_joined", &two.id, 2000).await;
    app.happens("EV_4", "participant_left", &two.id, 1000).await;
    app.happens("EV_6", "participant_left", &two.id, 1000).await;
    app.clock.advance(MINUTE);
    app.swept().await;
    assert_eq!(app.call(&two, &call).await["state"], "active", "what is old or repeated changes nothing");
    app.happens("EV_7", "participant_left", &two.id, 2000).await;
    app.clock.advance(Duration::from_secs(30));
    assert_eq!(app.ended(&one, &call).await["outcome"], "completed");
}

#[tokio::test]
async fn both_leave_at_once() {
    let app = TestApp::start().await;
    let (one, two) = pair(&app).await;
    for round in 0..5 {
        let call = id(&app.ring(&one, ROOM).await);
        assert_eq!(app.act(&two, &call, "accept").await.status, 200);
        for person in [&one, &two] {
            app.happens(&format!("J{round}{}", person.id), "participant_joined", &person.id, 1000).await;
        }
        let (first, second) = (format!("L{round}a"), format!("L{round}b"));
        tokio::join!(
            app.happens(&first, "participant_left", &one.id, 1000),
            app.happens(&second, "participant_left", &two.id, 1000)
        );
        app.clock.advance(Duration::from_secs(31));
        assert_eq!(app.ended(&one, &call).await["outcome"], "completed");
    }
}

#[tokio::test]
async fn finished_room_and_a_room_nobody_enters_end_the_call() {
    let app = TestApp::start().await;
    let (one, two) = pair(&app).await;
    let call = id(&app.ring(&one, ROOM).await);
    assert_eq!(app.act(&two, &call, "accept").await.status, 200);
    app.happens("EV_1", "participant_joined", &one.id, 1000).await;
    app.happens("EV_2", "room_finished", "", 0).await;
    app.clock.advance(Duration::from_secs(30));
    assert_eq!(app.ended(&one, &call).await["outcome"], "completed");
    let call = id(&app.ring(&one, ROOM).await);
    assert_eq!(app.act(&two, &call, "accept").await.status, 200);
    app.clock.advance(MINUTE);
    assert_eq!(app.ended(&one, &call).await["outcome"], "completed");
}

#[tokio::test]
async fn without_webhooks_a_call_goes_on() {
    let app = TestApp::start().await;
    let (one, two) = pair(&app).await;
    let call = id(&app.ring(&one, ROOM).await);
    assert_eq!(app.act(&two, &call, "accept").await.status, 200);
    app.clock.advance(30 * MINUTE);
    app.swept().await;
    assert_eq!(app.call(&one, &call).await["state"], "active");
}

#[tokio::test]
async fn third_identity_is_refused_with_a_clear_text() {
    let app = TestApp::start().await;
    let one = app.sign_in(ONE).await;
    app.happens("EV_1", "participant_joined", "x", 1000).await;
    app.happens("EV_2", "participant_joined", &one.id, 1000).await;
    assert_eq!(app.call_token(&one, ROOM).await.status, 200, "who is in it may come again");
    app.happens("EV_3", "participant_joined", "y", 1000).await;
    let refused = at_once(40, async || app.call_token(&one, ROOM).await).await;
    for answer in refused {
        assert_eq!(answer.status, 409);
        assert_eq!(answer.body, json!({"detail": "The call is full: two people are in it already."}));
    }
    app.happens("EV_4", "participant_left", "y", 1000).await;
    assert_eq!(app.call_token(&one, ROOM).await.headers["ratelimit"], "\"calls\";r=28;t=3600", "and cost nothing");
}
