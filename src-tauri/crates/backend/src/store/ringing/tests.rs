//! What a block or an unmatch does to the calls of a match.

use super::{add, change, end_calls_of_match, get};
use crate::clock::UnixMs;
use crate::ringing::view::on_session;
use crate::ringing::{Ending, Move, RING, Reach, Ring};
use crate::settings::Database;
use crate::store::Store;
use pizoo_api::calls::{CallOutcome, CallState};
use pizoo_api::events::Event;
use pizoo_api::livekit::CallType;

async fn store(folder: &tempfile::TempDir) -> Store {
    let store = Store::open(&Database::Sqlite(folder.path().join("x.sqlite"))).await.unwrap();
    let mut tx = store.write().await.unwrap();
    for statement in [
        "INSERT INTO users (id, name, language, created_at) VALUES ('a', '', '', 0), ('b', '', '', 0), ('c', '', '', 0)",
        "INSERT INTO matches (id, user1_id, user2_id, matched_at) VALUES ('ab', 'a', 'b', 0), ('bc', 'b', 'c', 0)",
    ] {
        sqlx::query(statement).execute(&mut *tx).await.unwrap();
    }
    tx.commit().await.unwrap();
    store
}

fn ring(id: &str, match_id: &str, state: CallState, reach: Reach) -> Ring {
    Ring {
        id: id.into(),
        match_id: match_id.into(),
        caller: "a".into(),
        callee: "b".into(),
        call_type: CallType::Audio,
        state,
        reach,
        ending: None,
        created_at: UnixMs(0),
        expires_at: UnixMs(0) + RING,
        declined_at: None,
        accepted_at: None,
        accepted_by: None,
        ended_at: None,
    }
}

#[tokio::test]
async fn calls_of_a_match_end_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder).await;
    let mut tx = store.write().await.unwrap();
    let rings = [
        ring("1", "ab", CallState::Ringing, Reach::Shown),
        ring("2", "ab", CallState::Active, Reach::Shown),
        ring("3", "ab", CallState::Ringing, Reach::Hidden),
        Ring { caller: "c".into(), ..ring("4", "bc", CallState::Active, Reach::Shown) },
    ];
    for ring in &rings {
        add(&mut tx, ring).await.unwrap();
    }
    let told = end_calls_of_match(&mut tx, "ab", UnixMs(7)).await.unwrap();
    let outcomes = [
        ("a", CallOutcome::Unavailable),
        ("b", CallOutcome::Missed),
        ("a", CallOutcome::Completed),
        ("b", CallOutcome::Completed),
        ("a", CallOutcome::Unavailable),
    ];
    assert_eq!(told.len(), outcomes.len(), "nothing of a ring that was not shown");
    for ((user, event), (whom, outcome)) in told.iter().zip(outcomes) {
        let Event::CallEnded { call } = event else { panic!("{event:?}") };
        assert_eq!((user.as_str(), call.outcome), (whom, Some(outcome)));
    }
    for (id, ending) in [("1", Some(Ending::Missed)), ("2", Some(Ending::Completed)), ("4", None)] {
        assert_eq!(get(&mut *tx, id).await.unwrap().unwrap().ending, ending);
    }
    assert!(end_calls_of_match(&mut tx, "ab", UnixMs(8)).await.unwrap().is_empty(), "once");
    assert!(end_calls_of_match(&mut tx, "none", UnixMs(8)).await.unwrap().is_empty());
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn event_says_on_which_device_it_was_accepted() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder).await;
    let mut tx = store.write().await.unwrap();
    let rung = ring("1", "ab", CallState::Ringing, Reach::Shown);
    add(&mut tx, &rung).await.unwrap();
    let accepted = rung.after(Move::Accept("desk"), "b", UnixMs(1)).unwrap();
    assert!(change(&mut tx, &rung, &accepted).await.unwrap());
    assert!(!change(&mut tx, &rung, &accepted).await.unwrap(), "it is not ringing any more");
    tx.commit().await.unwrap();
    for (user, session, here) in [("b", "desk", true), ("b", "phone", false), ("a", "desk", false)] {
        let (_, mut event) = accepted.events().into_iter().find(|(whom, _)| whom == user).unwrap();
        on_session(store.read(), &mut event, user, session).await.unwrap();
        let Event::CallAccepted { call } = event else { panic!("{event:?}") };
        assert_eq!(call.accepted_here, here, "{user} {session}");
    }
}
