//! What every request handler shares.

use crate::clock::{Clock, UnixMs};
use crate::http::client::ClientAddress;
use crate::http::problem::Problem;
use crate::metrics::Metrics;
use crate::outbox::Outbox;
use crate::password::Passwords;
use crate::push::Push;
use crate::random::{self, Random};
use crate::readiness::Readiness;
use crate::rooms::Rooms;
use crate::session::Keys;
use crate::settings::{ClientVersion, Limits, LiveKit, Mode, Proxies};
use crate::socket::Sockets;
use crate::store::Store;
use crate::throttle::{Route, Throttle};
use secrecy::SecretString;
use sha2::{Digest as _, Sha256};
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
    pub(crate) passwords: Passwords,
    pub(crate) outbox: Outbox,
    pub(crate) push: Push,
    pub(crate) throttle: Throttle,
    pub(crate) frontend: Url,
    pub(crate) limits: Limits,
    pub(crate) proxies: Arc<Proxies>,
    pub(crate) metrics: Metrics,
    /// Who may read the metrics.
    pub(crate) metrics_token: Option<SecretString>,
    /// Older desktop clients are turned away.
    pub(crate) minimum_client: Option<ClientVersion>,
    pub(crate) readiness: Arc<Readiness>,
    /// Closes LiveKit's rooms.
    pub(crate) rooms: Rooms,
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

    /// Counts a request to a route that anybody may ask.
    pub(crate) fn throttle(&self, route: Route, client: ClientAddress, account: Option<&str>) -> Result<(), Problem> {
        self.throttle.check(route, client, account, self.now())
    }

    pub(crate) fn new_code(&self) -> String {
        random::code(&*self.random)
    }

    /// What is stored of a short code: useless without the key of this backend.
    pub(crate) fn code_hash(&self, account: &str, code: &str) -> String {
        let text = format!("{}\n{account}\n{code}", self.keys.pepper());
        Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
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
