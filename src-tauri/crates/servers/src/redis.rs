//! Redis.

use crate::ServerError;
use crate::keeper::{Keeper, find, free_port};

const NAME: &str = "redis-server";

/// A running Redis without files.
#[derive(Debug)]
pub struct Redis {
    port: u16,
    _keeper: Keeper,
}

impl Redis {
    /// Starts one and waits until it answers.
    ///
    /// # Errors
    /// See [`ServerError`].
    pub fn start() -> Result<Self, ServerError> {
        Self::start_on(free_port(NAME)?)
    }

    /// Starts one on this port: a server that comes back.
    ///
    /// # Errors
    /// See [`ServerError`].
    pub fn start_on(port: u16) -> Result<Self, ServerError> {
        let program = find(NAME, &[]).ok_or(ServerError::NotInstalled(NAME))?;
        let folder = tempfile::tempdir().map_err(|error| ServerError::Io(NAME, error))?.keep();
        let port_text = port.to_string();
        let settings = ["--bind", "127.0.0.1", "--port", &port_text, "--save", "", "--appendonly", "no", "--dir"];
        let mut command = std::iter::once(program.display().to_string())
            .chain(settings.map(str::to_owned))
            .chain([folder.display().to_string()]);
        let mut keeper = Keeper::start(NAME, "KILL", &folder, &mut command)?;
        keeper.listening(NAME, &folder, port)?;
        Ok(Self { port, _keeper: keeper })
    }

    /// Where it listens on loopback.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// `redis://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }
}
