//! Keys that no server sees: what somebody in between gets, and what a side that cannot encrypt is met with.

use super::stage::{SOON, Stage, meet, part, picture_of, stamps_for};
use futures_util::StreamExt as _;
use livekit::e2ee::key_provider::{KeyDerivationAlgorithm, KeyProvider, KeyProviderOptions};
use livekit::e2ee::{E2eeOptions, EncryptionType};
use livekit::options::TrackPublishOptions;
use livekit::prelude::*;
use livekit::webrtc::prelude::{RtcVideoSource, VideoBuffer as _, VideoResolution};
use livekit::webrtc::video_frame::{I420Buffer, VideoFrame, VideoRotation};
use livekit::webrtc::video_source::native::NativeVideoSource;
use livekit::webrtc::video_stream::native::NativeVideoStream;
use pizoo_api::RoomName;
use pizoo_api::calls::RingRequest;
use pizoo_api::livekit::{CallType, TokenRequest, TokenResponse};
use pizoo_call::EndReason;
use pizoo_client::view::{CallPhase, ErrorCode, Preferences, Protection, Trust};
use pizoo_pattern::{Scene, Stamp, draw_i420, read_luma};
use pizoo_testbed::app::built;
use pizoo_testbed::backend::{MATCH, USER_TWO};
use pizoo_testbed::children::Program;
use pizoo_testbed::deadline::{eventually, until};
use pizoo_testbed::people::{Person, alice, bob};
use rustix::process::{Pid, Signal, kill_process};
use secrecy::ExposeSecret as _;
use serde_json::json;
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs::DirEntry;
use std::time::Duration;
use tokio::sync::mpsc::UnboundedReceiver;

/// How long somebody who must not see anything looks.
const LOOK: Duration = Duration::from_secs(4);

/// Somebody in the room who does not encrypt: a browser, or an ear of the server.
struct Outsider {
    room: Room,
    events: UnboundedReceiver<RoomEvent>,
}

impl Outsider {
    async fn enter(url: &str, token: &str) -> Self {
        let mut options = RoomOptions::default();
        options.auto_subscribe = true;
        let (room, events) = Room::connect(url, token, options).await.unwrap();
        Self { room, events }
    }

    /// Bob's web app: answers the ring and sends a picture.
    async fn browser(stage: &Stage) -> Self {
        let bearer = stage.backend.session(USER_TWO).await.unwrap().access_token;
        let ring = RingRequest { match_id: MATCH.into(), call_type: CallType::Video };
        stage.backend.post_as(&bearer, "/api/calls", &ring).await.unwrap().error_for_status().unwrap();
        let wish = TokenRequest { match_id: MATCH.into(), call_type: CallType::Video, participant_name: None };
        let token = stage.backend.post_as(&bearer, "/api/livekit/token", &wish).await.unwrap();
        let token: TokenResponse = token.error_for_status().unwrap().json().await.unwrap();
        let browser = Self::enter(&token.url, &token.token).await;
        let camera = NativeVideoSource::new(VideoResolution { width: 320, height: 180 }, false);
        let camera = LocalVideoTrack::create_video_track("camera", RtcVideoSource::Native(camera));
        let options = TrackPublishOptions { source: TrackSource::Camera, simulcast: false, ..Default::default() };
        browser.room.local_participant().publish_track(LocalTrack::Video(camera), options).await.unwrap();
        browser
    }

    /// Whoever runs the server, with a token that they made themselves; nobody sees them in the room.
    async fn listener(stage: &Stage) -> Self {
        Self::enter(&stage.sfu.livekit().url, &stage.token("listener", true)).await
    }

    /// Which picture they see within a while, if any; and that they were given one to look at.
    async fn looks(&mut self, within: Duration) -> Option<Scene> {
        let until = tokio::time::Instant::now() + within;
        let track = loop {
            match tokio::time::timeout_at(until, self.events.recv()).await {
                Ok(Some(RoomEvent::TrackSubscribed { track: RemoteTrack::Video(track), .. })) => break track,
                Ok(Some(_)) => {}
                Ok(None) | Err(_) => panic!("no picture to look at"),
            }
        };
        let mut frames = NativeVideoStream::new(track.rtc_track());
        while let Ok(Some(frame)) = tokio::time::timeout_at(until, frames.next()).await {
            let picture = frame.buffer.to_i420();
            let ((y, u, v), (stride, _, _)) = (picture.data(), picture.strides());
            let (width, height) = (picture.width() as usize, picture.height() as usize);
            if let (Some(scene), Some(_)) = (Scene::recognise(u, v), read_luma(y, stride as usize, width, height)) {
                return Some(scene);
            }
        }
        None
    }

    async fn leave(self) {
        self.room.close().await.unwrap();
    }
}

impl Stage {
    /// A token that the server's owner makes.
    fn token(&self, who: &str, hidden: bool) -> String {
        let livekit = self.sfu.livekit();
        let now = jsonwebtoken::get_current_timestamp();
        let claims = json!({
            "iss": livekit.key, "sub": who, "nbf": now - 10, "exp": now + 600,
            "video": { "room": RoomName::of(&MATCH.into()), "roomJoin": true, "canPublish": !hidden, "canSubscribe": true, "hidden": hidden },
        });
        let key = jsonwebtoken::EncodingKey::from_secret(livekit.secret.expose_secret().as_bytes());
        jsonwebtoken::encode(&jsonwebtoken::Header::default(), &claims, &key).unwrap()
    }
}

fn code(person: &Person) -> Option<(Vec<String>, String, Trust)> {
    match person.view()?.protection {
        Protection::EndToEnd { emoji, numbers, trust } => Some((emoji, numbers, trust)),
        Protection::Agreeing | Protection::Plain => None,
    }
}

async fn refuses_a_browser(alice: &Person, stage: &Stage) {
    alice.call(CallType::Video).await.unwrap();
    let browser = Outsider::browser(stage).await;
    let view = alice.is_through(SOON).await.unwrap();
    assert!(matches!(view.phase, CallPhase::Ended { reason: EndReason::NotEncrypted, .. }), "{view:?}");
    browser.leave().await;
}

async fn hang_up(alice: &Person, bob: &Person) {
    alice.client.end_call().await.unwrap();
    tokio::try_join!(alice.is_through(SOON), bob.is_through(SOON)).unwrap();
    tokio::try_join!(alice.client.dismiss_call(), bob.client.dismiss_call()).unwrap();
}

#[tokio::test]
async fn both_see_one_code_and_the_server_sees_nothing() {
    let stage = Stage::set().await;
    let (alice, bob) = stage.call().await;
    let (at_alice, at_bob) = (code(&alice).unwrap(), code(&bob).unwrap());
    assert_eq!(at_alice, at_bob);
    assert_eq!((at_alice.0.len(), at_alice.2), (7, Trust::Unverified));
    let mut listener = Outsider::listener(&stage).await;
    assert_eq!(listener.looks(LOOK).await, None);
    // The two did see each other meanwhile.
    assert!(stamps_for(&alice, Duration::from_secs(1)).await.len() > 3);
    listener.leave().await;
    part([alice, bob]).await;
    stage.strike().await;
}

#[tokio::test]
async fn browser_is_met_in_plain_and_told_so() {
    let stage = Stage::set().await;
    let alice = alice(&stage.backend).await.unwrap();
    alice.call(CallType::Video).await.unwrap();
    let mut browser = Outsider::browser(&stage).await;
    alice.sees("an unprotected call", SOON, |view| view.protection == Protection::Plain).await.unwrap();
    // The same eyes that see nothing of an encrypted call.
    assert_eq!(browser.looks(SOON).await, Some(Scene::One));
    let seen = alice.sees("the browser's picture", SOON, |view| view.remote.video).await.unwrap();
    assert_eq!(seen.phase, CallPhase::Active);
    until("a picture", SOON, async || alice.client.statistics().frames_received > 0).await.unwrap();
    browser.leave().await;
    alice.is_through(SOON).await.unwrap();
    alice.client.shutdown().await;
    stage.strike().await;
}

#[tokio::test]
async fn browser_is_refused_by_whoever_requires_encryption() {
    let stage = Stage::set().await;
    let alice = alice(&stage.backend).await.unwrap();
    let strict = Preferences { require_encryption: true, ..Preferences::default() };
    alice.client.set_preferences(strict).await.unwrap();
    refuses_a_browser(&alice, &stage).await;
    alice.client.shutdown().await;
    stage.strike().await;
}

#[tokio::test]
async fn compared_device_is_known_again_and_never_met_in_plain() {
    let stage = Stage::set().await;
    let (alice, bob) = stage.call().await;
    let stale = alice.client.confirm_code("1000 · 1000 · 1000").await.unwrap_err();
    assert_eq!(stale.code, ErrorCode::Invalid);
    alice.client.confirm_code(&code(&alice).unwrap().1).await.unwrap();
    alice.sees("a verified call", SOON, |_| code(&alice).is_some_and(|code| code.2 == Trust::Verified)).await.unwrap();
    assert_eq!(code(&bob).unwrap().2, Trust::Unverified, "each person compares for themselves");
    let first = code(&alice).unwrap().1;
    hang_up(&alice, &bob).await;

    meet(&alice, &bob, CallType::Video).await;
    let (_, second, trust) = code(&alice).unwrap();
    assert_eq!(trust, Trust::Verified);
    assert_ne!(first, second, "every call has keys of its own");
    hang_up(&alice, &bob).await;
    bob.client.shutdown().await;

    // Bob's other device is another one.
    let other = self::bob(&stage.backend).await.unwrap();
    meet(&alice, &other, CallType::Video).await;
    assert_eq!(code(&alice).unwrap().2, Trust::Changed);
    hang_up(&alice, &other).await;
    other.client.shutdown().await;

    refuses_a_browser(&alice, &stage).await;
    alice.client.shutdown().await;
    stage.strike().await;
}

/// Somebody with keys, in a room without a call.
async fn with_keys(stage: &Stage, who: &str, keys: &KeyProvider) -> Outsider {
    let mut options = RoomOptions::default();
    options.auto_subscribe = true;
    #[expect(deprecated, reason = "frames only, as the client does")]
    {
        options.e2ee = Some(E2eeOptions { encryption_type: EncryptionType::Gcm, key_provider: keys.clone() });
    }
    let (room, events) = Room::connect(&stage.sfu.livekit().url, &stage.token(who, false), options).await.unwrap();
    Outsider { room, events }
}

fn keys(of: &str, ring: &[(i32, u8)]) -> KeyProvider {
    let keys = KeyProvider::new(KeyProviderOptions {
        ratchet_window_size: 0,
        failure_tolerance: 0,
        key_derivation_algorithm: KeyDerivationAlgorithm::HKDF,
        ..KeyProviderOptions::default()
    });
    for &(index, byte) in ring {
        keys.set_key(&of.to_owned().into(), index, vec![byte; 32]);
    }
    keys
}

#[tokio::test]
async fn next_key_takes_over_and_the_one_before_opens_nothing() {
    let stage = Stage::set().await;
    let own = keys("sender", &[(0, 1)]);
    let sender = with_keys(&stage, "sender", &own).await;
    let camera = NativeVideoSource::new(VideoResolution { width: 640, height: 360 }, false);
    let track = LocalVideoTrack::create_video_track("camera", RtcVideoSource::Native(camera.clone()));
    let options = TrackPublishOptions { source: TrackSource::Camera, simulcast: false, ..Default::default() };
    sender.room.local_participant().publish_track(LocalTrack::Video(track), options).await.unwrap();
    assert!(sender.room.local_participant().is_encrypted());
    let filming = tokio::spawn(async move {
        let mut every = tokio::time::interval(Duration::from_millis(50));
        for number in 0.. {
            every.tick().await;
            let mut buffer = I420Buffer::new(640, 360);
            let (y, u, v) = buffer.data_mut();
            draw_i420(Scene::One, Stamp(number), 640, 360, y, u, v);
            camera.capture_frame(&VideoFrame::new(VideoRotation::VideoRotation0, buffer));
        }
    });

    let mut first = with_keys(&stage, "first", &keys("sender", &[(0, 1)])).await;
    assert_eq!(first.looks(SOON).await, Some(Scene::One));
    own.set_key(&"sender".to_owned().into(), 1, vec![2; 32]);
    for ((whose, _), cryptor) in sender.room.e2ee_manager().frame_cryptors() {
        assert_eq!((whose.as_str(), cryptor.key_index()), ("sender", 0));
        cryptor.set_key_index(1);
    }
    let mut second = with_keys(&stage, "second", &keys("sender", &[(1, 2)])).await;
    assert_eq!(second.looks(SOON).await, Some(Scene::One));
    let mut late = with_keys(&stage, "late", &keys("sender", &[(0, 1)])).await;
    assert_eq!(late.looks(LOOK).await, None);
    filming.abort();
    // The sender first: LiveKit's library never frees a connection that is closed while the other side publishes.
    for one in [sender, first, second, late] {
        one.leave().await;
    }
    stage.strike().await;
}

/// What encrypts or decrypts a track has a thread of its own; these are their ids.
fn cryptors() -> BTreeSet<OsString> {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap().flatten();
    let named = |task: &DirEntry| std::fs::read_to_string(task.path().join("comm")).unwrap_or_default();
    tasks.filter(|task| named(task).starts_with("FrameCryptor")).map(|task| task.file_name()).collect()
}

/// The cryptors of a call that has just begun, that many.
async fn cryptors_since(before: &BTreeSet<OsString>, many: usize) -> BTreeSet<OsString> {
    // The voice may come after the picture.
    let all = async || Some(&cryptors() - before).filter(|new| new.len() == many);
    eventually("a cryptor for each track", SOON, all).await.unwrap()
}

/// Waits until none of them is left. On a busy machine LiveKit's library sometimes takes ten seconds.
async fn are_gone(these: BTreeSet<OsString>) {
    until("the end of the cryptors", 2 * SOON, async || cryptors().is_disjoint(&these)).await.unwrap();
}

#[tokio::test]
async fn nothing_encrypts_any_more_after_a_call() {
    let stage = Stage::set().await;
    let before = cryptors();
    let (alice, bob) = stage.call().await;
    // Two tracks sent and two received, at each side.
    let during = cryptors_since(&before, 8).await;
    hang_up(&alice, &bob).await;
    are_gone(during).await;
    part([alice, bob]).await;
    stage.strike().await;
}

/// The same where the other side takes its time: its link is slow, or it is busy.
#[tokio::test]
async fn nothing_decrypts_any_more_after_a_call_whose_other_side_leaves_late() {
    let stage = Stage::set().await;
    let alice = alice(&stage.backend).await.unwrap();
    let peer = Program::new(built("pizoo-peer").unwrap())
        .args(["--email", USER_TWO])
        .env("PIZOO_API_URL", stage.backend.url().unwrap().as_str())
        .spawn()
        .await
        .unwrap();
    let before = cryptors();
    alice.call(CallType::Video).await.unwrap();
    alice.talks().await.unwrap();
    picture_of(&alice).await;
    let during = cryptors_since(&before, 4).await;
    let pid = Pid::from_raw(i32::try_from(peer.pid().unwrap()).unwrap()).unwrap();
    kill_process(pid, Signal::STOP).unwrap();
    alice.client.end_call().await.unwrap();
    alice.is_through(SOON).await.unwrap();
    // That slow, and no slower: what is waited for is not this time.
    tokio::time::sleep(Duration::from_secs(1)).await;
    kill_process(pid, Signal::CONT).unwrap();
    are_gone(during).await;
    peer.stop().await.unwrap();
    alice.client.shutdown().await;
    stage.strike().await;
}
