//! Sign in, write, call, on both ways that a picture takes to the screen.

use super::stage::{SOON, Stage};
use pizoo_pattern::Scene;
use pizoo_testbed::backend::USER_ONE;
use pizoo_testbed::deadline::until;
use pizoo_testbed::demo::sign_in;
use pizoo_testbed::desk::DeskSettings;

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
    let mut middle = stage.app.place("tile-remote").await.unwrap();
    // The middle of the tile: neither bars nor the own preview.
    (middle.x, middle.width) = (window.x + middle.x + middle.width / 4, middle.width / 2);
    (middle.y, middle.height) = (window.y + middle.y + middle.height / 4, middle.height / 4);
    // On a busy machine the page above the picture is painted late.
    until("the other side's picture in the middle of its tile", SOON, async || {
        screen.look(middle).unwrap().scene() == Some(Scene::Two)
    })
    .await
    .unwrap();
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
