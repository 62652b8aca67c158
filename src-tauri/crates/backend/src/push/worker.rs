//! The owned task that carries pushes: it looks up a user's subscriptions and starts a delivery for each.

use super::delivery::Delivery;
use super::{Kind, Notice};
use crate::clock::UnixMs;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, JoinSet};
use tokio_util::sync::CancellationToken;

/// Deliveries that are under way or wait for another try.
const MOST: usize = 4096;
/// What is under way when the backend ends gets this long.
const DRAIN: Duration = Duration::from_secs(5);

/// The task behind [`super::Push`].
#[derive(Debug)]
pub(crate) struct Pusher {
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Pusher {
    pub(super) fn start(delivery: Delivery, waiting: mpsc::Receiver<Notice>) -> Self {
        let stop = CancellationToken::new();
        let (delivery, under_way, rings) = (Arc::new(delivery), JoinSet::new(), HashMap::new());
        let worker = Worker { delivery, under_way, rings, stop: stop.clone() };
        Self { stop, task: tokio::spawn(worker.run(waiting)) }
    }

    /// Tries once what waits, lets what is under way finish, for a while.
    pub(crate) async fn stop(self) {
        self.stop.cancel();
        if let Err(error) = self.task.await {
            tracing::error!(%error, "the worker for pushes failed");
        }
    }
}

struct Worker {
    delivery: Arc<Delivery>,
    under_way: JoinSet<()>,
    /// What ends the deliveries of a ring, and when it is of no use any more.
    rings: HashMap<String, (CancellationToken, UnixMs)>,
    stop: CancellationToken,
}

impl Worker {
    async fn run(mut self, mut waiting: mpsc::Receiver<Notice>) {
        loop {
            let notice = tokio::select! {
                () = self.stop.cancelled() => break,
                notice = waiting.recv() => notice,
                Some(_) = self.under_way.join_next() => continue,
            };
            let Some(notice) = notice else { break };
            self.begin(notice).await;
        }
        let drained = async {
            while let Ok(notice) = waiting.try_recv() {
                self.begin(notice).await;
            }
            while self.under_way.join_next().await.is_some() {}
        };
        if tokio::time::timeout(DRAIN, drained).await.is_err() {
            tracing::warn!("pushes were still being sent and are dropped");
        }
    }

    async fn begin(&mut self, notice: Notice) {
        let subscriptions = match self.delivery.subscriptions(&notice.user).await {
            Ok(subscriptions) => subscriptions,
            Err(error) => return tracing::error!(%error, "subscriptions cannot be read: a push is dropped"),
        };
        let over = self.over(&notice);
        let notice = Arc::new(notice);
        for subscription in subscriptions {
            if self.under_way.len() >= MOST {
                return tracing::warn!("too many pushes are under way: one is dropped");
            }
            let (delivery, notice, stop) = (self.delivery.clone(), notice.clone(), self.stop.clone());
            let over = over.clone();
            self.under_way.spawn(async move {
                tokio::select! {
                    () = over.cancelled() => {}
                    () = delivery.deliver(&subscription, &notice, &stop) => {}
                }
            });
        }
    }
    /// What ends the deliveries of this notice. A missed call ends those of its ring: a late one would take its place.
    fn over(&mut self, notice: &Notice) -> CancellationToken {
        let over = CancellationToken::new();
        match notice.kind {
            Kind::Incoming => {
                let now = self.delivery.now();
                self.rings.retain(|_, (_, expires)| *expires > now);
                self.rings.insert(notice.call.clone(), (over.clone(), notice.expires));
            }
            Kind::Missed => {
                if let Some((ring, _)) = self.rings.remove(&notice.call) {
                    ring.cancel();
                }
            }
        }
        over
    }
}
