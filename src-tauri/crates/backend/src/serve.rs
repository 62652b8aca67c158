//! Starting and stopping the whole backend.

use crate::bus::redis::{Link, RedisError};
use crate::clock::{Clock, SystemClock};
use crate::livekit_server::LocalServerConfig;
use crate::local_calls::LocalCalls;
use crate::metrics::Metrics;
use crate::outbox::{Courier, Mailer, Outbox, Smtp, Telnyx, Texter};
use crate::password::Passwords;
use crate::presence::Presence;
use crate::push::{Push, Pusher, Vapid};
use crate::random::{self, Random, SystemRandom};
use crate::readiness::Readiness;
use crate::ringing::sweep::Sweep;
use crate::rooms::Rooms;
use crate::settings::{Calls, Mode, Settings};
use crate::socket::Sockets;
use crate::state::{Backend, Parts};
use crate::store::{self, Store, StoreError};
use crate::throttle::Throttle;
use crate::upkeep::Upkeep;
use crate::{http, keys, seed, server};
use secrecy::SecretString;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, RwLock};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

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
    /// What asks LiveKit.
    #[error("the HTTP client cannot be made: {0}")]
    Http(#[from] reqwest::Error),
    /// What sends mail or text messages.
    #[error("{0}")]
    Outbox(String),
    /// What wakes clients.
    #[error("{0}")]
    Push(String),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Redis, by its settings: one that is only away is no reason not to start.
    #[error(transparent)]
    Redis(#[from] RedisError),
}

/// A backend that answers. [`Running::shutdown`] ends it in order; dropping it ends it at once.
pub struct Running {
    addr: SocketAddr,
    stop: CancellationToken,
    server: JoinHandle<io::Result<()>>,
    local_calls: Option<LocalCalls>,
    sweep: Option<Sweep>,
    rooms: Rooms,
    courier: Option<Courier>,
    sockets: Sockets,
    presence: Option<Presence>,
    upkeep: Option<Upkeep>,
    link: Option<Link>,
    pusher: Option<Pusher>,
    backend: Backend,
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
    let keys = keys::load(&settings, &store, &*random).await?;
    if settings.mode == Mode::Development {
        seed::seed(&store, &*clock, &*random).await?;
    }
    let (outbox, courier) = outbox(&settings)?;
    let vapid = vapid(&settings, &store, &*random).await?;
    let (push, pusher) =
        Push::start(vapid, settings.mode, &store, &clock).map_err(|error| ServeError::Push(error.to_string()))?;
    let metrics = Metrics::new(clock.now());
    let proxies = Arc::new(settings.proxies);
    let rooms = Rooms::new()?;
    let readiness = Arc::new(Readiness::new(settings.redis.is_some()));
    let instance = random::id(&*random);
    let link = match &settings.redis {
        Some(url) => Some(Link::start(url, &store, &instance, random.clone(), readiness.clone()).await?),
        None => None,
    };
    let presence = Presence::start(store.clone(), clock.clone(), instance, settings.heartbeat * 3 / 2);
    let upkeep = Upkeep::start(store.clone(), clock.clone());
    let sockets = Sockets::new(settings.heartbeat);
    let backend = Backend::new(Parts {
        mode: settings.mode,
        store,
        clock,
        random,
        keys,
        passwords: Passwords::default(),
        outbox,
        push,
        throttle: Throttle::new(settings.throttles),
        frontend: settings.frontend_url,
        limits: settings.limits,
        proxies: proxies.clone(),
        metrics: metrics.clone(),
        metrics_token: settings.metrics_token,
        minimum_client: settings.minimum_client,
        readiness,
        rooms: rooms.clone(),
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
        Calls::Local => {
            let webhook = Some(format!("http://{addr}/api/livekit/webhook"));
            LocalCalls::start(backend.clone(), LocalServerConfig { webhook, ..LocalServerConfig::default() }).await
        }
    };
    let stop = CancellationToken::new();
    let sweep = Some(Sweep::start(backend.clone()));
    let routes = http::router(backend.clone(), &settings.cors_origins);
    let server = tokio::spawn(server::run(listener, routes, (settings.limits, proxies, metrics), stop.clone()));
    tracing::info!("listening on http://{addr}");
    Ok(Running {
        addr,
        stop,
        server,
        local_calls,
        sweep,
        rooms,
        courier: Some(courier),
        pusher,
        sockets,
        presence: Some(presence),
        upkeep: Some(upkeep),
        link,
        backend,
    })
}

/// Real ways of sending where they are configured; without them development logs, production cannot.
fn outbox(settings: &Settings) -> Result<(Outbox, Courier), ServeError> {
    let mailer = match (&settings.smtp, settings.mode) {
        (Some(smtp), _) => Mailer::Smtp(Box::new(Smtp::new(&smtp.url, &smtp.from).map_err(ServeError::Outbox)?)),
        (None, Mode::Development) => Mailer::Mock(Default::default()),
        (None, Mode::Production) => Mailer::Absent,
    };
    let texter = match (&settings.telnyx, settings.mode) {
        (Some(telnyx), _) => Texter::Telnyx(
            Telnyx::new(&telnyx.base, telnyx.key.clone(), telnyx.from.clone()).map_err(ServeError::Outbox)?,
        ),
        (None, Mode::Development) => Texter::Mock(Default::default()),
        (None, Mode::Production) => Texter::Absent,
    };
    Ok(Outbox::start(mailer, texter))
}

/// The key that clients subscribe with has to stay the same: development keeps the one that it makes up.
async fn vapid(settings: &Settings, store: &Store, random: &dyn Random) -> Result<Option<Vapid>, ServeError> {
    let (key, subject) = match (&settings.vapid, settings.mode) {
        (Some(given), _) => (given.private_key.clone(), given.subject.as_str()),
        (None, Mode::Production) => return Ok(None),
        (None, Mode::Development) => {
            let made_up = store::made_up_secret(store, "vapid-key", &random::token(random)).await?;
            (made_up.into(), "https://pizoo.example")
        }
    };
    Vapid::new(&key, subject).map(Some).map_err(|error| ServeError::Push(error.to_string()))
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
        let limits = self.backend.limits;
        self.backend.readiness.drain();
        tokio::time::sleep(limits.shutdown_delay).await;
        self.stop.cancel();
        self.sockets.close(limits.drain).await;
        if !self.server.is_finished() && tokio::time::timeout(limits.drain, &mut self.server).await.is_err() {
            tracing::warn!("requests were still running and are dropped");
            self.server.abort();
        }
        if let Some(sweep) = self.sweep.take() {
            sweep.stop().await;
        }
        self.rooms.stop().await;
        if let Some(calls) = self.local_calls.take() {
            calls.stop().await;
        }
        if let Some(courier) = self.courier.take() {
            courier.stop().await;
        }
        if let Some(pusher) = self.pusher.take() {
            pusher.stop().await;
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
        self.backend.store.close().await;
        tracing::info!("stopped");
    }
}

impl std::fmt::Debug for Running {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Running").field("addr", &self.addr).finish_non_exhaustive()
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
