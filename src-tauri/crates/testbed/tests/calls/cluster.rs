//! Two backends and two LiveKit nodes, and a side of the call on each.

use super::stage::{picture_of, stamps_for};
use pizoo_api::livekit::CallType;
use pizoo_pattern::Scene;
use pizoo_testbed::cluster::Cluster;
use pizoo_testbed::people::{alice, bob};
use std::time::Duration;

#[tokio::test]
async fn sides_on_different_backends_and_nodes_meet() {
    let cluster = Cluster::start().await.unwrap();
    let [first, second] = &cluster.backends;
    let (alice, bob) = tokio::try_join!(alice(first), bob(second)).unwrap();
    alice.call(CallType::Video).await.unwrap();
    bob.call(CallType::Video).await.unwrap();
    tokio::try_join!(alice.talks(), bob.talks()).unwrap();
    let ((seen_by_alice, _), (seen_by_bob, _)) = tokio::join!(picture_of(&alice), picture_of(&bob));
    assert_eq!((seen_by_alice, seen_by_bob), (Scene::Two, Scene::One));
    let second = Duration::from_secs(1);
    let (at_alice, at_bob) = tokio::join!(stamps_for(&alice, second), stamps_for(&bob, second));
    assert!(at_alice.len() > 5 && at_bob.len() > 5, "{} and {} stamps", at_alice.len(), at_bob.len());
    for person in [alice, bob] {
        person.client.shutdown().await;
    }
    cluster.stop().await;
}
