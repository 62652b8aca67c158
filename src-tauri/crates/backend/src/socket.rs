//! WebSockets: one task each, few bytes each, all of them closed in order when the backend ends.
//!
//! A socket that waits costs about 8 kB (resident memory of a backend with 1,000 of them): its task, a read buffer of
//! 1 KB, a write buffer that grows to 4 KB when something is sent, a mailbox of some hundred bytes. What it sends it reads
//! from the database page by page, so nothing piles up for a slow reader.

mod connection;
mod flood;
pub(crate) mod original;
pub(crate) mod stream;
mod typing;

use crate::random;
use crate::session::Access;
use crate::state::Backend;
use axum::extract::ws::WebSocketUpgrade;
use axum::response::Response;
use connection::Connection;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

const READ_BUFFER: usize = 1024;
const WRITE_BUFFER: usize = 4096;
/// A frame beyond it is not even read.
const LARGEST_READ: usize = 64 * 1024;
/// When the backend ends, sockets close over this time each, so that not all clients come back at one moment.
const APART: Duration = Duration::from_millis(2);
/// What a client that is told to go away may take to say good-bye.
const GOOD_BYE: Duration = Duration::from_secs(1);

/// What the sockets of this instance share.
#[derive(Clone, Debug)]
pub(crate) struct Sockets(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    heartbeat: Duration,
    tracker: TaskTracker,
    /// Sockets close, each at a moment of its own.
    stop: CancellationToken,
    /// Sockets are dropped.
    kill: CancellationToken,
}

impl Sockets {
    pub(crate) fn new(heartbeat: Duration) -> Self {
        let (stop, kill) = (CancellationToken::new(), CancellationToken::new());
        Self(Arc::new(Inner { heartbeat, tracker: TaskTracker::new(), stop, kill }))
    }

    /// Answers an upgrade; then the socket is this instance's until it closes.
    pub(crate) fn open(
        backend: Backend,
        upgrade: WebSocketUpgrade,
        access: Access,
        after: Option<i64>,
        dialect: impl Dialect,
    ) -> Response {
        // Taken now: between the answer and the first frame it must not be forgotten.
        let place = backend.sockets.0.tracker.token();
        let upgrade = upgrade.read_buffer_size(READ_BUFFER).write_buffer_size(WRITE_BUFFER);
        let upgrade = upgrade.max_message_size(LARGEST_READ).max_frame_size(LARGEST_READ);
        upgrade.on_upgrade(async move |socket| {
            let open = backend.metrics.socket_opened();
            let kill = backend.sockets.0.kill.clone();
            let connection = Connection::new(backend, socket, access, dialect);
            kill.run_until_cancelled(connection.run(after)).await;
            drop(open);
            drop(place);
        })
    }

    /// Closes all and waits for them.
    pub(crate) async fn close(&self, within: Duration) {
        self.0.stop.cancel();
        self.0.tracker.close();
        if tokio::time::timeout(within + 2 * GOOD_BYE, self.0.tracker.wait()).await.is_err() {
            tracing::warn!("some sockets did not close and are dropped");
            self.0.kill.cancel();
            self.0.tracker.wait().await;
        }
    }

    /// Drops all.
    pub(crate) fn kill(&self) {
        self.0.kill.cancel();
    }

    /// How long one socket waits before it closes.
    fn wait_to_close(&self, backend: &Backend) -> Duration {
        let sockets = u32::try_from(self.0.tracker.len()).unwrap_or(u32::MAX);
        random::part(&*backend.random, APART.saturating_mul(sockets).min(backend.limits.drain))
    }
}

/// What is said on a socket.
pub(crate) trait Dialect: Send + 'static {
    /// The first frame.
    fn hello(&self, seq: i64) -> Option<String>;
    /// Something was missed for good.
    fn resync(&self, seq: i64) -> Option<String>;
    /// Now and then.
    fn heartbeat(&self, seq: i64) -> Option<String>;
    /// A kept event.
    fn event(&self, row: &crate::store::events::Row) -> Option<String>;
    /// One that is not kept.
    fn ephemeral(&self, ephemeral: &crate::bus::Ephemeral) -> Option<String>;
    /// What the client said, and the answers.
    fn incoming(&mut self, backend: &Backend, text: &str) -> impl Future<Output = Vec<String>> + Send;
}
