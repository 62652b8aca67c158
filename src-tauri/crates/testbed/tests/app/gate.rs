//! Only verified accounts call: the page hides the buttons, and the backend refuses whoever asks all the same.

use super::stage::{SOON, Stage};
use pizoo_api::livekit::{CallType, TokenRequest};
use pizoo_api::texts::NOT_VERIFIED;
use pizoo_testbed::desk::DeskSettings;
use serde_json::{Value, json};
use sqlx::{Connection, SqliteConnection};

const NEWCOMER: &str = "newcomer@livekit-test.com";
const NEWCOMERS_MATCH: &str = "test-room-newcomer";

#[tokio::test]
async fn account_that_is_not_verified_is_led_to_verification_and_refused_by_the_backend() {
    let stage = Stage::set(DeskSettings::default(), &[]).await;
    let app = &stage.app;
    let bearer = stage.backend.session(NEWCOMER).await.unwrap().access_token;
    app.wait_for("email", SOON).await.unwrap();
    app.enter("email", NEWCOMER).await.unwrap();
    app.click("send-link").await.unwrap();
    app.click("development-link").await.unwrap();
    app.wait_for("conversation", SOON).await.unwrap();
    // Signing in by a link verifies, so the verification is taken back behind the app's back.
    let address = format!("sqlite:{}", stage.backend.database().display());
    let mut database = SqliteConnection::connect(&address).await.unwrap();
    let unverified = sqlx::query("UPDATE users SET verified = 0 WHERE email = $1").bind(NEWCOMER);
    assert_eq!(unverified.execute(&mut database).await.unwrap().rows_affected(), 1);
    app.invoke("reload", json!({})).await.unwrap();

    app.click("conversation").await.unwrap();
    app.wait_for("verify-hint", SOON).await.unwrap();
    assert!(app.text("verify-hint").await.unwrap().contains("Verify account to enable calls"));
    assert!(app.text("verify-now").await.unwrap().contains("Verify Now"));
    assert!(!app.shows("call-video").await && !app.shows("call-audio").await);

    let wish = TokenRequest { match_id: NEWCOMERS_MATCH.into(), call_type: CallType::Video, participant_name: None };
    let refused = stage.backend.post_as(&bearer, "/api/livekit/token", &wish).await.unwrap();
    assert_eq!(refused.status(), 403);
    assert_eq!(refused.json::<Value>().await.unwrap(), json!({ "detail": NOT_VERIFIED }));

    app.click("verify-now").await.unwrap();
    app.click("send-link").await.unwrap();
    app.click("development-link").await.unwrap();
    app.wait_for("call-video", SOON).await.unwrap();
    assert!(!app.shows("verify-hint").await);
    stage.strike().await;
}
