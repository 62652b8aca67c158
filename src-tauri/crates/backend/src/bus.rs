//! Who is to look at their events: hints between the code that writes and the sockets that wait, at most once.
//!
//! The truth is in the database; a hint that is lost costs time, nothing else. In one process a broadcast; between
//! several, the same hints over Redis.

use crate::clock::UnixMs;
use pizoo_api::events::Event;
use std::sync::Arc;
use tokio::sync::broadcast;

/// Hints that wait for a slow reader; it is told that it missed some and looks at the database.
const WAITING: usize = 4096;

/// "This user has events up to this number."
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Hint {
    pub(crate) user: String,
    pub(crate) seq: i64,
}

/// Carries hints to every socket of this process.
#[derive(Clone, Debug)]
pub(crate) struct Bus {
    hints: Arc<broadcast::Sender<Hint>>,
}

impl Default for Bus {
    fn default() -> Self {
        Self { hints: Arc::new(broadcast::Sender::new(WAITING)) }
    }
}

impl Bus {
    pub(crate) fn publish(&self, hint: Hint) {
        // Nobody listening is no failure.
        drop(self.hints.send(hint));
    }

    /// Tells the user's connected clients of something that is not kept. Nobody listens yet.
    pub(crate) fn ephemeral(&self, _user: &str, _event: Event, _now: UnixMs) {}

    pub(crate) fn subscribe(&self) -> broadcast::Receiver<Hint> {
        self.hints.subscribe()
    }
}
