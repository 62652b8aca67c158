//! A real `livekit-server` on this computer, for development and tests: found, configured for loopback only, started with
//! keys made up for this start, watched, and ended with whoever started it, however that ends.
//!
//! It is not how production runs LiveKit. Facts that shaped it: every start error of the server exits with status 0, so only
//! its readiness counts; a SIGTERM in the first moments is swallowed; with a participant inside, one SIGTERM waits for ever.

mod binary;
mod configuration;
mod process;

pub use binary::{VERSION, find_binary};

use crate::random::{self, SystemRandom};
use configuration::{Extras, Ports};
use process::Process;
use secrecy::{ExposeSecret as _, SecretString};
use std::io;
use std::path::PathBuf;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// It takes 60 ms on an idle machine.
const READY: Duration = Duration::from_secs(10);
const ASK_AGAIN: Duration = Duration::from_millis(20);
/// Another program may take a free port between the look and the start.
const ATTEMPTS: u32 = 4;

/// How to start it.
#[derive(Clone, Debug, Default)]
pub struct LocalServerConfig {
    /// The program; [`find_binary`] looks for it if it is not given.
    pub binary: Option<PathBuf>,
    /// Takes the server's log; nobody does if it is not given.
    pub log_file: Option<PathBuf>,
    /// Where it tells who comes into a room and who leaves, signed with its key; nowhere if it is not given.
    pub webhook: Option<String>,
    /// `host:port` of the Redis that makes several servers one; they need the same `keys`.
    pub redis: Option<String>,
    /// The API key and secret; made up if they are not given.
    pub keys: Option<(String, SecretString)>,
}

/// Why it does not run.
#[derive(Debug, thiserror::Error)]
pub enum LocalServerError {
    /// There is no program.
    #[error("no livekit-server was found; `cargo xtask setup` installs it")]
    NotFound,
    /// The program cannot be started.
    #[error("livekit-server cannot be started: {0}")]
    Start(#[from] io::Error),
    /// It ended or did not answer.
    #[error("livekit-server did not become ready: {0}")]
    NotReady(String),
}

/// A running server. [`LocalServer::stop`] ends it and waits; dropping it kills it.
#[derive(Debug)]
pub struct LocalServer {
    url: String,
    key: String,
    secret: SecretString,
    process: Process,
}

impl LocalServer {
    /// Starts it and waits until it answers.
    ///
    /// # Errors
    /// See [`LocalServerError`].
    pub async fn start(config: LocalServerConfig) -> Result<Self, LocalServerError> {
        let binary = config.binary.or_else(find_binary).ok_or(LocalServerError::NotFound)?;
        let (key, secret) = config.keys.unwrap_or_else(|| {
            let key = format!("key{}", &random::id(&SystemRandom)[..8]);
            (key, random::token(&SystemRandom).into())
        });
        let mut attempt = 1;
        loop {
            let ports = Ports::free().await?;
            let extras = Extras { webhook: config.webhook.as_deref(), redis: config.redis.as_deref() };
            let text = configuration::text(ports, (&key, secret.expose_secret()), &extras);
            let process = Process::spawn(&binary, &text, config.log_file.as_deref()).await?;
            match ready(&process, ports.http).await {
                Ok(()) => {
                    tracing::info!(port = ports.http, "a local LiveKit server runs");
                    let url = format!("ws://127.0.0.1:{}", ports.http);
                    return Ok(Self { url, key, secret, process });
                }
                Err(problem) => {
                    process.stop().await;
                    if attempt == ATTEMPTS {
                        return Err(LocalServerError::NotReady(problem));
                    }
                    attempt += 1;
                }
            }
        }
    }

    /// `ws://127.0.0.1:PORT`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The API key.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The API secret.
    pub fn secret(&self) -> &str {
        self.secret.expose_secret()
    }

    /// Its process id; a test may kill it.
    pub fn pid(&self) -> u32 {
        self.process.pid()
    }

    /// Waits until it has ended, by itself or otherwise, and says how.
    pub async fn exited(&self) -> String {
        self.process.exited().await
    }

    /// Ends it, also with participants inside, and waits until it is gone.
    pub async fn stop(self) {
        self.process.stop().await;
    }
}

async fn ready(process: &Process, port: u16) -> Result<(), String> {
    let asking = async {
        while !matches!(answers(port).await, Ok(true)) {
            tokio::time::sleep(ASK_AGAIN).await;
        }
    };
    tokio::select! {
        () = asking => Ok(()),
        exit = process.exited() => Err(format!("it ended ({exit})")),
        () = tokio::time::sleep(READY) => Err("it does not answer".into()),
    }
}

/// One `GET /` by hand: an HTTP client would be a dependency for this line.
async fn answers(port: u16) -> io::Result<bool> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await?;
    stream.write_all(b"GET / HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n").await?;
    let mut head = [0; 12];
    stream.read_exact(&mut head).await?;
    Ok(head.ends_with(b" 200"))
}
