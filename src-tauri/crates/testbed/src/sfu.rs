//! The real LiveKit server, and accidents that happen to it.

use crate::children::Program;
use anyhow::{Context, Result};
use pizoo_backend::LiveKit;
use pizoo_backend::livekit_server::{LocalServer, LocalServerConfig, find_binary};
use std::path::Path;
use std::time::Duration;

const ANSWER: Duration = Duration::from_secs(10);

/// A running LiveKit server.
#[derive(Debug)]
pub struct Sfu {
    server: LocalServer,
}

impl Sfu {
    /// Starts one on a free port; its log goes to a file if one is given.
    ///
    /// # Errors
    /// It is not installed or does not start.
    pub async fn start(log: Option<&Path>) -> Result<Self> {
        crate::network::address().context("calls need a network interface with an address besides loopback")?;
        let config = LocalServerConfig { log_file: log.map(Path::to_owned), ..LocalServerConfig::default() };
        Ok(Self { server: LocalServer::start(config).await? })
    }

    /// Starts one node of several that share a Redis (`host:port`) and credentials.
    ///
    /// # Errors
    /// It is not installed or does not start.
    pub async fn start_node(redis: &str, key: &str, secret: &str) -> Result<Self> {
        crate::network::address().context("calls need a network interface with an address besides loopback")?;
        let keys = Some((key.to_owned(), secret.to_owned().into()));
        let config = LocalServerConfig { redis: Some(redis.to_owned()), keys, ..LocalServerConfig::default() };
        Ok(Self { server: LocalServer::start(config).await? })
    }

    /// Where it is, and the credentials that make tokens for it.
    pub fn livekit(&self) -> LiveKit {
        LiveKit::from(&self.server)
    }

    /// Its address, `ws://`.
    pub fn url(&self) -> &str {
        self.server.url()
    }

    /// Kills it, as the kernel does when memory runs out, and waits until it is gone.
    pub async fn kill(&self) {
        #[cfg(unix)]
        if let Some(pid) = rustix::process::Pid::from_raw(self.server.pid() as i32) {
            // It may have ended by itself, which is what is waited for.
            let _ = rustix::process::kill_process(pid, rustix::process::Signal::KILL);
        }
        self.server.exited().await;
    }

    /// Ends it and waits.
    pub async fn stop(self) {
        self.server.stop().await;
    }
}

/// The version of the server that is installed, as it states itself.
///
/// # Errors
/// It is not installed, or does not say.
pub async fn version() -> Result<String> {
    let program = find_binary().context("no livekit-server was found")?;
    let answer = Program::new(program).arg("--version").run(ANSWER).await?;
    let answer = String::from_utf8_lossy(&answer);
    answer.split_whitespace().last().map(str::to_owned).context("livekit-server does not tell its version")
}
