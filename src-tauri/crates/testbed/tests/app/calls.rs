//! Sign in, write, call, on both ways that a picture takes to the screen.

use super::stage::{SOON, Stage};
use pizoo_client::view::{CameraStart, Picture};
use pizoo_pattern::{Scene, read_luma};
use pizoo_testbed::backend::USER_ONE;
use pizoo_testbed::children::Child;
use pizoo_testbed::deadline::{eventually, until};
use pizoo_testbed::demo::sign_in;
use pizoo_testbed::desk::DeskSettings;
use pizoo_testbed::people::{Person, bob};

/// Waits until the middle of that tile, where neither bars nor another picture are, shows that scene. On a busy machine the
/// page above a picture is painted late.
async fn is_in(stage: &Stage, tile: &str, scene: Scene) {
    let screen = stage.desk.display.screen().unwrap();
    until("the picture in the middle of its tile", SOON, async || {
        let (window, mut middle) = (screen.window().unwrap(), stage.app.place(tile).await.unwrap());
        (middle.x, middle.width) = (window.x + middle.x + middle.width / 4, middle.width / 2);
        (middle.y, middle.height) = (window.y + middle.y + middle.height / 4, middle.height / 4);
        screen.look(middle).unwrap().scene() == Some(scene)
    })
    .await
    .unwrap();
}

/// A video call with native pictures, and the peer of it.
async fn native_call() -> (Stage, Child) {
    let stage = Stage::set(DeskSettings::default(), &[("PIZOO_PICTURES", "native")]).await;
    sign_in(&stage.app, USER_ONE).await.unwrap();
    stage.app.wait_for("composer", SOON).await.unwrap();
    let peer = stage.peer().await;
    stage.app.call("call-video").await.unwrap();
    stage.app.wait_for_phase("active", SOON).await.unwrap();
    stage.app.unblur().await.unwrap();
    (stage, peer)
}

#[tokio::test]
async fn both_pictures_lie_side_by_side_on_the_screen() {
    let (stage, peer) = native_call().await;
    stage.app.click("more").await.unwrap();
    stage.app.click("side-by-side").await.unwrap();
    is_in(&stage, "tile-remote", Scene::Two).await;
    is_in(&stage, "tile-own", Scene::One).await;
    let (theirs, own) = (stage.app.place("tile-remote").await.unwrap(), stage.app.place("tile-own").await.unwrap());
    assert_eq!((theirs.width, theirs.height), (own.width, own.height));
    peer.stop().await.unwrap();
    stage.strike().await;
}

async fn call_on_the_screen(settings: DeskSettings, path: &str) {
    // Without a GPU the web view paints a canvas a few times a second at best.
    let at_least = if path == "native" { 15 } else { 2 };
    let stage = Stage::set(settings, &[("PIZOO_PICTURES", path)]).await;
    sign_in(&stage.app, USER_ONE).await.unwrap();
    stage.app.enter("composer", "Are you there?").await.unwrap();
    stage.app.click("send").await.unwrap();
    until("the sent line", SOON, async || stage.app.document().await.is_ok_and(|page| page.contains("Are you there?")))
        .await
        .unwrap();
    let peer = stage.peer().await;
    stage.app.call("call-video").await.unwrap();
    stage.app.wait_for_phase("active", SOON).await.unwrap();
    stage.app.unblur().await.unwrap();
    stage.sees_pictures(at_least).await;
    let screen = stage.desk.display.screen().unwrap();
    let window = screen.window().unwrap();
    is_in(&stage, "tile-remote", Scene::Two).await;
    // No window manager is here, so this is what dragging an edge does.
    screen.resize_window(window.width * 4 / 5, window.height * 9 / 10).unwrap();
    stage.sees_pictures(at_least).await;
    assert!(stage.desk.camera.in_use());
    stage.app.click("end-call").await.unwrap();
    stage.app.wait_for_phase("ended", SOON).await.unwrap();
    until("the release of camera and microphone", SOON, async || {
        !stage.desk.camera.in_use() && stage.desk.sound.microphone_users().await.unwrap() == 0
    })
    .await
    .unwrap();
    let page = stage.app.document().await.unwrap();
    assert!(!page.contains("eyJ"), "a token is in the page");
    peer.stop().await.unwrap();
    stage.strike().await;
}

/// Whether the page rounds off all four corners of that tile, in its own colour.
async fn corners_are_round(stage: &Stage, tile: &str) -> bool {
    let screen = stage.desk.display.screen().unwrap();
    let (window, mut place) = (screen.window().unwrap(), stage.app.place(tile).await.unwrap());
    (place.x, place.y) = (place.x + window.x, place.y + window.y);
    let pixels = screen.look(place).unwrap();
    let (right, bottom) = (pixels.width - 1, pixels.height - 1);
    [(0, 0), (right, 0), (0, bottom), (right, bottom)].iter().all(|&(x, y)| pixels.rgb(x, y) == [0x17, 0x12, 0x17])
}

/// WebKitGTK draws the page into the mirror image of what is redrawn; for a new picture that is less than the window.
#[tokio::test]
async fn page_above_a_native_picture_stays_whole_while_its_clock_runs() {
    let (stage, peer) = native_call().await;
    is_in(&stage, "tile-remote", Scene::Two).await;
    let header = async || stage.app.script("return document.querySelector('header').innerText", vec![]).await.unwrap();
    for _ in 0..4 {
        let before = header().await;
        until("the next second", SOON, async || header().await != before).await.unwrap();
        // The page may come a moment after the picture.
        until("round corners", SOON, async || corners_are_round(&stage, "tile-remote").await).await.unwrap();
        for _ in 0..5 {
            assert!(corners_are_round(&stage, "tile-remote").await);
        }
    }
    peer.stop().await.unwrap();
    stage.strike().await;
}

/// Whether a frame of the other side bears a stamp that can be read.
fn is_clear(person: &Person) -> bool {
    let frame = person.client.picture(Picture::Remote).borrow().clone();
    frame.is_some_and(|frame| {
        let (width, height) = (frame.width as usize, frame.height as usize);
        read_luma(frame.planes().0, width, width, height).is_some()
    })
}

#[tokio::test]
async fn call_that_begins_blurred_shows_nobody_until_its_caller_wants_to_be_seen() {
    let stage = Stage::set(DeskSettings::default(), &[]).await;
    sign_in(&stage.app, USER_ONE).await.unwrap();
    let bob = bob(&stage.backend).await.unwrap();
    stage.app.wait_for("composer", SOON).await.unwrap();
    stage.app.click("call-menu").await.unwrap();
    stage.app.click("check-first").await.unwrap();
    stage.app.click("check-blur").await.unwrap();
    stage.app.call("start-video").await.unwrap();
    let ring = eventually("a ring", SOON, async || bob.client.incoming().borrow().clone()).await.unwrap();
    bob.client.accept_call(&ring.call_id, ring.call_type, CameraStart::Off).await.unwrap();
    bob.talks().await.unwrap();
    let shown = bob.client.statistics().frames_received;
    for more in 1..=20 {
        until("pictures", SOON, async || bob.client.statistics().frames_received > shown + more).await.unwrap();
        assert!(!is_clear(&bob));
    }
    stage.app.wait_for("own-blurred", SOON).await.unwrap();
    stage.app.click("more").await.unwrap();
    stage.app.click("blur-own").await.unwrap();
    until("a clear picture", SOON, async || is_clear(&bob)).await.unwrap();
    until("the end of the word", SOON, async || !stage.app.shows("own-blurred").await).await.unwrap();
    stage.app.click("end-call").await.unwrap();
    stage.app.wait_for_phase("ended", SOON).await.unwrap();
    stage.strike().await;
    bob.client.shutdown().await;
}

#[tokio::test]
async fn native_pictures_are_on_the_screen_also_after_a_resize() {
    call_on_the_screen(DeskSettings::default(), "native").await;
}

#[tokio::test]
async fn canvas_pictures_are_on_the_screen_also_after_a_resize() {
    call_on_the_screen(DeskSettings::default(), "canvas").await;
}

#[tokio::test]
async fn native_pictures_are_on_a_screen_with_scale_factor_two() {
    call_on_the_screen(DeskSettings { screen: (2200, 1500), scale: 2, ..DeskSettings::default() }, "native").await;
}

#[tokio::test]
async fn canvas_pictures_are_on_a_screen_with_scale_factor_two() {
    call_on_the_screen(DeskSettings { screen: (2200, 1500), scale: 2, ..DeskSettings::default() }, "canvas").await;
}
