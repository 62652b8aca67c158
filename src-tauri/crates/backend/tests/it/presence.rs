//! Typing and presence, and the original's socket.

use crate::app::{ROOM, TestApp};
use crate::socket::{MESSAGES, one_and_two, open, silent, stream};
use serde_json::{Value, json};
use std::time::Duration;

const SOON: Duration = Duration::from_millis(200);

fn typing(match_id: &str) -> String {
    json!({"type": "typing", "match_id": match_id, "is_typing": true}).to_string()
}

#[tokio::test]
async fn typing_reaches_the_other_side_only() {
    let app = TestApp::start().await;
    let (one, two) = one_and_two(&app).await;
    let eve = app.sign_in("eve@test.com").await;
    let (mut ones, _) = stream(&app.url_of(0, "/api/events"), &one).await;
    let (mut twos, start) = stream(&app.url_of(0, "/api/events"), &two).await;
    let (mut eves, _) = stream(&app.url_of(0, "/api/events"), &eve).await;
    for match_id in [ROOM, "none", "\0", ""] {
        eves.send(typing(match_id)).await;
    }
    ones.send(typing(ROOM)).await;
    let came = twos.of(&["typing"]).await;
    assert_eq!((&came["user_id"], &came["match_id"], &came["is_typing"]), (&json!(one.id), &json!(ROOM), &json!(true)));
    assert!(came.get("seq").is_none() && came["at"].is_string(), "{came}");
    ones.send(typing(ROOM)).await;
    app.post(MESSAGES, &one.access, &json!({"content": "x"})).await;
    let next = twos.of(&["typing", "message.new"]).await;
    assert_eq!(next["seq"], start + 1, "one a second is enough");
}

#[tokio::test]
async fn nothing_is_told_between_people_of_whom_one_blocked_the_other() {
    let app = TestApp::start().await;
    let (one, two) = one_and_two(&app).await;
    let newcomer = app.sign_in("newcomer@livekit-test.com").await;
    app.sql(
        "INSERT INTO blocks (user_id, blocked_id, created_at)
         SELECT a.id, b.id, 0 FROM users a, users b
         WHERE a.email = 'user1@livekit-test.com' AND b.email = 'user2@livekit-test.com'",
    )
    .await;
    let (mut ones, _) = stream(&app.url_of(0, "/api/events"), &one).await;
    let url = app.url_of(0, &format!("/ws/{}?token={}", two.id, two.access));
    let mut twos = open(&url, &[]).await.unwrap();
    twos.send(json!({"type": "typing", "receiver_id": one.id}).to_string()).await;
    // Its answer comes when what was sent before it is done.
    twos.send(json!({"type": "message", "match_id": "none", "message": "x"}).to_string()).await;
    twos.of(&["message_sent"]).await;
    let (mut others, _) = stream(&app.url_of(0, "/api/events"), &newcomer).await;
    others.send(typing("test-room-newcomer")).await;
    assert_eq!(ones.of(&["typing"]).await["user_id"], newcomer.id);
}

#[tokio::test]
async fn others_see_somebody_come_and_go() {
    let app = TestApp::start_with(|settings| settings.heartbeat = SOON).await;
    let (one, two) = one_and_two(&app).await;
    let (mut twos, _) = stream(&app.url("/api/events"), &two).await;
    // Only who is known to be there is told: first the lease, then the other one.
    let online = loop {
        let (ones, _) = stream(&app.url_of(0, "/api/events"), &one).await;
        tokio::select! {
            frame = twos.of(&["presence"]) => if frame["online"] == true { break (frame, ones) },
            () = tokio::time::sleep(SOON) => {}
        }
    };
    let (frame, ones) = online;
    assert_eq!((&frame["user_id"], frame.get("seq")), (&json!(one.id), None));
    drop(ones);
    let gone = loop {
        let frame = twos.of(&["presence"]).await;
        if frame["online"] == false {
            break frame;
        }
    };
    assert_eq!(gone["user_id"], json!(one.id));
}

#[tokio::test]
async fn client_that_answers_no_ping_goes() {
    let app = TestApp::start_with(|settings| settings.heartbeat = SOON).await;
    let (one, two) = one_and_two(&app).await;
    let (mut twos, _) = stream(&app.url("/api/events"), &two).await;
    // Held open, never read again: no pong is sent.
    let bearer = format!("Bearer {}", one.access);
    let _silent = silent(&app.url_of(0, "/api/events"), &[("authorization", &bearer)]).await.unwrap();
    loop {
        let frame = twos.of(&["presence"]).await;
        if frame["online"] == false {
            assert_eq!(frame["user_id"], json!(one.id));
            return;
        }
    }
}

#[tokio::test]
async fn lease_of_a_killed_instance_runs_out() {
    let app = TestApp::start_with(|settings| settings.heartbeat = SOON).await;
    let (one, two) = one_and_two(&app).await;
    let (mut twos, _) = stream(&app.url("/api/events"), &two).await;
    twos.of(&["heartbeat"]).await;
    app.sql(
        "INSERT INTO presence (user_id, instance, until)
         SELECT id, 'killed', 1 FROM users WHERE email = 'user1@livekit-test.com'",
    )
    .await;
    let frame = twos.of(&["presence"]).await;
    assert_eq!((&frame["user_id"], &frame["online"]), (&json!(one.id), &json!(false)));
}

#[tokio::test]
async fn originals_socket_carries_messages_receipts_and_typing() {
    let app = TestApp::start().await;
    let (one, two) = one_and_two(&app).await;
    let bearer = format!("Bearer {}", one.access);
    let mut ones = open(&app.url_of(0, &format!("/ws/{}", one.id)), &[("authorization", &bearer)]).await.unwrap();
    let url = app.url_of(0, &format!("/ws/{}?token={}", two.id, two.access));
    let mut twos = open(&url, &[]).await.unwrap();
    let (mut modern, _) = stream(&app.url_of(0, "/api/events"), &two).await;
    let message = json!({"type": "message", "receiver_id": two.id, "match_id": ROOM, "message": "Hello"});
    ones.send(message.to_string()).await;
    assert_eq!(ones.of(&["message_sent"]).await, json!({"type": "message_sent", "success": true}));
    let came = twos.of(&["new_message"]).await;
    assert_eq!((&came["sender_id"], &came["message"]), (&json!(one.id), &json!("Hello")));
    assert!(came["match_id"] == ROOM && came["timestamp"].is_string(), "{came}");
    assert_eq!(modern.messages(1).await[0].1, "Hello");
    let stored = app.get(MESSAGES, &one.access).await.body["messages"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((&stored["content"], &stored["status"]), (&json!("Hello"), &json!("sent")));
    twos.send(json!({"type": "typing", "receiver_id": one.id}).to_string()).await;
    let typing = ones.of(&["typing"]).await;
    assert_eq!(typing, json!({"type": "typing", "user_id": two.id, "is_typing": true}));
    twos.send(json!({"type": "read_receipt", "match_id": ROOM, "sender_id": one.id}).to_string()).await;
    // Its answer comes after the receipt is stored.
    twos.send(json!({"type": "message", "match_id": ROOM, "message": "Read"}).to_string()).await;
    assert_eq!(twos.of(&["message_sent"]).await["success"], true);
    let messages = app.get(MESSAGES, &one.access).await.body["messages"].clone();
    let status = |text: &str| {
        messages.as_array().unwrap().iter().find(|line| line["content"] == text).unwrap()["status"].clone()
    };
    assert_eq!(status("Hello"), "read");
    for bad in [
        json!({"type": "message", "match_id": ROOM, "message": " "}),
        json!({"type": "message", "match_id": "none", "message": "x"}),
        json!({"type": "message", "match_id": "\u{0}", "message": "x"}),
        json!({"type": "message", "match_id": "test-room", "message": "x"}),
    ] {
        ones.send(bad.to_string()).await;
        assert_eq!(ones.of(&["message_sent"]).await["success"], false, "{bad}");
    }
}

#[tokio::test]
async fn originals_socket_is_for_its_owner_only() {
    let app = TestApp::start().await;
    let (one, two) = one_and_two(&app).await;
    let bearer = format!("Bearer {}", one.access);
    let url = |id: &str, query: &str| app.url_of(0, &format!("/ws/{id}{query}"));
    assert_eq!(open(&url(&one.id, ""), &[]).await.err(), Some(403));
    assert_eq!(open(&url(&one.id, "?token=nonsense"), &[]).await.err(), Some(401));
    assert_eq!(open(&url(&two.id, ""), &[("authorization", &bearer)]).await.err(), Some(404));
    assert!(open(&url(&one.id, ""), &[("authorization", &bearer)]).await.is_ok());
    let plain = app.get(&format!("/ws/{}", one.id), &one.access).await;
    assert_eq!((plain.status.as_u16(), plain.body["detail"].is_string()), (426, true));
    app.post("/api/auth/logout", &one.access, &Value::Null).await;
    assert_eq!(open(&url(&one.id, ""), &[("authorization", &bearer)]).await.err(), Some(401));
}
