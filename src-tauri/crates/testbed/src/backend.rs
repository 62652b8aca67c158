//! The real backend over a database of its own, with the development seed.

use crate::sfu::Sfu;
use anyhow::{Context, Result};
use pizoo_api::account::{SendLinkRequest, SessionResponse, VerifyRequest};
use pizoo_api::health::{DEVELOPMENT_MAIL_PATH, DEVELOPMENT_TEXT_PATH, DevelopmentMail, DevelopmentText};
use pizoo_backend::clock::SystemClock;
use pizoo_backend::random::SystemRandom;
use pizoo_backend::settings::Calls;
use pizoo_backend::{Clock, LiveKit, Running, Settings, serve_with};
use sqlx::{Connection, SqliteConnection};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;
use url::Url;

/// The match of the two seeded people.
pub const MATCH: &str = "test-room-123";
/// The address of User One.
pub const USER_ONE: &str = "user1@livekit-test.com";
/// The address of User Two.
pub const USER_TWO: &str = "user2@livekit-test.com";

const ANSWER: Duration = Duration::from_secs(10);

/// A running backend.
#[derive(Debug)]
pub struct Backend {
    running: Running,
    settings: Settings,
    http: reqwest::Client,
    dir: TempDir,
}

/// A backend that was stopped, and its files.
#[derive(Debug)]
pub struct Halted {
    settings: Settings,
    http: reqwest::Client,
    dir: TempDir,
}

impl Halted {
    /// Starts it again, at the same address.
    ///
    /// # Errors
    /// It does not start.
    pub async fn go_on(self) -> Result<Backend> {
        let Self { settings, http, dir } = self;
        let running = serve_with(settings.clone(), Arc::new(SystemClock), Arc::new(SystemRandom)).await?;
        Ok(Backend { running, settings, http, dir })
    }
}

impl Backend {
    /// Starts one whose calls go through that server.
    ///
    /// # Errors
    /// It does not start.
    pub async fn start(sfu: &Sfu) -> Result<Self> {
        Self::start_with(Calls::Configured(sfu.livekit())).await
    }

    /// Starts one with other calls, or none.
    ///
    /// # Errors
    /// It does not start.
    pub async fn start_with(calls: Calls) -> Result<Self> {
        Self::start_at(calls, Arc::new(SystemClock)).await
    }

    /// The same, at a time that the test chooses.
    ///
    /// # Errors
    /// It does not start.
    pub async fn start_at(calls: Calls, clock: Arc<dyn Clock>) -> Result<Self> {
        Self::start_changed(clock, |settings| settings.calls = calls).await
    }

    /// Starts one whose settings were changed.
    ///
    /// # Errors
    /// It does not start.
    pub async fn start_changed(clock: Arc<dyn Clock>, change: impl FnOnce(&mut Settings)) -> Result<Self> {
        let dir = TempDir::with_prefix("pizoo-backend-")?;
        let mut settings = Settings::development(&dir.path().join("pizoo.sqlite"));
        change(&mut settings);
        // Whoever comes first chooses; all choose the same.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder().timeout(ANSWER).build()?;
        let running = serve_with(settings.clone(), clock, Arc::new(SystemRandom)).await?;
        Ok(Self { running, settings, http, dir })
    }

    /// A LiveKit address that nobody listens at.
    pub fn unreachable_livekit() -> Calls {
        let secret = "a secret that nobody will ever check".to_owned().into();
        Calls::Configured(LiveKit { url: "ws://127.0.0.1:9".into(), key: "key".into(), secret })
    }

    /// Its root.
    ///
    /// # Errors
    /// Never, as long as addresses can be written as URLs.
    pub fn url(&self) -> Result<Url> {
        Ok(Url::parse(&format!("http://{}", self.running.addr()))?)
    }

    /// Its database file.
    pub fn database(&self) -> PathBuf {
        self.dir.path().join("pizoo.sqlite")
    }

    /// Has a magic link sent, and reads it in the mock mail.
    ///
    /// # Errors
    /// The backend refuses or writes no mail.
    pub async fn link(&self, email: &str) -> Result<String> {
        let request = SendLinkRequest { email: email.into(), name: String::new() };
        self.post("/api/auth/email/send-link", &request).await?.error_for_status()?;
        Ok(self.mail(email).await?.link)
    }

    /// The newest mock mail to an address.
    ///
    /// # Errors
    /// There is none.
    pub async fn mail(&self, email: &str) -> Result<DevelopmentMail> {
        let url = self.url()?.join(DEVELOPMENT_MAIL_PATH)?;
        Ok(self.http.get(url).query(&[("email", email)]).send().await?.error_for_status()?.json().await?)
    }

    /// The code in the newest mock text message to a number.
    ///
    /// # Errors
    /// There is none.
    pub async fn text(&self, phone: &str) -> Result<String> {
        let url = self.url()?.join(DEVELOPMENT_TEXT_PATH)?;
        let text = self.http.get(url).query(&[("phone", phone)]).send().await?.error_for_status()?;
        Ok(text.json::<DevelopmentText>().await?.code)
    }

    /// Signs somebody in without a client, and returns the session's tokens.
    ///
    /// # Errors
    /// The backend refuses.
    pub async fn session(&self, email: &str) -> Result<SessionResponse> {
        let link = Url::parse(&self.link(email).await?)?;
        let token =
            link.query_pairs().find(|(name, _)| name == "token").context("the link has no token")?.1.into_owned();
        Ok(self
            .post("/api/auth/email/verify", &VerifyRequest::Link { token })
            .await?
            .error_for_status()?
            .json()
            .await?)
    }

    /// Posts JSON to a path.
    ///
    /// # Errors
    /// The backend does not answer.
    pub async fn post(&self, path: &str, body: &impl serde::Serialize) -> Result<reqwest::Response> {
        Ok(self.http.post(self.url()?.join(path)?).json(body).send().await?)
    }

    /// Posts JSON to a path as the bearer of an access token.
    ///
    /// # Errors
    /// The backend does not answer.
    pub async fn post_as(&self, token: &str, path: &str, body: &impl serde::Serialize) -> Result<reqwest::Response> {
        Ok(self.http.post(self.url()?.join(path)?).bearer_auth(token).json(body).send().await?)
    }

    /// Forgets who was given how many tokens: a measurement makes more calls than an hour allows.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn forget_tokens(&self) -> Result<()> {
        let mut database = SqliteConnection::connect(&format!("sqlite:{}", self.database().display())).await?;
        sqlx::query("DELETE FROM call_windows").execute(&mut database).await?;
        Ok(database.close().await?)
    }

    /// Stops it for a while.
    pub async fn halt(self) -> Halted {
        let Self { running, mut settings, http, dir } = self;
        settings.addr = running.addr();
        running.shutdown().await;
        Halted { settings, http, dir }
    }

    /// Ends it.
    pub async fn stop(self) {
        self.running.shutdown().await;
    }
}
