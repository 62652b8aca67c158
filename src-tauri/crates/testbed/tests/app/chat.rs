//! A chat, as both of its sides see it.

use super::stage::{SOON, Stage};
use pizoo_api::MatchId;
use pizoo_client::view::{ChatLine, Delivery};
use pizoo_testbed::backend::{MATCH, USER_ONE};
use pizoo_testbed::deadline::until;
use pizoo_testbed::demo::sign_in;
use pizoo_testbed::desk::DeskSettings;
use pizoo_testbed::people::{Person, bob};

/// The newest line, which the user of the app wrote.
fn newest(delivery: &str) -> String {
    format!("[data-testid='chat-line'][data-mine='true'][data-delivery='{delivery}']:last-of-type")
}

fn lines(person: &Person) -> Vec<ChatLine> {
    person.client.chat().borrow().as_ref().map_or_else(Vec::new, |chat| chat.lines.clone())
}

#[tokio::test]
async fn both_sides_see_what_is_written_delivered_and_read() {
    let stage = Stage::set(DeskSettings::default(), &[]).await;
    sign_in(&stage.app, USER_ONE).await.unwrap();
    stage.app.wait_for("composer", SOON).await.unwrap();
    let bob = bob(&stage.backend).await.unwrap();
    bob.client.open_chat(MatchId::from(MATCH));
    bob.client.set_visible(false);
    until("the chat on the other side", SOON, async || {
        bob.client.chat().borrow().as_ref().is_some_and(|chat| chat.loaded)
    })
    .await
    .unwrap();

    // From the app: writing, sent, and read once the other side looks.
    stage.app.enter("composer", "Are you there?").await.unwrap();
    until("the word that somebody writes", SOON, async || {
        bob.client.chat().borrow().as_ref().is_some_and(|chat| chat.typing)
    })
    .await
    .unwrap();
    stage.app.click("send").await.unwrap();
    stage.app.wait_for_selector(&newest("sent"), SOON).await.unwrap();
    until("the message on the other side", SOON, async || {
        lines(&bob).iter().any(|line| line.message.content == "Are you there?")
    })
    .await
    .unwrap();
    assert!(stage.app.shows_selector(&newest("sent")).await, "nobody has looked");
    bob.client.set_visible(true);
    stage.app.wait_for_selector(&newest("read"), SOON).await.unwrap();

    // To the app: the same.
    bob.client.set_typing(true).await;
    until("the word that somebody writes", SOON, async || {
        stage.app.text("typing").await.is_ok_and(|text| !text.trim().is_empty())
    })
    .await
    .unwrap();
    bob.client.send_message("Always.");
    until("the message in the app", SOON, async || {
        stage.app.document().await.is_ok_and(|page| page.contains("Always."))
    })
    .await
    .unwrap();
    until("the word that it was read", SOON, async || {
        lines(&bob).iter().any(|line| line.message.content == "Always." && line.delivery == Delivery::Read)
    })
    .await
    .unwrap();
    stage.strike().await;
    bob.client.shutdown().await;
}
