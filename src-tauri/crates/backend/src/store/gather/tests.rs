//! What is gathered into one batch, and what is not.

use super::{Ask, Gather, MOST, rows};
use crate::store::{Result, StoreError};
use futures_util::future::join_all;
use sqlx::AnyPool;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Answers with the keys of its batch once the gate lets it.
struct Named {
    key: &'static str,
    gate: Arc<Semaphore>,
}

impl Ask for Named {
    type Answer = Vec<&'static str>;

    fn alone_in(&self) -> Option<&str> {
        (self.key != "any").then_some(self.key)
    }

    async fn answer(_: &AnyPool, asks: &[Self]) -> Result<Vec<Self::Answer>> {
        asks[0].gate.acquire().await.unwrap().forget();
        assert_ne!(asks[0].key, "panic");
        if asks.iter().any(|ask| ask.key == "lost") {
            return Err(sqlx::Error::WorkerCrashed.into());
        }
        let keys: Vec<_> = asks.iter().map(|ask| ask.key).collect();
        Ok(vec![keys; asks.len()])
    }
}

/// What each is answered, asked in this order, where the first batch begins only when all have asked.
async fn answers(keys: &[&'static str]) -> Vec<Result<Vec<&'static str>>> {
    sqlx::any::install_default_drivers();
    let gather = Gather::new(AnyPool::connect_lazy("sqlite::memory:").unwrap());
    let gate = Arc::new(Semaphore::new(0));
    let asks = join_all(keys.iter().map(|key| gather.ask(Named { key, gate: gate.clone() })));
    let ((), answers) = tokio::join!(
        async {
            tokio::task::yield_now().await;
            gate.add_permits(1000);
        },
        asks
    );
    gather.close().await;
    answers
}

#[tokio::test]
async fn who_waits_is_asked_together_up_to_the_largest_batch() {
    let answers = answers(&["any"; MOST + 10]).await;
    let sizes: Vec<usize> = answers.into_iter().map(|answer| answer.unwrap().len()).collect();
    assert_eq!(sizes.iter().filter(|size| **size == MOST).count(), MOST, "{sizes:?}");
}

#[tokio::test]
async fn same_key_waits_for_the_next_batch_and_holds_nobody_up() {
    let answers = answers(&["a", "a", "b", "a"]).await;
    let answers: Vec<_> = answers.into_iter().map(Result::unwrap).collect();
    assert!(answers.iter().all(|batch| batch.iter().filter(|key| **key == "a").count() <= 1), "{answers:?}");
    assert!(answers[2].contains(&"a"), "{answers:?}");
}

#[tokio::test]
async fn panic_is_told_and_the_next_are_answered() {
    let answers = answers(&["panic", "panic", "a"]).await;
    assert!(matches!(answers[0], Err(StoreError::Unanswered)), "{answers:?}");
    sqlx::any::install_default_drivers();
    let gather = Gather::new(AnyPool::connect_lazy("sqlite::memory:").unwrap());
    let gate = Arc::new(Semaphore::new(2));
    assert!(gather.ask(Named { key: "panic", gate: gate.clone() }).await.is_err());
    assert_eq!(gather.ask(Named { key: "a", gate }).await.unwrap(), ["a"]);
}

#[tokio::test]
async fn broken_connection_is_told_to_all_and_nothing_is_asked_twice() {
    let answers = answers(&["lost", "a"]).await;
    assert!(matches!(answers[0], Err(StoreError::Together(_))), "{answers:?}");
}

#[test]
fn rows_count_on() {
    assert_eq!(rows(4, 2, 3), "($4, $5, $6), ($7, $8, $9)");
}
