//! Ends what nobody ends: rings whose time is over, calls whose room is empty. It looks at the database, not at timers of
//! its own, so it goes on after a restart, and several instances may do it at once: each end is conditional.

use super::Ring;
use super::turn::{change, tell, wake};
use crate::state::Backend;
use crate::store::{Result, ringing as rows, rooms};
use pizoo_api::calls::CallState;
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

/// How late an end may be. One look reads one index.
const TICK: Duration = Duration::from_millis(250);
/// Old webhooks are forgotten once in so many looks, some ten minutes.
const FORGET: u64 = 2400;

/// The running task.
#[derive(Debug)]
pub(crate) struct Sweep {
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Sweep {
    pub(crate) fn start(backend: Backend) -> Self {
        let stop = CancellationToken::new();
        let task = tokio::spawn(run(backend, stop.clone()));
        Self { stop, task }
    }

    /// Ends after the call in hand.
    pub(crate) async fn stop(mut self) {
        self.stop.cancel();
        if let Err(error) = (&mut self.task).await {
            tracing::error!(%error, "the sweep of calls failed");
        }
    }
}

impl Drop for Sweep {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

async fn run(backend: Backend, stop: CancellationToken) {
    let mut ticks = interval(TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    for turn in 0.. {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = ticks.tick() => {}
        }
        if let Err(error) = sweep(&backend, turn % FORGET == FORGET - 1, &stop).await {
            tracing::error!(%error, "calls that are over could not be ended; again soon");
        }
    }
}

async fn sweep(backend: &Backend, forget: bool, stop: &CancellationToken) -> Result<()> {
    for ring in rows::due(backend.store.read(), backend.now()).await? {
        if stop.is_cancelled() {
            return Ok(());
        }
        // One that fails keeps no other waiting.
        if let Err(error) = end(backend, &ring).await {
            tracing::error!(%error, call = ring.id, "a call that is over could not be ended; again soon");
        }
    }
    if forget {
        let mut tx = backend.store.write().await?;
        rooms::forget(&mut tx, backend.now()).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Looks again with the locks held: it may have been answered or ended meanwhile.
async fn end(backend: &Backend, known: &Ring) -> Result<()> {
    let mut tx = backend.store.write().await?;
    rows::lock(&mut tx, &known.caller, &known.callee).await?;
    let Some(ring) = rows::get(&mut *tx, &known.id).await? else { return Ok(()) };
    let now = backend.now();
    let over = match ring.timed_out(now) {
        Some(over) => Some(over),
        // It was due for its empty room.
        None if known.state == CallState::Active && rows::is_room_empty(&mut tx, &ring.match_id).await? => {
            ring.abandoned(now)
        }
        None => None,
    };
    if let Some(over) = over {
        let mut told = Vec::new();
        change(backend, &mut tx, &mut told, (&ring, &over), now).await?;
        tell(&mut tx, &told, now).await?;
        tx.commit().await?;
        wake(backend, &over);
    }
    Ok(())
}
