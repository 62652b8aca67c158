//! Many at once about the same two people: one outcome.

use crate::app::{TestApp, at_once};
use crate::people::{block, couple, delete, kinds, swipe};
use serde_json::json;
use std::sync::atomic::{AtomicUsize, Ordering};

#[tokio::test]
async fn likes_at_once_make_exactly_one_match() {
    let app = TestApp::start().await;
    let ada = app.sign_in("ada@test.com").await;
    for round in 0..8 {
        let other = app.sign_in(&format!("other{round}@test.com")).await;
        let turn = AtomicUsize::new(0);
        let answers = at_once(2, async || match turn.fetch_add(1, Ordering::SeqCst) {
            0 => swipe(&app, &ada, &other, "like").await,
            _ => swipe(&app, &other, &ada, "like").await,
        })
        .await;
        assert!(answers.iter().all(|answer| answer.status == 200), "{answers:?}");
        assert_eq!(answers.iter().filter(|answer| answer.body["is_match"] == true).count(), 1, "{answers:?}");
        assert_eq!(kinds(&app, &other).await, ["match.new"]);
        assert_eq!(kinds(&app, &ada).await.len(), round + 1);
    }
}

#[tokio::test]
async fn equal_swipes_at_once_are_one() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.sign_in("ada@test.com").await, app.sign_in("bob@test.com").await);
    let answers = at_once(20, async || swipe(&app, &ada, &bob, "like").await).await;
    assert!(answers.iter().all(|answer| answer.status == 200 && answer.body["is_match"] == false), "{answers:?}");
    assert_eq!(app.column("SELECT action FROM swipes WHERE user_id = $1", &[&ada.id]).await, ["like"]);
    let answers = at_once(20, async || swipe(&app, &bob, &ada, "like").await).await;
    assert!(answers.iter().all(|answer| answer.status == 200 && answer.body["is_match"] == true), "{answers:?}");
    let id = &answers[0].body["match_id"];
    assert!(answers.iter().all(|answer| answer.body["match_id"] == *id));
    assert_eq!(kinds(&app, &ada).await, ["match.new"]);
}

#[tokio::test]
async fn message_beside_a_block_is_stored_before_it_or_nowhere() {
    let app = TestApp::start().await;
    let (ada, bob, mut id) = couple(&app).await;
    for round in 0..6 {
        let path = format!("/api/conversations/{id}/messages");
        let turn = AtomicUsize::new(0);
        let answers = at_once(12, async || match turn.fetch_add(1, Ordering::SeqCst) {
            6 if round % 2 == 0 => block(&app, &ada, &bob).await,
            6 => delete(&app, &format!("/api/matches/{id}"), &bob).await,
            n if n % 3 == 0 => app.get(&path, &ada.access).await,
            _ => app.post(&path, &bob.access, &json!({"content": "now or never"})).await,
        })
        .await;
        assert!(answers.iter().all(|answer| [200, 404].contains(&answer.status.as_u16())), "{answers:?}");
        assert!(app.column("SELECT id FROM messages WHERE match_id = $1", &[&id]).await.is_empty());
        for person in [&ada, &bob] {
            assert_eq!(kinds(&app, person).await.last().unwrap(), "match.removed", "nothing comes after the end");
        }
        delete(&app, &format!("/api/block/{}", bob.id), &ada).await;
        swipe(&app, &ada, &bob, "like").await;
        let made = swipe(&app, &bob, &ada, "like").await;
        id = made.body["match_id"].as_str().unwrap().to_owned();
    }
}

#[tokio::test]
async fn blocks_of_both_sides_at_once_end_the_match_once() {
    let app = TestApp::start().await;
    let (ada, bob, _) = couple(&app).await;
    let turn = AtomicUsize::new(0);
    let answers = at_once(10, async || match turn.fetch_add(1, Ordering::SeqCst) % 2 {
        0 => block(&app, &ada, &bob).await,
        _ => block(&app, &bob, &ada).await,
    })
    .await;
    assert!(answers.iter().all(|answer| answer.status == 200), "{answers:?}");
    for person in [&ada, &bob] {
        assert_eq!(kinds(&app, person).await, ["match.new", "match.removed"]);
    }
}

#[tokio::test]
async fn equal_reports_at_once_are_kept_once() {
    let app = TestApp::start().await;
    let (ada, bob, _) = couple(&app).await;
    let body = json!({"reported_user_id": bob.id, "reason": "spam"});
    let answers = at_once(10, async || app.post("/api/report", &ada.access, &body).await).await;
    assert!(answers.iter().all(|answer| answer.status == 200), "{answers:?}");
    assert_eq!(app.column("SELECT reason FROM reports", &[]).await, ["spam"]);
}
