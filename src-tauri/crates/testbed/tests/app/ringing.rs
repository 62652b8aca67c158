//! Ringing, as the person at the app sees it.

use super::stage::{SOON, Stage};
use pizoo_api::MatchId;
use pizoo_api::livekit::CallType;
use pizoo_call::EndReason;
use pizoo_client::view::{CallPhase, CallView, CameraStart};
use pizoo_pattern::Scene;
use pizoo_testbed::backend::{MATCH, USER_ONE};
use pizoo_testbed::deadline::until;
use pizoo_testbed::demo::sign_in;
use pizoo_testbed::desk::DeskSettings;
use pizoo_testbed::people::{Devices, Person, alice, bob};
use serde_json::json;
use std::time::Duration;

const NEWCOMER: &str = "newcomer@livekit-test.com";
const NEWCOMERS_MATCH: &str = "test-room-newcomer";

/// A ring is given up after 45 seconds.
const RINGS_OUT: Duration = Duration::from_secs(75);

fn is_unavailable(view: &CallView) -> bool {
    matches!(view.phase, CallPhase::Ended { reason: EndReason::Unavailable, .. })
}

#[tokio::test]
async fn ring_is_answered_declined_and_missed() {
    let stage = Stage::set(DeskSettings::default(), &[]).await;
    sign_in(&stage.app, USER_ONE).await.unwrap();
    let bob = bob(&stage.backend).await.unwrap();

    bob.call(CallType::Video).await.unwrap();
    stage.app.wait_for("incoming", SOON).await.unwrap();
    assert!(!stage.desk.camera.in_use(), "the camera is dark until the answer");
    stage.app.click("accept-video").await.unwrap();
    bob.talks().await.unwrap();
    stage.app.wait_for_phase("active", SOON).await.unwrap();
    stage.app.unblur().await.unwrap();
    stage.sees_pictures(10).await;
    bob.client.end_call().await.unwrap();
    stage.app.wait_for_phase("ended", SOON).await.unwrap();
    bob.is_through(SOON).await.unwrap();
    stage.app.click("dismiss-call").await.unwrap();

    bob.call(CallType::Audio).await.unwrap();
    stage.app.click("accept-audio").await.unwrap();
    let talking = bob.talks().await.unwrap();
    assert!(!talking.remote.video && !stage.desk.camera.in_use(), "nobody is seen in a voice call");
    stage.app.wait_for_phase("active", SOON).await.unwrap();
    stage.app.click("end-call").await.unwrap();
    bob.is_through(SOON).await.unwrap();
    stage.app.click("dismiss-call").await.unwrap();

    bob.call(CallType::Audio).await.unwrap();
    stage.app.click("decline").await.unwrap();
    until("the end of the ring", SOON, async || !stage.app.shows("incoming").await).await.unwrap();
    // To whoever rings, nobody has answered yet.
    assert_eq!(bob.view().unwrap().phase, CallPhase::Ringing);
    bob.client.end_call().await.unwrap();
    bob.is_through(SOON).await.unwrap();

    bob.call(CallType::Audio).await.unwrap();
    stage.app.wait_for("incoming", SOON).await.unwrap();
    bob.client.end_call().await.unwrap();
    until("the end of the ring", SOON, async || !stage.app.shows("incoming").await).await.unwrap();
    assert!(!stage.app.shows("call-screen").await);
    stage.strike().await;
    bob.client.shutdown().await;
}

#[tokio::test]
async fn ring_is_declined_with_a_line_that_the_caller_reads() {
    let stage = Stage::set(DeskSettings::default(), &[]).await;
    sign_in(&stage.app, USER_ONE).await.unwrap();
    let bob = bob(&stage.backend).await.unwrap();
    bob.client.open_chat(MatchId::from(MATCH));
    bob.call(CallType::Video).await.unwrap();
    stage.app.click("decline-with").await.unwrap();
    stage.app.click("reply-later").await.unwrap();
    until("the end of the ring", SOON, async || !stage.app.shows("incoming").await).await.unwrap();
    let chat = bob.client.chat();
    let reads = |text: &str| chat.borrow().as_ref()?.lines.iter().position(|line| line.message.content == text);
    until("the line", SOON, async || reads("Can I call you later?").is_some()).await.unwrap();
    assert_eq!(bob.view().unwrap().phase, CallPhase::Ringing, "it rings on for the caller");
    bob.client.end_call().await.unwrap();
    stage.strike().await;
    bob.client.shutdown().await;
}

#[tokio::test]
async fn message_and_agreement_reach_the_other_side_at_once() {
    let stage = Stage::set(DeskSettings::default(), &[]).await;
    sign_in(&stage.app, USER_ONE).await.unwrap();
    let bob = bob(&stage.backend).await.unwrap();
    bob.client.open_chat(MatchId::from(MATCH));
    bob.client.send_message("Are you awake?");
    until("the message in the app", SOON, async || {
        stage.app.document().await.is_ok_and(|page| page.contains("Are you awake?"))
    })
    .await
    .unwrap();
    // Nobody answers a call to somebody who has not agreed to any.
    bob.client.allow_calling(&MatchId::from(MATCH), false).await.unwrap();
    stage.app.call("call-audio").await.unwrap();
    stage.app.wait_for_phase("ringing", SOON).await.unwrap();
    assert!(bob.client.incoming().borrow().is_none());
    stage.app.click("end-call").await.unwrap();
    stage.app.wait_for_phase("ended", SOON).await.unwrap();
    stage.strike().await;
    bob.client.shutdown().await;
}

#[tokio::test]
async fn ring_that_nobody_answers_is_a_missed_call_that_can_be_called_back() {
    let stage = Stage::set(DeskSettings::default(), &[]).await;
    sign_in(&stage.app, USER_ONE).await.unwrap();
    let bob = bob(&stage.backend).await.unwrap();
    bob.call(CallType::Audio).await.unwrap();
    stage.app.wait_for("incoming", SOON).await.unwrap();
    let told = bob.is_through(RINGS_OUT).await.unwrap();
    assert!(is_unavailable(&told), "{:?}", told.phase);
    until("the end of the ring", SOON, async || !stage.app.shows("incoming").await).await.unwrap();
    stage.app.wait_for_selector("[data-testid='system-line'][data-code='call.missed:audio']", SOON).await.unwrap();
    stage.app.call("call-back").await.unwrap();
    until("the ring on the other side", SOON, async || bob.client.incoming().borrow().is_some()).await.unwrap();
    stage.app.click("end-call").await.unwrap();
    stage.app.wait_for_phase("ended", SOON).await.unwrap();
    stage.strike().await;
    bob.client.shutdown().await;
}

#[tokio::test]
async fn ring_that_another_device_answers_falls_silent_here() {
    let stage = Stage::set(DeskSettings::default(), &[]).await;
    sign_in(&stage.app, USER_ONE).await.unwrap();
    let (elsewhere, bob) = (alice(&stage.backend).await.unwrap(), bob(&stage.backend).await.unwrap());
    bob.call(CallType::Audio).await.unwrap();
    stage.app.wait_for("incoming", SOON).await.unwrap();
    until("the ring on the other device", SOON, async || elsewhere.client.incoming().borrow().is_some()).await.unwrap();
    let call = elsewhere.client.incoming().borrow().as_ref().map(|ring| ring.call_id.clone()).unwrap();
    elsewhere.client.accept_call(&call, CallType::Audio, CameraStart::Off).await.unwrap();
    until("the end of the ring", SOON, async || !stage.app.shows("incoming").await).await.unwrap();
    bob.talks().await.unwrap();
    assert!(!stage.app.shows("call-screen").await);
    bob.client.end_call().await.unwrap();
    stage.strike().await;
    elsewhere.client.shutdown().await;
    bob.client.shutdown().await;
}

#[tokio::test]
async fn two_who_ring_each_other_at_once_meet_and_a_third_finds_them_unavailable() {
    let stage = Stage::set(DeskSettings::default(), &[]).await;
    sign_in(&stage.app, USER_ONE).await.unwrap();
    let bob = bob(&stage.backend).await.unwrap();
    let third = Person::sign_in(&stage.backend, NEWCOMER, Devices::synthetic(Scene::Two)).await.unwrap();
    // Past the page: a ring that is shown covers the button.
    let wish = json!({ "matchId": MATCH, "callType": "video", "camera": "on" });
    let (here, there) = tokio::join!(stage.app.invoke("start_call", wish), bob.call(CallType::Video));
    here.unwrap();
    there.unwrap();
    bob.talks().await.unwrap();
    stage.app.wait_for_phase("active", SOON).await.unwrap();

    let match_id = MatchId::from(NEWCOMERS_MATCH);
    third.client.allow_calling(&match_id, true).await.unwrap();
    stage.app.invoke("allow_calling", json!({ "matchId": NEWCOMERS_MATCH, "allowed": true })).await.unwrap();
    third.client.start_call(&match_id, CallType::Audio, CameraStart::Off).await.unwrap();
    third.sees("a ring like any other", SOON, |view| view.phase == CallPhase::Ringing).await.unwrap();
    assert!(!stage.app.shows("incoming").await, "who is busy is not disturbed");
    third.client.end_call().await.unwrap();
    stage.app.wait_for_phase("active", SOON).await.unwrap();

    // Whoever is blocked in a call is out of it at once.
    stage.app.click("safety").await.unwrap();
    stage.app.click("block").await.unwrap();
    stage.app.click("safety-confirm").await.unwrap();
    until("the end of the call", SOON, async || !stage.app.shows("call-screen").await).await.unwrap();
    bob.is_through(SOON).await.unwrap();
    until("the release of the camera", SOON, async || !stage.desk.camera.in_use()).await.unwrap();
    assert!(bob.call(CallType::Video).await.is_err(), "a blocked person cannot ring");
    stage.strike().await;
    third.client.shutdown().await;
    bob.client.shutdown().await;
}
