//! The testbed itself: what it starts works, and what it stops is gone.

use pizoo_testbed::children::{self, Program};
use pizoo_testbed::deadline::{eventually, until};
use pizoo_testbed::display::Display;
use pizoo_testbed::keychain::{Keychain, Lock};
use pizoo_testbed::sound::{Devices, SoundServer, Voice, matches, speech};
use std::time::Duration;

const SOON: Duration = Duration::from_secs(10);

#[tokio::test]
async fn speech_into_the_microphone_is_heard_by_a_program() {
    children::adopt_orphans();
    let words = speech(Voice::One).await.unwrap();
    let server = SoundServer::start(Devices::Both).await.unwrap();
    assert_eq!(server.microphone_users().await.unwrap(), 0);
    let feed = server.feed(&words).await.unwrap();
    let recording = server.record().await.unwrap();
    let control = |arguments: [&str; 2]| Program::new("pactl").args(arguments).envs(&server.env());
    let loopback =
        control(["load-module", "module-loopback"]).arg("source=mic").arg("sink=speaker").arg("latency_msec=20");
    let module = String::from_utf8(loopback.run(SOON).await.unwrap()).unwrap();
    until("a user of the microphone", SOON, async || server.microphone_users().await.unwrap() == 1).await.unwrap();
    let found = eventually("speech in the recording", Duration::from_secs(20), async || {
        let heard = recording.samples();
        let newest = heard.get(heard.len().saturating_sub(5 * 48_000)..).filter(|part| part.len() >= 4 * 48_000)?;
        Some(matches(&words, newest)).filter(|found| found.recognised())
    })
    .await
    .unwrap();
    assert!(found.score > 0.8, "{found:?}");
    assert_eq!(server.speaker_users().await.unwrap(), 1);
    control(["unload-module", module.trim()]).run(SOON).await.unwrap();
    until("nobody at the microphone", SOON, async || server.microphone_users().await.unwrap() == 0).await.unwrap();
    recording.stop().await.unwrap();
    feed.stop().await.unwrap();
    server.stop().await.unwrap();
    children::end_all().await.unwrap();
}

#[tokio::test]
async fn sound_server_comes_back_at_the_same_address() {
    let server = SoundServer::start(Devices::Both).await.unwrap();
    let address = server.env();
    let server = server.crash_and_restart().await.unwrap();
    assert_eq!(server.env(), address);
    server.stop().await.unwrap();
    children::end_all().await.unwrap();
}

#[tokio::test]
async fn keychain_is_open_locked_or_missing() {
    for (lock, locked) in [(Lock::Open, Some(false)), (Lock::Locked, Some(true)), (Lock::Missing, None)] {
        let keychain = Keychain::start(lock).await.unwrap();
        assert_eq!(keychain.locked().await, locked, "{lock:?}");
        keychain.stop().await.unwrap();
    }
    children::end_all().await.unwrap();
}

#[tokio::test]
async fn screen_is_looked_at_where_a_person_would() {
    let log = tempfile::NamedTempFile::new().unwrap();
    let display = Display::start(640, 480, log.path()).await.unwrap();
    let screen = display.screen().unwrap();
    let all = screen.look(screen.rectangle()).unwrap();
    assert_eq!((all.width, all.height), (640, 480));
    let picture = tempfile::Builder::new().suffix(".png").tempfile().unwrap();
    all.save(picture.path()).unwrap();
    let beyond = pizoo_testbed::display::Rectangle { x: 600, y: 0, width: 41, height: 1 };
    assert!(screen.look(beyond).is_err());
    display.stop().await.unwrap();
    children::end_all().await.unwrap();
}

#[tokio::test]
async fn process_that_ignores_requests_is_killed_and_orphans_are_found() {
    children::adopt_orphans();
    let stubborn = Program::new("sh").args(["-c", "trap '' TERM; while :; do sleep 60; done"]).spawn().await.unwrap();
    // Its grandchild becomes our child when its parent ends.
    let parent = Program::new("sh").args(["-c", "sleep 300 >/dev/null 2>&1 & exec true"]).run(SOON).await.unwrap();
    assert!(parent.is_empty());
    stubborn.stop().await.unwrap();
    let error = children::end_all().await.unwrap_err().to_string();
    assert!(error.contains("sleep"), "{error}");
    assert!(children::descendants().is_empty());
}
