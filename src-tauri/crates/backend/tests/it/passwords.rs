//! Sign-in by password.

use crate::app::{Answer, ONE, Person, TestApp, at_once};
use crate::auth::assert_refused;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const REGISTER: &str = "/api/auth/register";
const LOGIN: &str = "/api/auth/login";
const CHANGE: &str = "/api/auth/password";
const GOOD: &str = "three tall chairs";

fn form(email: &str, password: &str) -> Value {
    json!({"name": "Ada", "email": email, "phone_number": "+90 532 000 00 01", "password": password, "terms_accepted": true})
}

async fn register(app: &TestApp, email: &str, password: &str) -> Answer {
    app.post_raw(REGISTER, form(email, password).to_string()).await
}

async fn login(app: &TestApp, email: &str, password: &str) -> Answer {
    app.post_raw(LOGIN, json!({"email": email, "password": password}).to_string()).await
}

fn person(answer: &Answer) -> Person {
    assert_eq!(answer.status, 200, "{answer:?}");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    Person {
        id: text(&answer.body["user"]["id"]),
        access: text(&answer.body["access_token"]),
        refresh: text(&answer.body["refresh_token"]),
    }
}

#[tokio::test]
async fn registering_signs_in_without_verifying() {
    let app = TestApp::start().await;
    let answer = register(&app, "Ada@Test.com", GOOD).await;
    let ada = person(&answer);
    assert_eq!((&answer.body["token_type"], &answer.body["expires_in"]), (&json!("bearer"), &json!(3600)));
    let user = json!({"id": ada.id, "name": "Ada", "email": "ada@test.com", "subscription_status": "free",
        "trial_end_date": null, "verified": false, "verified_method": null, "premium_tier": "free", "photo": null});
    assert_eq!(answer.body["user"], user);
    let again = login(&app, "ADA@test.com", GOOD).await;
    assert_eq!(again.body["user"], user);
    assert_eq!(app.refresh(&person(&again).refresh).await.status, 200);
    assert_eq!(app.call_token(&ada, "test-room-123").await.status, 403, "not verified");
    assert_eq!(app.get("/api/me", &ada.access).await.body["phone"], Value::Null, "a claimed number is not proved");
    assert!(!app.database_holds(GOOD));
}

#[tokio::test]
async fn known_address_is_refused_in_one_way_and_nothing_changes() {
    let app = TestApp::start().await;
    person(&register(&app, "ada@test.com", GOOD).await);
    app.sign_in("linked@test.com").await;
    let mut answers = Vec::new();
    for email in ["ada@test.com", "ADA@TEST.com", "linked@test.com", ONE] {
        let answer = register(&app, email, "another long one").await;
        assert_eq!(answer.status, 400);
        answers.push(answer.body);
        assert_refused(&login(&app, email, "another long one").await);
    }
    assert!(answers.iter().all(|answer| *answer == json!({"detail": "Registration failed"})), "{answers:?}");
    person(&login(&app, "ada@test.com", GOOD).await);
}

#[tokio::test]
async fn of_registrations_at_once_one_wins() {
    let app = TestApp::start().await;
    let answers = at_once(8, async || register(&app, "race@test.com", GOOD).await.status.as_u16()).await;
    assert_eq!(answers.iter().filter(|status| **status == 200).count(), 1, "{answers:?}");
    assert_eq!(answers.iter().filter(|status| **status == 400).count(), 7, "{answers:?}");
}

#[tokio::test]
async fn weak_long_and_broken_passwords_are_refused() {
    let app = TestApp::start().await;
    let too_long = "a b c d ".repeat(129);
    for password in
        ["", "short", "         ", "password123", "QWERTYUIOP", "my ada.l key", "three tall\0 chairs", &too_long]
    {
        let answer = register(&app, "ada.l@test.com", password).await;
        assert_eq!(answer.status, 422, "{password:.20}: {answer:?}");
        assert_eq!(answer.body["detail"][0]["loc"], json!(["body", "password"]));
    }
    let huge = register(&app, "ada.l@test.com", &"a b c d ".repeat(128 * 1024)).await;
    assert_eq!(huge.status, 413);
    let huge = login(&app, "ada.l@test.com", &"a b c d ".repeat(128 * 1024)).await;
    assert_eq!(huge.status, 413);
    for password in ["", "three tall\0 chairs", &too_long] {
        assert_refused(&login(&app, "ada.l@test.com", password).await);
    }
    person(&register(&app, "ada.l@test.com", &"a b c d ".repeat(128)).await);
}

#[tokio::test]
async fn every_byte_of_a_password_counts() {
    let app = TestApp::start().await;
    let start = "the same eighty characters ".repeat(3);
    let (one, other) = (format!("{start}one"), format!("{start}two"));
    assert!(start.len() >= 80);
    person(&register(&app, "long@test.com", &one).await);
    assert_refused(&login(&app, "long@test.com", &other).await);
    assert_refused(&login(&app, "long@test.com", &start).await);
    assert_refused(&login(&app, "long@test.com", &format!("{one}\0")).await);
    person(&login(&app, "long@test.com", &one).await);
}

#[tokio::test]
async fn whatever_is_wrong_the_answer_is_the_same() {
    let app = TestApp::start().await;
    person(&register(&app, "ada@test.com", GOOD).await);
    app.sign_in("linked@test.com").await;
    let mut answers = Vec::new();
    for email in ["ada@test.com", "linked@test.com", "unknown@test.com", "no address"] {
        let answer = login(&app, email, "not the password").await;
        assert_refused(&answer);
        answers.push(answer.body);
    }
    let phone = json!({"phone": "+905320000001", "password": "not the password"});
    answers.push(app.post_raw(LOGIN, phone.to_string()).await.body);
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
}

#[tokio::test]
async fn unknown_address_takes_as_long_as_a_wrong_password() {
    let app = TestApp::start().await;
    person(&register(&app, "ada@test.com", GOOD).await);
    let timed = async |email: &str| {
        let before = Instant::now();
        assert_refused(&login(&app, email, "not the password").await);
        before.elapsed()
    };
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for _ in 0..15 {
        known.push(timed("ada@test.com").await);
        unknown.push(timed("unknown@test.com").await);
    }
    // The other tests run beside this one, which only ever makes an answer slower.
    let quickest = |times: &[Duration]| times.iter().min().unwrap().as_secs_f64();
    let ratio = quickest(&known) / quickest(&unknown);
    assert!((0.5..2.0).contains(&ratio), "known takes {ratio} times as long");
}

#[tokio::test]
async fn password_of_before_the_proof_dies_with_it() {
    let app = TestApp::start().await;
    let squatter = person(&register(&app, "owner@test.com", GOOD).await);
    let second = person(&login(&app, "owner@test.com", GOOD).await);
    app.sql(
        "INSERT INTO push_subscriptions (id, user_id, endpoint, p256dh, auth, created_at)
         SELECT 'push-1', id, 'https://push.example/x', 'k', 'a', 1 FROM users WHERE email = 'owner@test.com'",
    )
    .await;
    let owner = app.sign_in("owner@test.com").await;
    assert_eq!(owner.id, squatter.id, "one account an address");
    assert_refused(&login(&app, "owner@test.com", GOOD).await);
    assert_eq!(app.rows("SELECT id FROM push_subscriptions").await, [""; 0], "nor is the squatter told of calls");
    for gone in [squatter, second] {
        assert_refused(&app.get("/api/me", &gone.access).await);
        assert_refused(&app.refresh(&gone.refresh).await);
        assert_refused(&app.post(CHANGE, &gone.access, &json!({"new_password": "another long one"})).await);
    }
    let set = app.post(CHANGE, &owner.access, &json!({"new_password": "four very old words"})).await;
    assert_eq!(set.status, 200, "{set:?}");
    app.sign_in("owner@test.com").await;
    let back = login(&app, "owner@test.com", "four very old words").await;
    assert_eq!(back.body["user"]["verified"], true, "a later proof ends nothing");
    assert_eq!(app.get("/api/me", &owner.access).await.status, 200);
}

#[tokio::test]
async fn squatter_who_is_quick_leaves_no_password_and_no_session() {
    let app = TestApp::start().await;
    for round in 0..6 {
        let email = format!("race{round}@test.com");
        let squatter = person(&register(&app, &email, GOOD).await);
        let link = app.link(&email).await;
        let body = json!({"current_password": GOOD, "new_password": "the squatter's own"});
        let (owner, changed, entered) =
            tokio::join!(app.verify(&link), app.post(CHANGE, &squatter.access, &body), login(&app, &email, GOOD));
        assert_eq!(owner.status, 200);
        assert!(changed.status.is_success() || changed.status.is_client_error(), "{changed:?}");
        for password in [GOOD, "the squatter's own"] {
            assert_refused(&login(&app, &email, password).await);
        }
        if entered.status == 200 {
            assert_refused(&app.get("/api/me", &person(&entered).access).await);
        }
        assert_eq!(app.get("/api/me", owner.body["access_token"].as_str().unwrap()).await.status, 200);
    }
}

#[tokio::test]
async fn changing_a_password_needs_the_old_one_and_ends_other_sessions() {
    let app = TestApp::start().await;
    let here = person(&register(&app, "ada@test.com", GOOD).await);
    let there = person(&login(&app, "ada@test.com", GOOD).await);
    let new = "another long one";
    for body in [json!({"new_password": new}), json!({"new_password": new, "current_password": "not the password"})] {
        let answer = app.post(CHANGE, &here.access, &body).await;
        assert_eq!((answer.status.as_u16(), &answer.body["detail"]), (400, &json!("The current password is wrong")));
    }
    let weak = app.post(CHANGE, &here.access, &json!({"new_password": "short", "current_password": GOOD})).await;
    assert_eq!((weak.status.as_u16(), &weak.body["detail"][0]["loc"]), (422, &json!(["body", "new_password"])));
    assert_eq!(app.get("/api/me", &there.access).await.status, 200, "nothing has happened yet");
    let body = json!({"new_password": new, "current_password": GOOD});
    assert_eq!(app.post(CHANGE, &here.access, &body).await.status, 200);
    assert_refused(&app.get("/api/me", &there.access).await);
    assert_eq!(app.get("/api/me", &here.access).await.status, 200);
    assert_refused(&login(&app, "ada@test.com", GOOD).await);
    person(&login(&app, "ada@test.com", new).await);
}

#[tokio::test]
async fn account_made_by_link_gets_a_first_password() {
    let app = TestApp::start().await;
    let (here, there) = (app.sign_in(ONE).await, app.sign_in(ONE).await);
    assert_refused(&login(&app, ONE, GOOD).await);
    assert_eq!(app.post(CHANGE, &here.access, &json!({"new_password": GOOD})).await.status, 200);
    assert_eq!(login(&app, ONE, GOOD).await.body["user"]["verified"], true);
    assert_eq!(app.get("/api/me", &there.access).await.status, 200, "nobody knew an old one");
}

#[tokio::test]
async fn registered_number_signs_in_but_takes_nothing_from_its_owner() {
    let app = TestApp::start().await;
    let by_phone = async |password: &str| {
        app.post_raw(LOGIN, json!({"phone": "0090 532 000-00-01", "password": password}).to_string()).await
    };
    let first = person(&register(&app, "first@test.com", GOOD).await);
    app.clock.advance(Duration::from_secs(1));
    person(&register(&app, "second@test.com", "another long one").await);
    assert_eq!(person(&by_phone(GOOD).await).id, first.id);
    assert_refused(&by_phone("another long one").await);
    let owner = app.sign_in("owner@test.com").await;
    app.sql("UPDATE users SET phone = '+905320000001' WHERE email = 'owner@test.com'").await;
    assert_eq!(app.post(CHANGE, &owner.access, &json!({"new_password": "four very old words"})).await.status, 200);
    assert_eq!(person(&by_phone("four very old words").await).id, owner.id);
    assert_refused(&by_phone(GOOD).await);
}

#[tokio::test]
async fn broken_bodies_are_no_server_errors() {
    let app = TestApp::start().await;
    let person = app.sign_in(ONE).await;
    for path in [REGISTER, LOGIN, CHANGE, "/api/auth/refresh"] {
        for body in [
            "",
            "{}",
            "[]",
            "null",
            "NaN",
            "{\"password\": NaN}",
            "{\"password\": 1e400}",
            "{\"email\": {\"$ne\": null}, \"password\": {\"$ne\": null}}",
            "{\"email\": \"\\ud800@x.y\", \"password\": \"\\ud800\"}",
            "{\"name\": 1, \"email\": [], \"password\": true, \"terms_accepted\": \"yes\"}",
        ] {
            let request = app.request(reqwest::Method::POST, path).bearer_auth(&person.access).body(body);
            let answer = crate::app::answer(request.send().await.unwrap()).await;
            assert_eq!(answer.status, 422, "{path} {body}: {answer:?}");
        }
    }
    let mut refused = form("x@test.com", GOOD);
    refused["terms_accepted"] = json!(false);
    assert_eq!(app.post_raw(REGISTER, refused.to_string()).await.status, 400);
    for (field, value) in [("phone_number", json!("123")), ("name", json!(" \u{7}")), ("email", json!("a\0@b.c"))] {
        let mut body = form("x@test.com", GOOD);
        body[field] = value;
        let answer = app.post_raw(REGISTER, body.to_string()).await;
        assert_eq!((answer.status.as_u16(), &answer.body["detail"][0]["loc"][1]), (422, &json!(field)));
    }
    let mut body = form("x@test.com", GOOD);
    body["name"] = json!("A\0da\r\nINFO");
    assert_eq!(app.post_raw(REGISTER, body.to_string()).await.body["user"]["name"], "A da INFO");
}

#[tokio::test]
async fn verification_that_was_taken_back_is_proved_again_by_a_link() {
    let app = TestApp::start().await;
    let person = app.sign_in("again@test.com").await;
    app.sql("UPDATE users SET verified = 0, verified_method = NULL WHERE email = 'again@test.com'").await;
    let again = app.sign_in("again@test.com").await;
    assert_eq!(again.id, person.id);
    let me = app.get("/api/auth/me", &again.access).await.body;
    assert_eq!((&me["user"]["verified"], &me["user"]["verified_method"]), (&json!(true), &json!("email_link")));
    assert_eq!(app.get("/api/auth/me", &person.access).await.status, 200, "nothing else changes");
}
