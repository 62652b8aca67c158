//! What the screen says of a call's protection, and what the keychain keeps of it.

use super::stage::{SOON, Stage};
use pizoo_api::livekit::CallType;
use pizoo_client::view::{CallPhase, Protection};
use pizoo_testbed::backend::USER_ONE;
use pizoo_testbed::deadline::until;
use pizoo_testbed::demo::sign_in;
use pizoo_testbed::desk::DeskSettings;
use pizoo_testbed::people::{Person, bob};

/// Bob rings, and the app answers.
async fn answer(stage: &Stage, bob: &Person) {
    bob.call(CallType::Audio).await.unwrap();
    stage.app.click("accept-audio").await.unwrap();
    bob.talks().await.unwrap();
    stage.app.wait_for("protection", SOON).await.unwrap();
}

async fn end(stage: &Stage, bob: &Person) {
    stage.app.click("end-call").await.unwrap();
    bob.is_through(SOON).await.unwrap();
    stage.app.wait_for_phase("ended", SOON).await.unwrap();
    stage.app.click("dismiss-call").await.unwrap();
}

#[tokio::test]
async fn code_that_was_compared_is_kept_and_the_next_call_verified_by_itself() {
    let stage = Stage::set(DeskSettings::default(), &[]).await;
    sign_in(&stage.app, USER_ONE).await.unwrap();
    let bob = bob(&stage.backend).await.unwrap();

    answer(&stage, &bob).await;
    stage.app.click("protection").await.unwrap();
    let shown = stage.app.text("security-code").await.unwrap();
    let Some(Protection::EndToEnd { emoji, numbers, .. }) = bob.view().map(|view| view.protection) else {
        panic!("{:?}", bob.view());
    };
    assert!(emoji.iter().all(|emoji| shown.contains(emoji.as_str())) && shown.contains(&numbers), "{shown}");
    stage.app.click("code-matches").await.unwrap();
    let verified = async || stage.app.text("protection").await.is_ok_and(|text| text == "Encrypted and compared");
    until("a verified call", SOON, verified).await.unwrap();
    end(&stage, &bob).await;

    // Another call, other keys, the same device.
    answer(&stage, &bob).await;
    until("a verified call", SOON, verified).await.unwrap();
    assert_eq!(bob.view().unwrap().phase, CallPhase::Active);
    end(&stage, &bob).await;
    stage.strike().await;
    bob.client.shutdown().await;
}
