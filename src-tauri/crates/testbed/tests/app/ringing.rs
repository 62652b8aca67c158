//! Ringing, as the person at the app sees it.

use super::stage::{SOON, Stage};
use pizoo_api::MatchId;
use pizoo_api::livekit::CallType;
use pizoo_call::EndReason;
use pizoo_client::view::CallPhase;
use pizoo_testbed::backend::{MATCH, USER_ONE};
use pizoo_testbed::deadline::until;
use pizoo_testbed::demo::sign_in;
use pizoo_testbed::desk::DeskSettings;
use pizoo_testbed::people::bob;

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
    stage.app.click("decline").await.unwrap();
    let told = bob.is_through(SOON).await.unwrap();
    assert!(matches!(told.phase, CallPhase::Ended { reason: EndReason::Unavailable, .. }), "{:?}", told.phase);

    bob.call(CallType::Audio).await.unwrap();
    stage.app.wait_for("incoming", SOON).await.unwrap();
    bob.client.end_call().await.unwrap();
    until("the end of the ring", SOON, async || !stage.app.shows("incoming").await).await.unwrap();
    assert!(!stage.app.shows("call-screen").await);
    stage.strike().await;
    bob.client.shutdown().await;
}

#[tokio::test]
async fn message_and_agreement_reach_the_other_side_at_once() {
    let stage = Stage::set(DeskSettings::default(), &[]).await;
    sign_in(&stage.app, USER_ONE).await.unwrap();
    let bob = bob(&stage.backend).await.unwrap();
    bob.client.open_chat(MatchId::from(MATCH));
    bob.client.send_message("Are you awake?".into()).await;
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
