//! Many joins on a machine that has better things to do.

use super::stage::{SOON, Stage, meet, stamps_for};
use pizoo_api::livekit::CallType;
use pizoo_testbed::people::{alice, bob};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Two joins each; the token limit allows thirty an hour for each person.
const CALLS: usize = 25;
const SLICE: Duration = Duration::from_millis(500);

/// Threads that keep every processor busy until it is dropped.
struct Load {
    on: Arc<AtomicBool>,
    threads: Vec<std::thread::JoinHandle<u64>>,
}

impl Load {
    fn start() -> Self {
        let on = Arc::new(AtomicBool::new(true));
        let spin = |on: Arc<AtomicBool>| {
            let mut rounds = 0u64;
            while on.load(Ordering::Relaxed) {
                rounds = std::hint::black_box(rounds.wrapping_add(1));
            }
            rounds
        };
        let count = std::thread::available_parallelism().map_or(2, usize::from);
        let threads = (0..count)
            .map(|_| {
                std::thread::spawn({
                    let on = on.clone();
                    move || spin(on)
                })
            })
            .collect();
        Self { on, threads }
    }

    /// Ends it, and tells whether every thread really worked.
    fn stop(self) -> bool {
        self.on.store(false, Ordering::Relaxed);
        self.threads.into_iter().all(|thread| thread.join().is_ok_and(|rounds| rounds > 0))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_joins_under_load_show_moving_pictures() {
    let stage = Stage::set().await;
    let (alice, bob) = tokio::try_join!(alice(&stage.backend), bob(&stage.backend)).unwrap();
    let load = Load::start();
    for call in 0..CALLS {
        meet(&alice, &bob, CallType::Video).await;
        // A busy machine drops packets, so the next picture may take a moment; a stalled one never comes.
        let enough = async |person| while stamps_for(person, SLICE).await.len() < 5 {};
        let moving = async { tokio::join!(enough(&alice), enough(&bob)) };
        tokio::time::timeout(SOON, moving).await.unwrap_or_else(|_| panic!("call {call}: the picture stands still"));
        alice.client.end_call().await.unwrap();
        tokio::try_join!(alice.is_through(SOON), bob.is_through(SOON)).unwrap();
        tokio::try_join!(alice.client.dismiss_call(), bob.client.dismiss_call()).unwrap();
    }
    assert!(load.stop());
    alice.client.shutdown().await;
    bob.client.shutdown().await;
    stage.strike().await;
}
