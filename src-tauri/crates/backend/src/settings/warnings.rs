//! What is allowed but hardly meant.

use super::values::Values;
use super::{Calls, Database, Mode, Settings};
use secrecy::ExposeSecret as _;
use std::net::IpAddr;
use url::Url;

/// Read by the app around an embedded backend, or by the search for programs.
const ELSEWHERE: [&str; 8] = [
    "PIZOO_API_URL",
    "PIZOO_CACHE_DIR",
    "PIZOO_DATA_DIR",
    "PIZOO_LIVEKIT_SERVER",
    "PIZOO_OWN_NETWORK",
    "PIZOO_PICTURES",
    "PIZOO_PROFILE",
    "PIZOO_SETUP_SECONDS",
];

/// A sentence each.
pub(super) fn warnings(settings: &Settings, values: &Values) -> Vec<String> {
    let mut warnings = values.unknown(&ELSEWHERE);
    if let Database::Postgres(url) = &settings.database
        && let Ok(url) = Url::parse(url.expose_secret())
        && url.password().is_none()
        && !is_loopback(&url)
    {
        warnings.push("DATABASE_URL has no password, and Postgres is on another computer".into());
    }
    if settings.mode == Mode::Production && !settings.addr.ip().is_loopback() && settings.proxies.trusted.is_empty() {
        warnings.push("TRUSTED_PROXIES is empty: behind a proxy, all clients are one address to the throttles".into());
    }
    if let Calls::NotConfigured(why) = &settings.calls {
        warnings.push(format!("calls are off: {why}"));
    }
    warnings
}

/// Whether it names this computer.
pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        // Only http's kin have addresses as such; in others they are names.
        Some(url::Host::Domain(name)) => {
            name == "localhost"
                || name.ends_with(".localhost")
                || name.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
        }
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        None => true,
    }
}
