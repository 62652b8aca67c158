//! How long a call waits for what. When it tries to come back, and until when, is not here, but in [`crate::reconnect`].

use std::time::Duration;

/// The other side's leaving is not the end: a full reconnect looks like leaving and joining.
pub(super) const PARTNER_GRACE: Duration = Duration::from_secs(30);
/// How long a token and a room may take together.
pub(super) const CONNECT_LIMIT: Duration = Duration::from_secs(20);
/// How long the user waits alone where nobody is rung.
pub(super) const WAIT_LIMIT: Duration = Duration::from_secs(10 * 60);
/// How long the user waits for somebody who answered.
pub(super) const ANSWERED_LIMIT: Duration = Duration::from_secs(30);
/// The server ends a ring after 45 s; this is for one that does not say so.
pub(super) const RING_LIMIT: Duration = Duration::from_secs(50);
