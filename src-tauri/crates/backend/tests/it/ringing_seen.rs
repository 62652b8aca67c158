//! What each side of a call may learn of the other: from a ring, nothing.

use crate::app::{ONE, Person, ROOM, TestApp};
use crate::ringing::{RING, id, pair};
use crate::socket::{MESSAGES, open};
use serde_json::{Value, json};

/// What the caller can see of a ring to its end, without what differs from ring to ring.
async fn as_the_caller_sees(app: &TestApp, one: &Person, call: &str, rung: &Value) -> Value {
    let before = app.told(&one.id).await.len();
    let ringing = app.ringing(one).await;
    app.clock.advance(RING);
    let ended = app.ended(one, call).await;
    let told = app.told(&one.id).await.split_off(before);
    let lines = app.get(&format!("/api/conversations/{ROOM}/messages"), &one.access).await.body["messages"].clone();
    let list = app.get("/api/conversations", &one.access).await.body["conversations"][0].clone();
    let mut seen = json!({"rung": rung, "ringing": ringing, "ended": ended, "told": told,
                          "line": lines.as_array().unwrap().last(), "list": list, "history": app.history(one).await[0]});
    plain(&mut seen);
    seen
}

/// Replaces ids and times.
fn plain(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                if name == "id" || name.ends_with("_at") {
                    *value = json!(value.is_string());
                }
                plain(value);
            }
        }
        Value::Array(values) => values.iter_mut().for_each(plain),
        _ => {}
    }
}

#[tokio::test]
async fn caller_cannot_tell_missing_agreement_from_no_answer_or_busy() {
    let app = TestApp::start().await;
    let (one, two) = pair(&app).await;
    let rung = app.ring(&one, ROOM).await;
    let unanswered = as_the_caller_sees(&app, &one, &id(&rung), &rung.body).await;
    assert_eq!(unanswered["ended"]["outcome"], "unavailable");

    // The callee takes the agreement back: nothing rings, and nothing tells them or the caller.
    assert_eq!(app.allow(&two, ROOM, false).await.body, json!({"allowed": false}));
    let lines = app.get(&format!("/api/conversations/{ROOM}/messages"), &two.access).await.body;
    let list = app.get("/api/conversations", &two.access).await.body;
    let told = app.told(&two.id).await.len();
    let rung = app.ring(&one, ROOM).await;
    let hidden = id(&rung);
    assert!(app.ringing(&two).await.is_empty());
    for what in ["accept", "decline", "end"] {
        assert_eq!(app.act(&two, &hidden, what).await.status, 404);
    }
    assert_eq!(as_the_caller_sees(&app, &one, &hidden, &rung.body).await, unanswered);
    assert_eq!(app.told(&two.id).await.len(), told, "the callee is told nothing");
    assert_eq!(app.get(&format!("/api/calls/{hidden}"), &two.access).await.status, 404);
    assert_eq!(app.history(&two).await.len(), 1, "nor is it in their history");
    let after = app.get(&format!("/api/conversations/{ROOM}/messages"), &two.access).await.body;
    assert_eq!(after["messages"].as_array().unwrap().len(), lines["messages"].as_array().unwrap().len());
    assert_eq!(app.get("/api/conversations", &two.access).await.body, list);
    let seen = app.get(&format!("/api/conversations/{ROOM}/messages"), &one.access).await.body;
    let line = seen["messages"].as_array().unwrap().last().unwrap();
    assert_eq!(line["status"], "read", "as any line that the callee could have read");

    // Busy with somebody else.
    app.allow(&two, ROOM, true).await;
    app.sql("INSERT INTO users (id, name, language, verified, created_at) VALUES ('third', 'Third', 'en', 1, 0)").await;
    app.sql(
        "INSERT INTO matches (id, user1_id, user2_id, matched_at)
         SELECT 'other-room', id, 'third', 0 FROM users WHERE email = 'user2@livekit-test.com'",
    )
    .await;
    app.allow(&two, "other-room", true).await;
    let other = id(&app.ring(&two, "other-room").await);
    app.sql("UPDATE calls SET state = 'active', accepted_at = created_at WHERE match_id = 'other-room'").await;
    let rung = app.ring(&one, ROOM).await;
    let busy = id(&rung);
    assert!(app.ringing(&two).await.is_empty(), "who is in a call is not disturbed");
    assert_eq!(app.get(&format!("/api/calls/{busy}"), &two.access).await.status, 404);
    assert_eq!(as_the_caller_sees(&app, &one, &busy, &rung.body).await, unanswered);
    assert_eq!(app.call(&two, &busy).await["outcome"], "busy");
    assert_eq!(app.call(&two, &other).await["state"], "active");
}

#[tokio::test]
async fn caller_cannot_tell_a_refusal_from_no_answer() {
    let app = TestApp::start().await;
    let (one, two) = pair(&app).await;
    let rung = app.ring(&one, ROOM).await;
    let unanswered = as_the_caller_sees(&app, &one, &id(&rung), &rung.body).await;
    let rung = app.ring(&one, ROOM).await;
    let (call, told) = (id(&rung), app.told(&one.id).await.len());
    assert_eq!(app.act(&two, &call, "decline").await.body["call"]["outcome"], "declined");
    assert_eq!(app.told(&one.id).await.len(), told, "at first nothing is told");
    assert_eq!(as_the_caller_sees(&app, &one, &call, &rung.body).await, unanswered);
    assert_eq!(app.history(&one).await[0]["outcome"], "unavailable");
    let outcomes: Vec<Value> = app.history(&two).await.iter().map(|call| call["outcome"].clone()).collect();
    assert_eq!(outcomes, ["declined", "missed"]);

    // Given up, it is the same as well.
    let call = id(&app.ring(&one, ROOM).await);
    assert_eq!(app.act(&two, &call, "decline").await.status, 200);
    assert_eq!(app.act(&one, &call, "cancel").await.body["call"]["outcome"], "cancelled");
    assert_eq!(app.history(&one).await[0]["outcome"], "cancelled");
    assert_eq!(app.history(&two).await[0]["outcome"], "declined");
}

#[tokio::test]
async fn caller_agrees_first() {
    let app = TestApp::start().await;
    let one = app.sign_in(ONE).await;
    let path = format!("/api/matches/{ROOM}/calling");
    // The two of the demo have agreed.
    app.allow(&one, ROOM, false).await;
    assert_eq!(app.get(&path, &one.access).await.body, json!({"allowed": false}));
    let refused = app.ring(&one, ROOM).await;
    assert_eq!((refused.status.as_u16(), &refused.body), (403, &json!({"detail": "Allow calls in this match first."})));
    for allowed in [true, true, false] {
        assert_eq!(app.allow(&one, ROOM, allowed).await.body, json!({"allowed": allowed}));
        assert_eq!(app.get(&path, &one.access).await.body, json!({"allowed": allowed}));
    }
    assert_eq!(app.ring(&one, ROOM).await.status, 403);
    assert_eq!(app.told(&one.id).await.len(), 3, "told of changes only");
}

#[tokio::test]
async fn hidden_ring_is_met_by_ringing_back() {
    let app = TestApp::start().await;
    let (one, two) = pair(&app).await;
    app.allow(&two, ROOM, false).await;
    let call = id(&app.ring(&one, ROOM).await);
    app.allow(&two, ROOM, true).await;
    let met = app.ring(&two, ROOM).await;
    assert_eq!((id(&met), &met.body["call"]["state"]), (call.clone(), &json!("active")));
    assert_eq!(app.call(&two, &call).await["accepted_here"], true);
    assert_eq!(app.act(&two, &call, "end").await.status, 200);
}

#[tokio::test]
async fn blocked_pair_neither_rings_nor_gets_a_room() {
    let app = TestApp::start().await;
    let (one, two) = pair(&app).await;
    app.sql(
        "INSERT INTO blocks (user_id, blocked_id, created_at) SELECT a.id, b.id, 0 FROM users a, users b
         WHERE a.email = 'user1@livekit-test.com' AND b.email = 'user2@livekit-test.com'",
    )
    .await;
    for person in [&one, &two] {
        assert_eq!(app.ring(person, ROOM).await.status, 404);
        assert_eq!(app.call_token(person, ROOM).await.status, 404);
        assert_eq!(app.allow(person, ROOM, true).await.status, 404);
    }
}

#[tokio::test]
async fn original_client_is_not_told_of_what_its_user_declined_elsewhere() {
    let app = TestApp::start().await;
    let (one, two) = pair(&app).await;
    let mut original = open(&app.url_of(0, &format!("/ws/{}?token={}", two.id, two.access)), &[]).await.unwrap();
    let call = id(&app.ring(&one, ROOM).await);
    assert_eq!(app.act(&two, &call, "decline").await.status, 200);
    assert_eq!(app.post(MESSAGES, &one.access, &json!({"content": "Later, then?"})).await.status, 200);
    assert_eq!(original.of(&["new_message"]).await["message"], "Later, then?");
}
