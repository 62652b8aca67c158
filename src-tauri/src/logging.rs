//! The log: human-readable lines on standard error, and the newest of them in memory, for a person who reports trouble.
//! What may be in a line is decided where it is written; no secret is. What is kept is looked at once more for such.

mod recent;

pub(crate) use recent::Recent;

use std::io::IsTerminal;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// This library logs whole requests, with the token in them, at the level `trace`: that is never on.
const SECRETIVE: &str = "tungstenite=debug";

/// Starts logging as `directives` say (the syntax of `RUST_LOG`); a directive that cannot be read is left out.
pub(crate) fn start(directives: &str) -> Recent {
    let recent = Recent::default();
    let terminal =
        tracing_subscriber::fmt::layer().with_ansi(std::io::stderr().is_terminal()).with_writer(std::io::stderr);
    let memory = tracing_subscriber::fmt::layer().with_ansi(false).with_writer(recent.clone());
    let filter = EnvFilter::builder().parse_lossy(format!("{directives},{SECRETIVE}"));
    if let Err(error) = tracing_subscriber::registry().with(filter).with(terminal).with(memory).try_init() {
        eprintln!("There is a logger already, so this program's settings for it are not used: {error}");
    }
    recent
}
