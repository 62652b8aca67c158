//! Web Push (RFC 8030): wakes a browser or an app that has no socket open when a call comes in or was missed.
//!
//! What is said is encrypted for the subscriber (RFC 8291) and signed with the key of this backend (RFC 8292). A push
//! names the call and nothing else: the woken client asks the backend for the rest.

mod address;
mod delivery;
pub(crate) mod subscription;
#[cfg(test)]
mod tests;
mod vapid;
mod worker;

pub(crate) use vapid::{Vapid, VapidError};
pub(crate) use worker::Pusher;

use crate::clock::{Clock, UnixMs};
use crate::settings::Mode;
use crate::store::Store;
use delivery::Delivery;
use serde::Serialize;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;

/// Pushes that wait for the worker.
const QUEUE: usize = 1024;
/// A missed call is told for a day.
const MISSED: Duration = Duration::from_secs(86_400);

/// What is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
enum Kind {
    #[serde(rename = "call.incoming")]
    Incoming,
    #[serde(rename = "call.missed")]
    Missed,
}

/// One thing to tell one user, on every device.
#[derive(Debug)]
struct Notice {
    kind: Kind,
    call: String,
    matched: String,
    user: String,
    expires: UnixMs,
}

/// Where pushes are put. Cheap and never waiting; without a key it does nothing.
#[derive(Clone)]
pub(crate) struct Push {
    clock: Arc<dyn Clock>,
    ready: Option<Ready>,
}

#[derive(Clone)]
struct Ready {
    public_key: Arc<str>,
    queue: mpsc::Sender<Notice>,
}

/// Why pushes cannot be sent.
#[derive(Debug, thiserror::Error)]
#[error("the client for push services cannot be made: {0}")]
pub(crate) struct PushError(#[from] reqwest::Error);

impl Push {
    /// Starts the worker, if there is a key.
    pub(crate) fn start(
        vapid: Option<Vapid>,
        mode: Mode,
        store: &Store,
        clock: &Arc<dyn Clock>,
    ) -> Result<(Self, Option<Pusher>), PushError> {
        let Some(vapid) = vapid else { return Ok((Self { clock: clock.clone(), ready: None }, None)) };
        let (queue, waiting) = mpsc::channel(QUEUE);
        let ready = Ready { public_key: vapid.public_key().into(), queue };
        let delivery = Delivery::new(vapid, mode, store.clone(), clock.clone())?;
        Ok((Self { clock: clock.clone(), ready: Some(ready) }, Some(Pusher::start(delivery, waiting))))
    }

    /// What a browser subscribes with; nothing when pushes are not configured.
    pub(crate) fn public_key(&self) -> Option<&str> {
        self.ready.as_ref().map(|ready| &*ready.public_key)
    }

    /// Tells the callee's devices that it rings. Call it after the commit.
    pub(crate) fn ring(&self, call_id: &str, match_id: &str, callee_id: &str, expires_at: UnixMs) {
        self.put(Kind::Incoming, call_id, match_id, callee_id, expires_at);
    }

    /// Tells the callee's devices of a missed call; it takes the place of the ring. Call it after the commit.
    pub(crate) fn missed(&self, call_id: &str, match_id: &str, callee_id: &str) {
        self.put(Kind::Missed, call_id, match_id, callee_id, self.clock.now() + MISSED);
    }

    fn put(&self, kind: Kind, call: &str, matched: &str, user: &str, expires: UnixMs) {
        let Some(ready) = &self.ready else { return };
        let (call, matched, user) = (call.to_owned(), matched.to_owned(), user.to_owned());
        // A push is a help, not a promise: a call does not fail for want of one.
        if ready.queue.try_send(Notice { kind, call, matched, user, expires }).is_err() {
            tracing::warn!(?kind, "too many pushes wait: one is dropped");
        }
    }
}
