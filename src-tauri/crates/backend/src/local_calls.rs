//! Keeps a local LiveKit server running for a development backend: starts it, tells the backend its address, starts a new
//! one when it ends by itself, and stops it with the backend.

use crate::livekit_server::{LocalServer, LocalServerConfig};
use crate::settings::LiveKit;
use crate::state::Backend;
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio_util::sync::{CancellationToken, DropGuard};

const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

#[derive(Debug)]
pub(crate) struct LocalCalls {
    stop: DropGuard,
    keeper: JoinHandle<()>,
}

impl LocalCalls {
    /// `None` if no server can be started; the backend then says why.
    pub(crate) async fn start(backend: Backend, config: LocalServerConfig) -> Option<Self> {
        let server = match LocalServer::start(config.clone()).await {
            Ok(server) => server,
            Err(error) => {
                tracing::warn!(%error, "no local LiveKit server: calls are off");
                backend.set_calls(Err(error.to_string()));
                return None;
            }
        };
        backend.set_calls(Ok(LiveKit::from(&server)));
        let stop = CancellationToken::new();
        let keeper = tokio::spawn(keep(backend, config, server, stop.clone()));
        Some(Self { stop: stop.drop_guard(), keeper })
    }

    pub(crate) async fn stop(self) {
        drop(self.stop);
        if let Err(error) = self.keeper.await {
            tracing::error!(%error, "the local LiveKit server's keeper failed");
        }
    }
}

async fn keep(backend: Backend, config: LocalServerConfig, mut server: LocalServer, stop: CancellationToken) {
    let mut pause = FIRST_PAUSE;
    loop {
        let exit = tokio::select! {
            () = stop.cancelled() => return server.stop().await,
            exit = server.exited() => exit,
        };
        tracing::warn!(exit, "the local LiveKit server ended");
        backend.set_calls(Err("The local LiveKit server ended and is started again".into()));
        server = loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(pause) => {}
            }
            pause = (pause * 2).min(LONGEST_PAUSE);
            match LocalServer::start(config.clone()).await {
                Ok(server) => break server,
                Err(error) => backend.set_calls(Err(error.to_string())),
            }
        };
        backend.set_calls(Ok(LiveKit::from(&server)));
    }
}
