//! Ringing, and every way that it ends, between real clients.

use super::stage::{SOON, Stage};
use pizoo_api::livekit::CallType;
use pizoo_api::{CallId, MatchId};
use pizoo_backend::clock::MockClock;
use pizoo_call::EndReason;
use pizoo_client::view::{CallPhase, CameraStart, ErrorCode, IncomingView};
use pizoo_testbed::backend::{Backend, MATCH};
use pizoo_testbed::deadline::{eventually, until};
use pizoo_testbed::people::{Person, alice, bob};
use std::sync::Arc;
use std::time::Duration;

/// As long as the server lets it ring.
const RING: Duration = Duration::from_secs(45);

async fn rung(person: &Person) -> IncomingView {
    eventually("a ring", SOON, async || person.client.incoming().borrow().clone()).await.unwrap()
}

async fn quiet(person: &Person) {
    until("the end of the ring", SOON, async || person.client.incoming().borrow().is_none()).await.unwrap();
}

async fn rings(person: &Person) {
    person.sees("ringing", SOON, |view| view.phase == CallPhase::Ringing).await.unwrap();
}

async fn ends(person: &Person, reason: EndReason) {
    let view = person.is_through(SOON).await.unwrap();
    assert!(matches!(view.phase, CallPhase::Ended { reason: now, .. } if now == reason), "{:?}", view.phase);
    person.client.dismiss_call().await.unwrap();
}

#[tokio::test]
async fn ring_is_shown_answered_and_becomes_a_call() {
    let stage = Stage::set().await;
    let (alice, bob) = tokio::try_join!(alice(&stage.backend), bob(&stage.backend)).unwrap();
    alice.call(CallType::Video).await.unwrap();
    let ring = rung(&bob).await;
    assert_eq!((ring.partner_name.as_str(), ring.call_type), ("User One", CallType::Video));
    assert!(bob.view().is_none(), "nothing is opened before the answer");
    bob.client.silence_call(&ring.call_id);
    assert!(rung(&bob).await.silenced);
    // A video call can be answered without a picture.
    bob.client.accept_call(&ring.call_id, CallType::Audio, CameraStart::Off).await.unwrap();
    tokio::try_join!(alice.talks(), bob.talks()).unwrap();
    quiet(&bob).await;
    assert!(!bob.view().unwrap().camera.available);
    bob.client.end_call().await.unwrap();
    ends(&bob, EndReason::HungUp).await;
    ends(&alice, EndReason::PartnerLeft).await;
    // Long over.
    let late = bob.client.accept_call(&ring.call_id, CallType::Audio, CameraStart::Off).await.unwrap_err();
    assert_eq!(late.code, ErrorCode::CallOver);
    for person in [alice, bob] {
        person.client.shutdown().await;
    }
    stage.strike().await;
}

fn last_line(person: &Person) -> Option<String> {
    let chat = person.client.chat();
    let chat = chat.borrow();
    Some(chat.as_ref()?.lines.last()?.message.content.clone())
}

async fn reads(person: &Person, line: &str) {
    until(line, SOON, async || last_line(person).as_deref() == Some(line)).await.unwrap();
}

#[tokio::test]
async fn declined_and_hidden_rings_look_the_same_to_the_caller() {
    // It rings without LiveKit.
    let clock = Arc::new(MockClock::default());
    let backend = Backend::start_at(Backend::unreachable_livekit(), clock.clone()).await.unwrap();
    let (alice, phone) = tokio::try_join!(alice(&backend), bob(&backend)).unwrap();
    let bob = bob(&backend).await.unwrap();
    bob.client.set_visible(false);
    for person in [&alice, &bob] {
        person.client.open_chat(MatchId::from(MATCH));
    }
    let unread = |person: &Person| person.client.conversations().borrow().list[0].unread_count;
    let before = unread(&bob);
    alice.call(CallType::Audio).await.unwrap();
    let ring = rung(&bob).await;
    rung(&phone).await;
    bob.client.decline_call(&ring.call_id, None).await.unwrap();
    tokio::join!(quiet(&bob), quiet(&phone));
    reads(&bob, "call.declined:audio").await;
    assert_eq!(unread(&bob), before, "nobody has missed anything");
    assert_eq!(alice.view().unwrap().phase, CallPhase::Ringing, "to the caller it rings on");
    assert!(bob.view().is_none());
    clock.advance(RING);
    ends(&alice, EndReason::Unavailable).await;
    reads(&alice, "call.missed:audio").await;
    assert_eq!(last_line(&bob).as_deref(), Some("call.declined:audio"));
    // Bob takes his agreement back: the caller sees it ring, and Bob sees nothing.
    let wish = MatchId::from(MATCH);
    bob.client.allow_calling(&wish, false).await.unwrap();
    alice.call(CallType::Audio).await.unwrap();
    rings(&alice).await;
    alice.client.end_call().await.unwrap();
    ends(&alice, EndReason::HungUp).await;
    assert!(bob.client.incoming().borrow().is_none());
    // Bob himself is asked first.
    let refused = bob.client.start_call(&wish, CallType::Audio, CameraStart::Off).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::CallingNotAllowed);
    for person in [alice, bob, phone] {
        person.client.shutdown().await;
    }
    backend.stop().await;
}

#[tokio::test]
async fn who_declines_with_a_message_tells_the_caller_that_and_nothing_else() {
    let backend = Backend::start_with(Backend::unreachable_livekit()).await.unwrap();
    let (alice, bob) = tokio::try_join!(alice(&backend), bob(&backend)).unwrap();
    alice.client.open_chat(MatchId::from(MATCH));
    alice.call(CallType::Video).await.unwrap();
    let ring = rung(&bob).await;
    bob.client.decline_call(&ring.call_id, Some("Can I call you later?")).await.unwrap();
    quiet(&bob).await;
    reads(&alice, "Can I call you later?").await;
    assert_eq!(alice.view().unwrap().phase, CallPhase::Ringing, "it rings on all the same");
    // It rings no more here: neither is that said twice.
    bob.client.decline_call(&ring.call_id, Some("Can I call you later?")).await.unwrap();
    alice.client.end_call().await.unwrap();
    ends(&alice, EndReason::HungUp).await;
    let chat = alice.client.chat().borrow().clone().unwrap();
    assert_eq!(chat.lines.iter().filter(|line| line.message.content == "Can I call you later?").count(), 1);
    for person in [alice, bob] {
        person.client.shutdown().await;
    }
    backend.stop().await;
}

#[tokio::test]
async fn who_declined_and_calls_back_meets_the_caller_who_still_rings() {
    let stage = Stage::set().await;
    let (alice, bob) = tokio::try_join!(alice(&stage.backend), bob(&stage.backend)).unwrap();
    alice.call(CallType::Audio).await.unwrap();
    let ring = rung(&bob).await;
    bob.client.decline_call(&ring.call_id, None).await.unwrap();
    quiet(&bob).await;
    bob.call(CallType::Audio).await.unwrap();
    tokio::try_join!(alice.talks(), bob.talks()).unwrap();
    alice.client.end_call().await.unwrap();
    ends(&bob, EndReason::PartnerLeft).await;
    for person in [alice, bob] {
        person.client.shutdown().await;
    }
    stage.strike().await;
}

#[tokio::test]
async fn cancelled_ring_ends_everywhere_and_is_a_missed_call_in_the_chat() {
    let stage = Stage::set().await;
    let (alice, bob) = tokio::try_join!(alice(&stage.backend), bob(&stage.backend)).unwrap();
    bob.client.open_chat(MatchId::from(MATCH));
    alice.call(CallType::Video).await.unwrap();
    rung(&bob).await;
    alice.client.end_call().await.unwrap();
    quiet(&bob).await;
    ends(&alice, EndReason::HungUp).await;
    let chat = bob.client.chat();
    until("the missed call in the chat", SOON, async || {
        let missed = |content: &str| content.starts_with("call.missed");
        chat.borrow().as_ref().is_some_and(|chat| chat.lines.iter().any(|line| missed(&line.message.content)))
    })
    .await
    .unwrap();
    for person in [alice, bob] {
        person.client.shutdown().await;
    }
    stage.strike().await;
}

#[tokio::test]
async fn one_device_answers_and_the_others_fall_silent() {
    let stage = Stage::set().await;
    let (alice, phone) = tokio::try_join!(alice(&stage.backend), bob(&stage.backend)).unwrap();
    let desk = bob(&stage.backend).await.unwrap();
    alice.call(CallType::Audio).await.unwrap();
    let (at_phone, at_desk) = tokio::join!(rung(&phone), rung(&desk));
    assert_eq!(at_phone.call_id, at_desk.call_id);
    let accept = |person: Person, id: CallId| async move {
        person.client.accept_call(&id, CallType::Audio, CameraStart::Off).await
    };
    let (one, two) = tokio::join!(accept(phone.clone(), at_phone.call_id), accept(desk.clone(), at_desk.call_id));
    // Both pressed at once: one is in the call, and the other is told that it was answered elsewhere, or over.
    drop((one, two));
    alice.talks().await.unwrap();
    until("one of the two in the call", SOON, async || {
        let phases = [&phone, &desk].map(|person| person.view().map(|view| view.phase));
        let talking = phases.iter().filter(|phase| **phase == Some(CallPhase::Active)).count();
        let away = phases
            .iter()
            .filter(|phase| matches!(phase, None | Some(CallPhase::Ended { reason: EndReason::ElsewhereActive, .. })));
        (talking, away.count()) == (1, 1)
    })
    .await
    .unwrap();
    tokio::join!(quiet(&phone), quiet(&desk));
    alice.client.end_call().await.unwrap();
    for person in [alice, phone, desk] {
        person.client.shutdown().await;
    }
    stage.strike().await;
}

#[tokio::test]
async fn device_that_comes_late_still_rings_and_a_closed_app_stops_ringing() {
    let stage = Stage::set().await;
    let alice = alice(&stage.backend).await.unwrap();
    alice.call(CallType::Video).await.unwrap();
    rings(&alice).await;
    let bob = bob(&stage.backend).await.unwrap();
    rung(&bob).await;
    alice.client.shutdown().await;
    quiet(&bob).await;
    bob.client.shutdown().await;
    stage.strike().await;
}
