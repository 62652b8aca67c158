//! The FastAPI service as a child process.

use super::Options;
use crate::person::http;
use anyhow::{Result, ensure};
use std::net::TcpListener;
use std::process::Stdio;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::process::{Child, Command};

const READY: Duration = Duration::from_secs(30);

/// A running service over a database of its own.
pub(super) struct Peer {
    pub(super) child: Child,
    pub(super) url: String,
    pub(super) cold_start: Duration,
    _folder: TempDir,
}

impl Peer {
    pub(super) async fn start(options: &Options) -> Result<Self> {
        let folder = TempDir::with_prefix("pizoo-peer-")?;
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let secret: String = (0..48).map(|_| char::from(rand::random_range(b'a'..=b'z'))).collect();
        let started = Instant::now();
        let child = Command::new(&options.python)
            .args(["-m", "uvicorn", "app:app", "--host", "127.0.0.1", "--port", &port.to_string()])
            .args(["--loop", "uvloop", "--http", "httptools", "--no-access-log", "--log-level", "warning"])
            .current_dir(options.sources.join("fastapi"))
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env("DATABASE", folder.path().join("peer.sqlite"))
            .env("SECRET_KEY", &secret)
            .env("LIVEKIT_API_KEY", "trial")
            .env("LIVEKIT_API_SECRET", &secret)
            .env("LIVEKIT_URL", "ws://127.0.0.1:9")
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .spawn()?;
        let url = format!("http://127.0.0.1:{port}");
        let http = http()?;
        while !http.get(format!("{url}/health")).send().await.is_ok_and(|answer| answer.status().is_success()) {
            ensure!(started.elapsed() < READY, "the peer does not answer");
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        Ok(Self { child, url, cold_start: started.elapsed(), _folder: folder })
    }
}
