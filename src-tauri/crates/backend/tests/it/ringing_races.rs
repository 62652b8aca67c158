//! Calls under races: one outcome a ring, one call a user, whoever does what at the same time.

use crate::app::{ROOM, TWO, TestApp, at_once};
use crate::ringing::{RING, SOON, id, kinds, pair};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;
use tokio::time::Instant;

#[tokio::test]
async fn one_of_twenty_accepts_wins() {
    let app = TestApp::start().await;
    let (one, two) = pair(&app).await;
    let call = id(&app.ring(&one, ROOM).await);
    let mut devices = Vec::new();
    for _ in 0..20 {
        devices.push(app.sign_in(TWO).await);
    }
    let next = AtomicUsize::new(0);
    let answers = at_once(20, async || {
        let device = &devices[next.fetch_add(1, Ordering::Relaxed)];
        (app.act(device, &call, "accept").await, app.call(device, &call).await)
    })
    .await;
    let won = answers.iter().filter(|(answer, _)| answer.status == 200).count();
    let lost = answers.iter().filter(|(answer, _)| answer.status == 409).count();
    assert_eq!((won, lost), (1, 19));
    for (answer, seen) in &answers {
        assert_eq!(answer.body["call"]["accepted_here"], json!(answer.status == 200));
        assert_eq!(seen["accepted_here"], json!(answer.status == 200));
    }
    assert_eq!(kinds(&app.told(&two.id).await), ["call.incoming", "call.accepted"], "told once");
}

#[tokio::test]
async fn accept_against_cancel_and_decline_has_one_outcome() {
    let app = TestApp::start().await;
    let (one, two) = pair(&app).await;
    for _ in 0..10 {
        let call = id(&app.ring(&one, ROOM).await);
        let (accepted, cancelled, declined) = tokio::join!(
            app.act(&two, &call, "accept"),
            app.act(&one, &call, "cancel"),
            app.act(&two, &call, "decline")
        );
        let [accepts, cancels, declines] = [&accepted, &cancelled, &declined].map(|answer| answer.status == 200);
        // One that was declined rings on for the caller, who gives it up.
        let won = [(true, false, false), (false, true, false), (false, true, true)];
        assert!(won.contains(&(accepts, cancels, declines)), "{accepted:?} {cancelled:?} {declined:?}");
        drop(app.act(&one, &call, "end").await);
        assert_eq!(app.call(&one, &call).await["state"], "ended");
    }
}

#[tokio::test]
async fn both_ring_at_once_and_meet_in_one_call() {
    let app = TestApp::start().await;
    let (one, two) = pair(&app).await;
    for _ in 0..10 {
        let (first, second) = tokio::join!(app.ring(&one, ROOM), app.ring(&two, ROOM));
        let (a, b) = (id(&first), id(&second));
        assert_eq!(a, b, "one call");
        let states = [&first.body["call"]["state"], &second.body["call"]["state"]];
        assert!(states.contains(&&json!("active")) && states.contains(&&json!("ringing")), "{states:?}");
        assert_eq!(app.call(&one, &a).await["state"], "active");
        assert_eq!(app.act(&two, &a, "end").await.status, 200);
    }
    assert_eq!(app.history(&one).await.len(), 10);
}

/// Three people in three matches, each doing something at random, all at once: nobody is ever in two calls, nothing fails,
/// and every call that is over has its one line and one event.
#[tokio::test]
async fn nobody_is_in_two_calls_whatever_happens_at_once() {
    let app = TestApp::start().await;
    let (one, two) = pair(&app).await;
    let eve = app.sign_in("eve@test.com").await;
    for statement in [
        "INSERT INTO matches (id, user1_id, user2_id, matched_at) SELECT 'one-eve', MIN(id), MAX(id), 0 FROM users
         WHERE email IN ('user1@livekit-test.com', 'eve@test.com')",
        "INSERT INTO matches (id, user1_id, user2_id, matched_at) SELECT 'two-eve', MIN(id), MAX(id), 0 FROM users
         WHERE email IN ('user2@livekit-test.com', 'eve@test.com')",
    ] {
        app.sql(statement).await;
    }
    for (person, room) in [(&one, "one-eve"), (&two, "two-eve"), (&eve, "one-eve"), (&eve, "two-eve")] {
        assert_eq!(app.allow(person, room, true).await.status, 200);
    }
    let people = [(&one, [ROOM, "one-eve"]), (&two, [ROOM, "two-eve"]), (&eve, ["one-eve", "two-eve"])];
    let seed = AtomicU64::new(1);
    for _ in 0..3 {
        at_once(24, async || {
            let mut dice = seed.fetch_add(1, Ordering::Relaxed);
            for _ in 0..4 {
                dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let roll = dice >> 33;
                let (person, rooms) = people[(roll % 3) as usize];
                let what = ["ring", "ring", "accept", "decline", "cancel", "end"][(roll / 3 % 6) as usize];
                let answer = if what == "ring" {
                    app.ring(person, rooms[(roll / 18 % 2) as usize]).await
                } else {
                    let calls = app.history_of_all(person).await;
                    let Some(call) = calls.iter().find(|call| call["state"] != "ended") else { continue };
                    app.act(person, call["id"].as_str().unwrap(), what).await
                };
                assert!([200, 409].contains(&answer.status.as_u16()), "{what}: {answer:?}");
            }
        })
        .await;
        for (person, _) in people {
            let calls = app.history_of_all(person).await;
            let open: Vec<_> = calls.iter().filter(|call| call["state"] != "ended").collect();
            assert!(open.len() <= 1, "{open:?}");
        }
        app.clock.advance(RING);
    }
    for (person, _) in people {
        let deadline = Instant::now() + SOON;
        loop {
            let calls = app.history_of_all(person).await;
            let told = app.told(&person.id).await;
            let ended = calls.iter().filter(|call| call["state"] == "ended").count();
            let declined = calls.iter().filter(|call| call["outcome"] == "declined").count();
            let rings = calls.iter().any(|call| call["state"] == "ringing");
            let count = |is: &dyn Fn(&Value) -> bool| told.iter().filter(|event| is(event)).count();
            let is_refusal = |event: &Value| {
                event["call"]["outcome"] == "declined" || event["message"]["content"] == "call.declined:video"
            };
            let kinds = ["call.ended", "message.new"];
            let refusals = kinds.map(|kind| count(&|event: &Value| event["type"] == kind && is_refusal(event)));
            let others = kinds.map(|kind| count(&|event: &Value| event["type"] == kind && !is_refusal(event)));
            // One that was declined may have been met after all: then it has another end.
            let refused = refusals[0] == refusals[1] && refusals[0] >= declined;
            // The sweep may end one more between the two looks; what was told twice or never stays so.
            if !rings && refused && others == [ended - declined; 2] {
                break;
            }
            assert!(Instant::now() < deadline, "{others:?} and {refusals:?} of {ended}: {calls:?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}
