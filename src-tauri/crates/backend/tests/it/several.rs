//! Several instances over one database and one Redis, whatever the engine of the run.

use crate::app::{Person, TestApp, http};
use crate::socket::{MESSAGES, at, instance, one_and_two, stream};
use futures_util::future::join_all;
use pizoo_backend::Running;
use pizoo_servers::Redis;
use serde_json::json;
use std::time::Duration;

/// Longer than a test: what comes, comes by a note.
const NEVER: Duration = Duration::from_secs(3000);

async fn pair(app: &TestApp, redis: &Redis, heartbeat: Duration) -> (Running, Running) {
    let with = |settings: &mut pizoo_backend::Settings| {
        settings.redis = Some(redis.url().into());
        settings.heartbeat = heartbeat;
    };
    (instance(app, with).await, instance(app, with).await)
}

/// As a client does it: what a busy machine did not answer in time is sent again, with the same key.
async fn say(client: &reqwest::Client, on: &Running, person: &Person, text: &str) {
    let body = json!({"content": text, "idempotency_key": format!("say-{text}")}).to_string();
    let mut taken = false;
    for _ in 0..5 {
        let request = client.post(at(on, MESSAGES)).bearer_auth(&person.access).body(body.clone());
        taken |= request.send().await.is_ok_and(|answer| answer.status() == 200);
        if taken {
            break;
        }
    }
    assert!(taken, "{text}");
}

#[tokio::test]
async fn message_written_on_one_instance_reaches_a_client_of_the_other() {
    let (app, redis) = (TestApp::start().await, Redis::start().unwrap());
    let (a, b) = pair(&app, &redis, NEVER).await;
    let (one, two) = one_and_two(&app).await;
    let (mut client, start) = stream(&at(&b, "/api/events"), &two).await;
    // Until both are connected to Redis a note may be lost; the last one is not.
    let mut sent = 0;
    let first = loop {
        sent += 1;
        say(&http(), &a, &one, &sent.to_string()).await;
        tokio::select! {
            frame = client.messages(1) => break frame,
            () = tokio::time::sleep(Duration::from_millis(50)) => {}
        }
    };
    assert_eq!(first[0].0, start + 1, "of {sent}");
    a.shutdown().await;
    b.shutdown().await;
}

#[tokio::test]
async fn two_hundred_writes_at_once_come_in_order_on_both_instances() {
    const COUNT: usize = 200;
    let (app, redis) = (TestApp::start().await, Redis::start().unwrap());
    let (a, b) = pair(&app, &redis, Duration::from_millis(500)).await;
    let (one, two) = one_and_two(&app).await;
    let (mut on_a, start) = stream(&at(&a, "/api/events"), &two).await;
    let (mut on_b, _) = stream(&at(&b, "/api/events"), &two).await;
    let client = http();
    let write = join_all((0..COUNT).map(async |n| {
        let (on, sender) = if n.is_multiple_of(2) { (&a, &one) } else { (&b, &two) };
        say(&client, on, sender, &n.to_string()).await;
    }));
    let (_, from_a, from_b) = tokio::join!(write, on_a.messages(COUNT), on_b.messages(COUNT));
    assert_eq!(from_a, from_b);
    let seqs: Vec<i64> = from_a.iter().map(|(seq, _)| *seq).collect();
    assert_eq!(seqs, (start + 1..).take(COUNT).collect::<Vec<_>>());
    let mut texts: Vec<usize> = from_a.iter().map(|(_, text)| text.parse().unwrap()).collect();
    texts.sort_unstable();
    assert_eq!(texts, (0..COUNT).collect::<Vec<_>>());
    a.shutdown().await;
    b.shutdown().await;
}

#[tokio::test]
async fn client_of_a_stopped_instance_goes_on_at_the_other() {
    const COUNT: usize = 60;
    let (app, redis) = (TestApp::start().await, Redis::start().unwrap());
    let (a, b) = pair(&app, &redis, Duration::from_millis(500)).await;
    let (one, two) = one_and_two(&app).await;
    let (mut client, start) = stream(&at(&a, "/api/events"), &two).await;
    let write = async {
        for n in 0..COUNT {
            say(&http(), &b, &one, &n.to_string()).await;
        }
    };
    let read = async {
        let mut seen = client.messages(COUNT / 4).await;
        let closing = tokio::spawn(a.shutdown());
        let code = loop {
            match client.next().await {
                crate::socket::Frame::Closed(code) => break code,
                crate::socket::Frame::Json(frame) if frame["type"] == "message.new" => {
                    let text = frame["message"]["content"].as_str().unwrap().to_owned();
                    seen.push((frame["seq"].as_i64().unwrap(), text));
                }
                crate::socket::Frame::Json(_) => {}
            }
        };
        assert_eq!(code, 1012);
        let after = seen.last().unwrap().0;
        let (mut client, _) = stream(&at(&b, &format!("/api/events?after={after}")), &two).await;
        seen.extend(client.messages(COUNT - seen.len()).await);
        closing.await.unwrap();
        seen
    };
    let ((), seen) = tokio::join!(write, read);
    let wanted: Vec<_> = (1..).zip(0..COUNT).map(|(seq, n)| (start + seq, n.to_string())).collect();
    assert_eq!(seen, wanted);
    b.shutdown().await;
}

#[tokio::test]
async fn redis_that_dies_delays_events_and_loses_none() {
    let (app, redis) = (TestApp::start().await, Redis::start().unwrap());
    let port = redis.port();
    let (a, b) = pair(&app, &redis, Duration::from_millis(300)).await;
    let (one, two) = one_and_two(&app).await;
    let (mut client, start) = stream(&at(&b, "/api/events"), &two).await;
    say(&http(), &a, &one, "0").await;
    assert_eq!(client.messages(1).await, [(start + 1, "0".to_owned())]);
    drop(redis);
    for n in 1..=5 {
        say(&http(), &a, &one, &n.to_string()).await;
    }
    let local = stream(&at(&a, "/api/events"), &two).await.0;
    assert_eq!(client.messages(5).await.last(), Some(&(start + 6, "5".to_owned())));
    drop(local);
    // Back on the same port: what is not kept comes through again, so the instances have found it.
    let _redis = Redis::start_on(port).unwrap();
    let typing = json!({"type": "typing", "match_id": crate::app::ROOM, "is_typing": true}).to_string();
    let found = loop {
        let (mut writer, _) = stream(&at(&a, "/api/events"), &one).await;
        writer.send(typing.clone()).await;
        tokio::select! {
            frame = client.of(&["typing"]) => break frame,
            () = tokio::time::sleep(Duration::from_millis(1100)) => {}
        }
    };
    assert_eq!(found["user_id"], one.id);
    a.shutdown().await;
    b.shutdown().await;
}

#[tokio::test]
async fn backend_starts_and_works_while_redis_is_away() {
    let app = TestApp::start_with(|settings| settings.redis = Some("redis://127.0.0.1:9".into())).await;
    let (one, two) = one_and_two(&app).await;
    let url = app.url_of(0, "/api/events");
    let (mut client, start) = stream(&url, &two).await;
    let said = app.post(MESSAGES, &one.access, &json!({"content": "x"})).await;
    assert_eq!(said.status, 200);
    assert_eq!(client.messages(1).await[0].0, start + 1);
    app.shutdown().await;
}
