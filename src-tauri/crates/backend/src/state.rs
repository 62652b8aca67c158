//! What every request handler shares.

use crate::clock::{Clock, UnixMs};
use crate::mail::Mail;
use crate::random::{self, Random};
use crate::rooms::Rooms;
use crate::session::Keys;
use crate::settings::{LiveKit, Mode};
use crate::store::Store;
use std::sync::{Arc, PoisonError, RwLock};
use url::Url;

#[derive(Clone)]
pub(crate) struct Backend(Arc<Parts>);

pub(crate) struct Parts {
    pub(crate) mode: Mode,
    pub(crate) store: Store,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
    pub(crate) keys: Keys,
    pub(crate) mail: Mail,
    pub(crate) frontend: Url,
    /// Closes LiveKit's rooms.
    pub(crate) rooms: Rooms,
    /// Where calls go, or why they cannot. It changes when a local LiveKit server comes and goes.
    pub(crate) calls: RwLock<Result<LiveKit, String>>,
}

impl std::fmt::Debug for Backend {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Backend")
    }
}

impl Backend {
    pub(crate) fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    pub(crate) fn now(&self) -> UnixMs {
        self.clock.now()
    }

    pub(crate) fn new_id(&self) -> String {
        random::id(&*self.random)
    }

    pub(crate) fn new_token(&self) -> String {
        random::token(&*self.random)
    }

    pub(crate) fn calls(&self) -> Result<LiveKit, String> {
        self.calls.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Puts out whoever is in the room of a match that is gone. After the commit.
    pub(crate) fn close_room(&self, match_id: &str) {
        if let Ok(livekit) = self.calls() {
            self.rooms.close(livekit, match_id, self.now());
        }
    }

    pub(crate) fn set_calls(&self, calls: Result<LiveKit, String>) {
        *self.calls.write().unwrap_or_else(PoisonError::into_inner) = calls;
    }
}

impl std::ops::Deref for Backend {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0
    }
}
