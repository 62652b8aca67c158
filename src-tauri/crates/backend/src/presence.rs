//! Who is there: one owned task keeps this instance's leases and tells the other sides of matches who came and went.
//!
//! It works in batches, so a thousand clients that come back at once are a few transactions. An instance that is killed
//! renews nothing: its leases run out, and another instance tells that those people went.

use crate::clock::{Clock, UnixMs};
use crate::store::{Result, Store, audience, presence};
use pizoo_api::events::Event;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

/// A lease without renewal. Longer than two renewals.
const LEASE: Duration = Duration::from_secs(75);
/// What is left of a lease when the instance stops: its people reconnect to another one within it.
const LEAVING: Duration = Duration::from_secs(15);
/// Users in one transaction.
const BATCH: usize = 200;

/// The running task. [`Presence::stop`] ends it in order, dropping it at once.
#[derive(Debug)]
pub(crate) struct Presence {
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Presence {
    pub(crate) fn start(store: Store, clock: Arc<dyn Clock>, instance: String, renewal: Duration) -> Self {
        let stop = CancellationToken::new();
        let leases = Leases { store, clock, instance, held: HashSet::new(), waiting: HashMap::new() };
        Self { task: tokio::spawn(leases.keep(stop.clone(), renewal)), stop }
    }

    pub(crate) async fn stop(mut self) {
        self.stop.cancel();
        drop((&mut self.task).await);
    }
}

impl Drop for Presence {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

struct Leases {
    store: Store,
    clock: Arc<dyn Clock>,
    instance: String,
    /// Users whose lease is written.
    held: HashSet<String>,
    /// Users who came or went, and which, until it is written.
    waiting: HashMap<String, bool>,
}

impl Leases {
    async fn keep(mut self, stop: CancellationToken, renewal: Duration) {
        let mut renewals = interval(renewal);
        renewals.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let done = tokio::select! {
                () = stop.cancelled() => break,
                turned = self.store.bus().turned() => {
                    self.waiting.extend(turned);
                    self.write().await
                }
                _ = renewals.tick() => self.renew().await,
            };
            if let Err(error) = done {
                tracing::warn!(%error, "presence could not be written; it is tried again");
            }
        }
        if let Err(error) = self.set_all(LEAVING).await {
            tracing::warn!(%error, "presence could not be given up; it runs out");
        }
    }

    /// Writes who came and went, then tells.
    async fn write(&mut self) -> Result<()> {
        self.waiting.retain(|user, here| self.held.contains(user) != *here);
        while !self.waiting.is_empty() {
            let batch: Vec<(String, bool)> =
                self.waiting.iter().take(BATCH).map(|(user, here)| (user.clone(), *here)).collect();
            let mut tx = self.store.write().await?;
            for (user, here) in &batch {
                if *here {
                    presence::take(&mut tx, user, &self.instance, self.clock.now() + LEASE).await?;
                } else {
                    presence::give_up(&mut tx, user, &self.instance).await?;
                }
            }
            tx.commit().await?;
            for (user, here) in batch {
                self.waiting.remove(&user);
                self.tell(&user, here).await?;
                if here {
                    self.held.insert(user)
                } else {
                    self.held.remove(&user)
                };
            }
        }
        Ok(())
    }

    async fn renew(&mut self) -> Result<()> {
        // Leases that ran out meanwhile, after a long sleep perhaps, are taken anew.
        if self.set_all(LEASE).await? < self.held.len() {
            for user in std::mem::take(&mut self.held) {
                if self.waiting.get(&user) == Some(&false) {
                    self.held.insert(user);
                } else {
                    self.waiting.insert(user, true);
                }
            }
        }
        let mut tx = self.store.write().await?;
        let ended = presence::take_ended(&mut tx, self.clock.now()).await?;
        tx.commit().await?;
        for user in ended {
            self.tell(&user, false).await?;
        }
        self.write().await
    }

    async fn set_all(&self, time: Duration) -> Result<usize> {
        let mut tx = self.store.write().await?;
        let renewed = presence::set_all(&mut tx, &self.instance, self.clock.now() + time).await?;
        tx.commit().await?;
        Ok(usize::try_from(renewed).unwrap_or(usize::MAX))
    }

    /// Tells those who are there themselves. Who went here and is on another instance did not go.
    async fn tell(&self, user: &str, online: bool) -> Result<()> {
        let now: UnixMs = self.clock.now();
        if !online && presence::is_online(self.store.read(), user, now).await? {
            return Ok(());
        }
        for partner in audience::connected_partners(self.store.read(), user, now).await? {
            self.store.bus().ephemeral(&partner, Event::Presence { user_id: user.into(), online }, now);
        }
        Ok(())
    }
}
