//! The ways in and out: each way to sign in, links that the system hands over, another server, and everywhere out.

use super::stage::{SOON, Stage};
use pizoo_client::view::ErrorCode;
use pizoo_testbed::app::{App, built};
use pizoo_testbed::backend::USER_ONE;
use pizoo_testbed::children::Program;
use pizoo_testbed::deadline::until;
use pizoo_testbed::demo::sign_in;
use pizoo_testbed::desk::DeskSettings;
use pizoo_testbed::people::alice;
use serde_json::json;
use url::Url;

const PHONE: &str = "+12025550143";

/// The link of the newest mail, as the system hands it over.
async fn deep_link(stage: &Stage, email: &str) -> String {
    let mailed = Url::parse(&stage.backend.link(email).await.unwrap()).unwrap();
    format!("pizoo://verify?{}", mailed.query().unwrap())
}

async fn sign_out(app: &App) {
    app.invoke("sign_out", json!({})).await.unwrap();
    app.wait_for("email", SOON).await.unwrap();
}

#[tokio::test]
async fn code_password_and_phone_each_sign_in() {
    let stage = Stage::set(DeskSettings::default(), &[]).await;
    let app = &stage.app;
    app.wait_for("email", SOON).await.unwrap();
    app.enter("email", USER_ONE).await.unwrap();
    app.click("send-link").await.unwrap();
    app.wait_for("link", SOON).await.unwrap();
    let code = stage.backend.mail(USER_ONE).await.unwrap().code;
    app.enter("link", &code).await.unwrap();
    app.click("verify-link").await.unwrap();
    app.wait_for("conversation", SOON).await.unwrap();
    sign_out(app).await;

    app.click("sign-in-ways-password").await.unwrap();
    app.click("turn-register").await.unwrap();
    app.enter("password-email", "reader@livekit-test.com").await.unwrap();
    app.enter("password", "seven lanterns on a quay").await.unwrap();
    app.enter("new-name", "Reader").await.unwrap();
    app.click("enter-with-password").await.unwrap();
    app.wait_for("open-settings", SOON).await.unwrap();
    sign_out(app).await;
    app.click("sign-in-ways-password").await.unwrap();
    app.enter("password-email", "reader@livekit-test.com").await.unwrap();
    app.enter("password", "seven lanterns on a boat").await.unwrap();
    app.click("enter-with-password").await.unwrap();
    app.wait_for("problem", SOON).await.unwrap();
    app.enter("password", "seven lanterns on a quay").await.unwrap();
    app.click("enter-with-password").await.unwrap();
    app.wait_for("open-settings", SOON).await.unwrap();
    sign_out(app).await;

    app.click("sign-in-ways-phone").await.unwrap();
    app.enter("phone", PHONE).await.unwrap();
    app.click("send-code").await.unwrap();
    app.wait_for("phone-code", SOON).await.unwrap();
    app.enter("phone-code", &stage.backend.text(PHONE).await.unwrap()).await.unwrap();
    app.click("verify-code").await.unwrap();
    app.wait_for("open-settings", SOON).await.unwrap();
    stage.strike().await;
}

#[tokio::test]
async fn opened_link_signs_in_when_the_app_starts_with_it_and_when_it_runs_already() {
    let stage = Stage::set(DeskSettings::default(), &[]).await;
    stage.app.wait_for("email", SOON).await.unwrap();
    // Warm: the system starts the program again, which hands the link on and ends.
    let settings = stage.desk.settings("test", &stage.backend.url().unwrap()).unwrap();
    let link = deep_link(&stage, USER_ONE).await;
    let mut second = Program::new(built("pizoo").unwrap())
        .args(&settings.arguments)
        .arg(link)
        .envs(&settings.env)
        .envs(&settings.app_env)
        .spawn()
        .await
        .unwrap();
    assert!(second.wait(SOON).await.unwrap().success());
    stage.app.wait_for("opened-link", SOON).await.unwrap();
    assert!(stage.app.shows("email").await, "nothing happens before the user says so");
    stage.app.click("opened-link-confirm").await.unwrap();
    stage.app.wait_for("conversation", SOON).await.unwrap();
    sign_out(&stage.app).await;
    // Cold: the program is started with the link.
    let link = deep_link(&stage, USER_ONE).await;
    let Stage { sfu, backend, desk, app } = stage;
    app.close().await.unwrap();
    let mut settings = desk.settings("test", &backend.url().unwrap()).unwrap();
    settings.arguments.push(link);
    let app = App::start(settings).await.unwrap();
    app.click("opened-link-confirm").await.unwrap();
    app.wait_for("conversation", SOON).await.unwrap();
    Stage { sfu, backend, desk, app }.strike().await;
}

#[tokio::test]
async fn signing_out_everywhere_ends_every_session() {
    let stage = Stage::set(DeskSettings::default(), &[]).await;
    sign_in(&stage.app, USER_ONE).await.unwrap();
    let elsewhere = alice(&stage.backend).await.unwrap();
    stage.app.click("open-settings").await.unwrap();
    stage.app.click("sign-out-everywhere").await.unwrap();
    stage.app.click("everywhere-confirm").await.unwrap();
    stage.app.wait_for("email", SOON).await.unwrap();
    let refused = elsewhere.client.reload().await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::SignedOut);
    elsewhere.client.shutdown().await;
    // Nor is there anything to come back to.
    let Stage { sfu, backend, desk, app } = stage;
    app.close().await.unwrap();
    let app = App::start(desk.settings("test", &backend.url().unwrap()).unwrap()).await.unwrap();
    app.wait_for("email", SOON).await.unwrap();
    Stage { sfu, backend, desk, app }.strike().await;
}

#[tokio::test]
async fn other_server_is_chosen_kept_and_left_again() {
    let stage = Stage::set(DeskSettings::default(), &[]).await;
    let Stage { sfu, backend, desk, app } = stage;
    app.close().await.unwrap();
    let settings = || {
        let mut settings = desk.settings("test", &backend.url().unwrap()).unwrap();
        settings.app_env.retain(|(name, _)| name != "PIZOO_API_URL");
        settings.app_env.push(("PIZOO_ADDR".into(), "127.0.0.1:0".into()));
        settings
    };
    let app = App::start(settings()).await.unwrap();
    app.click("change-server").await.unwrap();
    app.click("server-place-other").await.unwrap();
    app.enter("server-address", "http://127.0.0.1:9").await.unwrap();
    app.click("server-choice-confirm").await.unwrap();
    app.wait_for("problem", SOON).await.unwrap();
    app.enter("server-address", backend.url().unwrap().as_str()).await.unwrap();
    app.click("server-choice-confirm").await.unwrap();
    let address = backend.url().unwrap().as_str().trim_end_matches('/').to_owned();
    let named = async |app: &App| app.document().await.is_ok_and(|page| page.contains(&address));
    until("the other server on the page", SOON, async || !app.shows("server-choice").await && named(&app).await)
        .await
        .unwrap();
    sign_in(&app, USER_ONE).await.unwrap();
    app.close().await.unwrap();

    let app = App::start(settings()).await.unwrap();
    app.wait_for("conversation", SOON).await.unwrap();
    app.invoke("choose_server", json!({ "address": null })).await.unwrap();
    app.script("location.reload()", Vec::new()).await.unwrap();
    app.wait_for("email", SOON).await.unwrap();
    assert!(!named(&app).await);
    Stage { sfu, backend, desk, app }.strike().await;
}

#[tokio::test]
async fn arabic_turns_the_page_around_and_english_turns_it_back() {
    let stage = Stage::set(DeskSettings::default(), &[]).await;
    let app = &stage.app;
    sign_in(app, USER_ONE).await.unwrap();
    app.click("open-settings").await.unwrap();
    app.click("settings-language").await.unwrap();
    let reads = async |language: &str, direction: &str| {
        let wanted = json!([language, direction]);
        until("the page in the other language", SOON, async || {
            let root = app.script("const { lang, dir } = document.documentElement; return [lang, dir];", Vec::new());
            root.await.is_ok_and(|root| root == wanted)
        })
        .await
        .unwrap();
    };
    app.click("choose-language").await.unwrap();
    app.click("choose-language-ar").await.unwrap();
    reads("ar", "rtl").await;
    assert!(app.document().await.unwrap().contains("اللغة"));
    app.click("choose-language").await.unwrap();
    app.click("choose-language-en").await.unwrap();
    reads("en", "ltr").await;
    stage.strike().await;
}

#[tokio::test]
async fn licences_of_all_parts_come_with_the_app() {
    let stage = Stage::set(DeskSettings::default(), &[]).await;
    let app = &stage.app;
    sign_in(app, USER_ONE).await.unwrap();
    app.click("open-settings").await.unwrap();
    app.click("settings-app").await.unwrap();
    app.click("open-parts").await.unwrap();
    app.wait_for("part", SOON).await.unwrap();
    let page = app.document().await.unwrap();
    for part in ["LiveKit and WebRTC", "tauri", "svelte", "vodozemac"] {
        assert!(page.contains(part), "{part}");
    }
    app.click("part").await.unwrap();
    let text = app.wait_for_selector("[data-testid='parts'] pre", SOON);
    text.await.unwrap();
    stage.strike().await;
}
