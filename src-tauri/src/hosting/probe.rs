//! Asks an address who is there.

use pizoo_api::health::HealthResponse;
use pizoo_api::livekit::StatusResponse;
use std::time::Duration;
use url::Url;

/// A Pizoo that is just starting listens already, but answers only when all of it runs.
const LIMIT: Duration = Duration::from_secs(8);

/// Who is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// A Pizoo backend, ours or the original.
    Pizoo,
    /// Some other program.
    Other,
    /// Nobody.
    Nothing,
}

/// Asks.
pub(super) struct Probe {
    http: reqwest::Client,
}

impl Probe {
    /// For addresses on this computer.
    pub(super) fn here() -> reqwest::Result<Self> {
        // A proxy would answer for a computer of its own.
        Self::new(reqwest::Client::builder().no_proxy())
    }

    /// For addresses anywhere.
    pub(super) fn anywhere() -> reqwest::Result<Self> {
        Self::new(reqwest::Client::builder())
    }

    fn new(builder: reqwest::ClientBuilder) -> reqwest::Result<Self> {
        // The client installs the same one; whoever is first.
        drop(rustls::crypto::ring::default_provider().install_default());
        let http = builder.timeout(LIMIT).redirect(reqwest::redirect::Policy::none()).build()?;
        Ok(Self { http })
    }

    pub(super) async fn ask(&self, place: &Url) -> Found {
        let at = |path: &str| format!("{}/{path}", place.as_str().trim_end_matches('/'));
        let health = match self.http.get(at("health")).send().await {
            Ok(answer) => answer,
            Err(error) if error.is_connect() => return Found::Nothing,
            Err(_) => return Found::Other,
        };
        if health.status().is_success()
            && health.json::<HealthResponse>().await.is_ok_and(|health| !health.features.is_empty())
        {
            return Found::Pizoo;
        }
        // The original tells of no features; many programs answer /health, but not this.
        match self.http.get(at("api/livekit/status")).send().await {
            Ok(status) if status.status().is_success() => match status.json::<StatusResponse>().await {
                Ok(_) => Found::Pizoo,
                Err(_) => Found::Other,
            },
            _ => Found::Other,
        }
    }
}
