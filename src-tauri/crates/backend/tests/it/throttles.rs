//! Routes that anybody may ask, asked too often.

use crate::app::TestApp;
use pizoo_backend::settings::throttles::{Limits, Rate, Throttles};
use serde_json::{Value, json};
use std::time::Duration;

const FEW: Rate = Rate { most: 3, per: Duration::from_secs(60) };
/// Text messages to one number need half a minute between them whatever the throttle says.
const FEW_AN_HOUR: Rate = Rate { most: 3, per: Duration::from_secs(3600) };
const MANY: Rate = Rate { most: 100_000, per: Duration::from_secs(60) };

/// A route, the throttle that is its, and a body about an account.
type Case = (&'static str, fn(&mut Throttles) -> &mut Limits, fn(usize) -> Value);

const CASES: [Case; 6] = [
    (
        "/api/auth/email/send-link",
        |all| &mut all.send_link,
        |n| json!({"email": format!("a{n}@test.com"), "name": "A"}),
    ),
    ("/api/auth/email/verify", |all| &mut all.verify_code, |n| json!({"email": format!("a{n}@test.com"), "code": "0"})),
    ("/api/auth/email/verify", |all| &mut all.verify_link, |_| json!({"token": "x"})),
    ("/api/auth/phone/send-otp", |all| &mut all.send_otp, |n| json!({"phone": format!("+4915100000{n:03}")})),
    (
        "/api/auth/phone/verify-otp",
        |all| &mut all.verify_otp,
        |n| json!({"phone": format!("+4915100000{n:03}"), "code": "0", "otpId": "x"}),
    ),
    ("/api/auth/refresh", |all| &mut all.refresh, |_| json!({"refresh_token": "x"})),
];

async fn throttled_at(app: &TestApp, path: &str, pause: Duration, body: impl Fn(usize) -> Value) -> Option<usize> {
    for n in 0..6 {
        app.clock.advance(pause);
        let answer = app.post_to_first(path, &body(n)).await;
        if answer.status == 429 && answer.body["detail"].as_str().unwrap().starts_with("Too many requests") {
            assert!(answer.headers["retry-after"].to_str().unwrap().parse::<u64>().unwrap() > 0);
            return Some(n);
        }
    }
    None
}

#[tokio::test]
async fn one_address_is_throttled_on_every_route() {
    for (path, limits, body) in CASES {
        let app = TestApp::start_with(|settings| limits(&mut settings.throttles).address = FEW).await;
        assert_eq!(throttled_at(&app, path, Duration::ZERO, body).await, Some(3), "{path}");
        app.clock.advance(Duration::from_secs(20));
        assert_ne!(app.post_to_first(path, &body(9)).await.status, 429, "{path}: one more after a while");
    }
}

#[tokio::test]
async fn one_account_is_throttled_on_every_route_that_names_one() {
    for (path, limits, body) in CASES {
        if body(0) == body(1) {
            continue;
        }
        let app = TestApp::start_with(|settings| {
            *limits(&mut settings.throttles) = Limits { account: FEW_AN_HOUR, address: MANY, pair: None };
        })
        .await;
        assert_eq!(throttled_at(&app, path, Duration::from_secs(31), |_| body(0)).await, Some(3), "{path}");
        assert_ne!(app.post_to_first(path, &body(1)).await.status, 429, "{path}: another account is free");
    }
}
