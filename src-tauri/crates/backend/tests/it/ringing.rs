//! `/api/calls`: ring, answer, end, history; what is late, and what outlives a restart.

use crate::app::{Answer, ONE, Person, ROOM, TWO, TestApp, answer, at_once};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::Instant;

pub(crate) const RING: Duration = Duration::from_secs(45);
pub(crate) const SOON: Duration = Duration::from_secs(20);

impl TestApp {
    pub(crate) async fn allow(&self, person: &Person, match_id: &str, allowed: bool) -> Answer {
        let path = format!("/api/matches/{match_id}/calling");
        let body = json!({"allowed": allowed}).to_string();
        let request = self.request(Method::PUT, &path).bearer_auth(&person.access).body(body);
        answer(request.send().await.unwrap()).await
    }

    pub(crate) async fn ring(&self, person: &Person, match_id: &str) -> Answer {
        self.post("/api/calls", &person.access, &json!({"match_id": match_id, "call_type": "video"})).await
    }

    pub(crate) async fn act(&self, person: &Person, call: &str, what: &str) -> Answer {
        self.post(&format!("/api/calls/{call}/{what}"), &person.access, &json!({})).await
    }

    pub(crate) async fn call(&self, person: &Person, call: &str) -> Value {
        let answer = self.get(&format!("/api/calls/{call}"), &person.access).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.body["call"].clone()
    }

    pub(crate) async fn history(&self, person: &Person) -> Vec<Value> {
        let answer = self.get(&format!("/api/calls?match_id={ROOM}"), &person.access).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.body["calls"].as_array().unwrap().clone()
    }

    pub(crate) async fn ringing(&self, person: &Person) -> Vec<Value> {
        self.get("/api/calls/ringing", &person.access).await.body["calls"].as_array().unwrap().clone()
    }

    /// The call once it has ended.
    pub(crate) async fn ended(&self, person: &Person, call: &str) -> Value {
        let deadline = Instant::now() + SOON;
        loop {
            let now = self.call(person, call).await;
            if now["state"] == "ended" {
                return now;
            }
            assert!(Instant::now() < deadline, "it never ends: {now}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

/// Two people who agreed to calls in [`ROOM`].
pub(crate) async fn pair(app: &TestApp) -> (Person, Person) {
    let (one, two) = (app.sign_in(ONE).await, app.sign_in(TWO).await);
    for person in [&one, &two] {
        assert_eq!(app.allow(person, ROOM, true).await.body, json!({"allowed": true}));
    }
    (one, two)
}

pub(crate) fn id(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.body["call"]["id"].as_str().unwrap().to_owned()
}

pub(crate) fn kinds(told: &[Value]) -> Vec<&str> {
    told.iter().map(|event| event["type"].as_str().unwrap()).filter(|kind| *kind != "match.calling").collect()
}

#[tokio::test]
async fn call_is_rung_accepted_and_ended() {
    let app = TestApp::start().await;
    let (one, two) = pair(&app).await;
    let rung = app.ring(&one, ROOM).await;
    let call = id(&rung);
    assert_eq!((&rung.body["call"]["state"], &rung.body["call"]["outcome"]), (&json!("ringing"), &Value::Null));
    assert_eq!((&rung.body["call"]["caller_id"], &rung.body["call"]["callee_id"]), (&json!(one.id), &json!(two.id)));
    for person in [&one, &two] {
        assert_eq!(app.ringing(person).await[0]["id"], json!(call));
    }
    let accepted = app.act(&two, &call, "accept").await;
    assert_eq!((accepted.status, &accepted.body["call"]["state"]), (StatusCode::OK, &json!("active")));
    assert_eq!(accepted.body["call"]["accepted_here"], true);
    assert_eq!(app.call(&one, &call).await["accepted_here"], false, "that is the callee's");
    assert!(app.ringing(&one).await.is_empty() && app.ringing(&two).await.is_empty());
    app.clock.advance(Duration::from_secs(73));
    let ended = app.act(&one, &call, "end").await;
    assert_eq!((ended.status, &ended.body["call"]["outcome"]), (StatusCode::OK, &json!("completed")));
    for (person, first) in [(&one, "call.outgoing"), (&two, "call.incoming")] {
        let told = app.told(&person.id).await;
        assert_eq!(kinds(&told), [first, "call.accepted", "call.ended", "message.new"]);
        let line = &told.last().unwrap()["message"];
        assert_eq!((&line["content"], &line["message_type"]), (&json!("call.ended:video:73"), &json!("system")));
        assert_eq!(app.history(person).await[0]["outcome"], "completed");
    }
}

#[tokio::test]
async fn late_and_doubled_moves_get_409_with_the_call() {
    let app = TestApp::start().await;
    let (one, two) = pair(&app).await;
    let call = id(&app.ring(&one, ROOM).await);
    for (person, what) in [(&one, "accept"), (&one, "decline"), (&two, "cancel"), (&one, "end"), (&two, "end")] {
        let refused = app.act(person, &call, what).await;
        assert_eq!(
            (refused.status, &refused.body["call"]["state"]),
            (StatusCode::CONFLICT, &json!("ringing")),
            "{what}"
        );
        assert!(refused.body["detail"].is_string());
    }
    assert_eq!(app.act(&two, &call, "accept").await.status, 200);
    for (person, what) in [(&two, "accept"), (&two, "decline"), (&one, "cancel")] {
        let refused = app.act(person, &call, what).await;
        assert_eq!(
            (refused.status, &refused.body["call"]["state"]),
            (StatusCode::CONFLICT, &json!("active")),
            "{what}"
        );
    }
    assert_eq!(app.act(&two, &call, "end").await.status, 200);
    for (person, what) in [(&one, "end"), (&two, "end"), (&two, "accept"), (&one, "cancel")] {
        let refused = app.act(person, &call, what).await;
        assert_eq!((refused.status, &refused.body["call"]["outcome"]), (StatusCode::CONFLICT, &json!("completed")));
    }
    let lines = app.get(&format!("/api/conversations/{ROOM}/messages"), &one.access).await.body;
    let lines = lines["messages"].as_array().unwrap().iter().filter(|line| line["message_type"] == "system").count();
    assert_eq!(lines, 1, "one end, one line");
}

#[tokio::test]
async fn one_call_a_user() {
    let app = TestApp::start().await;
    let (one, two) = pair(&app).await;
    let call = id(&app.ring(&one, ROOM).await);
    let again = app.ring(&one, ROOM).await;
    assert_eq!((again.status, &again.body["call"]["id"]), (StatusCode::CONFLICT, &json!(call)));
    assert_eq!(app.act(&two, &call, "accept").await.status, 200);
    for person in [&one, &two] {
        let refused = app.ring(person, ROOM).await;
        assert_eq!((refused.status, &refused.body["call"]["state"]), (StatusCode::CONFLICT, &json!("active")));
    }
    assert_eq!(app.act(&one, &call, "end").await.status, 200);
    let answers = at_once(20, async || app.ring(&one, ROOM).await).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1, "twenty presses are one ring");
}

#[tokio::test]
async fn unanswered_ring_is_missed_after_its_time() {
    let app = TestApp::start().await;
    let (one, two) = pair(&app).await;
    let call = id(&app.ring(&one, ROOM).await);
    app.clock.advance(RING - Duration::from_millis(1));
    assert_eq!(app.ringing(&two).await.len(), 1);
    app.clock.advance(Duration::from_millis(1));
    let late = app.act(&two, &call, "accept").await;
    assert_eq!((late.status, &late.body["call"]["outcome"]), (StatusCode::CONFLICT, &json!("missed")));
    assert_eq!(app.ended(&one, &call).await["outcome"], "unavailable");
    assert_eq!(app.ended(&two, &call).await["outcome"], "missed");
    assert_eq!(kinds(&app.told(&two.id).await), ["call.incoming", "call.ended", "message.new"]);
    assert_eq!(id(&app.ring(&one, ROOM).await).len(), call.len(), "the next one rings");
}

#[tokio::test]
async fn only_the_two_know_of_it() {
    let app = TestApp::start().await;
    let (one, _two) = pair(&app).await;
    let eve = app.sign_in("eve@test.com").await;
    let call = id(&app.ring(&one, ROOM).await);
    for what in ["accept", "decline", "cancel", "end"] {
        let refused = app.act(&eve, &call, what).await;
        assert_eq!((refused.status.as_u16(), &refused.body), (404, &json!({"detail": "Call not found"})));
    }
    for path in
        [format!("/api/calls/{call}"), format!("/api/calls?match_id={ROOM}"), format!("/api/calls?before={call}")]
    {
        assert_eq!(app.get(&path, &eve.access).await.status, 404, "{path}");
    }
    assert_eq!(app.ring(&eve, ROOM).await.status, 404);
    assert_eq!(app.allow(&eve, ROOM, true).await.status, 404);
    assert!(app.ringing(&eve).await.is_empty() && app.history_of_all(&eve).await.is_empty());
}

impl TestApp {
    pub(crate) async fn history_of_all(&self, person: &Person) -> Vec<Value> {
        self.get("/api/calls?limit=100", &person.access).await.body["calls"].as_array().unwrap().clone()
    }
}

#[tokio::test]
async fn history_has_pages() {
    let app = TestApp::start().await;
    let (one, two) = pair(&app).await;
    let mut made = Vec::new();
    for _ in 0..5 {
        let call = id(&app.ring(&one, ROOM).await);
        assert_eq!(app.act(&two, &call, "decline").await.status, 200);
        assert_eq!(app.act(&one, &call, "cancel").await.status, 200);
        made.insert(0, call);
    }
    let (mut seen, mut path) = (Vec::new(), "/api/calls?limit=2".to_owned());
    loop {
        let page = app.get(&path, &two.access).await.body["calls"].as_array().unwrap().clone();
        let Some(last) = page.last() else { break };
        path = format!("/api/calls?limit=2&before={}", last["id"].as_str().unwrap());
        seen.extend(page.iter().map(|call| call["id"].as_str().unwrap().to_owned()));
    }
    // Made within one moment of the mock clock: their order is by id then, and stays.
    seen.sort_unstable();
    made.sort_unstable();
    assert_eq!(seen, made);
    assert_eq!(app.get("/api/calls?limit=x", &two.access).await.status, 422);
}

#[tokio::test]
async fn unverified_account_cannot_ring() {
    let app = TestApp::start().await;
    let (one, _two) = pair(&app).await;
    app.sql("UPDATE users SET verified = 0 WHERE email = 'user1@livekit-test.com'").await;
    let refused = app.ring(&one, ROOM).await;
    assert_eq!(refused.status, 403);
    assert_eq!(refused.body, json!({"detail": "Account not verified. Please complete verification to use calls."}));
}

#[tokio::test]
async fn ring_and_call_outlive_a_restart() {
    let app = TestApp::start().await;
    let (one, two) = pair(&app).await;
    let call = id(&app.ring(&one, ROOM).await);
    let app = app.restart_with(|_| {}).await;
    assert_eq!(app.act(&two, &call, "accept").await.status, 200);
    let app = app.restart_with(|_| {}).await;
    assert_eq!(app.act(&one, &call, "end").await.body["call"]["outcome"], "completed");
    let forgotten = id(&app.ring(&one, ROOM).await);
    app.clock.advance(RING);
    let app = app.restart_with(|_| {}).await;
    assert_eq!(app.ended(&two, &forgotten).await["outcome"], "missed");
}

#[tokio::test]
async fn instance_that_dies_leaves_the_ring_to_the_others() {
    let mut app = TestApp::start().await;
    let (one, two) = pair(&app).await;
    let (first, second) = (id(&app.ring(&one, ROOM).await), app.ringing(&two).await.len());
    assert_eq!(second, 1);
    if !app.kill_one() {
        return;
    }
    assert_eq!(app.act(&two, &first, "accept").await.status, 200);
    assert_eq!(app.act(&one, &first, "end").await.status, 200);
    let ring = id(&app.ring(&one, ROOM).await);
    app.clock.advance(RING);
    assert_eq!(app.ended(&two, &ring).await["outcome"], "missed");
    assert_eq!(kinds(&app.told(&two.id).await).iter().filter(|kind| **kind == "call.ended").count(), 2, "once each");
}

#[tokio::test]
async fn forgotten_call_ends_after_half_a_day() {
    let app = TestApp::start().await;
    let (one, two) = pair(&app).await;
    let call = id(&app.ring(&one, ROOM).await);
    assert_eq!(app.act(&two, &call, "accept").await.status, 200);
    app.clock.advance(Duration::from_secs(12 * 3600));
    let one = app.sign_in(ONE).await;
    assert_eq!(app.ended(&one, &call).await["outcome"], "completed");
}

#[tokio::test]
async fn declined_ring_is_over_for_the_callee_at_once_and_for_the_caller_at_its_time() {
    let app = TestApp::start().await;
    let (one, two) = pair(&app).await;
    let call = id(&app.ring(&one, ROOM).await);
    let before = app.call(&one, &call).await;
    let declined = app.act(&two, &call, "decline").await;
    let seen = &declined.body["call"];
    assert_eq!((&seen["state"], &seen["outcome"]), (&json!("ended"), &json!("declined")));
    assert!(seen["ended_at"].is_string());
    assert!(app.ringing(&two).await.is_empty());
    assert_eq!((app.ringing(&one).await, app.call(&one, &call).await), (vec![before.clone()], before));
    for what in ["decline", "accept"] {
        let late = app.act(&two, &call, what).await;
        assert_eq!((late.status, &late.body["call"]["outcome"]), (StatusCode::CONFLICT, &json!("declined")), "{what}");
        assert_eq!(late.body["detail"], "The call is over.");
    }
    assert_eq!(kinds(&app.told(&one.id).await), ["call.outgoing"]);
    assert_eq!(kinds(&app.told(&two.id).await), ["call.incoming", "call.ended", "message.new"]);
    app.clock.advance(RING);
    assert_eq!(app.ended(&one, &call).await["outcome"], "unavailable");
    assert_eq!(kinds(&app.told(&one.id).await), ["call.outgoing", "call.ended", "message.new"]);
    assert_eq!(app.call(&two, &call).await, *seen, "for them nothing has changed");
    assert_eq!(kinds(&app.told(&two.id).await).len(), 3, "they were told");
}

#[tokio::test]
async fn declined_call_is_a_read_line_of_the_callees_own() {
    let app = TestApp::start().await;
    let (one, two) = pair(&app).await;
    let messages = format!("/api/conversations/{ROOM}/messages");
    let last = async |person: &Person| {
        let page = app.get(&format!("{messages}?mark_read=false"), &person.access).await.body;
        page["messages"].as_array().unwrap().last().unwrap().clone()
    };
    let listed = async |person: &Person| {
        let list = app.get("/api/conversations", &person.access).await.body["conversations"].clone();
        list.as_array().unwrap().iter().find(|entry| entry["match_id"] == ROOM).unwrap().clone()
    };
    app.get(&messages, &two.access).await;
    let mine = last(&one).await;
    let call = id(&app.ring(&one, ROOM).await);
    assert_eq!(app.act(&two, &call, "decline").await.status, 200);
    let line = last(&two).await;
    assert_eq!((&line["content"], &line["status"]), (&json!("call.declined:video"), &json!("read")));
    assert_eq!((&line["message_type"], &line["sender_id"]), (&json!("system"), &json!(one.id)));
    let seen = listed(&two).await;
    assert_eq!((&seen["unread_count"], &seen["last_message"]["content"]), (&json!(0), &line["content"]));
    assert_eq!(last(&one).await, mine, "the caller sees nothing of it");
    let exported = app.get("/api/account/export", &one.access).await.body;
    assert!(!exported.to_string().contains("declined"), "nor in what is stored of them: {exported}");
    app.clock.advance(RING);
    app.ended(&one, &call).await;
    assert_eq!(last(&one).await["content"], "call.missed:video");
    assert_eq!((last(&two).await, listed(&two).await["unread_count"].clone()), (line, json!(0)));
    let other = app.get("/api/account/export", &two.access).await.body;
    assert_eq!((&other["calls"][0]["outcome"], &other["calls"][0]["state"]), (&json!("declined"), &json!("ended")));
}

#[tokio::test]
async fn who_declined_may_ring_others_be_rung_and_meet_the_caller_after_all() {
    let app = TestApp::start().await;
    let (one, two) = pair(&app).await;
    app.sql("INSERT INTO users (id, name, language, verified, created_at) VALUES ('third', 'Third', 'en', 1, 0)").await;
    app.sql(
        "INSERT INTO matches (id, user1_id, user2_id, matched_at)
         SELECT 'other-room', id, 'third', 0 FROM users WHERE email = 'user2@livekit-test.com'",
    )
    .await;
    app.allow(&two, "other-room", true).await;
    let call = id(&app.ring(&one, ROOM).await);
    assert_eq!(app.act(&two, &call, "decline").await.status, 200);
    let other = id(&app.ring(&two, "other-room").await);
    assert_ne!(other, call);
    assert_eq!(app.ring(&one, ROOM).await.status, StatusCode::CONFLICT, "to the caller it still rings");
    assert_eq!(app.ring(&two, ROOM).await.body["call"]["id"], json!(other), "and the callee rings somebody");
    assert_eq!(app.act(&two, &other, "cancel").await.status, 200);
    let met = app.ring(&two, ROOM).await;
    assert_eq!((id(&met), &met.body["call"]["state"]), (call.clone(), &json!("active")));
    assert_eq!(app.call(&one, &call).await["state"], "active");
    assert_eq!(app.act(&one, &call, "end").await.body["call"]["outcome"], "completed");
    assert_eq!(app.call(&two, &call).await["outcome"], "completed");
    let told = app.told(&two.id).await;
    let of_it: Vec<Value> = told.into_iter().filter(|event| event["call"]["id"] == json!(call)).collect();
    assert_eq!(kinds(&of_it), ["call.incoming", "call.ended", "call.accepted", "call.ended"]);
}
