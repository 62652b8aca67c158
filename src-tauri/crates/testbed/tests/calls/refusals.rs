//! Calls that cannot be, and what the user is told.

use super::stage::{SOON, Stage, meet, part};
use pizoo_api::MatchId;
use pizoo_api::livekit::CallType;
use pizoo_backend::settings::Calls;
use pizoo_client::view::{CameraStart, Delivery, ErrorCode};
use pizoo_testbed::backend::{Backend, MATCH};
use pizoo_testbed::children;
use pizoo_testbed::deadline::until;
use pizoo_testbed::people::{alice, bob};
use pizoo_testbed::sfu::Sfu;

/// Both want to call; what the first one whose call fails is told.
async fn refusal(backend: &Backend) -> ErrorCode {
    let (alice, bob) = tokio::try_join!(alice(backend), bob(backend)).unwrap();
    let wish = MatchId::from(MATCH);
    let [first, second] =
        [&alice, &bob].map(|person| person.client.start_call(&wish, CallType::Video, CameraStart::On));
    let (first, second) = tokio::join!(first, second);
    let error = match first.and(second) {
        Err(error) => error,
        // It rang, and was answered: the failure comes after.
        Ok(()) => {
            tokio::try_join!(alice.is_through(SOON), bob.is_through(SOON)).unwrap();
            [&alice, &bob].iter().find_map(|person| person.view()?.problem).unwrap()
        }
    };
    bob.client.shutdown().await;
    let released = async || livekit::prebuilt::live_objects() == 0;
    until("the release of everything in the library", SOON, released).await.unwrap();
    // Chat goes on.
    alice.client.open_chat(MatchId::from(MATCH));
    alice.client.send_message("Let us write, then.");
    let chat = alice.client.chat();
    until("a message that was stored", SOON, async || {
        let stored = |line: &pizoo_client::view::ChatLine| {
            line.mine && line.message.content.starts_with("Let us") && line.delivery != Delivery::Sending
        };
        chat.borrow().as_ref().is_some_and(|chat| chat.lines.iter().any(stored))
    })
    .await
    .unwrap();
    alice.client.shutdown().await;
    error.code
}

#[tokio::test]
async fn missing_livekit_is_said_so_and_chat_goes_on() {
    let backend = Backend::start_with(Calls::NotConfigured("LiveKit credentials not configured".into())).await.unwrap();
    assert_eq!(refusal(&backend).await, ErrorCode::CallsNotConfigured);
    backend.stop().await;
}

#[tokio::test]
async fn livekit_that_is_down_is_said_so_and_chat_goes_on() {
    let backend = Backend::start_with(Backend::unreachable_livekit()).await.unwrap();
    assert_eq!(refusal(&backend).await, ErrorCode::CallServerUnreachable);
    backend.stop().await;
}

#[tokio::test]
async fn livekit_with_another_secret_refuses_and_chat_goes_on() {
    let sfu = Sfu::start(None).await.unwrap();
    let wrong =
        pizoo_backend::LiveKit { secret: "not the secret of that server at all".to_owned().into(), ..sfu.livekit() };
    let backend = Backend::start_with(Calls::Configured(wrong)).await.unwrap();
    assert_eq!(refusal(&backend).await, ErrorCode::CallRefused);
    backend.stop().await;
    sfu.stop().await;
    children::end_all().await.unwrap();
}

#[tokio::test]
async fn how_many_calls_the_hour_still_allows_is_known_from_the_first() {
    let stage = Stage::set().await;
    let (alice, bob) = tokio::try_join!(alice(&stage.backend), bob(&stage.backend)).unwrap();
    assert_eq!(*alice.client.calls_left().borrow(), None, "nobody has said so yet");
    for left in [29, 28] {
        meet(&alice, &bob, CallType::Audio).await;
        assert_eq!(alice.client.calls_left().borrow().map(|known| known.left), Some(left));
        alice.client.end_call().await.unwrap();
        tokio::try_join!(alice.is_through(SOON), bob.is_through(SOON)).unwrap();
        for person in [&alice, &bob] {
            person.client.dismiss_call().await.unwrap();
        }
    }
    part([alice, bob]).await;
    stage.strike().await;
}
