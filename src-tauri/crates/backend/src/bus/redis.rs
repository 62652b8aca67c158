//! Notes between instances, over one Redis channel that all instances of one database share.
//!
//! Each instance has two connections, whatever the number of its users: one that publishes, one that listens. Redis
//! loses notes when it is away, and so do we: nothing waits, what cannot be sent is dropped and counted, and the sockets
//! read the database on their next heartbeat. One channel for all means that every instance reads every note; it is one
//! small JSON list for up to [`BATCH`] of them. When that is too much, the leases in `presence` say which instance holds
//! whom, and a channel for each instance takes this one's place.

use super::{Bus, Note};
use crate::random::{self, Random};
use crate::readiness::{self, Readiness};
use crate::store::{self, Store, StoreError};
use futures_util::{Stream, StreamExt as _};
use redis::aio::MultiplexedConnection;
use redis::{AsyncCommands as _, AsyncConnectionConfig, Client, Msg};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};
use tokio_util::sync::CancellationToken;

/// Notes that wait for Redis; a full queue drops.
const WAITING: usize = 8192;
/// Notes in one message.
const BATCH: usize = 256;
/// Redis answers within this or is away.
const ANSWER: Duration = Duration::from_secs(5);
/// How often an instance sends itself a sign of life through Redis.
const SIGN: Duration = Duration::from_secs(5);
/// Nothing heard for so long, not even the own signs: the listening connection is dead.
const SILENCE: Duration = Duration::from_secs(20);
/// Between attempts to connect: doubled from the first to the last, the half of it by chance.
const FIRST_WAIT: Duration = Duration::from_millis(100);
const LAST_WAIT: Duration = Duration::from_secs(10);

/// Why Redis cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RedisError {
    /// The address, or what Redis said. It never holds the password.
    #[error("Redis: {0}")]
    Redis(#[from] redis::RedisError),
    /// It hangs.
    #[error("Redis does not answer")]
    Silent,
    /// It closed the connection.
    #[error("Redis closed the connection")]
    Closed,
    /// A note that is no JSON.
    #[error("a note cannot be written: {0}")]
    Note(#[from] serde_json::Error),
    /// The channel's name is in the database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

#[derive(Serialize, Deserialize)]
struct Message {
    /// The instance that sends: it has told its own sockets already.
    from: String,
    notes: Vec<Note>,
}

/// The running connection. [`Link::stop`] ends it in order, dropping it at once.
#[derive(Debug)]
pub(crate) struct Link {
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Link {
    /// Begins to connect the bus to the others. A Redis that is away is no error: it is tried again for ever.
    pub(crate) async fn start(
        url: &SecretString,
        store: &Store,
        instance: &str,
        random: Arc<dyn Random>,
        readiness: Arc<Readiness>,
    ) -> Result<Self, RedisError> {
        let client = Client::open(url.expose_secret())?;
        // The database names the channel: others may use the same Redis.
        let name = store::made_up_secret(store, "bus-channel", &random::token(&*random)).await?;
        let (sender, notes) = mpsc::channel(WAITING);
        let bus = store.bus().clone();
        bus.connect(sender);
        let stop = CancellationToken::new();
        let wire = Wire {
            client,
            channel: format!("pizoo:hints:{name}"),
            instance: instance.to_owned(),
            bus,
            notes,
            random,
            readiness,
        };
        let task = tokio::spawn(stop.clone().run_until_cancelled_owned(wire.run()));
        Ok(Self { stop, task: tokio::spawn(async move { drop(task.await) }) })
    }

    pub(crate) async fn stop(mut self) {
        self.stop.cancel();
        drop((&mut self.task).await);
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

struct Wire {
    client: Client,
    channel: String,
    instance: String,
    bus: Bus,
    notes: mpsc::Receiver<Note>,
    random: Arc<dyn Random>,
    readiness: Arc<Readiness>,
}

impl Wire {
    async fn run(mut self) {
        let mut wait = FIRST_WAIT;
        loop {
            let began = Instant::now();
            let error = match self.connect().await {
                Ok((publish, listen)) => {
                    self.readiness.set_redis(readiness::Redis::Connected);
                    tracing::info!("connected to Redis");
                    self.carry(publish, pin!(listen)).await
                }
                Err(error) => error,
            };
            if began.elapsed() > SILENCE {
                wait = FIRST_WAIT;
            }
            self.readiness.set_redis(readiness::Redis::Unreachable);
            tracing::warn!(%error, "no Redis: notes to other instances are lost until it is back");
            self.lose(self.part_of(wait)).await;
            wait = (wait * 2).min(LAST_WAIT);
        }
    }

    async fn connect(&self) -> Result<(MultiplexedConnection, impl Stream<Item = Msg> + use<>), RedisError> {
        let limits =
            AsyncConnectionConfig::new().set_connection_timeout(Some(ANSWER)).set_response_timeout(Some(ANSWER));
        let publish = self.client.get_multiplexed_async_connection_with_config(&limits).await?;
        let listen = timeout(ANSWER, async {
            let mut listen = self.client.get_async_pubsub().await?;
            listen.subscribe(&self.channel).await?;
            Ok::<_, redis::RedisError>(listen.into_on_message())
        });
        Ok((publish, listen.await.map_err(|_| RedisError::Silent)??))
    }

    /// Carries notes both ways until something breaks.
    async fn carry(
        &mut self,
        mut publish: MultiplexedConnection,
        mut listen: std::pin::Pin<&mut impl Stream<Item = Msg>>,
    ) -> RedisError {
        let mut signs = interval(SIGN);
        signs.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut heard = Instant::now();
        let mut batch = Vec::with_capacity(BATCH);
        loop {
            let sent = tokio::select! {
                message = listen.next() => {
                    let Some(message) = message else { return RedisError::Closed };
                    heard = Instant::now();
                    self.deliver(message.get_payload_bytes());
                    Ok(())
                }
                _ = self.notes.recv_many(&mut batch, BATCH) => {
                    self.publish(&mut publish, std::mem::take(&mut batch)).await
                }
                _ = signs.tick() => {
                    if heard.elapsed() > SILENCE {
                        return RedisError::Silent;
                    }
                    self.publish(&mut publish, Vec::new()).await
                }
            };
            if let Err(error) = sent {
                return error;
            }
        }
    }

    async fn publish(&self, to: &mut MultiplexedConnection, notes: Vec<Note>) -> Result<(), RedisError> {
        let count = notes.len();
        let message = serde_json::to_vec(&Message { from: self.instance.clone(), notes })?;
        let sent = to.publish::<_, _, ()>(&self.channel, message).await;
        if sent.is_err() {
            count_dropped(count);
        }
        Ok(sent?)
    }

    fn deliver(&self, message: &[u8]) {
        // Another version of this program may say what this one does not know.
        let Ok(message) = serde_json::from_slice::<Message>(message) else {
            tracing::debug!(count = 1, "bus messages not understood");
            return;
        };
        if message.from != self.instance {
            for note in &message.notes {
                self.bus.deliver(note);
            }
        }
    }

    /// Drops notes for a while, so that none is old when Redis is back.
    async fn lose(&mut self, time: Duration) {
        let until = Instant::now() + time;
        while let Ok(Some(_)) = tokio::time::timeout_at(until, self.notes.recv()).await {
            count_dropped(1);
        }
    }

    /// Between half and the whole of it.
    fn part_of(&self, wait: Duration) -> Duration {
        wait / 2 + random::part(&*self.random, wait / 2)
    }
}

fn count_dropped(notes: usize) {
    tracing::debug!(count = u64::try_from(notes).unwrap_or(u64::MAX), "bus notes dropped");
}
