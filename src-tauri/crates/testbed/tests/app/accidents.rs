//! What is missing, locked, doubled or killed.

use super::stage::{SOON, Stage};
use pizoo_api::MatchId;
use pizoo_testbed::app::{App, built};
use pizoo_testbed::backend::{MATCH, USER_ONE};
use pizoo_testbed::children::{self, Program, descendants};
use pizoo_testbed::deadline::until;
use pizoo_testbed::demo::sign_in;
use pizoo_testbed::desk::DeskSettings;
use pizoo_testbed::keychain::Lock;
use pizoo_testbed::people::bob;
use pizoo_testbed::sound::Devices;

#[tokio::test]
async fn call_without_camera_microphone_and_loudspeaker_goes_on_and_says_so() {
    let settings = DeskSettings { camera: None, sound: Devices::None, ..DeskSettings::default() };
    let stage = Stage::set(settings, &[]).await;
    sign_in(&stage.app, USER_ONE).await.unwrap();
    let peer = stage.peer().await;
    stage.app.call("call-video").await.unwrap();
    stage.app.wait_for_phase("active", SOON).await.unwrap();
    stage.app.unblur().await.unwrap();
    for notice in ["no_camera", "no_microphone"] {
        stage.app.wait_for_selector(&format!("[data-testid='notice'][data-notice='{notice}']"), SOON).await.unwrap();
    }
    stage.sees_pictures(15).await;
    stage.app.click("end-call").await.unwrap();
    stage.app.wait_for_phase("ended", SOON).await.unwrap();
    peer.stop().await.unwrap();
    stage.strike().await;
}

#[tokio::test]
async fn locked_keychain_is_said_so_and_the_session_works_meanwhile() {
    for (keychain, words) in [(Lock::Locked, "keychain is locked"), (Lock::Missing, "no keychain")] {
        let stage = Stage::set(DeskSettings { keychain, ..DeskSettings::default() }, &[]).await;
        sign_in(&stage.app, USER_ONE).await.unwrap();
        until(words, SOON, async || {
            stage.app.text("problem").await.is_ok_and(|text| text.to_lowercase().contains(words))
        })
        .await
        .unwrap();
        stage.strike().await;
    }
}

#[tokio::test]
async fn session_is_restored_from_the_keychain() {
    let stage = Stage::set(DeskSettings::default(), &[]).await;
    sign_in(&stage.app, USER_ONE).await.unwrap();
    let Stage { sfu, backend, desk, app } = stage;
    app.close().await.unwrap();
    let settings = desk.settings("test", &backend.url().unwrap()).unwrap();
    let app = App::start(settings).await.unwrap();
    app.wait_for("conversation", SOON).await.unwrap();
    Stage { sfu, backend, desk, app }.strike().await;
}

#[tokio::test]
async fn keychain_that_is_locked_at_the_start_is_opened_and_tried_again() {
    let stage = Stage::set(DeskSettings::default(), &[]).await;
    sign_in(&stage.app, USER_ONE).await.unwrap();
    let Stage { sfu, backend, mut desk, app } = stage;
    app.close().await.unwrap();
    desk.keychain.lock().await.unwrap();
    let app = App::start(desk.settings("test", &backend.url().unwrap()).unwrap()).await.unwrap();
    app.wait_for("retry-start", SOON).await.unwrap();
    desk.keychain.unlock().await.unwrap();
    app.click("retry-start").await.unwrap();
    app.wait_for("conversation", SOON).await.unwrap();
    Stage { sfu, backend, desk, app }.strike().await;
}

#[tokio::test]
async fn start_without_the_server_says_why_and_goes_on_when_it_is_back() {
    let stage = Stage::set(DeskSettings::default(), &[]).await;
    sign_in(&stage.app, USER_ONE).await.unwrap();
    let Stage { sfu, backend, desk, app } = stage;
    app.close().await.unwrap();
    let settings = desk.settings("test", &backend.url().unwrap()).unwrap();
    let gone = backend.halt().await;
    let app = App::start(settings).await.unwrap();
    app.wait_for("start-problem", SOON).await.unwrap();
    assert!(app.text("problem").await.unwrap().contains("Can't reach Pizoo"));
    let backend = gone.go_on().await.unwrap();
    app.wait_for("conversation", SOON).await.unwrap();
    Stage { sfu, backend, desk, app }.strike().await;
}

#[tokio::test]
async fn second_app_on_the_same_profile_leaves_it_to_the_first() {
    let stage = Stage::set(DeskSettings::default(), &[]).await;
    stage.app.wait_for("email", SOON).await.unwrap();
    let settings = stage.desk.settings("test", &stage.backend.url().unwrap()).unwrap();
    let mut second = Program::new(built("pizoo").unwrap())
        .args(&settings.arguments)
        .envs(&settings.env)
        .envs(&settings.app_env)
        .spawn()
        .await
        .unwrap();
    assert!(second.wait(SOON).await.unwrap().success());
    assert!(stage.app.shows("email").await);
    stage.strike().await;
}

#[tokio::test]
async fn start_that_meets_an_app_which_is_ending_takes_its_place() {
    let stage = Stage::set(DeskSettings::default(), &[]).await;
    stage.app.wait_for("email", SOON).await.unwrap();
    let first = rustix::process::Pid::from_raw(stage.app.process().pid as i32).unwrap();
    // It still has its name on the bus and answers nobody, as one does that is ending.
    rustix::process::kill_process(first, rustix::process::Signal::STOP).unwrap();
    let settings = stage.desk.settings("test", &stage.backend.url().unwrap()).unwrap();
    let log = tempfile::NamedTempFile::new().unwrap();
    let second = Program::new(built("pizoo").unwrap())
        .args(&settings.arguments)
        .envs(&settings.env)
        .envs(&settings.app_env)
        .log(log.path())
        .spawn()
        .await
        .unwrap();
    let pid = second.pid().unwrap();
    until("the second app on the bus", SOON, async || on_the_bus(pid)).await.unwrap();
    rustix::process::kill_process(first, rustix::process::Signal::KILL).unwrap();
    until("the second app at work", SOON, async || {
        std::fs::read_to_string(log.path()).is_ok_and(|text| text.contains("Using the backend"))
    })
    .await
    .unwrap();
    second.stop().await.unwrap();
    stage.strike().await;
}

/// Whether the process has a connection to the message bus, as its threads tell.
fn on_the_bus(pid: u32) -> bool {
    let Ok(threads) = std::fs::read_dir(format!("/proc/{pid}/task")) else { return false };
    threads
        .flatten()
        .any(|thread| std::fs::read_to_string(thread.path().join("comm")).is_ok_and(|name| name.starts_with("zbus::")))
}

#[tokio::test]
async fn killed_app_leaves_no_process_and_no_device_behind() {
    let stage = Stage::set(DeskSettings::default(), &[]).await;
    sign_in(&stage.app, USER_ONE).await.unwrap();
    stage.app.call("call-video").await.unwrap();
    stage.app.wait_for_phase("ringing", SOON).await.unwrap();
    until("the camera in use", SOON, async || stage.desk.camera.in_use()).await.unwrap();
    let pid = rustix::process::Pid::from_raw(stage.app.process().pid as i32).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
    until("the end of the app and its web processes", SOON, async || {
        !descendants().iter().any(|process| process.name.starts_with("pizoo") || process.name.starts_with("WebKitWebP"))
    })
    .await
    .unwrap();
    until("the release of the camera", SOON, async || !stage.desk.camera.in_use()).await.unwrap();
    let Stage { sfu, backend, desk, app } = stage;
    app.close().await.unwrap();
    desk.clear().await.unwrap();
    backend.stop().await;
    sfu.stop().await;
    children::end_all().await.unwrap();
}

#[tokio::test]
async fn server_that_goes_away_is_said_so_and_what_was_written_is_sent_when_it_is_back() {
    let stage = Stage::set(DeskSettings::default(), &[]).await;
    sign_in(&stage.app, USER_ONE).await.unwrap();
    stage.app.wait_for("composer", SOON).await.unwrap();
    let Stage { sfu, backend, desk, app } = stage;
    let gone = backend.halt().await;
    app.wait_for("calls-hint", SOON).await.unwrap();
    app.enter("composer", "Written in the dark").await.unwrap();
    app.click("send").await.unwrap();
    app.wait_for_selector("[data-testid='chat-line'][data-delivery='sending']", SOON).await.unwrap();
    let backend = gone.go_on().await.unwrap();
    until("the server", SOON, async || !app.shows("calls-hint").await && app.shows("call-video").await).await.unwrap();
    app.wait_for_selector("[data-testid='chat-line'][data-delivery='sent']", SOON).await.unwrap();
    let bob = bob(&backend).await.unwrap();
    bob.client.open_chat(MatchId::from(MATCH));
    let arrived = async || {
        let chat = bob.client.chat().borrow().clone();
        chat.map_or(0, |chat| chat.lines.iter().filter(|line| line.message.content == "Written in the dark").count())
    };
    until("the message on the other side", SOON, async || arrived().await > 0).await.unwrap();
    assert_eq!(arrived().await, 1);
    bob.client.shutdown().await;
    Stage { sfu, backend, desk, app }.strike().await;
}
