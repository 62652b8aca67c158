//! The backend program as a child process, over a database that outlives it.

use crate::Engine;
use anyhow::{Context, Result, ensure};
use pizoo_servers::{Durability, Postgres};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::process::{Child, Command};

const READY: Duration = Duration::from_secs(30);
const ASK_AGAIN: Duration = Duration::from_millis(2);

/// A database for one trial.
pub(crate) struct Database {
    url: String,
    _folder: TempDir,
    _postgres: Option<Postgres>,
}

impl Database {
    pub(crate) fn new(engine: Engine) -> Result<Self> {
        let folder = TempDir::with_prefix("pizoo-trial-")?;
        let postgres = match engine {
            Engine::Sqlite => None,
            Engine::Postgres => Some(Postgres::start(Durability::Full)?),
        };
        let url = match &postgres {
            Some(server) => server.database()?.keep(),
            None => format!("sqlite:{}", folder.path().join("backend.sqlite").display()),
        };
        Ok(Self { url, _folder: folder, _postgres: postgres })
    }

    /// Asks the database itself whether it is whole. Postgres checks what it reads; SQLite is asked to look at everything.
    pub(crate) async fn is_whole(&self) -> Result<()> {
        if !self.url.starts_with("sqlite:") {
            return Ok(());
        }
        sqlx::any::install_default_drivers();
        let mut connection = <sqlx::AnyConnection as sqlx::Connection>::connect(&self.url).await?;
        let said: String = sqlx::query_scalar("PRAGMA integrity_check").fetch_one(&mut connection).await?;
        sqlx::Connection::close(connection).await?;
        ensure!(said == "ok", "the database is broken: {said}");
        Ok(())
    }
}

/// A running backend.
pub(crate) struct Backend {
    child: Child,
    pub(crate) url: String,
    /// From its start to its first answer.
    pub(crate) cold_start: Duration,
}

/// How it is started, again and again.
pub(crate) struct Recipe {
    program: PathBuf,
    port: u16,
    secret: String,
    database: String,
}

impl Recipe {
    pub(crate) fn new(program: &Path, database: &Database) -> Result<Self> {
        ensure!(program.is_file(), "{} is missing: build it first", program.display());
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let secret: String = (0..48).map(|_| char::from(rand::random_range(b'a'..=b'z'))).collect();
        Ok(Self { program: program.to_owned(), port, secret, database: database.url.clone() })
    }

    /// Starts it and waits for the first answer.
    pub(crate) async fn start(&self, http: &reqwest::Client) -> Result<Backend> {
        let started = Instant::now();
        let mut command = Command::new(&self.program);
        command
            .env_clear()
            .env("PIZOO_ADDR", format!("127.0.0.1:{}", self.port))
            .env("DATABASE_URL", &self.database)
            .env("SECRET_KEY", &self.secret)
            .env("LIVEKIT_URL", "ws://127.0.0.1:9")
            .env("LIVEKIT_API_KEY", "trial")
            .env("LIVEKIT_API_SECRET", &self.secret)
            // Everything comes from one address here.
            .env("PIZOO_THROTTLE_REFRESH_ADDRESS", "100000000/60")
            .env("PIZOO_THROTTLE_SEND_LINK_ADDRESS", "100000000/60")
            .env("PIZOO_THROTTLE_VERIFY_LINK_ADDRESS", "100000000/60")
            .env("RUST_LOG", "error")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .kill_on_drop(true);
        let mut child = command.spawn().context("the backend cannot be started")?;
        let url = format!("http://127.0.0.1:{}", self.port);
        loop {
            if http.get(format!("{url}/health")).send().await.is_ok_and(|answer| answer.status().is_success()) {
                return Ok(Backend { child, url, cold_start: started.elapsed() });
            }
            if let Some(status) = child.try_wait()? {
                anyhow::bail!("the backend ended with {status}");
            }
            ensure!(started.elapsed() < READY, "the backend does not answer");
            tokio::time::sleep(ASK_AGAIN).await;
        }
    }
}

impl Backend {
    pub(crate) fn pid(&self) -> Option<u32> {
        self.child.id()
    }

    /// As the kernel does when memory runs out: SIGKILL.
    pub(crate) async fn kill(mut self) -> Result<()> {
        Ok(self.child.kill().await?)
    }
}
