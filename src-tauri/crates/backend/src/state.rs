//! What every request handler shares.

use crate::clock::{Clock, UnixMs};
use crate::mail::Mail;
use crate::random::{self, Random};
use crate::session::Keys;
use crate::settings::{LiveKit, Mode};
use crate::socket::Sockets;
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
    pub(crate) sockets: Sockets,
    /// Where calls go, or why they cannot. It changes when a local LiveKit server comes and goes.
    pub(crate) calls: RwLock<Result<LiveKit, String>>,
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
