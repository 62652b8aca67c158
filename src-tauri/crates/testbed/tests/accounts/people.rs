//! How people meet and part.

use super::stage::{SOON, backend, code, end, registered, user};
use pizoo_api::livekit::CallType;
use pizoo_api::{MatchId, UserId};
use pizoo_client::Client;
use pizoo_client::view::{CallPhase, ErrorCode};
use pizoo_testbed::backend::{Backend, MATCH};
use pizoo_testbed::deadline::until;
use pizoo_testbed::people::{alice, bob};

fn id(client: &Client) -> UserId {
    user(client).unwrap().id
}

async fn is_shown(client: &Client, person: &UserId) -> bool {
    client.discover().await.unwrap().iter().any(|shown| shown.id == *person)
}

fn has(client: &Client, match_id: &MatchId) -> bool {
    client.conversations().borrow().list.iter().any(|known| known.match_id == *match_id)
}

async fn matched(one: &Client, two: &Client) -> MatchId {
    assert_eq!(one.swipe(id(two), true).await.unwrap().match_id, None, "one like is no match");
    let made = two.swipe(id(one), true).await.unwrap().match_id.unwrap();
    for client in [one, two] {
        until("the match in the list", SOON, async || has(client, &made)).await.unwrap();
    }
    made
}

#[tokio::test]
async fn two_likes_make_a_match_that_both_see_and_a_pass_hides_a_person() {
    let backend = backend().await;
    let (pia, rosa) = (registered(&backend, "pia").await, registered(&backend, "rosa").await);
    let shown = pia.discover().await.unwrap();
    let card = shown.iter().find(|person| person.id == id(&rosa)).unwrap();
    assert_eq!(card.name, "rosa");
    assert!(!is_shown(&pia, &id(&pia)).await, "nobody meets themselves");
    matched(&pia, &rosa).await;
    assert!(!is_shown(&pia, &id(&rosa)).await && !is_shown(&rosa, &id(&pia)).await);
    let stranger = pia.discover().await.unwrap().remove(0).id;
    assert_eq!(pia.swipe(stranger.clone(), false).await.unwrap().match_id, None);
    assert!(!is_shown(&pia, &stranger).await);
    assert_eq!(code(pia.swipe("nobody".into(), true).await), ErrorCode::NotFound);
    end([pia, rosa], backend).await;
}

#[tokio::test]
async fn match_ends_for_both_and_once() {
    let backend = backend().await;
    let (sara, tina) = (registered(&backend, "sara").await, registered(&backend, "tina").await);
    let made = matched(&sara, &tina).await;
    sara.open_chat(made.clone());
    sara.unmatch(&made).await.unwrap();
    for client in [&sara, &tina] {
        until("the end of the match in the list", SOON, async || !has(client, &made)).await.unwrap();
    }
    assert_eq!(code(tina.unmatch(&made).await), ErrorCode::NotFound);
    end([sara, tina], backend).await;
}

#[tokio::test]
async fn blocked_person_is_gone_until_unblocked_and_what_was_ended_stays_so() {
    let backend = backend().await;
    let (una, vera) = (registered(&backend, "una").await, registered(&backend, "vera").await);
    let made = matched(&una, &vera).await;
    una.block(id(&vera)).await.unwrap();
    for client in [&una, &vera] {
        until("the end of the match in the list", SOON, async || !has(client, &made)).await.unwrap();
    }
    let blocked = una.blocked().await.unwrap();
    assert_eq!(blocked.iter().map(|person| person.name.as_str()).collect::<Vec<_>>(), ["vera"]);
    assert!(vera.blocked().await.unwrap().is_empty(), "who is blocked is not told");
    assert_eq!(code(vera.swipe(id(&una), true).await), ErrorCode::NotFound);
    assert!(!is_shown(&vera, &id(&una)).await);
    una.unblock(&id(&vera)).await.unwrap();
    assert_eq!(code(una.unblock(&id(&vera)).await), ErrorCode::NotFound);
    assert!(una.blocked().await.unwrap().is_empty());
    assert!(!has(&una, &made));
    matched(&una, &vera).await;
    end([una, vera], backend).await;
}

#[tokio::test]
async fn report_is_taken_with_known_and_own_reasons() {
    let backend = backend().await;
    let (wanda, xenia) = (registered(&backend, "wanda").await, registered(&backend, "xenia").await);
    for (reason, details) in [("spam", ""), ("harassment", " It did not stop. "), ("in my own words", "")] {
        wanda.report(id(&xenia), reason, details).await.unwrap();
    }
    assert_eq!(code(wanda.report("nobody".into(), "spam", "").await), ErrorCode::NotFound);
    assert!(wanda.report(id(&xenia), "other", &"x".repeat(3000)).await.is_err());
    end([wanda, xenia], backend).await;
}

#[tokio::test]
async fn block_ends_a_call_with_that_person_at_once() {
    // It rings without LiveKit; only a room would need it.
    let backend = Backend::start_with(Backend::unreachable_livekit()).await.unwrap();
    let (alice, bob) = tokio::try_join!(alice(&backend), bob(&backend)).unwrap();
    alice.call(CallType::Audio).await.unwrap();
    alice.sees("ringing", SOON, |view| view.phase == CallPhase::Ringing).await.unwrap();
    until("the ring", SOON, async || bob.client.incoming().borrow().is_some()).await.unwrap();
    // Somebody else does not matter to it.
    let stranger = alice.client.discover().await.unwrap().remove(0).id;
    alice.client.block(stranger).await.unwrap();
    assert_eq!(alice.view().unwrap().phase, CallPhase::Ringing);
    alice.client.block(id(&bob.client)).await.unwrap();
    alice.is_through(SOON).await.unwrap();
    until("the end of the ring", SOON, async || bob.client.incoming().borrow().is_none()).await.unwrap();
    let made = MatchId::from(MATCH);
    until("the end of the match in the list", SOON, async || !has(&alice.client, &made)).await.unwrap();
    end([alice.client, bob.client], backend).await;
}
