//! Variables to settings. The only code of this crate that reads the environment, but for the search for programs.

use super::secrets::weakness;
use super::throttles::{Rate, Throttles};
use super::values::{Entry, Values};
use super::warnings::{is_loopback, warnings};
use super::{
    Calls, ClientVersion, DEFAULT_ADDR, DEFAULT_HEARTBEAT, Database, Limits, LiveKit, LogFormat, Mode, NotAVersion,
    Proxies, Settings, SettingsError, Smtp, Telnyx, Vapid,
};
use crate::{outbox, push};
use pizoo_api::texts::LIVEKIT_NOT_CONFIGURED;
use secrecy::SecretString;
use std::path::PathBuf;
use std::time::Duration;
use url::Url;

/// What was found, and what it makes.
pub(super) fn read() -> (Vec<Entry>, Result<Settings, SettingsError>) {
    match Values::read() {
        Ok(values) => {
            let settings = from(&values);
            (values.report(), settings)
        }
        Err(error) => (Vec::new(), Err(error)),
    }
}

fn bad(name: &'static str, problem: impl Into<String>) -> SettingsError {
    SettingsError::bad(name, problem)
}

fn from(values: &Values) -> Result<Settings, SettingsError> {
    let mode = match values.get("PIZOO_ENV") {
        None | Some("development") => Mode::Development,
        Some("production") => Mode::Production,
        Some(_) => return Err(bad("PIZOO_ENV", "it is neither `development` nor `production`")),
    };
    let addr = match values.get("PIZOO_ADDR") {
        None => DEFAULT_ADDR,
        Some(addr) => {
            addr.parse().map_err(|_| bad("PIZOO_ADDR", "it is not an address and port like 127.0.0.1:8001"))?
        }
    };
    values.default_is("PIZOO_ENV", "development");
    values.default_is("PIZOO_ADDR", DEFAULT_ADDR.to_string());
    values.default_is("CORS_ORIGINS", "none");
    if mode == Mode::Development {
        values.default_is("SECRET_KEY", "made up, kept in the database");
        values.default_is("FRONTEND_URL", development_frontend());
    }
    let mut settings = Settings {
        mode,
        addr,
        database: database(values)?,
        redis: redis(values)?,
        heartbeat: heartbeat(values)?,
        secret_key: secret_key(values, mode)?,
        secret_key_previous: secret_key_previous(values, mode)?,
        frontend_url: frontend_url(values, mode)?,
        smtp: smtp(values)?,
        telnyx: telnyx(values)?,
        vapid: vapid(values)?,
        throttles: throttles(values, mode)?,
        cors_origins: cors_origins(values)?,
        calls: calls(values, mode)?,
        limits: Limits::read(values, mode)?,
        proxies: Proxies::read(values)?,
        metrics_token: metrics_token(values, mode)?,
        minimum_client: minimum_client(values)?,
        log_format: log_format(values)?,
        warnings: Vec::new(),
    };
    settings.warnings = warnings(&settings, values);
    Ok(settings)
}

fn metrics_token(values: &Values, mode: Mode) -> Result<Option<SecretString>, SettingsError> {
    match values.get("METRICS_TOKEN") {
        Some(token) if mode == Mode::Production && token.len() < 16 => {
            Err(bad("METRICS_TOKEN", "it is too short: take 16 random characters or more"))
        }
        token => Ok(token.map(Into::into)),
    }
}

fn minimum_client(values: &Values) -> Result<Option<ClientVersion>, SettingsError> {
    let read = |text: &str| text.parse().map_err(|error: NotAVersion| bad("PIZOO_MINIMUM_CLIENT", error.to_string()));
    values.get("PIZOO_MINIMUM_CLIENT").map(read).transpose()
}

fn log_format(values: &Values) -> Result<LogFormat, SettingsError> {
    values.default_is("PIZOO_LOG_FORMAT", "text");
    match values.get("PIZOO_LOG_FORMAT") {
        None | Some("text") => Ok(LogFormat::Text),
        Some("json") => Ok(LogFormat::Json),
        Some(_) => Err(bad("PIZOO_LOG_FORMAT", "it is neither `text` nor `json`")),
    }
}

fn database(values: &Values) -> Result<Database, SettingsError> {
    if let Some(url) = values.get("DATABASE_URL") {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return match Url::parse(url) {
                Ok(parsed) if parsed.has_host() && parsed.path().len() > 1 => Ok(Database::Postgres(url.into())),
                _ => Err(bad("DATABASE_URL", "it must name a server and a database: postgres://user@server/name")),
            };
        }
        let path = url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:"));
        return match path {
            Some(path) if !path.is_empty() && !path.starts_with(':') && !path.contains('?') => {
                Ok(Database::Sqlite(PathBuf::from(path)))
            }
            _ => Err(bad("DATABASE_URL", "it must be `sqlite:` and the path of a file, or `postgres://...`")),
        };
    }
    let folder = match values.get("PIZOO_DATA_DIR") {
        Some(folder) => PathBuf::from(folder),
        None => directories::ProjectDirs::from("app", "Pizoo", "Pizoo")
            .map(|dirs| dirs.data_local_dir().to_owned())
            .ok_or_else(|| bad("DATABASE_URL", "it is missing, and this user has no folder for data"))?,
    };
    let file = folder.join("backend.sqlite");
    values.default_is("DATABASE_URL", format!("sqlite:{}", file.display()));
    Ok(Database::Sqlite(file))
}

/// Said at the start, not with the first note.
fn redis(values: &Values) -> Result<Option<SecretString>, SettingsError> {
    let Some(url) = values.get("REDIS_URL") else { return Ok(None) };
    match redis::Client::open(url) {
        Ok(_) => Ok(Some(url.into())),
        Err(_) => Err(bad("REDIS_URL", "it must be an address like redis://cache.example:6379")),
    }
}

/// Leases of presence are renewed a little less often and must not run out between.
fn heartbeat(values: &Values) -> Result<Duration, SettingsError> {
    match values.get("PIZOO_HEARTBEAT_SECONDS") {
        None => Ok(DEFAULT_HEARTBEAT),
        Some(seconds) => match seconds.parse() {
            Ok(seconds @ 1..=40) => Ok(Duration::from_secs(seconds)),
            _ => Err(bad("PIZOO_HEARTBEAT_SECONDS", "it must be a number from 1 to 40")),
        },
    }
}

fn secret_key(values: &Values, mode: Mode) -> Result<Option<SecretString>, SettingsError> {
    match values.get("SECRET_KEY") {
        None if mode == Mode::Production => {
            Err(bad("SECRET_KEY", "production needs one: 32 random characters or more"))
        }
        None => Ok(None),
        Some(key) => strong("SECRET_KEY", key, mode).map(Some),
    }
}

/// A weak one would open sessions as a weak `SECRET_KEY` does.
fn secret_key_previous(values: &Values, mode: Mode) -> Result<Option<SecretString>, SettingsError> {
    let name = "SECRET_KEY_PREVIOUS";
    values.get(name).map(|key| strong(name, key, mode)).transpose()
}

fn strong(name: &'static str, key: &str, mode: Mode) -> Result<SecretString, SettingsError> {
    match weakness(key) {
        Some(problem) if mode == Mode::Production => Err(bad(name, problem)),
        _ => Ok(key.into()),
    }
}

/// Where the original's web client runs in development; the app takes such a link by copy and paste.
pub(super) fn development_frontend() -> Url {
    #[expect(clippy::expect_used, reason = "a constant")]
    Url::parse("http://localhost:3000").expect("it is an address")
}

fn frontend_url(values: &Values, mode: Mode) -> Result<Url, SettingsError> {
    match values.get("FRONTEND_URL") {
        None if mode == Mode::Production => Err(bad("FRONTEND_URL", "production needs one: magic links lead there")),
        None => Ok(development_frontend()),
        Some(url) => match Url::parse(url) {
            Ok(url) if mode == Mode::Production && url.scheme() != "https" && !is_loopback(&url) => {
                Err(bad("FRONTEND_URL", "it must be https: magic links sign people in"))
            }
            Ok(url) if url.has_host() && url.query().is_none() && url.fragment().is_none() => Ok(url),
            _ => Err(bad("FRONTEND_URL", "it is not an address")),
        },
    }
}

fn smtp(values: &Values) -> Result<Option<Smtp>, SettingsError> {
    match (values.get("SMTP_URL"), values.get("MAIL_FROM")) {
        (None, None) => Ok(None),
        (Some(url), Some(from)) => {
            let smtp = Smtp { url: url.into(), from: from.to_owned() };
            outbox::Smtp::new(&smtp.url, &smtp.from).map_err(|problem| bad("SMTP_URL", problem))?;
            Ok(Some(smtp))
        }
        (Some(_), None) => Err(bad("MAIL_FROM", "it is missing, and SMTP_URL is set")),
        (None, Some(_)) => Err(bad("SMTP_URL", "it is missing, and MAIL_FROM is set")),
    }
}

fn telnyx(values: &Values) -> Result<Option<Telnyx>, SettingsError> {
    let base = values.get("TELNYX_API_BASE").unwrap_or("https://api.telnyx.com");
    let base = match Url::parse(base) {
        Ok(base) if base.scheme() == "https" || base.host_str().is_some_and(|host| host == "127.0.0.1") => base,
        _ => return Err(bad("TELNYX_API_BASE", "it is not an https address")),
    };
    match (values.get("TELNYX_API_KEY"), values.get("TELNYX_FROM")) {
        (None, None) => Ok(None),
        (Some(key), Some(from)) => Ok(Some(Telnyx { key: key.into(), from: from.to_owned(), base })),
        (Some(_), None) => Err(bad("TELNYX_FROM", "it is missing, and TELNYX_API_KEY is set")),
        (None, Some(_)) => Err(bad("TELNYX_API_KEY", "it is missing, and TELNYX_FROM is set")),
    }
}

fn vapid(values: &Values) -> Result<Option<Vapid>, SettingsError> {
    match (values.get("VAPID_PRIVATE_KEY"), values.get("VAPID_SUBJECT")) {
        (None, None) => Ok(None),
        (Some(key), Some(subject)) => {
            let vapid = Vapid { private_key: key.into(), subject: subject.to_owned() };
            match push::Vapid::new(&vapid.private_key, subject) {
                Ok(_) => Ok(Some(vapid)),
                Err(error @ push::VapidError::Key) => Err(bad("VAPID_PRIVATE_KEY", error.to_string())),
                Err(error @ push::VapidError::Subject) => Err(bad("VAPID_SUBJECT", error.to_string())),
            }
        }
        (Some(_), None) => Err(bad("VAPID_SUBJECT", "it is missing, and VAPID_PRIVATE_KEY is set")),
        (None, Some(_)) => Err(bad("VAPID_PRIVATE_KEY", "it is missing, and VAPID_SUBJECT is set")),
    }
}

fn throttles(values: &Values, mode: Mode) -> Result<Throttles, SettingsError> {
    let mut throttles = match mode {
        Mode::Production => Throttles::strict(),
        Mode::Development => Throttles::generous(),
    };
    for (name, rate) in throttles.named() {
        if let Some(text) = values.get(name) {
            *rate = Rate::parse(text).ok_or_else(|| bad(name, "it is not requests and seconds like 5/900"))?;
        }
    }
    Ok(throttles)
}

fn cors_origins(values: &Values) -> Result<Vec<String>, SettingsError> {
    let listed = values.get("CORS_ORIGINS").unwrap_or_default();
    let origins =
        listed.split(',').map(|origin| origin.trim().trim_end_matches('/')).filter(|origin| !origin.is_empty());
    origins
        .map(|origin| match Url::parse(origin) {
            Ok(url) if url.has_host() && url.path().len() <= 1 => Ok(origin.to_owned()),
            _ => Err(bad("CORS_ORIGINS", "each must be scheme, host and port; `*` is not allowed")),
        })
        .collect()
}

fn calls(values: &Values, mode: Mode) -> Result<Calls, SettingsError> {
    let names = ["LIVEKIT_URL", "LIVEKIT_API_KEY", "LIVEKIT_API_SECRET"];
    Ok(match names.map(|name| values.get(name)) {
        [Some(url), Some(key), Some(secret)] => {
            if let Some(problem) = weakness(secret).filter(|_| mode == Mode::Production) {
                return Err(bad("LIVEKIT_API_SECRET", problem));
            }
            match LiveKit::new(url, key, secret.into()) {
                Ok(livekit) => Calls::Configured(livekit),
                Err(problem) => Calls::NotConfigured(problem),
            }
        }
        [None, None, None] if mode == Mode::Development => Calls::Local,
        _ => Calls::NotConfigured(LIVEKIT_NOT_CONFIGURED.to_owned()),
    })
}

#[cfg(test)]
mod tests;
