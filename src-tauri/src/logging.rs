//! The log: human-readable lines on standard error. What may be in a line is decided where it is written; no secret is.

use std::io::IsTerminal;
use tracing_subscriber::EnvFilter;

/// This library logs whole requests, with the token in them, at the level `trace`: that is never on.
const SECRETIVE: &str = "tungstenite=debug";

/// Starts logging as `directives` say (the syntax of `RUST_LOG`); a directive that cannot be read is left out.
pub(crate) fn start(directives: &str) {
    let directives = format!("{directives},{SECRETIVE}");
    let logger = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::builder().parse_lossy(&directives))
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    if let Err(error) = logger.try_init() {
        eprintln!("There is a logger already, so this program's settings for it are not used: {error}");
    }
}
