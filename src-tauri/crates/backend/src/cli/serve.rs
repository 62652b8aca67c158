//! Serves until SIGINT or SIGTERM.

use anyhow::{Result, bail};
use pizoo_backend::Settings;

pub(super) async fn run(settings: Settings) -> Result<()> {
    let mut running = pizoo_backend::serve(settings).await?;
    let failed = tokio::select! {
        () = interrupted() => false,
        () = running.failed() => true,
    };
    // A second signal does not wait for requests.
    tokio::select! {
        () = running.shutdown() => {}
        () = interrupted() => bail!("stopped at once"),
    }
    if failed { bail!("the server ended by itself") } else { Ok(()) }
}

/// Ends with the next SIGINT or SIGTERM.
async fn interrupted() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminated) => tokio::select! {
                _ = terminated.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            },
            Err(error) => {
                tracing::warn!(%error, "SIGTERM cannot be handled");
                drop(tokio::signal::ctrl_c().await);
            }
        }
    }
    #[cfg(not(unix))]
    drop(tokio::signal::ctrl_c().await);
}
