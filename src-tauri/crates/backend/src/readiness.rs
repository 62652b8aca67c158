//! Whether this backend can do its work now: its database answers, and it is not about to stop.

use crate::store::Store;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::Instant;

/// A database that takes longer is not there.
const WAIT: Duration = Duration::from_secs(1);
/// Everybody may ask for it: the database is asked this often at most.
const KEPT: Duration = Duration::from_millis(250);

/// What `/ready` and `/health` tell.
pub(crate) struct Readiness {
    draining: AtomicBool,
    redis: AtomicU8,
    database: Mutex<Option<(Instant, bool)>>,
}

/// The other instances can be told of events. Without it they find them a little later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Redis {
    NotConfigured,
    Configured,
    Connected,
    Unreachable,
}

impl Readiness {
    pub(crate) fn new(redis_is_set: bool) -> Self {
        let redis = if redis_is_set { Redis::Configured } else { Redis::NotConfigured };
        Self { draining: AtomicBool::new(false), redis: AtomicU8::new(redis as u8), database: Mutex::default() }
    }

    pub(crate) fn drain(&self) {
        self.draining.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_draining(&self) -> bool {
        self.draining.load(Ordering::Relaxed)
    }

    /// Whoever holds the connection to Redis says when it comes and goes.
    pub(crate) fn set_redis(&self, redis: Redis) {
        self.redis.store(redis as u8, Ordering::Relaxed);
    }

    pub(crate) fn redis(&self) -> &'static str {
        match self.redis.load(Ordering::Relaxed) {
            x if x == Redis::NotConfigured as u8 => "not configured",
            x if x == Redis::Connected as u8 => "connected",
            x if x == Redis::Unreachable as u8 => "unreachable",
            _ => "configured",
        }
    }

    /// Whether the database answers, with a schema at least as new as this program's.
    pub(crate) async fn database(&self, store: &Store) -> bool {
        // Held while asking: however many ask, one statement runs.
        let mut known = self.database.lock().await;
        if let Some((at, answers)) = *known
            && at.elapsed() < KEPT
        {
            return answers;
        }
        let answers = matches!(tokio::time::timeout(WAIT, store.is_up_to_date()).await, Ok(Ok(true)));
        *known = Some((Instant::now(), answers));
        answers
    }
}
