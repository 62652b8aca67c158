//! Writing and reading: what is sent when, and what the other side learns of being read.

use super::stage::{SOON, backend};
use pizoo_api::MatchId;
use pizoo_client::view::{CallAvailability, ChatLine, Delivery};
use pizoo_testbed::backend::{Backend, MATCH};
use pizoo_testbed::deadline::until;
use pizoo_testbed::people::{Person, alice, bob};

fn lines(person: &Person) -> Vec<ChatLine> {
    person.client.chat().borrow().as_ref().map_or_else(Vec::new, |chat| chat.lines.clone())
}

fn delivery(person: &Person, text: &str) -> Option<Delivery> {
    lines(person).into_iter().find(|line| line.message.content == text).map(|line| line.delivery)
}

fn unread(person: &Person) -> u32 {
    let conversations = person.client.conversations();
    let conversations = conversations.borrow();
    conversations.list.iter().find(|known| known.match_id.as_str() == MATCH).map_or(0, |known| known.unread_count)
}

async fn open(person: &Person) {
    person.client.open_chat(MatchId::from(MATCH));
    let loaded = async || person.client.chat().borrow().as_ref().is_some_and(|chat| chat.loaded);
    until("the chat", SOON, loaded).await.unwrap();
}

async fn comes_to(person: &Person, text: &str, wanted: Delivery) {
    until(text, SOON, async || delivery(person, text) == Some(wanted)).await.unwrap();
}

async fn receipts(person: &Person, wanted: bool) {
    let mut preferences = person.client.preferences().borrow().clone();
    preferences.read_receipts = wanted;
    person.client.set_preferences(preferences).await.unwrap();
}

async fn end(people: impl IntoIterator<Item = Person>, backend: Backend) {
    for person in people {
        person.client.shutdown().await;
    }
    backend.stop().await;
}

#[tokio::test]
async fn lines_written_while_the_server_is_away_arrive_in_order_when_it_is_back() {
    let backend = backend().await;
    let alice = alice(&backend).await.unwrap();
    open(&alice).await;
    let gone = backend.halt().await;
    let is_away = async || alice.client.server().borrow().calls == CallAvailability::Offline;
    until("word that the server is away", SOON, is_away).await.unwrap();
    let written = ["One from the dark", "Two from the dark", "Three from the dark"];
    for line in written {
        alice.client.send_message(line);
        assert_eq!(delivery(&alice, line), Some(Delivery::Sending), "it shows at once");
    }
    let backend = gone.go_on().await.unwrap();
    for line in written {
        let told = async || {
            assert_ne!(delivery(&alice, line), Some(Delivery::Failed), "nobody refused it");
            delivery(&alice, line) == Some(Delivery::Sent)
        };
        until(line, SOON, told).await.unwrap();
    }
    let bob = bob(&backend).await.unwrap();
    open(&bob).await;
    let arrived: Vec<String> = lines(&bob).into_iter().map(|line| line.message.content).collect();
    assert!(arrived.ends_with(&written.map(str::to_owned)), "{arrived:?}");
    end([alice, bob], backend).await;
}

#[tokio::test]
async fn line_that_the_server_refuses_has_failed_and_keeps_no_other_waiting() {
    let backend = backend().await;
    let alice = alice(&backend).await.unwrap();
    open(&alice).await;
    let long = "x".repeat(4001);
    alice.client.send_message(&long);
    alice.client.send_message("In short: no.");
    comes_to(&alice, "In short: no.", Delivery::Sent).await;
    assert_eq!(delivery(&alice, &long), Some(Delivery::Failed), "it came first");
    let failed = lines(&alice).into_iter().find(|line| line.delivery == Delivery::Failed).unwrap();
    alice.client.retry_message(&failed.message.id);
    comes_to(&alice, &long, Delivery::Failed).await;
    end([alice], backend).await;
}

#[tokio::test]
async fn chat_that_nobody_looks_at_is_not_read() {
    let backend = backend().await;
    let (alice, bob) = tokio::try_join!(alice(&backend), bob(&backend)).unwrap();
    open(&alice).await;
    bob.client.set_visible(false);
    open(&bob).await;
    for text in ["Are you there?", "Hello?"] {
        let before = unread(&bob);
        alice.client.send_message(text);
        until("one more unread line", SOON, async || unread(&bob) == before + 1).await.unwrap();
        bob.client.reload().await.unwrap();
    }
    assert_eq!(delivery(&alice, "Are you there?"), Some(Delivery::Sent));
    bob.client.set_visible(true);
    comes_to(&alice, "Are you there?", Delivery::Read).await;
    comes_to(&alice, "Hello?", Delivery::Read).await;
    end([alice, bob], backend).await;
}

#[tokio::test]
async fn who_sends_no_receipts_has_read_on_all_devices_and_the_sender_sees_no_difference() {
    let backend = backend().await;
    let (alice, desk) = tokio::try_join!(alice(&backend), bob(&backend)).unwrap();
    let phone = bob(&backend).await.unwrap();
    receipts(&desk, false).await;
    desk.client.set_visible(false);
    tokio::join!(open(&alice), open(&desk));
    alice.client.send_message("Have you seen this?");
    until("an unread line on the other device", SOON, async || unread(&phone) > 0).await.unwrap();
    desk.client.set_visible(true);
    until("that it was read, on the other device", SOON, async || unread(&phone) == 0).await.unwrap();
    // Whatever the sender was told before this line, they know by now.
    alice.client.send_message("Have you?");
    comes_to(&alice, "Have you?", Delivery::Sent).await;
    assert_eq!(delivery(&alice, "Have you seen this?"), Some(Delivery::Sent));
    until("that this was read as well", SOON, async || unread(&phone) == 0 && unread(&desk) == 0).await.unwrap();
    receipts(&desk, true).await;
    alice.client.send_message("And now?");
    for text in ["Have you seen this?", "Have you?", "And now?"] {
        comes_to(&alice, text, Delivery::Read).await;
    }
    end([alice, desk, phone], backend).await;
}
