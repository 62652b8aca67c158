//! Many ask, one statement answers: what is asked while a statement runs is asked together by the next one.
//!
//! Under load everybody who waits shares a statement's fixed costs: the way to the database and back, and the write to
//! the disk. Without load a batch is one, asked at once. Nothing runs while nobody asks.

#[cfg(test)]
mod tests;

use super::{Result, StoreError};
use futures_util::FutureExt as _;
use sqlx::AnyPool;
use std::collections::HashSet;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::oneshot;
use tokio_util::task::TaskTracker;

/// The largest batch.
const MOST: usize = 64;

/// What can be asked together with others of its kind.
pub(crate) trait Ask: Send + Sync + Sized + 'static {
    type Answer: Send + 'static;

    /// Two of the same are never in one batch: a statement must not touch one row twice.
    fn alone_in(&self) -> Option<&str>;

    /// One statement for all of them. The answers are in the order of the asks.
    fn answer(pool: &AnyPool, asks: &[Self]) -> impl Future<Output = Result<Vec<Self::Answer>>> + Send;
}

/// Where somebody waits for the answer.
type Tell<A> = oneshot::Sender<Result<<A as Ask>::Answer>>;
type Waiting<A> = (A, Tell<A>);

/// Gathers asks of one kind.
pub(crate) struct Gather<A: Ask>(Arc<Parts<A>>);

struct Parts<A: Ask> {
    pool: AnyPool,
    queue: Mutex<Queue<A>>,
    tasks: TaskTracker,
}

struct Queue<A: Ask> {
    waiting: Vec<Waiting<A>>,
    /// Whether a task is at it. It ends when nobody waits.
    running: bool,
}

impl<A: Ask> Gather<A> {
    pub(super) fn new(pool: AnyPool) -> Self {
        let queue = Mutex::new(Queue { waiting: Vec::new(), running: false });
        Self(Arc::new(Parts { pool, queue, tasks: TaskTracker::new() }))
    }

    /// Asks, together with whoever else does.
    pub(crate) async fn ask(&self, ask: A) -> Result<A::Answer> {
        let (tell, told) = oneshot::channel();
        let idle = {
            let mut queue = self.queue();
            queue.waiting.push((ask, tell));
            !std::mem::replace(&mut queue.running, true)
        };
        if idle {
            // Not in this future: whoever asked first may hang up, and the others still want to know.
            self.0.tasks.spawn(self.clone().run());
        }
        told.await.unwrap_or(Err(StoreError::Unanswered))
    }

    /// Waits for what is under way.
    pub(super) async fn close(&self) {
        self.0.tasks.close();
        self.0.tasks.wait().await;
    }

    async fn run(self) {
        while let Some((asks, tells)) = self.next_batch() {
            // Whoever is dropped here is told that it was not answered.
            let Ok(answers) = AssertUnwindSafe(self.answers(&asks)).catch_unwind().await else { continue };
            for (tell, answer) in tells.into_iter().zip(answers) {
                drop(tell.send(answer));
            }
        }
    }

    fn next_batch(&self) -> Option<(Vec<A>, Vec<Tell<A>>)> {
        let mut queue = self.queue();
        let mut taken = HashSet::new();
        let (mut batch, mut later) = (Vec::new(), Vec::new());
        for waiting in queue.waiting.drain(..) {
            let fits = batch.len() < MOST && waiting.0.alone_in().is_none_or(|key| taken.insert(key.to_owned()));
            if fits { &mut batch } else { &mut later }.push(waiting);
        }
        queue.waiting = later;
        queue.running = !batch.is_empty();
        queue.running.then(|| batch.into_iter().unzip())
    }

    async fn answers(&self, asks: &[A]) -> Vec<Result<A::Answer>> {
        match A::answer(&self.0.pool, asks).await {
            Ok(answers) => answers.into_iter().map(Ok).collect(),
            // The statement did nothing, because of one of them. Of a connection that broke nobody knows what it did.
            Err(StoreError::Sql(sqlx::Error::Database(_))) if asks.len() > 1 => {
                let mut answers = Vec::with_capacity(asks.len());
                for ask in asks.chunks(1) {
                    let answer = A::answer(&self.0.pool, ask).await;
                    answers.push(answer.and_then(|mut answer| answer.pop().ok_or(StoreError::Unanswered)));
                }
                answers
            }
            Err(error) => {
                let error = Arc::new(error);
                asks.iter().map(|_| Err(StoreError::Together(error.clone()))).collect()
            }
        }
    }

    fn queue(&self) -> MutexGuard<'_, Queue<A>> {
        self.0.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<A: Ask> Clone for Gather<A> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<A: Ask> std::fmt::Debug for Gather<A> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Gather").finish_non_exhaustive()
    }
}

/// For how many a statement is made that is to take so many: few sizes, so that each is prepared once.
pub(super) fn places(asks: usize) -> usize {
    asks.next_power_of_two()
}

/// `($4, $5), ($6, $7)`: rows of so many binds, of which the first is `$first`.
pub(super) fn rows(first: usize, rows: usize, binds: usize) -> String {
    let mut text = String::new();
    for row in 0..rows {
        text.push_str(if row == 0 { "(" } else { ", (" });
        for bind in 0..binds {
            let comma = if bind == 0 { "" } else { ", " };
            text.push_str(&format!("{comma}${}", first + row * binds + bind));
        }
        text.push(')');
    }
    text
}
