//! Pages of a conversation, what is read, and what both sides are told.

use crate::app::{ONE, Person, TWO, TestApp, answer, at_once};
use crate::people::{block, couple};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;

const MESSAGES: &str = "/api/conversations/test-room-123/messages";
const RECEIPTS: &str = "/api/conversations/test-room-123/read-receipts";

async fn one_and_two(app: &TestApp) -> (Person, Person) {
    (app.sign_in(ONE).await, app.sign_in(TWO).await)
}

async fn send(app: &TestApp, from: &Person, content: &str) -> Value {
    let sent = app.post(MESSAGES, &from.access, &json!({"content": content})).await;
    assert_eq!(sent.status, 200, "{sent:?}");
    sent.body["data"].clone()
}

fn contents(page: &Value) -> Vec<String> {
    let list = page["messages"].as_array().unwrap();
    list.iter().map(|line| line["content"].as_str().unwrap().to_owned()).collect()
}

async fn unread(app: &TestApp, person: &Person) -> Value {
    let list = app.get("/api/conversations", &person.access).await.body;
    let list = list["conversations"].as_array().unwrap();
    list.iter().find(|line| line["match_id"] == "test-room-123").unwrap()["unread_count"].clone()
}

/// What a person was told of that kind.
async fn told(app: &TestApp, person: &Person, kind: &str) -> Vec<Value> {
    app.told(&person.id).await.into_iter().filter(|event| event["type"] == kind).collect()
}

#[tokio::test]
async fn message_is_told_to_both_sides_in_order_and_once_a_key() {
    let app = TestApp::start().await;
    let (one, two) = one_and_two(&app).await;
    let mut wanted = Vec::new();
    for n in 0..6 {
        let from = if n % 2 == 0 { &one } else { &two };
        wanted.push(json!({"type": "message.new", "message": send(&app, from, &format!("line {n}")).await}));
    }
    let body = json!({"content": "once", "idempotency_key": "k"});
    let answers = at_once(10, async || app.post(MESSAGES, &one.access, &body).await).await;
    assert!(answers.iter().all(|answer| answer.status == 200), "{answers:?}");
    wanted.push(json!({"type": "message.new", "message": answers[0].body["data"]}));
    for person in [&one, &two] {
        assert_eq!(told(&app, person, "message.new").await, wanted);
    }
}

#[tokio::test]
async fn pages_lead_back_to_the_first_message_without_gaps() {
    let app = TestApp::start().await;
    let (one, two) = one_and_two(&app).await;
    for n in 0..23 {
        send(&app, if n % 3 == 0 { &two } else { &one }, &format!("line {n}")).await;
    }
    let all = app.get(MESSAGES, &one.access).await.body;
    assert_eq!((contents(&all).len(), &all["has_more"]), (25, &json!(false)), "as the original's, all of them");
    let (mut collected, mut before) = (Vec::new(), String::new());
    loop {
        let page = app.get(&format!("{MESSAGES}?limit=10{before}"), &one.access).await.body;
        let mut lines = contents(&page);
        assert!(!lines.is_empty());
        before = format!("&before={}", page["messages"][0]["id"].as_str().unwrap());
        assert_eq!(page["has_more"], lines.len() == 10, "{page}");
        lines.append(&mut collected);
        collected = lines;
        if page["has_more"] == false {
            break;
        }
    }
    assert_eq!(collected, contents(&all));
    let first = all["messages"][0]["id"].as_str().unwrap();
    let nothing = app.get(&format!("{MESSAGES}?before={first}"), &one.access).await;
    assert_eq!(nothing.body, json!({"messages": [], "has_more": false}));
    for query in ["limit=0", "limit=501", "limit=-1", "limit=x", "mark_read=perhaps", "limit=1&limit=2"] {
        let refused = app.get(&format!("{MESSAGES}?{query}"), &one.access).await;
        assert_eq!((refused.status.as_u16(), &refused.body["detail"][0]["loc"][0]), (422, &json!("query")), "{query}");
    }
    assert_eq!(app.get(&format!("{MESSAGES}?before=none"), &one.access).await.status, 404);
}

#[tokio::test]
async fn looking_without_reading_marks_nothing() {
    let app = TestApp::start().await;
    let (one, two) = one_and_two(&app).await;
    app.get(MESSAGES, &two.access).await;
    send(&app, &one, "x").await;
    for _ in 0..2 {
        let seen = app.get(&format!("{MESSAGES}?mark_read=false"), &two.access).await.body;
        assert_eq!(seen["messages"].as_array().unwrap().last().unwrap()["read_at"], Value::Null);
    }
    assert_eq!(unread(&app, &two).await, 1);
    app.get(&format!("{MESSAGES}?mark_read=true"), &two.access).await;
    assert_eq!(unread(&app, &two).await, 0);
}

#[tokio::test]
async fn receipt_is_told_to_both_sides_only_if_it_is_news() {
    let app = TestApp::start().await;
    let (one, two) = one_and_two(&app).await;
    app.get(MESSAGES, &two.access).await;
    let before = told(&app, &one, "read_receipt").await.len();
    send(&app, &one, "first").await;
    let newest = send(&app, &one, "second").await;
    app.clock.advance(Duration::from_secs(1));
    let answers = at_once(8, async || app.post(RECEIPTS, &two.access, &json!({})).await).await;
    assert!(answers.iter().all(|answer| answer.status == 200), "{answers:?}");
    app.get(MESSAGES, &two.access).await;
    app.post(RECEIPTS, &one.access, &Value::Null).await;
    let mut of_one = Vec::new();
    for person in [&one, &two] {
        let receipts = told(&app, person, "read_receipt").await;
        let mine: Vec<&Value> = receipts.iter().filter(|receipt| receipt["read_by"] == two.id.as_str()).collect();
        assert_eq!(mine.len(), before + 1, "{receipts:?}");
        assert_eq!((&mine[before]["up_to"], &mine[before]["match_id"]), (&newest["id"], &json!("test-room-123")));
        assert!(mine[before]["read_at"].as_str().unwrap().parse::<jiff::Timestamp>().is_ok());
        of_one.push(receipts);
    }
    assert_eq!(of_one[0], of_one[1]);
}

#[tokio::test]
async fn receipt_may_stop_at_a_message_and_have_no_body() {
    let app = TestApp::start().await;
    let (one, two) = one_and_two(&app).await;
    app.get(MESSAGES, &two.access).await;
    let first = send(&app, &one, "first").await;
    send(&app, &one, "second").await;
    let up_to = json!({"up_to": first["id"]});
    assert_eq!(app.post(RECEIPTS, &two.access, &up_to).await.status, 200);
    assert_eq!(unread(&app, &two).await, 1);
    assert_eq!(told(&app, &one, "read_receipt").await.last().unwrap()["up_to"], first["id"]);
    let bare = app.request(Method::POST, RECEIPTS).bearer_auth(&two.access).send().await.unwrap();
    let bare = answer(bare).await;
    assert_eq!(bare.status, 200);
    assert!(bare.body["message"].is_string());
    assert_eq!(unread(&app, &two).await, 0);
    assert_eq!(app.post(RECEIPTS, &two.access, &json!({"up_to": "none"})).await.status, 404);
    assert_eq!(app.post(RECEIPTS, &two.access, &json!([first["id"]])).await.status, 422);
}

#[tokio::test]
async fn page_marks_only_what_it_holds_and_older() {
    let app = TestApp::start().await;
    let (one, two) = one_and_two(&app).await;
    app.get(MESSAGES, &two.access).await;
    send(&app, &one, "first").await;
    let second = send(&app, &one, "second").await;
    let older = format!("{MESSAGES}?before={}", second["id"].as_str().unwrap());
    app.get(&older, &two.access).await;
    assert_eq!(unread(&app, &two).await, 1);
}

#[tokio::test]
async fn lease_makes_a_partner_online_until_it_ends() {
    let app = TestApp::start().await;
    let (one, two) = one_and_two(&app).await;
    let online = async || {
        let list = app.get("/api/conversations", &one.access).await.body;
        let list = list["conversations"].as_array().unwrap().clone();
        list.iter().find(|line| line["user"]["id"] == two.id.as_str()).unwrap()["user"]["is_online"].clone()
    };
    assert_eq!(online().await, false);
    for lease in [
        "INSERT INTO presence (user_id, instance, until) VALUES ('ea53be2b-a927-496a-bc4f-374f760712c5', 'a', 1)",
        "INSERT INTO presence (user_id, instance, until) VALUES ('ea53be2b-a927-496a-bc4f-374f760712c5', 'b', 99999999999999)",
    ] {
        app.sql(lease).await;
    }
    assert_eq!(online().await, true);
    app.sql("DELETE FROM presence WHERE instance = 'b'").await;
    assert_eq!(online().await, false, "the other one has ended");
}

#[tokio::test]
async fn nothing_of_a_conversation_is_found_after_a_block() {
    let app = TestApp::start().await;
    let (ada, bob, id) = couple(&app).await;
    let base = format!("/api/conversations/{id}");
    let typing = json!({"is_typing": true});
    assert_eq!(app.post(&format!("{base}/typing"), &ada.access, &typing).await.status, 200);
    let told_before = app.told(&bob.id).await;
    block(&app, &ada, &bob).await;
    for person in [&ada, &bob] {
        let answers = [
            app.get(&format!("{base}/messages"), &person.access).await,
            app.post(&format!("{base}/messages"), &person.access, &json!({"content": "x"})).await,
            app.post(&format!("{base}/read-receipts"), &person.access, &Value::Null).await,
            app.post(&format!("{base}/typing"), &person.access, &typing).await,
        ];
        assert!(answers.iter().all(|answer| answer.status == 404), "{answers:?}");
    }
    assert_eq!(app.told(&bob.id).await.len(), told_before.len() + 1, "typing is not kept, the end is");
}

#[tokio::test]
async fn text_that_turns_what_follows_is_cleaned_and_arabic_stays() {
    let app = TestApp::start().await;
    let (one, _) = one_and_two(&app).await;
    let sent = send(&app, &one, "\u{202e}مرحبا\u{2066} يا\tصديقي\u{200f}\u{7}\nok\u{202c}").await;
    assert_eq!(sent["content"], "مرحبا يا\tصديقي\u{200f}\nok");
    for content in ["\u{202e}", "\u{200b}", "\u{2066}\u{2069}\u{7}"] {
        assert_eq!(app.post(MESSAGES, &one.access, &json!({"content": content})).await.status, 422, "{content:?}");
    }
}

#[tokio::test]
async fn nobody_types_a_system_message_or_takes_its_key() {
    let app = TestApp::start().await;
    let (one, _) = one_and_two(&app).await;
    for body in [
        json!({"content": "call.missed:video", "message_type": "system"}),
        json!({"content": "x", "idempotency_key": "system/3"}),
        json!({"content": "x", "idempotency_key": "call/1"}),
        json!({"content": "x", "message_type": {"$ne": "text"}}),
    ] {
        assert_eq!(app.post(MESSAGES, &one.access, &body).await.status, 422, "{body}");
    }
}

#[tokio::test]
async fn line_for_one_side_does_not_exist_for_the_other() {
    let app = TestApp::start().await;
    let (one, two) = one_and_two(&app).await;
    app.get(MESSAGES, &two.access).await;
    let before = app.get("/api/conversations", &two.access).await.body;
    app.sql(
        "INSERT INTO messages (id, match_id, seq, sender_id, receiver_id, content, message_type, idempotency_key,
                               created_at, only_for)
         VALUES ('hidden', 'test-room-123', 9, '2eb40ac4-b71e-4d51-baef-c0bb1355b3bf',
                 'ea53be2b-a927-496a-bc4f-374f760712c5', 'call.missed:video', 'system', 'call/1', 99999999999999,
                 '2eb40ac4-b71e-4d51-baef-c0bb1355b3bf')",
    )
    .await;
    let receipts = told(&app, &two, "read_receipt").await.len();
    assert_eq!(app.get("/api/conversations", &two.access).await.body, before);
    assert!(!contents(&app.get(MESSAGES, &two.access).await.body).contains(&"call.missed:video".to_owned()));
    assert_eq!(app.get(&format!("{MESSAGES}?before=hidden"), &two.access).await.status, 404);
    assert_eq!(app.post(RECEIPTS, &two.access, &json!({"up_to": "hidden"})).await.status, 404);
    app.post(RECEIPTS, &two.access, &Value::Null).await;
    assert_eq!(told(&app, &two, "read_receipt").await.len(), receipts, "the reader is told nothing");
    let seen = app.get(MESSAGES, &one.access).await.body;
    let line = seen["messages"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((&line["content"], &line["message_type"]), (&json!("call.missed:video"), &json!("system")));
    assert_eq!(line["status"], "read", "as any line that the reader could have read");
}

#[tokio::test]
async fn what_is_read_privately_is_read_for_the_reader_only() {
    let app = TestApp::start().await;
    let (one, two) = one_and_two(&app).await;
    app.get(MESSAGES, &two.access).await;
    let first = send(&app, &one, "first").await;
    send(&app, &one, "second").await;
    let before = told(&app, &one, "read_receipt").await;
    let seen = async || app.get(&format!("{MESSAGES}?mark_read=false"), &one.access).await.body;
    let unread_lines = seen().await;

    let up_to_first = json!({"private": true, "up_to": first["id"]});
    assert_eq!(app.post(RECEIPTS, &two.access, &up_to_first).await.status, 200);
    assert_eq!(unread(&app, &two).await, 1);
    let answers = at_once(8, async || app.post(RECEIPTS, &two.access, &json!({"private": true})).await).await;
    assert!(answers.iter().all(|answer| answer.status == 200), "{answers:?}");
    assert_eq!(unread(&app, &two).await, 0);
    assert_eq!(seen().await, unread_lines, "the sender sees no difference");
    assert_eq!(told(&app, &one, "read_receipt").await, before, "and is told nothing");
    let own = told(&app, &two, "read_receipt").await;
    let own: Vec<&Value> = own.iter().filter(|receipt| receipt["read_by"] == two.id.as_str()).collect();
    assert_eq!(own.len(), told_by(&before, &two) + 2, "the reader's own devices are told, once each: {own:?}");

    // Going back changes nothing; what comes later is unread, and a receipt still is one.
    assert_eq!(app.post(RECEIPTS, &two.access, &up_to_first).await.status, 200);
    assert_eq!(unread(&app, &two).await, 0);
    send(&app, &one, "third").await;
    assert_eq!(unread(&app, &two).await, 1);
    app.post(RECEIPTS, &two.access, &json!({"private": false})).await;
    assert_eq!(unread(&app, &two).await, 0);
    let lines = seen().await;
    let mut mine = lines["messages"].as_array().unwrap().iter().filter(|line| line["sender_id"] == one.id.as_str());
    assert!(mine.all(|line| line["status"] == "read"), "{lines}");
    assert_eq!(told(&app, &one, "read_receipt").await.len(), before.len() + 1);
    assert_eq!(app.post(RECEIPTS, &two.access, &json!({"private": "yes"})).await.status, 422);
}

fn told_by(receipts: &[Value], person: &Person) -> usize {
    receipts.iter().filter(|receipt| receipt["read_by"] == person.id.as_str()).count()
}

#[tokio::test]
async fn private_marks_go_with_the_match_and_the_account() {
    let app = TestApp::start().await;
    let (ada, bob, id) = couple(&app).await;
    let base = format!("/api/conversations/{id}");
    assert_eq!(app.post(&format!("{base}/messages"), &ada.access, &json!({"content": "x"})).await.status, 200);
    let read = app.post(&format!("{base}/read-receipts"), &bob.access, &json!({"private": true})).await;
    assert_eq!(read.status, 200);
    let marks = async || app.rows("SELECT user_id FROM private_reads").await;
    assert_eq!(marks().await, [bob.id.as_str()]);
    let exported = app.get("/api/account/export", &bob.access).await.body;
    assert_eq!(exported["private_reads"][0]["match_id"], json!(id));
    block(&app, &ada, &bob).await;
    assert_eq!(marks().await, [""; 0]);
}
