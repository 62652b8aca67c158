//! Asks an address on this computer who is there.

use pizoo_api::health::HealthResponse;
use pizoo_api::livekit::StatusResponse;
use std::net::SocketAddr;
use std::time::Duration;

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
    pub(super) fn new() -> reqwest::Result<Self> {
        // The client installs the same one; whoever is first.
        drop(rustls::crypto::ring::default_provider().install_default());
        let http = reqwest::Client::builder()
            .timeout(LIMIT)
            .redirect(reqwest::redirect::Policy::none())
            // A proxy would answer for a computer of its own.
            .no_proxy()
            .build()?;
        Ok(Self { http })
    }

    pub(super) async fn ask(&self, place: SocketAddr) -> Found {
        let health = match self.http.get(format!("http://{place}/health")).send().await {
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
        match self.http.get(format!("http://{place}/api/livekit/status")).send().await {
            Ok(status) if status.status().is_success() => match status.json::<StatusResponse>().await {
                Ok(_) => Found::Pizoo,
                Err(_) => Found::Other,
            },
            _ => Found::Other,
        }
    }
}
