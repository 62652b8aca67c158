//! How long, how many, how large: what one client may take from all others.

use super::values::Values;
use super::{Mode, SettingsError};
use std::time::Duration;

/// What the HTTP server allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// `PIZOO_MAX_CONNECTIONS`: open at once, sockets among them; one more gets 503.
    pub connections: usize,
    /// `PIZOO_MAX_CONNECTIONS_PER_CLIENT`: of one address (IPv6: one /64); 0 is no limit. Trusted proxies have none.
    pub connections_per_client: usize,
    /// `PIZOO_HEADER_TIMEOUT`: from a request's first byte to the end of its head, and from connecting to the first byte.
    pub header_timeout: Duration,
    /// `PIZOO_REQUEST_TIMEOUT`: from the end of the head to the answer, the body's arrival included.
    pub request_timeout: Duration,
    /// `PIZOO_IDLE_TIMEOUT`: between two requests of one connection.
    pub idle_timeout: Duration,
    /// `PIZOO_WRITE_TIMEOUT`: how long a client may take no byte of what is sent to it, sockets included.
    pub write_timeout: Duration,
    /// `PIZOO_SHUTDOWN_DELAY`: answers requests, but is not ready any more, before it stops: a balancer looks elsewhere.
    pub shutdown_delay: Duration,
    /// `PIZOO_DRAIN`: how long running requests may go on once it stops.
    pub drain: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 10_000,
            connections_per_client: 0,
            header_timeout: Duration::from_secs(10),
            request_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_secs(75),
            write_timeout: Duration::from_secs(30),
            shutdown_delay: Duration::ZERO,
            drain: Duration::from_secs(3),
        }
    }
}

/// Of one address in production: an office behind one address still fits.
const PER_CLIENT: usize = 256;
/// In production: as long as a request may take. A person who closes an app does not wait that long.
const DRAIN: Duration = Duration::from_secs(10);

impl Limits {
    pub(super) fn read(values: &Values, mode: Mode) -> Result<Self, SettingsError> {
        let default = match mode {
            Mode::Development => Self::default(),
            Mode::Production => Self { connections_per_client: PER_CLIENT, drain: DRAIN, ..Self::default() },
        };
        let limits = Self {
            connections: values.count("PIZOO_MAX_CONNECTIONS", default.connections)?,
            connections_per_client: values.count("PIZOO_MAX_CONNECTIONS_PER_CLIENT", default.connections_per_client)?,
            header_timeout: values.seconds("PIZOO_HEADER_TIMEOUT", default.header_timeout)?,
            request_timeout: values.seconds("PIZOO_REQUEST_TIMEOUT", default.request_timeout)?,
            idle_timeout: values.seconds("PIZOO_IDLE_TIMEOUT", default.idle_timeout)?,
            write_timeout: values.seconds("PIZOO_WRITE_TIMEOUT", default.write_timeout)?,
            shutdown_delay: values.seconds("PIZOO_SHUTDOWN_DELAY", default.shutdown_delay)?,
            drain: values.seconds("PIZOO_DRAIN", default.drain)?,
        };
        if limits.connections == 0 {
            return Err(SettingsError::bad("PIZOO_MAX_CONNECTIONS", "nobody could connect"));
        }
        let waits = [
            ("PIZOO_HEADER_TIMEOUT", limits.header_timeout),
            ("PIZOO_REQUEST_TIMEOUT", limits.request_timeout),
            ("PIZOO_IDLE_TIMEOUT", limits.idle_timeout),
            ("PIZOO_WRITE_TIMEOUT", limits.write_timeout),
        ];
        match waits.into_iter().find(|(_, wait)| wait.is_zero()) {
            Some((name, _)) => Err(SettingsError::bad(name, "nobody is that quick")),
            None => Ok(limits),
        }
    }
}
