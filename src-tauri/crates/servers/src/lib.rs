//! Real database servers on loopback for tests, crash tests and measurements: found on this machine, made up in a folder
//! of their own, and gone with whoever started them, however that ends.
//!
//! It is not how anybody should run Postgres or Redis. Depends on none of ours; only tests and the testbed use it.

mod keeper;
mod postgres;
mod redis;

pub use postgres::{Durability, Postgres, PostgresDatabase};
pub use redis::Redis;

use std::io;

/// Why a server does not run.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// Its program is not installed.
    #[error("{0} is not installed; `cargo xtask setup --headless` installs it")]
    NotInstalled(&'static str),
    /// A file, a port or a process.
    #[error("{0}: {1}")]
    Io(&'static str, io::Error),
    /// It ended or said no.
    #[error("{0} does not work: {1}")]
    Failed(&'static str, String),
}
