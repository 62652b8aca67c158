//! What nobody asks for and must be done: an owned task forgets old events, once an hour.

use crate::clock::Clock;
use crate::store::{Result, Store, events};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

/// A client that was away longer loads its lists anew.
const KEPT: Duration = Duration::from_secs(14 * 24 * 3600);
const EVERY: Duration = Duration::from_secs(3600);

/// The running task; it begins with the backend. [`Upkeep::stop`] ends it in order, dropping it at once.
#[derive(Debug)]
pub(crate) struct Upkeep {
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Upkeep {
    pub(crate) fn start(store: Store, clock: Arc<dyn Clock>) -> Self {
        let stop = CancellationToken::new();
        Self { task: tokio::spawn(run(store, clock, stop.clone())), stop }
    }

    pub(crate) async fn stop(mut self) {
        self.stop.cancel();
        drop((&mut self.task).await);
    }
}

impl Drop for Upkeep {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

async fn run(store: Store, clock: Arc<dyn Clock>, stop: CancellationToken) {
    let mut hours = interval(EVERY);
    hours.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = hours.tick() => {}
        }
        if let Err(error) = forget(&store, &*clock).await {
            tracing::warn!(%error, "old events were not forgotten; it is tried again");
        }
    }
}

async fn forget(store: &Store, clock: &dyn Clock) -> Result<()> {
    let mut tx = store.write().await?;
    events::forget(&mut tx, clock.now() - KEPT).await?;
    tx.commit().await
}
