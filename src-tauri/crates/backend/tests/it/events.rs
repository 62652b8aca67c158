//! `/api/events`: what comes, in which order, and who may have it.

use crate::app::{Person, TestApp};
use crate::socket::{MESSAGES, at, instance, one_and_two, open, stream};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;

/// Short, for tests of what a heartbeat does.
const SOON: Duration = Duration::from_millis(200);

async fn say(app: &TestApp, person: &Person, text: &str) {
    let said = app.post(MESSAGES, &person.access, &json!({"content": text})).await;
    assert_eq!(said.status, 200, "{said:?}");
}

#[tokio::test]
async fn both_sides_are_told_of_a_message_in_the_order_of_their_numbers() {
    let app = TestApp::start().await;
    let (one, two) = one_and_two(&app).await;
    let (mut ones, start) = stream(&app.url("/api/events"), &one).await;
    let (mut twos, _) = stream(&app.url("/api/events"), &two).await;
    for text in ["a", "b", "c"] {
        say(&app, &one, text).await;
    }
    let wanted = [(start + 1, "a".to_owned()), (start + 2, "b".to_owned()), (start + 3, "c".to_owned())];
    assert_eq!(ones.messages(3).await, wanted);
    assert_eq!(twos.messages(3).await.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>(), ["a", "b", "c"]);
    let message = app.get(MESSAGES, &two.access).await.body["messages"].as_array().unwrap().last().unwrap().clone();
    let (mut again, _) = stream(&app.url(&format!("/api/events?after={}", start + 2)), &one).await;
    assert_eq!(again.json().await["message"], message, "the event holds what the list holds");
}

#[tokio::test]
async fn replay_neither_loses_nor_doubles() {
    const COUNT: usize = 250;
    let app = TestApp::start().await;
    let (one, two) = one_and_two(&app).await;
    let (client, start) = stream(&app.url("/api/events"), &two).await;
    drop(client);
    let write = async {
        for n in 0..COUNT {
            say(&app, &one, &n.to_string()).await;
        }
    };
    let read = async {
        let (mut seen, mut last, mut round) = (Vec::new(), start, 0);
        while seen.len() < COUNT {
            round += 1;
            let (mut client, _) = stream(&app.url(&format!("/api/events?after={last}")), &two).await;
            // Cut off in the middle, again and again.
            let some = client.messages((7 * round).min(COUNT - seen.len())).await;
            last = some.last().unwrap().0;
            seen.extend(some);
        }
        seen
    };
    let ((), seen) = tokio::join!(write, read);
    let wanted: Vec<_> = (1..).zip(0..COUNT).map(|(seq, n)| (start + seq, n.to_string())).collect();
    assert_eq!(seen, wanted);
    let (mut whole, _) = stream(&app.url(&format!("/api/events?after={start}")), &two).await;
    assert_eq!(whole.messages(COUNT).await, wanted, "several pages at once");
}

#[tokio::test]
async fn client_whose_events_are_not_kept_is_told_to_load_anew() {
    let app = TestApp::start().await;
    let (one, _) = one_and_two(&app).await;
    for n in 0..5 {
        say(&app, &one, &n.to_string()).await;
    }
    let (mut ahead, head) = stream(&app.url("/api/events?after=99"), &one).await;
    assert_eq!(ahead.json().await, json!({"type": "resync", "seq": head}));
    app.sql("DELETE FROM events WHERE seq <= 3").await;
    let (mut behind, _) = stream(&app.url("/api/events?after=2"), &one).await;
    assert_eq!(behind.json().await, json!({"type": "resync", "seq": head}));
    say(&app, &one, "later").await;
    for client in [&mut ahead, &mut behind] {
        assert_eq!(client.messages(1).await, [(head + 1, "later".to_owned())], "events go on after it");
    }
    let (mut kept, _) = stream(&app.url("/api/events?after=3"), &one).await;
    assert_eq!(kept.messages(3).await[0], (4, "3".to_owned()));
}

#[tokio::test]
async fn events_are_forgotten_after_two_weeks() {
    let app = TestApp::start().await;
    let (one, _) = one_and_two(&app).await;
    say(&app, &one, "old").await;
    app.clock.advance(Duration::from_secs(15 * 24 * 3600));
    let app = app.restart_with(|_| {}).await;
    let (one, _) = one_and_two(&app).await;
    // Its task begins with the backend and has no other sign.
    let mut forgotten = false;
    for _ in 0..1000 {
        let (mut client, _) = stream(&app.url("/api/events?after=0"), &one).await;
        forgotten |= client.json().await["type"] == "resync";
        if forgotten {
            break;
        }
    }
    assert!(forgotten);
}

#[tokio::test]
async fn only_its_owner_gets_a_stream() {
    let app = TestApp::start().await;
    let (one, _) = one_and_two(&app).await;
    let url = app.url("/api/events");
    let bearer = format!("Bearer {}", one.access);
    assert_eq!(open(&url, &[]).await.err(), Some(403));
    assert_eq!(open(&url, &[("authorization", "Basic b25l")]).await.err(), Some(403));
    assert_eq!(open(&url, &[("authorization", "Bearer nonsense")]).await.err(), Some(401));
    assert_eq!(open(&url, &[("authorization", &format!("Bearer {}", one.refresh))]).await.err(), Some(401));
    assert_eq!(open(&url, &[("sec-websocket-protocol", "pizoo.v1, bearer.nonsense")]).await.err(), Some(401));
    assert_eq!(open(&app.url("/api/events?after=x"), &[("authorization", &bearer)]).await.err(), Some(422));
    assert_eq!(open(&app.url("/api/events?after=-1"), &[("authorization", &bearer)]).await.err(), Some(422));
    let plain = app.request(Method::GET, "/api/events").bearer_auth(&one.access).send().await.unwrap();
    assert_eq!((plain.status().as_u16(), plain.headers()["upgrade"].as_bytes()), (426, &b"websocket"[..]));
    let browser = format!("pizoo.v1, bearer.{}", one.access);
    let mut browser = open(&url, &[("sec-websocket-protocol", &browser)]).await.unwrap();
    assert_eq!(browser.protocol.as_deref(), Some("pizoo.v1"), "the token is not sent back");
    assert_eq!(browser.json().await["type"], "hello");
    app.clock.advance(Duration::from_secs(3601));
    assert_eq!(open(&url, &[("authorization", &bearer)]).await.err(), Some(401));
}

#[tokio::test]
async fn heartbeats_tell_the_newest_number() {
    let app = TestApp::start_with(|settings| settings.heartbeat = SOON).await;
    let (one, _) = one_and_two(&app).await;
    let (mut client, start) = stream(&app.url("/api/events"), &one).await;
    assert_eq!(client.of(&["heartbeat"]).await, json!({"type": "heartbeat", "seq": start}));
    say(&app, &one, "x").await;
    assert_eq!(client.of(&["message.new"]).await["seq"], start + 1);
    assert_eq!(client.of(&["heartbeat"]).await["seq"], start + 1);
}

#[tokio::test]
async fn ended_session_closes_its_socket() {
    let app = TestApp::start().await;
    let (one, two) = one_and_two(&app).await;
    let (mut ones, _) = stream(&app.url("/api/events"), &one).await;
    let (mut twos, start) = stream(&app.url("/api/events"), &two).await;
    assert_eq!(app.post("/api/auth/logout", &one.access, &Value::Null).await.status, 200);
    assert_eq!(ones.closed().await, 4401, "at once, whatever the heartbeat");
    let one = app.sign_in(crate::app::ONE).await;
    say(&app, &one, "x").await;
    assert_eq!(twos.messages(1).await[0].0, start + 1, "others stay");
}

#[tokio::test]
async fn expired_token_closes_its_socket() {
    let app = TestApp::start_with(|settings| settings.heartbeat = SOON).await;
    let (one, _) = one_and_two(&app).await;
    let (mut client, _) = stream(&app.url("/api/events"), &one).await;
    app.clock.advance(Duration::from_secs(3601));
    assert_eq!(client.closed().await, 4401);
    let renewed = app.refresh(&one.refresh).await.body["access_token"].as_str().unwrap().to_owned();
    stream(&app.url("/api/events"), &Person { access: renewed, ..one }).await;
}

#[tokio::test]
async fn frames_that_are_too_large_or_too_many_close() {
    let app = TestApp::start().await;
    let (one, _) = one_and_two(&app).await;
    let url = app.url("/api/events");
    for size in [4097, 100_000] {
        let (mut client, _) = stream(&url, &one).await;
        client.send("x".repeat(size)).await;
        assert_eq!(client.closed().await, 1009, "{size}");
    }
    let (mut client, start) = stream(&url, &one).await;
    for _ in 0..20 {
        client.send(r#"{"type":"of another version"}"#).await;
    }
    say(&app, &one, "still there").await;
    assert_eq!(client.messages(1).await[0].0, start + 1, "what is not understood is passed over");
    client.send("x".repeat(4096)).await;
    assert_eq!(client.closed().await, 1008);
}

#[tokio::test]
async fn eleventh_socket_closes_the_oldest() {
    let app = TestApp::start().await;
    let (one, _) = one_and_two(&app).await;
    let url = app.url("/api/events");
    let mut clients = Vec::new();
    for _ in 0..11 {
        clients.push(stream(&url, &one).await.0);
    }
    assert_eq!(clients.remove(0).closed().await, 4408);
    say(&app, &one, "x").await;
    for client in &mut clients {
        client.messages(1).await;
    }
}

#[tokio::test]
async fn what_another_instance_writes_without_redis_comes_with_a_heartbeat() {
    let app = TestApp::start_with(|settings| settings.redis = None).await;
    let other = instance(&app, |settings| settings.heartbeat = SOON).await;
    let (one, _) = one_and_two(&app).await;
    let (mut client, start) = stream(&at(&other, "/api/events"), &one).await;
    say(&app, &one, "x").await;
    assert_eq!(client.messages(1).await[0].0, start + 1);
    drop(client);
    other.shutdown().await;
}

#[tokio::test]
async fn shutdown_tells_every_socket_to_come_again() {
    let app = TestApp::start().await;
    let (one, two) = one_and_two(&app).await;
    let mut clients = Vec::new();
    for person in [&one, &two, &one, &two, &one] {
        clients.push(stream(&app.url("/api/events"), person).await.0);
    }
    let closed = async {
        let mut codes = BTreeMap::new();
        for client in &mut clients {
            *codes.entry(client.closed().await).or_insert(0) += 1;
        }
        codes
    };
    let (_, codes) = tokio::join!(app.shutdown(), closed);
    assert_eq!(codes, BTreeMap::from([(1012, 5)]));
}
