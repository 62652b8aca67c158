//! Mail and text messages that wait to be sent, outside the request that caused them: its time tells nothing about the
//! address, and a slow mail server holds up nobody.
//!
//! One owned task. The queue is bounded: when it is full, the request is told so.

mod delivery;
mod mail;
mod sms;

pub(crate) use mail::{Mailer, Smtp, link};
pub(crate) use sms::{Telnyx, Texter};

use delivery::deliver;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Semaphore, mpsc};
use tokio::task::{JoinHandle, JoinSet};
use tokio_util::sync::CancellationToken;

/// Messages that wait.
const QUEUE: usize = 1024;
/// Deliveries under way at once.
const AT_ONCE: usize = 8;
/// What is under way when the backend ends gets this long.
const DRAIN: Duration = Duration::from_secs(5);

/// What is to be sent.
pub(crate) enum Message {
    /// The sign-in mail.
    Mail { to: String, link: String, code: String },
    /// The sign-in text message.
    Text { to: String, code: String },
}

/// Where messages are put.
#[derive(Clone)]
pub(crate) struct Outbox {
    mailer: Arc<Mailer>,
    texter: Arc<Texter>,
    queue: mpsc::Sender<Message>,
}

/// Why a message is not even tried.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OutboxError {
    #[error("this way of sending is not configured")]
    NotConfigured,
    #[error("too many messages wait to be sent")]
    Full,
}

/// The task behind it.
#[derive(Debug)]
pub(crate) struct Courier {
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Outbox {
    pub(crate) fn start(mailer: Mailer, texter: Texter) -> (Self, Courier) {
        let (queue, waiting) = mpsc::channel(QUEUE);
        let stop = CancellationToken::new();
        let outbox = Self { mailer: Arc::new(mailer), texter: Arc::new(texter), queue };
        let task = carry(outbox.mailer.clone(), outbox.texter.clone(), waiting, stop.clone());
        (outbox, Courier { stop, task: tokio::spawn(task) })
    }

    /// Whether mail can be sent at all.
    pub(crate) fn has_mail(&self) -> bool {
        !matches!(*self.mailer, Mailer::Absent)
    }

    /// Whether text messages can be sent at all.
    pub(crate) fn has_texts(&self) -> bool {
        !matches!(*self.texter, Texter::Absent)
    }

    /// Accepts a message. A mock one is noted at once.
    pub(crate) fn send(&self, message: Message) -> Result<(), OutboxError> {
        match (&message, &*self.mailer, &*self.texter) {
            (Message::Mail { to, link, code }, Mailer::Mock(mock), _) => mock.note(to, link, code),
            (Message::Text { to, code }, _, Texter::Mock(mock)) => mock.note(to, code),
            (Message::Mail { .. }, Mailer::Absent, _) | (Message::Text { .. }, _, Texter::Absent) => {
                return Err(OutboxError::NotConfigured);
            }
            _ => self.queue.try_send(message).map_err(|_| OutboxError::Full)?,
        }
        Ok(())
    }

    /// Link and code in the newest mock mail to an address.
    pub(crate) fn newest_mail(&self, to: &str) -> Option<(String, String)> {
        let Mailer::Mock(mock) = &*self.mailer else { return None };
        mock.newest(to)
    }

    /// The code in the newest mock text message to a number.
    pub(crate) fn newest_text(&self, to: &str) -> Option<String> {
        let Texter::Mock(mock) = &*self.texter else { return None };
        mock.newest(to)
    }
}

async fn carry(
    mailer: Arc<Mailer>,
    texter: Arc<Texter>,
    mut waiting: mpsc::Receiver<Message>,
    stop: CancellationToken,
) {
    let slots = Arc::new(Semaphore::new(AT_ONCE));
    let mut under_way = JoinSet::new();
    loop {
        let message = tokio::select! {
            () = stop.cancelled() => break,
            message = waiting.recv() => message,
            Some(_) = under_way.join_next() => continue,
        };
        let Some(message) = message else { break };
        let Ok(slot) = slots.clone().acquire_owned().await else { break };
        let (mailer, texter) = (mailer.clone(), texter.clone());
        under_way.spawn(async move {
            deliver(&mailer, &texter, &message).await;
            drop(slot);
        });
    }
    let drained = async { while under_way.join_next().await.is_some() {} };
    if tokio::time::timeout(DRAIN, drained).await.is_err() {
        tracing::warn!("messages were still being sent and are dropped");
    }
}

impl Courier {
    /// Lets what is under way finish, for a while.
    pub(crate) async fn stop(self) {
        self.stop.cancel();
        if let Err(error) = self.task.await {
            tracing::error!(%error, "the outbox failed");
        }
    }
}
