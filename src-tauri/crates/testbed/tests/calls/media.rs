//! What one side sends, the other sees and hears.

use super::stage::{SOON, Stage, part, picture_of, stamps_for};
use pizoo_api::MatchId;
use pizoo_api::livekit::CallType;
use pizoo_client::view::{CameraStart, Preferences, Switch};
use pizoo_media::sources::{Sound as _, Speech};
use pizoo_pattern::Scene;
use pizoo_testbed::app::built;
use pizoo_testbed::backend::{MATCH, USER_ONE, USER_TWO};
use pizoo_testbed::children::{Child, Program};
use pizoo_testbed::deadline::{eventually, until};
use pizoo_testbed::people::{alice, bob};
use pizoo_testbed::sound::{Devices, SoundServer, matches};
use std::time::Duration;

#[tokio::test]
async fn pictures_arrive_both_ways_and_move() {
    let stage = Stage::set().await;
    let (alice, bob) = stage.call().await;
    let ((seen_by_alice, _), (seen_by_bob, _)) = tokio::join!(picture_of(&alice), picture_of(&bob));
    assert_eq!((seen_by_alice, seen_by_bob), (Scene::Two, Scene::One));
    let two_seconds = Duration::from_secs(2);
    let (at_alice, at_bob) = tokio::join!(stamps_for(&alice, two_seconds), stamps_for(&bob, two_seconds));
    assert!(at_alice.len() > 10 && at_bob.len() > 10, "{} and {} stamps", at_alice.len(), at_bob.len());
    for person in [&alice, &bob] {
        let figures = person.client.statistics();
        assert!(figures.press_to_joined_ms.unwrap() <= figures.press_to_first_frame_ms.unwrap(), "{figures:?}");
        assert!(figures.frames_received > 10 && figures.width > figures.height, "{figures:?}");
    }
    part([alice, bob]).await;
    stage.strike().await;
}

/// A head-less client as a process of its own, which plays what it hears on its own sound server.
async fn peer(stage: &Stage, email: &str, sound: &str, ring: bool, server: &SoundServer) -> Child {
    Program::new(built("pizoo-peer").unwrap())
        .args(["--email", email, "--sound", sound, "--listen"])
        .args(ring.then_some("--ring"))
        .env("PIZOO_API_URL", stage.backend.url().unwrap().as_str())
        .envs(&server.env())
        .spawn()
        .await
        .unwrap()
}

/// How much of the power is at one frequency, 0 to 1 (Goertzel).
fn share_of_tone(samples: &[i16], frequency: f64) -> f64 {
    let angle = std::f64::consts::TAU * frequency / 48_000.0;
    let (mut before, mut last, mut power) = (0.0, 0.0, 0.0);
    for sample in samples.iter().map(|sample| f64::from(*sample)) {
        (before, last) = (last, sample + 2.0 * angle.cos() * last - before);
        power += sample * sample;
    }
    let tone = before * before + last * last - 2.0 * angle.cos() * before * last;
    2.0 * tone / (samples.len() as f64 * power).max(1.0)
}

#[tokio::test]
async fn sound_arrives_both_ways_and_is_recognised() {
    let stage = Stage::set().await;
    let (at_one, at_two) =
        tokio::try_join!(SoundServer::start(Devices::Both), SoundServer::start(Devices::Both)).unwrap();
    let (heard_by_one, heard_by_two) = tokio::try_join!(at_one.record(), at_two.record()).unwrap();
    let one = peer(&stage, USER_ONE, "speech", true, &at_one).await;
    let two = peer(&stage, USER_TWO, "tone", false, &at_two).await;
    let mut voice = Speech::new();
    let said: Vec<i16> = (0..6_000)
        .flat_map(|_| {
            let mut frame = [0; 480];
            voice.fill(&mut frame);
            frame
        })
        .collect();
    let newest =
        |samples: Vec<i16>, seconds: usize| Some(samples.get(samples.len().checked_sub(seconds * 48_000)?..)?.to_vec());
    eventually("the voice of one at two", Duration::from_secs(40), async || {
        let found = matches(&said, &newest(heard_by_two.samples(), 5)?);
        found.recognised().then_some(found)
    })
    .await
    .unwrap();
    until("the tone of two at one", SOON, async || {
        newest(heard_by_one.samples(), 1).is_some_and(|part| share_of_tone(&part, 440.0) > 0.5)
    })
    .await
    .unwrap();
    one.stop().await.unwrap();
    two.stop().await.unwrap();
    for (recording, server) in [(heard_by_one, at_one), (heard_by_two, at_two)] {
        recording.stop().await.unwrap();
        server.stop().await.unwrap();
    }
    stage.strike().await;
}

#[tokio::test]
async fn camera_and_microphone_go_off_and_on_again() {
    let stage = Stage::set().await;
    let (alice, bob) = stage.call().await;
    bob.sees("the microphone of alice", SOON, |view| view.remote.audio).await.unwrap();
    for on in [false, true] {
        alice.client.set_microphone(on).await.unwrap();
        alice.client.set_camera(on).await.unwrap();
        alice.sees("the own switches", SOON, |view| view.microphone.on == on && view.camera.on == on).await.unwrap();
        bob.sees("the other's switches", SOON, |view| view.remote.audio == on && view.remote.video == on)
            .await
            .unwrap();
    }
    let again = stamps_for(&bob, Duration::from_secs(2)).await;
    assert!(again.len() > 10, "{} stamps after the camera came back", again.len());
    part([alice, bob]).await;
    stage.strike().await;
}

#[tokio::test]
async fn audio_call_has_no_camera() {
    let stage = Stage::set().await;
    let (alice, bob) = tokio::try_join!(alice(&stage.backend), bob(&stage.backend)).unwrap();
    super::stage::meet(&alice, &bob, CallType::Audio).await;
    alice.client.set_camera(true).await.unwrap();
    let view = bob.sees("the voice of alice", SOON, |view| view.remote.audio).await.unwrap();
    assert!(!view.remote.video && !view.camera.available);
    assert!(!alice.view().unwrap().camera.on);
    assert_eq!(bob.client.statistics().frames_received, 0);
    part([alice, bob]).await;
    stage.strike().await;
}

#[tokio::test]
async fn video_call_begins_without_the_own_camera_which_is_turned_on_later() {
    let stage = Stage::set().await;
    let (alice, bob) = tokio::try_join!(alice(&stage.backend), bob(&stage.backend)).unwrap();
    alice.client.start_call(&MatchId::from(MATCH), CallType::Video, CameraStart::Off).await.unwrap();
    let ring = eventually("a ring", SOON, async || bob.client.incoming().borrow().clone()).await.unwrap();
    bob.client.accept_call(&ring.call_id, ring.call_type, CameraStart::On).await.unwrap();
    let view = alice.talks().await.unwrap();
    assert_eq!(view.camera, Switch { available: true, wanted: false, on: false });
    assert_eq!(picture_of(&alice).await.0, Scene::Two);
    bob.sees("a voice without a picture", SOON, |view| view.remote.audio && !view.remote.video).await.unwrap();
    assert_eq!(bob.client.statistics().frames_received, 0);
    alice.client.set_camera(true).await.unwrap();
    assert_eq!(picture_of(&bob).await.0, Scene::One);
    bob.sees("the picture of alice", SOON, |view| view.remote.video).await.unwrap();
    part([alice, bob]).await;
    stage.strike().await;
}

#[tokio::test]
async fn blurred_picture_shows_nobody_until_its_owner_wants_it() {
    let stage = Stage::set().await;
    let (alice, bob) = tokio::try_join!(alice(&stage.backend), bob(&stage.backend)).unwrap();
    alice.client.start_call(&MatchId::from(MATCH), CallType::Video, CameraStart::Blurred).await.unwrap();
    let ring = eventually("a ring", SOON, async || bob.client.incoming().borrow().clone()).await.unwrap();
    bob.client.accept_call(&ring.call_id, ring.call_type, CameraStart::On).await.unwrap();
    assert!(alice.talks().await.unwrap().own_blurred);
    until("pictures of alice", SOON, async || bob.client.statistics().frames_received > 30).await.unwrap();
    assert!(stamps_for(&bob, Duration::from_secs(1)).await.is_empty(), "nothing can be read in them");
    alice.client.set_own_blur(false).await.unwrap();
    assert_eq!(picture_of(&bob).await.0, Scene::One);
    alice.client.set_own_blur(true).await.unwrap();
    until("a blurred picture", SOON, async || stamps_for(&bob, Duration::from_millis(500)).await.is_empty())
        .await
        .unwrap();
    assert!(bob.view().unwrap().remote.video, "there is a picture all the same");
    part([alice, bob]).await;
    stage.strike().await;
}

#[tokio::test]
async fn who_speaks_with_the_microphone_off_is_told_if_they_want_to_be_and_not_heard() {
    let stage = Stage::set().await;
    let (alice, bob) = stage.call().await;
    alice.client.set_microphone(false).await.unwrap();
    let view = alice.sees("the microphone off", SOON, |view| !view.microphone.on).await.unwrap();
    assert!(!view.muted_speaking);
    bob.sees("alice silent", SOON, |view| !view.remote.audio).await.unwrap();
    let remind = Preferences { remind_muted: true, ..Preferences::default() };
    alice.client.set_preferences(remind).await.unwrap();
    let view = alice.sees("the hint", SOON, |view| view.muted_speaking).await.unwrap();
    assert!(!view.microphone.on && !view.microphone.wanted);
    assert!(!bob.view().unwrap().remote.audio, "what is measured is not sent");
    alice.client.set_microphone(true).await.unwrap();
    alice.sees("no hint", SOON, |view| view.microphone.on && !view.muted_speaking).await.unwrap();
    bob.sees("the voice of alice", SOON, |view| view.remote.audio).await.unwrap();
    part([alice, bob]).await;
    stage.strike().await;
}
