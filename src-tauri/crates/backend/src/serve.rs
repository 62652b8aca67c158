//! Starting and stopping the whole backend.

use crate::bus::redis::{Link, RedisError};
use crate::clock::{Clock, SystemClock};
use crate::livekit_server::LocalServerConfig;
use crate::local_calls::LocalCalls;
use crate::mail::Mail;
use crate::presence::Presence;
use crate::random::{self, Random, SystemRandom};
use crate::session::Keys;
use crate::settings::{Calls, Mode, Settings};
use crate::socket::Sockets;
use crate::state::{Backend, Parts};
use crate::store::{self, Store, StoreError};
use crate::upkeep::Upkeep;
use crate::{http, seed};
use secrecy::SecretString;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, RwLock};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// Running requests get this long to finish.
pub(crate) const DRAIN: Duration = Duration::from_secs(3);

/// Why the backend does not start.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Another program listens there.
    #[error("{0} is taken by another program; set PIZOO_ADDR to another address")]
    PortTaken(SocketAddr),
    /// The address is not one of this computer.
    #[error("cannot listen on {0}: {1}")]
    Listen(SocketAddr, io::Error),
    /// Mock mail in the log signs anybody in: that must not leave this computer.
    #[error("a development backend listens on loopback only, not on {0}; set PIZOO_ENV=production")]
    NotLoopback(SocketAddr),
    /// Production without a key.
    #[error("SECRET_KEY is missing")]
    NoSecret,
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Redis, by its settings: one that is only away is no reason not to start.
    #[error(transparent)]
    Redis(#[from] RedisError),
}

/// A backend that answers. [`Running::shutdown`] ends it in order; dropping it ends it at once.
#[derive(Debug)]
pub struct Running {
    addr: SocketAddr,
    stop: CancellationToken,
    server: JoinHandle<io::Result<()>>,
    local_calls: Option<LocalCalls>,
    sockets: Sockets,
    presence: Option<Presence>,
    upkeep: Option<Upkeep>,
    link: Option<Link>,
    store: Store,
}

/// Starts the backend with the machine's clock and randomness.
///
/// # Errors
/// See [`ServeError`].
pub async fn serve(settings: Settings) -> Result<Running, ServeError> {
    serve_with(settings, Arc::new(SystemClock), Arc::new(SystemRandom)).await
}

/// Starts the backend.
///
/// # Errors
/// See [`ServeError`].
pub async fn serve_with(
    settings: Settings,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
) -> Result<Running, ServeError> {
    settings.log();
    if settings.mode == Mode::Development && !settings.addr.ip().is_loopback() {
        return Err(ServeError::NotLoopback(settings.addr));
    }
    let listener = TcpListener::bind(settings.addr).await.map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => ServeError::PortTaken(settings.addr),
        _ => ServeError::Listen(settings.addr, error),
    })?;
    let addr = listener.local_addr().map_err(|error| ServeError::Listen(settings.addr, error))?;
    let store = Store::open(&settings.database).await?;
    let secret = secret(&settings, &store, &*random).await?;
    if settings.mode == Mode::Development {
        seed::seed(&store, &*clock, &*random).await?;
    }
    let instance = random::id(&*random);
    let link = match &settings.redis {
        Some(url) => Some(Link::start(url, &store, &instance, random.clone()).await?),
        None => None,
    };
    let presence = Presence::start(store.clone(), clock.clone(), instance, settings.heartbeat * 3 / 2);
    let upkeep = Upkeep::start(store.clone(), clock.clone());
    let sockets = Sockets::new(settings.heartbeat);
    let backend = Backend::new(Parts {
        mode: settings.mode,
        store: store.clone(),
        clock,
        random,
        keys: Keys::new(&secret),
        mail: Mail::new(settings.mode),
        frontend: settings.frontend_url,
        sockets: sockets.clone(),
        calls: RwLock::new(Err("The local LiveKit server has not started".into())),
    });
    let local_calls = match settings.calls {
        Calls::Configured(livekit) => {
            backend.set_calls(Ok(livekit));
            None
        }
        Calls::NotConfigured(why) => {
            backend.set_calls(Err(why));
            None
        }
        Calls::Local => LocalCalls::start(backend.clone(), LocalServerConfig::default()).await,
    };
    let stop = CancellationToken::new();
    let routes = http::router(backend, &settings.cors_origins);
    let server = axum::serve(listener, routes.into_make_service_with_connect_info::<SocketAddr>())
        .with_graceful_shutdown(stop.clone().cancelled_owned());
    let server = tokio::spawn(server.into_future());
    tracing::info!("listening on http://{addr}");
    let (presence, upkeep) = (Some(presence), Some(upkeep));
    Ok(Running { addr, stop, server, local_calls, sockets, presence, upkeep, link, store })
}

async fn secret(settings: &Settings, store: &Store, random: &dyn Random) -> Result<String, ServeError> {
    match (settings.given_secret(), settings.mode) {
        (Some(secret), _) => Ok(secret),
        (None, Mode::Production) => Err(ServeError::NoSecret),
        (None, Mode::Development) => Ok(store::made_up_secret(store, "session-key", &random::token(random)).await?),
    }
}

impl Running {
    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Ends when the server has failed by itself.
    pub async fn failed(&mut self) {
        match (&mut self.server).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!(%error, "the server ended"),
            Err(error) => tracing::error!(%error, "the server ended"),
        }
    }

    /// Lets running requests finish, ends the local LiveKit server if there is one, closes the database. Nothing is left
    /// after it.
    pub async fn shutdown(mut self) {
        self.stop.cancel();
        self.sockets.close(DRAIN).await;
        if !self.server.is_finished() && tokio::time::timeout(DRAIN, &mut self.server).await.is_err() {
            tracing::warn!("requests were still running and are dropped");
            self.server.abort();
        }
        if let Some(calls) = self.local_calls.take() {
            calls.stop().await;
        }
        if let Some(presence) = self.presence.take() {
            presence.stop().await;
        }
        if let Some(upkeep) = self.upkeep.take() {
            upkeep.stop().await;
        }
        if let Some(link) = self.link.take() {
            link.stop().await;
        }
        self.store.close().await;
        tracing::info!("stopped");
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.cancel();
        self.sockets.kill();
        self.server.abort();
    }
}

impl From<&crate::livekit_server::LocalServer> for crate::settings::LiveKit {
    fn from(server: &crate::livekit_server::LocalServer) -> Self {
        Self { url: server.url().to_owned(), key: server.key().to_owned(), secret: SecretString::from(server.secret()) }
    }
}
