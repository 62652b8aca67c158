//! Every setting, read once, at one place: `.env` in the working directory or above it, and the environment, which wins.
//!
//! A missing value is "not configured", never a made-up one. To add a setting: a field here, its line in
//! `environment`, its line in [`Settings::log`].

mod client_version;
mod environment;
mod limits;
mod proxies;
mod secrets;
pub mod throttles;
mod values;
mod warnings;

pub use client_version::{ClientVersion, NotAVersion};
pub use limits::Limits;
pub use proxies::{Proxies, ProxyHeader};
pub use values::{Entry, Source};

use secrecy::{ExposeSecret as _, SecretString};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;
use throttles::Throttles;
use url::Url;

/// Where the backend listens unless `PIZOO_ADDR` says otherwise.
pub const DEFAULT_ADDR: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 8001);

/// Between two heartbeats of an event stream unless `PIZOO_HEARTBEAT_SECONDS` says otherwise.
pub const DEFAULT_HEARTBEAT: Duration = Duration::from_secs(20);

/// What the backend is for (`PIZOO_ENV`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Loopback only, mock mail, seed data.
    Development,
    /// Needs its own `SECRET_KEY` and `FRONTEND_URL`.
    Production,
}

/// LiveKit's address and credentials.
#[derive(Clone, Debug)]
pub struct LiveKit {
    /// `LIVEKIT_URL`, `ws://` or `wss://`; told to clients.
    pub url: String,
    /// `LIVEKIT_API_KEY`.
    pub key: String,
    /// `LIVEKIT_API_SECRET`.
    pub secret: SecretString,
}

/// A mail server and the sender.
#[derive(Clone, Debug)]
pub struct Smtp {
    /// `SMTP_URL`: `smtps://user:password@host`, `smtp://host:587?tls=required`, `smtp://host:25`.
    pub url: SecretString,
    /// `MAIL_FROM`: `Pizoo <hello@pizoo.example>`.
    pub from: String,
}

/// Credentials for Telnyx's messaging API.
#[derive(Clone, Debug)]
pub struct Telnyx {
    /// `TELNYX_API_KEY`.
    pub key: SecretString,
    /// `TELNYX_FROM`: the sender's number.
    pub from: String,
    /// `TELNYX_API_BASE`: where the API is.
    pub base: Url,
}

/// The key that signs pushes, and whom push services write to.
#[derive(Clone, Debug)]
pub struct Vapid {
    /// `VAPID_PRIVATE_KEY`: a P-256 private key, 32 bytes in base64url.
    pub private_key: SecretString,
    /// `VAPID_SUBJECT`: `mailto:` or `https:`.
    pub subject: String,
}

/// Where calls go.
#[derive(Clone, Debug)]
pub enum Calls {
    /// Through this LiveKit server.
    Configured(LiveKit),
    /// Nowhere; the sentence says why.
    NotConfigured(String),
    /// Through a `livekit-server` that the backend starts itself, if one is found.
    Local,
}

/// Where the data are.
#[derive(Clone, Debug)]
pub enum Database {
    /// This file, made if missing.
    Sqlite(PathBuf),
    /// A database on a Postgres server, `postgres://...`; several backends may share it.
    Postgres(SecretString),
}

impl std::fmt::Display for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "SQLite, {}", path.display()),
            Self::Postgres(url) => match Url::parse(url.expose_secret()) {
                Ok(url) => write!(f, "Postgres, {}{}", url.host_str().unwrap_or_default(), url.path()),
                Err(_) => f.write_str("Postgres"),
            },
        }
    }
}

/// How log lines look (`PIZOO_LOG_FORMAT`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogFormat {
    /// For a person.
    #[default]
    Text,
    /// One JSON object a line, for a collector.
    Json,
}

/// A setting that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The `.env` file.
    #[error("the .env file cannot be read: {0}")]
    DotEnv(#[from] dotenvy::Error),
    /// One value; it is named, and told only if it is no secret.
    #[error("{name}: {problem}")]
    Bad {
        /// The variable.
        name: &'static str,
        /// What is wrong with it.
        problem: String,
    },
}

impl SettingsError {
    fn bad(name: &'static str, problem: impl Into<String>) -> Self {
        Self::Bad { name, problem: problem.into() }
    }
}

/// What the backend runs with.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `PIZOO_ENV`: `development` (the default) or `production`.
    pub mode: Mode,
    /// `PIZOO_ADDR`; port 0 takes any free one.
    pub addr: SocketAddr,
    /// `DATABASE_URL`: `sqlite:PATH` or `postgres://...`.
    pub database: Database,
    /// `REDIS_URL`: carries hints between several backends that share one Postgres.
    pub redis: Option<SecretString>,
    /// `PIZOO_HEARTBEAT_SECONDS`: how often an event stream shows that it lives and looks for what it was not told of.
    pub heartbeat: Duration,
    /// `SECRET_KEY` signs sessions. A development backend without one makes one up and keeps it in its database.
    pub secret_key: Option<SecretString>,
    /// `SECRET_KEY_PREVIOUS` checks sessions that were signed before `SECRET_KEY` was changed, and signs none.
    pub secret_key_previous: Option<SecretString>,
    /// `FRONTEND_URL`: magic links are `{FRONTEND_URL}/auth/verify?token=...`, whatever the request says.
    pub frontend_url: Url,
    /// `SMTP_URL` and `MAIL_FROM`: how sign-in mail is sent. Development without them logs it.
    pub smtp: Option<Smtp>,
    /// `TELNYX_API_KEY`, `TELNYX_FROM`, `TELNYX_API_BASE`: how text messages are sent. Development without them logs them.
    pub telnyx: Option<Telnyx>,
    /// `VAPID_PRIVATE_KEY` and `VAPID_SUBJECT`: Web Push. Development without them makes a key up and keeps it.
    pub vapid: Option<Vapid>,
    /// `PIZOO_THROTTLE_*`.
    pub throttles: Throttles,
    /// `CORS_ORIGINS`, separated by commas: web pages that may ask. None by default.
    pub cors_origins: Vec<String>,
    /// `LIVEKIT_URL`, `LIVEKIT_API_KEY`, `LIVEKIT_API_SECRET`.
    pub calls: Calls,
    /// Connections and times.
    pub limits: Limits,
    /// Who may say where a request comes from.
    pub proxies: Proxies,
    /// `METRICS_TOKEN`: the bearer that may read `/metrics`. Without one, only this computer may, and only in development.
    pub metrics_token: Option<SecretString>,
    /// `PIZOO_MINIMUM_CLIENT`: desktop clients older than that are told to update (426). All are served by default.
    pub minimum_client: Option<ClientVersion>,
    /// `PIZOO_LOG_FORMAT`: `text` (the default) or `json`.
    pub log_format: LogFormat,
    /// What is allowed but hardly meant, a sentence each.
    pub warnings: Vec<String>,
}

impl Settings {
    /// Reads `.env` and the environment.
    ///
    /// # Errors
    /// A value that cannot be used, or one that production needs and is missing.
    pub fn from_env() -> Result<Self, SettingsError> {
        environment::read().1
    }

    /// The same, with every setting that was looked at; the list ends where reading failed.
    pub fn report() -> (Vec<Entry>, Result<Self, SettingsError>) {
        environment::read()
    }

    /// A development backend over this database file, on any free loopback port, without calls; for embedding and tests.
    /// Change the fields as needed.
    pub fn development(database: &Path) -> Self {
        Self {
            mode: Mode::Development,
            addr: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            database: Database::Sqlite(database.to_owned()),
            redis: None,
            heartbeat: DEFAULT_HEARTBEAT,
            secret_key: None,
            secret_key_previous: None,
            frontend_url: environment::development_frontend(),
            smtp: None,
            telnyx: None,
            vapid: None,
            throttles: Throttles::generous(),
            cors_origins: Vec::new(),
            calls: Calls::NotConfigured(pizoo_api::texts::LIVEKIT_NOT_CONFIGURED.to_owned()),
            limits: Limits::default(),
            proxies: Proxies::default(),
            metrics_token: None,
            minimum_client: None,
            log_format: LogFormat::Text,
            warnings: Vec::new(),
        }
    }

    /// Logs the values in force, secrets masked.
    pub fn log(&self) {
        let livekit = match &self.calls {
            Calls::Configured(livekit) => format!("{} (key and secret set)", livekit.url),
            Calls::NotConfigured(why) => format!("not configured: {why}"),
            Calls::Local => "a local livekit-server, if one is found".to_owned(),
        };
        let unset = if self.mode == Mode::Development { "logged" } else { "not configured" };
        let unkept = if self.mode == Mode::Development { "a key kept in the database" } else { "not configured" };
        tracing::info!(
            mode = ?self.mode,
            addr = %self.addr,
            database = %self.database,
            redis = if self.redis.is_some() { "set" } else { "not configured" },
            heartbeat_seconds = self.heartbeat.as_secs(),
            secret_key = if self.secret_key.is_some() { "set" } else { "kept in the database" },
            secret_key_previous = if self.secret_key_previous.is_some() { "set" } else { "none" },
            frontend_url = %self.frontend_url,
            mail = self.smtp.as_ref().map_or(unset, |smtp| &smtp.from),
            text_messages = self.telnyx.as_ref().map_or(unset, |telnyx| &telnyx.from),
            push = self.vapid.as_ref().map_or(unkept, |vapid| &vapid.subject),
            throttles = ?self.throttles,
            cors_origins = ?self.cors_origins,
            livekit,
            limits = ?self.limits,
            trusted_proxies = ?self.proxies.trusted,
            metrics_token = if self.metrics_token.is_some() { "set" } else { "not configured" },
            minimum_client = ?self.minimum_client,
            "settings in force"
        );
        for warning in &self.warnings {
            tracing::warn!("{warning}");
        }
    }
}

impl LiveKit {
    /// Checks the address.
    ///
    /// # Errors
    /// A sentence that names the setting and what is wrong.
    pub fn new(url: &str, key: &str, secret: SecretString) -> Result<Self, String> {
        let parsed = Url::parse(url).map_err(|error| format!("LIVEKIT_URL is not an address: {error}"))?;
        if !matches!(parsed.scheme(), "ws" | "wss") || !parsed.has_host() {
            return Err("LIVEKIT_URL must be a ws:// or wss:// address".into());
        }
        if !parsed.username().is_empty() || parsed.password().is_some() {
            return Err("LIVEKIT_URL must not hold a user name or password".into());
        }
        Ok(Self { url: url.to_owned(), key: key.to_owned(), secret })
    }
}
