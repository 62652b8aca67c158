//! Waiting for something to become true, but not for ever.

use anyhow::{Result, bail};
use std::time::{Duration, Instant};

const POLL: Duration = Duration::from_millis(25);

/// Asks again and again until there is an answer. The error names `what` was waited for.
pub async fn eventually<T>(what: &str, within: Duration, mut ask: impl AsyncFnMut() -> Option<T>) -> Result<T> {
    let until = Instant::now() + within;
    loop {
        match tokio::time::timeout_at(until.into(), ask()).await {
            Ok(Some(answer)) => return Ok(answer),
            Ok(None) if Instant::now() < until => tokio::time::sleep(POLL).await,
            Ok(None) | Err(_) => bail!("{what}: not within {:.1} s", within.as_secs_f64()),
        }
    }
}

/// The same for a condition.
pub async fn until(what: &str, within: Duration, mut holds: impl AsyncFnMut() -> bool) -> Result<()> {
    eventually(what, within, async || holds().await.then_some(())).await
}
