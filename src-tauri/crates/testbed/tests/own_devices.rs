//! The own devices outside of what a call sends: chosen ones, the preview, and what the app lets be heard. With the fake
//! camera and PulseAudio; nothing here needs LiveKit, because it rings without.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by failing")]

use pizoo_api::livekit::CallType;
use pizoo_backend::clock::MockClock;
use pizoo_client::Client;
use pizoo_client::view::{CallNotice, CallPhase, DeviceKind, ErrorCode, IncomingView, Picture, Preferences, Switch};
use pizoo_testbed::backend::{Backend, USER_ONE, USER_TWO};
use pizoo_testbed::children::Program;
use pizoo_testbed::deadline::{eventually, until};
use pizoo_testbed::people::{Devices, Person, alice, bob};
use pizoo_testbed::rerun::{Inside, with_devices};
use pizoo_testbed::sound::Recording;
use std::f64::consts::TAU;
use std::sync::Arc;
use std::time::Duration;

const SOON: Duration = Duration::from_secs(20);
const RATE: usize = 48_000;

async fn backend() -> Backend {
    Backend::start_with(Backend::unreachable_livekit()).await.unwrap()
}

async fn with_real_devices(backend: &Backend, email: &str) -> Person {
    Person::sign_in(backend, email, Devices::real()).await.unwrap()
}

async fn end(people: [Person; 2], backend: Backend) {
    for person in people {
        person.client.shutdown().await;
    }
    backend.stop().await;
}

async fn rung(person: &Person) -> IncomingView {
    eventually("a ring", SOON, async || person.client.incoming().borrow().clone()).await.unwrap()
}

async fn choose(client: &Client, change: impl FnOnce(&mut Preferences)) {
    let mut preferences = client.preferences().borrow().clone();
    change(&mut preferences);
    client.set_preferences(preferences).await.unwrap();
}

async fn players(inside: &Inside, wanted: usize) {
    let so_many = async || inside.sound.speaker_users().await.unwrap() == wanted;
    until(&format!("{wanted} who play on the loudspeaker"), SOON, so_many).await.unwrap();
}

async fn recorders(inside: &Inside, wanted: usize) {
    let so_many = async || inside.sound.microphone_users().await.unwrap() == wanted;
    until(&format!("{wanted} who record from the microphone"), SOON, so_many).await.unwrap();
}

/// Has the sound server do something.
async fn control(inside: &Inside, arguments: &[&str]) -> String {
    let answer = Program::new("pactl").args(arguments).envs(&inside.sound.env()).run(SOON).await.unwrap();
    String::from_utf8(answer).unwrap().trim().to_owned()
}

async fn pull_out_the_microphone(inside: &Inside) {
    control(inside, &["unload-module", "module-remap-source"]).await;
}

async fn plug_in_the_microphone(inside: &Inside) {
    let description = "source_properties=device.description=TestMic";
    control(inside, &["load-module", "module-remap-source", "source_name=mic", "master=micfeed.monitor", description])
        .await;
    control(inside, &["set-default-source", "mic"]).await;
}

/// The amplitude of one frequency in 16-bit samples (Goertzel).
fn amplitude(samples: &[i16], hz: f64) -> f64 {
    let turn = 2.0 * (TAU * hz / RATE as f64).cos();
    let (mut last, mut before) = (0.0, 0.0);
    for (at, sample) in samples.iter().enumerate() {
        let window = 1.0 - (TAU * at as f64 / samples.len() as f64).cos();
        (last, before) = (window * f64::from(*sample) + turn * last - before, last);
    }
    2.0 * (last * last + before * before - turn * last * before).max(0.0).sqrt() / samples.len() as f64
}

fn newest(recording: &Recording, length: usize) -> Vec<i16> {
    let samples = recording.samples();
    samples[samples.len().saturating_sub(length)..].to_vec()
}

/// Waits until both are in the newest quarter of a second, and another frequency is not.
async fn hears(recording: &Recording, what: &str, tones: [f64; 2], absent: f64) {
    until(what, SOON, async || {
        let heard = newest(recording, RATE / 4);
        let loud = |hz| amplitude(&heard, hz);
        tones.iter().all(|hz| loud(*hz) > 80.0 && loud(*hz) > 10.0 * loud(absent))
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn preview_shows_level_and_picture_and_gives_the_devices_back() {
    let name = "preview_shows_level_and_picture_and_gives_the_devices_back";
    let Some(inside) = with_devices(name).await.unwrap() else { return };
    let backend = backend().await;
    let (alice, bob) = (with_real_devices(&backend, USER_ONE).await, bob(&backend).await.unwrap());
    let client = &alice.client;
    let found = client.list_devices().await.unwrap();
    assert!(found.microphones.iter().any(|device| device.id == "mic"), "{found:?}");
    assert!(found.speakers.iter().any(|device| device.id == "speaker"), "{found:?}");
    assert_eq!(found.cameras.len(), 1, "{found:?}");

    client.start_preview(false).unwrap();
    until("a voice", SOON, async || client.preview().level > 0.005).await.unwrap();
    assert!(!inside.camera.in_use() && !client.preview().picture);
    client.start_preview(true).unwrap();
    until("a picture", SOON, async || client.preview().picture).await.unwrap();
    assert!(client.picture(Picture::Own).borrow().is_some() && inside.camera.in_use());
    recorders(&inside, 1).await;
    assert_eq!(inside.sound.speaker_users().await.unwrap(), 0, "the own voice is not played");
    inside.camera.unplug().unwrap();
    until("word of the camera", SOON, async || client.preview().notice == Some(CallNotice::NoCamera)).await.unwrap();
    inside.camera.plug_in().unwrap();
    client.stop_preview().await;
    recorders(&inside, 0).await;
    assert!(!inside.camera.in_use());
    assert_eq!(client.preview(), Default::default());

    // A call has the devices to itself.
    client.start_preview(true).unwrap();
    until("a picture", SOON, async || client.preview().picture).await.unwrap();
    alice.call(CallType::Audio).await.unwrap();
    until("the end of the preview", SOON, async || !inside.camera.in_use()).await.unwrap();
    assert_eq!(client.start_preview(true).unwrap_err().code, ErrorCode::CallInProgress);
    assert_eq!(client.preview(), Default::default());
    client.end_call().await.unwrap();
    alice.is_through(SOON).await.unwrap();
    client.start_preview(true).unwrap();
    until("a picture", SOON, async || client.preview().picture).await.unwrap();
    end([alice, bob], backend).await;
    assert!(!inside.camera.in_use());
    recorders(&inside, 0).await;
}

#[tokio::test]
async fn chosen_loudspeaker_is_taken_during_a_call_and_given_up_again() {
    let name = "chosen_loudspeaker_is_taken_during_a_call_and_given_up_again";
    let Some(inside) = with_devices(name).await.unwrap() else { return };
    let backend = backend().await;
    let (alice, bob) = (with_real_devices(&backend, USER_ONE).await, bob(&backend).await.unwrap());
    alice.call(CallType::Audio).await.unwrap();
    // The call itself, and the ringing over there.
    players(&inside, 2).await;
    choose(&alice.client, |preferences| preferences.speaker = Some("micfeed".into())).await;
    players(&inside, 0).await;
    choose(&alice.client, |preferences| preferences.speaker = None).await;
    players(&inside, 2).await;
    alice.client.end_call().await.unwrap();
    alice.is_through(SOON).await.unwrap();
    players(&inside, 0).await;
    end([alice, bob], backend).await;
}

#[tokio::test]
async fn ring_is_heard_until_it_is_over_silenced_or_nobody_is_to_disturb() {
    let name = "ring_is_heard_until_it_is_over_silenced_or_nobody_is_to_disturb";
    let Some(inside) = with_devices(name).await.unwrap() else { return };
    let backend = backend().await;
    let (alice, bob) = (alice(&backend).await.unwrap(), with_real_devices(&backend, USER_TWO).await);
    let recording = inside.sound.record().await.unwrap();
    let again = async || {
        alice.client.end_call().await.unwrap();
        alice.is_through(SOON).await.unwrap();
        until("the end of the ring", SOON, async || bob.client.incoming().borrow().is_none()).await.unwrap();
        alice.client.dismiss_call().await.unwrap();
    };
    alice.call(CallType::Audio).await.unwrap();
    rung(&bob).await;
    hears(&recording, "the first notes of the ring", [659.26, 783.99], 560.0).await;
    // It is quiet soon after it is over. The recorder is behind by some of this time.
    again().await;
    let over = recording.samples().len();
    until("half a second more", SOON, async || recording.samples().len() > over + RATE / 2).await.unwrap();
    let after = &recording.samples()[over + RATE / 4..over + RATE / 2];
    assert!(after.iter().all(|sample| sample.abs() < 20), "it rings on");
    players(&inside, 0).await;

    alice.call(CallType::Audio).await.unwrap();
    let ring = rung(&bob).await;
    players(&inside, 1).await;
    bob.client.silence_call(&ring.call_id);
    players(&inside, 0).await;
    assert!(bob.client.incoming().borrow().is_some(), "it still can be answered");
    again().await;

    choose(&bob.client, |preferences| preferences.do_not_disturb = true).await;
    alice.call(CallType::Audio).await.unwrap();
    rung(&bob).await;
    choose(&bob.client, |preferences| preferences.do_not_disturb = false).await;
    players(&inside, 1).await;
    choose(&bob.client, |preferences| preferences.do_not_disturb = true).await;
    players(&inside, 0).await;
    recording.stop().await.unwrap();
    end([alice, bob], backend).await;
}

#[tokio::test]
async fn caller_hears_that_it_rings_and_that_it_ends() {
    let name = "caller_hears_that_it_rings_and_that_it_ends";
    let Some(inside) = with_devices(name).await.unwrap() else { return };
    let clock = Arc::new(MockClock::default());
    let backend = Backend::start_at(Backend::unreachable_livekit(), clock.clone()).await.unwrap();
    let (alice, bob) = (with_real_devices(&backend, USER_ONE).await, bob(&backend).await.unwrap());
    let recording = inside.sound.record().await.unwrap();
    alice.call(CallType::Audio).await.unwrap();
    alice.sees("ringing", SOON, |view| view.phase == CallPhase::Ringing).await.unwrap();
    hears(&recording, "the ringing over there", [440.0, 480.0], 560.0).await;
    let ring = rung(&bob).await;
    bob.client.decline_call(&ring.call_id, None).await.unwrap();
    // As long as the server lets it ring: to the caller nobody has answered.
    clock.advance(Duration::from_secs(45));
    alice.is_through(SOON).await.unwrap();
    hears(&recording, "the two notes of the end", [880.0, 659.26], 560.0).await;
    players(&inside, 0).await;
    alice.client.test_speaker();
    hears(&recording, "the test of the loudspeaker", [659.26, 783.99], 560.0).await;
    players(&inside, 0).await;
    recording.stop().await.unwrap();
    end([alice, bob], backend).await;
}

const LOST: Switch = Switch { available: false, wanted: true, on: false };
const ON: Switch = Switch { available: true, wanted: true, on: true };
const OFF: Switch = Switch { available: true, wanted: false, on: false };

#[tokio::test]
async fn microphone_that_comes_back_during_a_call_is_on_again_only_if_it_is_still_wanted() {
    let name = "microphone_that_comes_back_during_a_call_is_on_again_only_if_it_is_still_wanted";
    let Some(inside) = with_devices(name).await.unwrap() else { return };
    let backend = backend().await;
    let (alice, bob) = (with_real_devices(&backend, USER_ONE).await, bob(&backend).await.unwrap());
    alice.call(CallType::Audio).await.unwrap();
    alice.sees("the microphone", SOON, |view| view.microphone == ON).await.unwrap();
    pull_out_the_microphone(&inside).await;
    alice.sees("its loss", SOON, |view| view.microphone == LOST && !view.notices.is_empty()).await.unwrap();
    plug_in_the_microphone(&inside).await;
    let view = alice.sees("the microphone again", SOON, |view| view.microphone == ON).await.unwrap();
    assert!(view.notices.is_empty(), "{view:?}");
    recorders(&inside, 1).await;

    pull_out_the_microphone(&inside).await;
    alice.sees("its loss", SOON, |view| view.microphone == LOST).await.unwrap();
    alice.client.set_microphone(false).await.unwrap();
    alice.sees("it off", SOON, |view| view.microphone == OFF && view.notices.is_empty()).await.unwrap();
    plug_in_the_microphone(&inside).await;
    alice.client.set_microphone(true).await.unwrap();
    alice.sees("it on", SOON, |view| view.microphone == ON).await.unwrap();
    alice.client.set_microphone(false).await.unwrap();
    alice.sees("it off", SOON, |view| view.microphone == OFF).await.unwrap();
    recorders(&inside, 0).await;
    end([alice, bob], backend).await;
}

#[tokio::test]
async fn camera_that_failed_is_tried_again_by_a_press_or_another_choice_and_not_by_itself() {
    let name = "camera_that_failed_is_tried_again_by_a_press_or_another_choice_and_not_by_itself";
    let Some(inside) = with_devices(name).await.unwrap() else { return };
    let backend = backend().await;
    let (alice, bob) = (with_real_devices(&backend, USER_ONE).await, bob(&backend).await.unwrap());
    let is_told = |notices: &[CallNotice], notice| notices.contains(&notice);
    alice.call(CallType::Video).await.unwrap();
    alice.sees("the camera", SOON, |view| view.camera == ON).await.unwrap();
    inside.camera.unplug().unwrap();
    let gone = Switch { available: false, wanted: false, on: false };
    let lost = alice.sees("its loss", SOON, |view| view.camera == gone).await.unwrap();
    assert!(is_told(&lost.notices, CallNotice::NoCamera));
    inside.camera.plug_in().unwrap();
    let back = alice.sees("word that it is back", SOON, |view| view.camera == OFF).await.unwrap();
    assert!(!is_told(&back.notices, CallNotice::NoCamera) && !inside.camera.in_use(), "{back:?}");
    alice.client.set_camera(true).await.unwrap();
    alice.sees("the camera again", SOON, |view| view.camera == ON).await.unwrap();
    assert!(inside.camera.in_use());

    alice.client.set_camera(false).await.unwrap();
    alice.sees("the camera off", SOON, |view| view.camera == OFF).await.unwrap();
    let elsewhere = inside.camera.take().unwrap();
    alice.client.set_camera(true).await.unwrap();
    let busy = |notices: &[CallNotice]| is_told(notices, CallNotice::CameraBusy);
    alice.sees("a busy camera", SOON, |view| view.camera == OFF && busy(&view.notices)).await.unwrap();
    drop(elsewhere);
    // One that is not there stands for the first one that is.
    choose(&alice.client, |preferences| preferences.camera = Some("another".into())).await;
    let again = alice.sees("the other camera", SOON, |view| view.camera == ON).await.unwrap();
    assert!(!busy(&again.notices));
    end([alice, bob], backend).await;
    assert!(!inside.camera.in_use());
}

#[tokio::test]
async fn loudspeaker_that_takes_over_during_a_call_is_shown_for_a_while() {
    let name = "loudspeaker_that_takes_over_during_a_call_is_shown_for_a_while";
    let Some(inside) = with_devices(name).await.unwrap() else { return };
    let backend = backend().await;
    let (alice, bob) = (with_real_devices(&backend, USER_ONE).await, bob(&backend).await.unwrap());
    let description = "sink_properties=device.description=Headset";
    let headset = ["load-module", "module-null-sink", "sink_name=headset", "rate=48000", "norewinds=1", description];
    let headset = control(&inside, &headset).await;
    control(&inside, &["set-default-sink", "headset"]).await;
    alice.call(CallType::Audio).await.unwrap();
    alice.sees("ringing", SOON, |view| view.phase == CallPhase::Ringing && view.microphone == ON).await.unwrap();
    control(&inside, &["unload-module", &headset]).await;
    let view = alice.sees("another loudspeaker", SOON, |view| view.switched.is_some()).await.unwrap();
    let switched = view.switched.unwrap();
    assert_eq!(switched.kind, DeviceKind::Speaker);
    assert!(!switched.name.is_empty() && switched.name != "Headset", "{switched:?}");
    alice.sees("no word of it any more", SOON, |view| view.switched.is_none()).await.unwrap();
    end([alice, bob], backend).await;
}
