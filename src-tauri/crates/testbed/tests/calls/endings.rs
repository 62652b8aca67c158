//! However a call ends, camera, microphone and room are released.

use super::stage::{SOON, Stage, meet};
use pizoo_api::livekit::CallType;
use pizoo_client::view::{CallPhase, Picture};
use pizoo_testbed::backend::USER_ONE;
use pizoo_testbed::deadline::until;
use pizoo_testbed::people::{Devices, Person, alice, bob};
use pizoo_testbed::rerun::{Inside, with_devices};
use serde_json::json;
use std::time::Duration;

/// The contract is 500 ms; the rest is for a machine that does four things at once.
const RELEASE: Duration = Duration::from_secs(3);
/// Both the SDK and the client try to reconnect before they give up.
const GIVE_UP: Duration = Duration::from_secs(150);

/// One who uses the camera, the microphone and the loudspeaker of this process.
async fn alice_with_devices(stage: &Stage) -> Person {
    Person::sign_in(&stage.backend, USER_ONE, Devices::real()).await.unwrap()
}

async fn filming_and_listening(inside: &Inside) {
    until("camera and microphone in use", SOON, async || {
        inside.camera.in_use() && inside.sound.microphone_users().await.unwrap() == 1
    })
    .await
    .unwrap();
}

async fn released(inside: &Inside) {
    until("the release of camera, microphone and loudspeaker", RELEASE, async || {
        !inside.camera.in_use()
            && inside.sound.microphone_users().await.unwrap() == 0
            && inside.sound.speaker_users().await.unwrap() == 0
    })
    .await
    .unwrap();
}

async fn nothing_left_in_the_library() {
    until("the release of every room, track and frame", RELEASE, async || livekit::prebuilt::live_objects() == 0)
        .await
        .unwrap();
}

/// A wish to LiveKit's room service.
async fn room_service(stage: &Stage, method: &str, body: serde_json::Value) {
    let livekit = stage.sfu.livekit();
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let room = "pizoo-match-test-room-123";
    let grant = json!({ "roomAdmin": true, "roomCreate": true, "room": room });
    let claims = json!({ "iss": livekit.key, "exp": now + 60, "video": grant });
    let secret = secrecy::ExposeSecret::expose_secret(&livekit.secret);
    let key = jsonwebtoken::EncodingKey::from_secret(secret.as_bytes());
    let token = jsonwebtoken::encode(&jsonwebtoken::Header::default(), &claims, &key).unwrap();
    let url = format!("{}/twirp/livekit.RoomService/{method}", livekit.url.replace("ws:", "http:"));
    let http = reqwest::Client::builder().timeout(SOON).build().unwrap();
    http.post(url).bearer_auth(token).json(&body).send().await.unwrap().error_for_status().unwrap();
}

#[tokio::test]
async fn every_exit_releases_camera_microphone_and_room() {
    let name = "calls::endings::every_exit_releases_camera_microphone_and_room";
    let Some(inside) = with_devices(name).await.unwrap() else { return };
    let stage = Stage::set().await;
    let (alice, bob) = (alice_with_devices(&stage).await, bob(&stage.backend).await.unwrap());
    let room = json!({ "room": "pizoo-match-test-room-123" });
    for exit in ["hung up", "hung up by the other", "room deleted", "signed out"] {
        meet(&alice, &bob, CallType::Video).await;
        filming_and_listening(&inside).await;
        match exit {
            "hung up" => alice.client.end_call().await.unwrap(),
            "hung up by the other" => bob.client.end_call().await.unwrap(),
            "room deleted" => room_service(&stage, "DeleteRoom", room.clone()).await,
            _ => alice.client.sign_out().await.unwrap(),
        }
        tokio::try_join!(alice.is_through(SOON), bob.is_through(SOON)).expect(exit);
        released(&inside).await;
        nothing_left_in_the_library().await;
        tokio::try_join!(alice.client.dismiss_call(), bob.client.dismiss_call()).unwrap();
    }
    alice.client.shutdown().await;
    bob.client.shutdown().await;
    stage.strike().await;
}

#[tokio::test]
async fn shutdown_and_second_device_release_everything() {
    let name = "calls::endings::shutdown_and_second_device_release_everything";
    let Some(inside) = with_devices(name).await.unwrap() else { return };
    let stage = Stage::set().await;
    let (one, bob) = (alice_with_devices(&stage).await, bob(&stage.backend).await.unwrap());
    meet(&one, &bob, CallType::Video).await;
    filming_and_listening(&inside).await;
    // The same account joins from another device, and takes the call over.
    let other = alice(&stage.backend).await.unwrap();
    other.call(CallType::Video).await.unwrap();
    one.is_through(SOON).await.unwrap();
    released(&inside).await;
    other.talks().await.unwrap();
    other.client.shutdown().await;
    one.client.dismiss_call().await.unwrap();
    bob.client.end_call().await.unwrap();
    bob.is_through(SOON).await.unwrap();
    // The app is closed in the middle of a call.
    meet(&one, &bob, CallType::Video).await;
    filming_and_listening(&inside).await;
    one.client.shutdown().await;
    released(&inside).await;
    bob.client.shutdown().await;
    nothing_left_in_the_library().await;
    stage.strike().await;
}

#[tokio::test]
async fn killed_server_shows_reconnecting_then_the_end_and_releases_everything() {
    let name = "calls::endings::killed_server_shows_reconnecting_then_the_end_and_releases_everything";
    let Some(inside) = with_devices(name).await.unwrap() else { return };
    let stage = Stage::set().await;
    let (alice, bob) = (alice_with_devices(&stage).await, bob(&stage.backend).await.unwrap());
    meet(&alice, &bob, CallType::Video).await;
    filming_and_listening(&inside).await;
    stage.sfu.kill().await;
    let view = alice.sees("reconnecting", GIVE_UP, |view| view.phase == CallPhase::Reconnecting).await.unwrap();
    // The last picture stays for as long as there is hope, and goes with the call.
    let mut picture = alice.client.picture(Picture::Remote);
    assert!(view.remote.video && picture.borrow().is_some(), "{view:?}");
    drop(tokio::time::timeout(GIVE_UP, picture.wait_for(Option::is_none)).await.unwrap().unwrap());
    alice.is_through(RELEASE).await.unwrap();
    bob.is_through(GIVE_UP).await.unwrap();
    released(&inside).await;
    nothing_left_in_the_library().await;
    alice.client.shutdown().await;
    bob.client.shutdown().await;
    stage.strike().await;
}
