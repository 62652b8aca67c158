//! How people meet and part: discover, swipe, match, unmatch, block, report.

use crate::app::{Answer, ONE, Person, ROOM, TWO, TestApp, answer};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;

pub(crate) async fn swipe(app: &TestApp, from: &Person, to: &Person, action: &str) -> Answer {
    app.post("/api/swipe", &from.access, &json!({"swiped_user_id": to.id, "action": action})).await
}

pub(crate) async fn block(app: &TestApp, from: &Person, to: &Person) -> Answer {
    app.post("/api/block", &from.access, &json!({"blocked_user_id": to.id})).await
}

pub(crate) async fn delete(app: &TestApp, path: &str, person: &Person) -> Answer {
    answer(app.request(Method::DELETE, path).bearer_auth(&person.access).send().await.unwrap()).await
}

/// Two who have just met, and the id of their match.
pub(crate) async fn couple(app: &TestApp) -> (Person, Person, String) {
    let (ada, bob) = (app.sign_in("ada@test.com").await, app.sign_in("bob@test.com").await);
    swipe(app, &ada, &bob, "like").await;
    let made = swipe(app, &bob, &ada, "like").await;
    (ada, bob, made.body["match_id"].as_str().unwrap().to_owned())
}

/// The kinds of what a person was told.
pub(crate) async fn kinds(app: &TestApp, person: &Person) -> Vec<String> {
    app.told(&person.id).await.iter().map(|event| event["type"].as_str().unwrap().to_owned()).collect()
}

async fn shown(app: &TestApp, person: &Person) -> Vec<String> {
    let answer = app.get("/api/profiles/discover?limit=100", &person.access).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let list = answer.body["profiles"].as_array().unwrap().clone();
    list.iter().map(|profile| profile["user_id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn two_likes_make_a_match_and_tell_both_of_the_other() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.sign_in("ada@test.com").await, app.sign_in("bob@test.com").await);
    let first = swipe(&app, &ada, &bob, "like").await;
    assert_eq!(first.status, 200);
    assert_eq!(first.body, json!({"success": true, "is_match": false, "action": "like", "remaining_likes": null}));
    assert!(app.told(&bob.id).await.is_empty(), "a like is not told");
    let second = swipe(&app, &bob, &ada, "like").await;
    assert_eq!((second.status.as_u16(), &second.body["is_match"]), (200, &json!(true)));
    let id = &second.body["match_id"];
    for (person, other) in [(&ada, &bob), (&bob, &ada)] {
        let listed = app.get("/api/matches", &person.access).await.body;
        assert_eq!((&listed["matches"][0]["match_id"], listed["matches"].as_array().unwrap().len()), (id, 1));
        let user = json!({"id": other.id, "name": "Ada", "display_name": "Ada", "photo": null, "is_online": false});
        assert_eq!(app.told(&person.id).await, [json!({"type": "match.new", "match_id": id, "user": user})]);
        let one = app.get(&format!("/api/matches/{}", id.as_str().unwrap()), &person.access).await.body;
        assert!(one["created_at"].as_str().unwrap().parse::<jiff::Timestamp>().is_ok(), "it has a zone");
        let conversations = app.get("/api/conversations", &person.access).await;
        assert_eq!(conversations.status, 200, "also without a photo");
        assert_eq!(conversations.body["conversations"][0]["user"]["photo"], Value::Null);
    }
}

#[tokio::test]
async fn pass_makes_no_match_until_it_becomes_a_like() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.sign_in("ada@test.com").await, app.sign_in("bob@test.com").await);
    swipe(&app, &ada, &bob, "like").await;
    assert_eq!(swipe(&app, &bob, &ada, "pass").await.body["is_match"], false);
    assert!(app.told(&ada.id).await.is_empty());
    assert_eq!(swipe(&app, &bob, &ada, "like").await.body["is_match"], true);
    let after = swipe(&app, &bob, &ada, "pass").await;
    assert_eq!((after.status.as_u16(), &after.body["is_match"]), (200, &json!(false)));
    assert_eq!(app.get("/api/matches", &ada.access).await.body["matches"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn swipes_know_no_weekly_limit() {
    let app = TestApp::start().await;
    let ada = app.sign_in("ada@test.com").await;
    for n in 0..14 {
        let other = app.sign_in(&format!("other{n}@test.com")).await;
        assert_eq!(swipe(&app, &ada, &other, "like").await.status, 200);
    }
}

#[tokio::test]
async fn discover_shows_strangers_only_and_no_addresses() {
    let app = TestApp::start().await;
    let (ada, bob, _) = couple(&app).await;
    let mut others = Vec::new();
    for name in ["passed", "liked", "blocked", "blocking", "stranger"] {
        others.push(app.sign_in(&format!("{name}@test.com")).await);
    }
    let before = shown(&app, &ada).await;
    assert!(!before.contains(&ada.id) && !before.contains(&bob.id), "{before:?}");
    assert!(others.iter().all(|other| before.contains(&other.id)));
    swipe(&app, &ada, &others[0], "pass").await;
    swipe(&app, &ada, &others[1], "like").await;
    block(&app, &ada, &others[2]).await;
    block(&app, &others[3], &ada).await;
    let after = shown(&app, &ada).await;
    let left: Vec<String> = before.into_iter().filter(|id| !others[..4].iter().any(|other| other.id == *id)).collect();
    assert_eq!(after, left, "the rest in the same order");
    assert!(after.contains(&others[4].id));
    let two = app.get("/api/profiles/discover?limit=2", &ada.access).await.body;
    let ids: Vec<&str> = two["profiles"].as_array().unwrap().iter().map(|p| p["user_id"].as_str().unwrap()).collect();
    assert_eq!(ids, after[..2]);
    assert!(!two.to_string().contains('@'), "{two}");
    for limit in ["0", "-1", "101", "x", "1e3", "99999999999999999999", "%00"] {
        let refused = app.get(&format!("/api/profiles/discover?limit={limit}"), &ada.access).await;
        assert_eq!((refused.status.as_u16(), &refused.body["detail"][0]["loc"][0]), (422, &json!("query")), "{limit}");
    }
}

#[tokio::test]
async fn blocked_person_is_as_unknown_as_one_who_does_not_exist() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.sign_in("ada@test.com").await, app.sign_in("bob@test.com").await);
    let nobody = Person { id: "nobody".into(), ..bob.clone() };
    let unknown = swipe(&app, &ada, &nobody, "like").await;
    assert_eq!(unknown.status, 404);
    assert_eq!(block(&app, &ada, &nobody).await.status, 404);
    block(&app, &bob, &ada).await;
    for (from, to) in [(&ada, &bob), (&bob, &ada)] {
        let refused = swipe(&app, from, to, "like").await;
        assert_eq!((refused.status, &refused.body), (unknown.status, &unknown.body));
    }
    assert_eq!(app.get("/api/blocked-users", &ada.access).await.body, json!({"blocked_users": []}), "nor told");
    assert!(app.told(&ada.id).await.is_empty());
}

#[tokio::test]
async fn nobody_meets_themselves() {
    let app = TestApp::start().await;
    let ada = app.sign_in("ada@test.com").await;
    let report = json!({"reported_user_id": ada.id, "reason": "spam"});
    assert_eq!(swipe(&app, &ada, &ada, "like").await.status, 422);
    assert_eq!(block(&app, &ada, &ada).await.status, 422);
    assert_eq!(app.post("/api/report", &ada.access, &report).await.status, 422);
}

#[tokio::test]
async fn unmatch_ends_it_for_both_and_two_new_likes_begin_another() {
    let app = TestApp::start().await;
    let (ada, bob, id) = couple(&app).await;
    let path = format!("/api/matches/{id}");
    let messages = format!("/api/conversations/{id}/messages");
    app.post(&messages, &ada.access, &json!({"content": "soon gone"})).await;
    let eve = app.sign_in("eve@test.com").await;
    assert_eq!(delete(&app, &path, &eve).await.status, 404);
    let gone = delete(&app, &path, &ada).await;
    assert_eq!(gone.status, 200);
    assert!(gone.body["message"].is_string());
    for person in [&ada, &bob] {
        assert_eq!(delete(&app, &path, person).await.status, 404);
        assert_eq!(app.get(&path, &person.access).await.status, 404);
        assert_eq!(app.get(&messages, &person.access).await.status, 404);
        assert_eq!(app.post(&messages, &person.access, &json!({"content": "x"})).await.status, 404);
        assert_eq!(kinds(&app, person).await, ["match.new", "message.new", "match.removed"]);
        assert_eq!(app.told(&person.id).await[2], json!({"type": "match.removed", "match_id": id}));
    }
    assert!(app.column("SELECT id FROM messages WHERE match_id = $1", &[&id]).await.is_empty());
    assert_eq!(swipe(&app, &ada, &bob, "like").await.body["is_match"], false, "the old like is forgotten");
    let again = swipe(&app, &bob, &ada, "like").await;
    assert_eq!(again.body["is_match"], true);
    assert_ne!(again.body["match_id"], id.as_str());
}

#[tokio::test]
async fn block_ends_the_match_and_unblock_lets_both_like_anew() {
    let app = TestApp::start().await;
    let (ada, bob, id) = couple(&app).await;
    let first = block(&app, &ada, &bob).await;
    assert_eq!(first.status, 200);
    assert_eq!(block(&app, &ada, &bob).await.body, first.body, "once more changes nothing");
    for person in [&ada, &bob] {
        assert_eq!(kinds(&app, person).await, ["match.new", "match.removed"]);
        assert_eq!(app.get("/api/matches", &person.access).await.body, json!({"matches": []}));
        assert_eq!(app.get(&format!("/api/matches/{id}"), &person.access).await.status, 404);
    }
    let listed = app.get("/api/blocked-users", &ada.access).await.body;
    assert_eq!(listed, json!({"blocked_users": [{"user_id": bob.id, "display_name": "Ada", "photos": []}]}));
    let path = format!("/api/block/{}", bob.id);
    assert_eq!(delete(&app, &format!("/api/block/{}", ada.id), &bob).await.status, 404, "it is not theirs to undo");
    assert_eq!(delete(&app, &path, &ada).await.status, 200);
    assert_eq!(delete(&app, &path, &ada).await.status, 404);
    assert_eq!(app.get("/api/blocked-users", &ada.access).await.body, json!({"blocked_users": []}));
    assert_eq!(swipe(&app, &ada, &bob, "like").await.body["is_match"], false);
    assert_eq!(swipe(&app, &bob, &ada, "like").await.body["is_match"], true);
}

#[tokio::test]
async fn block_without_a_match_forgets_the_likes() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.sign_in("ada@test.com").await, app.sign_in("bob@test.com").await);
    swipe(&app, &bob, &ada, "like").await;
    block(&app, &ada, &bob).await;
    delete(&app, &format!("/api/block/{}", bob.id), &ada).await;
    assert_eq!(swipe(&app, &ada, &bob, "like").await.body["is_match"], false);
}

#[tokio::test]
async fn match_of_a_blocked_pair_is_none_however_it_came_to_be() {
    let app = TestApp::start().await;
    let (one, two) = (app.sign_in(ONE).await, app.sign_in(TWO).await);
    app.sql(
        "INSERT INTO blocks (user_id, blocked_id, created_at)
         VALUES ('ea53be2b-a927-496a-bc4f-374f760712c5', '2eb40ac4-b71e-4d51-baef-c0bb1355b3bf', 1)",
    )
    .await;
    for person in [&one, &two] {
        assert_eq!(app.get(&format!("/api/conversations/{ROOM}/messages"), &person.access).await.status, 404);
        assert_eq!(app.call_token(person, ROOM).await.status, 404);
        for path in ["/api/matches", "/api/conversations"] {
            assert!(!app.get(path, &person.access).await.body.to_string().contains(ROOM), "{path}");
        }
    }
}

#[tokio::test]
async fn parting_ends_a_ringing_call_first() {
    let app = TestApp::start().await;
    let (one, two) = (app.sign_in(ONE).await, app.sign_in(TWO).await);
    app.sql(
        "INSERT INTO calls (id, match_id, caller_id, callee_id, call_type, state, reach, created_at, expires_at)
         VALUES ('c', 'test-room-123', '2eb40ac4-b71e-4d51-baef-c0bb1355b3bf', 'ea53be2b-a927-496a-bc4f-374f760712c5',
                 'video', 'ringing', 'shown', 1, 9999999999999)",
    )
    .await;
    block(&app, &two, &one).await;
    for (person, outcome) in [(&one, "unavailable"), (&two, "missed")] {
        let told = app.told(&person.id).await;
        let [.., ended, removed] = &told[..] else { unreachable!("two events") };
        assert_eq!((&ended["type"], &removed["type"]), (&json!("call.ended"), &json!("match.removed")));
        assert_eq!((&ended["call"]["state"], &ended["call"]["outcome"]), (&json!("ended"), &json!(outcome)));
    }
}

async fn reports(app: &TestApp, column: &'static str) -> Vec<String> {
    app.column(column, &[]).await
}

#[tokio::test]
async fn report_is_kept_with_what_was_said_and_once_a_minute() {
    let app = TestApp::start().await;
    let (ada, bob, id) = couple(&app).await;
    for n in 0..25 {
        app.post(&format!("/api/conversations/{id}/messages"), &bob.access, &json!({"content": format!("line {n}")}))
            .await;
    }
    let body = json!({"reported_user_id": bob.id, "reason": "Fake profile", "details": " He is\u{202e} two "});
    let first = app.post("/api/report", &ada.access, &body).await;
    assert_eq!(first.status, 200);
    let again = app.post("/api/report", &ada.access, &body).await;
    assert_eq!((again.status, &again.body), (first.status, &first.body));
    block(&app, &ada, &bob).await;
    assert_eq!(reports(&app, "SELECT reason FROM reports").await, ["fake_profile"]);
    assert_eq!(reports(&app, "SELECT details FROM reports").await, ["He is two"]);
    let evidence: Value = serde_json::from_str(&reports(&app, "SELECT evidence FROM reports").await[0]).unwrap();
    let said: Vec<&str> = evidence.as_array().unwrap().iter().map(|line| line["content"].as_str().unwrap()).collect();
    let wanted: Vec<String> = (5..25).map(|n| format!("line {n}")).collect();
    assert_eq!(said, wanted);
    app.clock.advance(Duration::from_secs(61));
    app.post("/api/report", &ada.access, &body).await;
    assert_eq!(reports(&app, "SELECT reason FROM reports").await.len(), 2, "also of somebody blocked");
    assert!(!app.told(&bob.id).await.iter().any(|event| event.to_string().contains("report")));
}

#[tokio::test]
async fn reasons_in_own_words_count_as_other() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.sign_in("ada@test.com").await, app.sign_in("bob@test.com").await);
    let report = async |reason: &str, details: Value| {
        let body = json!({"reported_user_id": bob.id, "reason": reason, "details": details});
        app.clock.advance(Duration::from_secs(61));
        app.post("/api/report", &ada.access, &body).await.status.as_u16()
    };
    assert_eq!(report("is rude", Value::Null).await, 200);
    assert_eq!(report("سبب آخر", json!("text")).await, 200);
    assert_eq!(report("spam", json!("d".repeat(2000))).await, 200);
    assert_eq!(reports(&app, "SELECT reason FROM reports ORDER BY created_at").await, ["other", "other", "spam"]);
    let details = reports(&app, "SELECT details FROM reports ORDER BY created_at").await;
    assert_eq!(details[..2], ["is rude", "سبب آخر\ntext"]);
    assert_eq!(report("spam", json!("d".repeat(2001))).await, 422);
    assert_eq!(report("", Value::Null).await, 422);
    assert_eq!(report(&"r".repeat(201), Value::Null).await, 422);
    let nobody = json!({"reported_user_id": "nobody", "reason": "spam"});
    assert_eq!(app.post("/api/report", &ada.access, &nobody).await.status, 404);
    assert_eq!(reports(&app, "SELECT reason FROM reports").await.len(), 3);
}
