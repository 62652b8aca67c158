//! The session behind the calls.

use pizoo_api::MatchId;
use pizoo_backend::clock::MockClock;
use pizoo_backend::settings::Calls;
use pizoo_client::view::{ErrorCode, SessionView};
use pizoo_testbed::backend::Backend;
use pizoo_testbed::people::alice;
use std::sync::Arc;
use std::time::Duration;

#[tokio::test]
async fn fifty_parallel_requests_refresh_an_expired_session_once() {
    let clock = Arc::new(MockClock::default());
    let calls = Calls::NotConfigured("not in this test".into());
    let backend = Backend::start_at(calls, clock.clone()).await.unwrap();
    let alice = alice(&backend).await.unwrap();
    // The access token lives for an hour. A refresh token works once: had two requests used it, the second one would
    // have ended the session.
    clock.advance(Duration::from_secs(2 * 3600));
    let mut requests = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let client = alice.client.clone();
        requests.spawn(async move { client.reload().await });
    }
    while let Some(outcome) = requests.join_next().await {
        outcome.unwrap().unwrap();
    }
    assert!(matches!(&*alice.client.session().borrow(), SessionView::SignedIn { .. }));
    clock.advance(Duration::from_secs(2 * 3600));
    alice.client.reload().await.unwrap();
    // A week later even the refresh token is too old, and that is said.
    clock.advance(Duration::from_secs(8 * 24 * 3600));
    let error = alice.client.reload().await.unwrap_err();
    assert_eq!(error.code, ErrorCode::SignedOut);
    alice.client.open_chat(MatchId::from("test-room-123"));
    alice.client.shutdown().await;
    backend.stop().await;
}
