//! The limit of call tokens: what it tells, what it does not count, and that it is a sliding window at any times.

use crate::app::{ONE, Person, ROOM, TWO, TestApp};
use pizoo_backend::Clock as _;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use serde_json::json;
use std::time::Duration;

const HOUR: i64 = 3_600_000;

fn header<'a>(answer: &'a crate::app::Answer, name: &str) -> &'a str {
    answer.headers.get(name).map_or("", |value| value.to_str().unwrap())
}

#[tokio::test]
async fn headers_tell_what_is_left() {
    let app = TestApp::start().await;
    let one = app.sign_in(ONE).await;
    let first = app.call_token(&one, ROOM).await;
    assert_eq!(header(&first, "ratelimit-policy"), "\"calls\";q=30;w=3600");
    assert_eq!(header(&first, "ratelimit"), "\"calls\";r=29;t=3600");
    app.clock.advance(Duration::from_secs(600));
    for left in (0..29).rev() {
        let answer = app.call_token(&one, ROOM).await;
        assert_eq!(header(&answer, "ratelimit"), format!("\"calls\";r={left};t=3000"));
        assert_eq!(header(&answer, "retry-after"), "");
    }
    let refused = app.call_token(&one, ROOM).await;
    assert_eq!(refused.status, 429);
    assert_eq!(header(&refused, "ratelimit-policy"), "\"calls\";q=30;w=3600");
    assert_eq!(header(&refused, "ratelimit"), "\"calls\";r=0;t=3000");
    assert_eq!(header(&refused, "retry-after"), "3000");
}

#[tokio::test]
async fn what_fails_counts_for_nothing() {
    let app = TestApp::start().await;
    let one = app.sign_in(ONE).await;
    for _ in 0..40 {
        assert_eq!(app.call_token(&one, "none").await.status, 404);
        let body = json!({"match_id": ROOM, "call_type": "screen"});
        assert_eq!(app.post("/api/livekit/token", &one.access, &body).await.status, 422);
    }
    app.sql("UPDATE users SET verified = 0 WHERE email = 'user1@livekit-test.com'").await;
    for _ in 0..40 {
        assert_eq!(app.call_token(&one, ROOM).await.status, 403);
    }
    app.sql("UPDATE users SET verified = 1 WHERE email = 'user1@livekit-test.com'").await;
    assert_eq!(header(&app.call_token(&one, ROOM).await, "ratelimit"), "\"calls\";r=29;t=3600");
    assert_eq!(header(&app.call_token(&app.sign_in(TWO).await, ROOM).await, "ratelimit"), "\"calls\";r=29;t=3600");
}

/// A refused request counts for nothing either: asking on and on delays nobody.
#[tokio::test]
async fn limit_agrees_with_a_naive_model_at_random_times() {
    let pause =
        prop_oneof![3 => Just(0_u64), 5 => 0..120_000_u64, 2 => 120_000..900_000_u64, 1 => 3_500_000..3_700_000_u64];
    let stories = prop::collection::vec(pause, 120);
    let mut runner = TestRunner::deterministic();
    for _ in 0..3 {
        let story = stories.new_tree(&mut runner).unwrap().current();
        let app = TestApp::start().await;
        let mut one = fresh(&app).await;
        let mut granted: Vec<i64> = Vec::new();
        for pause in story {
            app.clock.advance(Duration::from_millis(pause));
            let now = app.clock.now().0;
            if now > one.1 + HOUR / 2 {
                one = fresh(&app).await;
            }
            let window: Vec<i64> = granted.iter().copied().filter(|at| *at > now - HOUR).collect();
            let answer = app.call_token(&one.0, ROOM).await;
            if window.len() < 30 {
                assert_eq!(answer.status, 200, "{granted:?} {now}");
                granted.push(now);
                let oldest = window.first().copied().unwrap_or(now);
                let seconds = (oldest + HOUR - now + 999) / 1000;
                assert_eq!(header(&answer, "ratelimit"), format!("\"calls\";r={};t={seconds}", 29 - window.len()));
            } else {
                assert_eq!(answer.status, 429, "{granted:?} {now}");
                let seconds = (window[0] + HOUR - now + 999) / 1000;
                assert_eq!(header(&answer, "retry-after"), seconds.to_string());
            }
        }
        assert!(granted.len() > 30, "the window slid");
    }
}

async fn fresh(app: &TestApp) -> (Person, i64) {
    (app.sign_in(ONE).await, app.clock.now().0)
}
