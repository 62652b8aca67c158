//! What waits for one socket: bounded whatever happens, since notes of one kind become one.

use super::{Ephemeral, News};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// Typing and presence that wait for a slow socket; more are lost, as they may be.
const EPHEMERALS: usize = 32;

/// Why a socket must close that did nothing wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// The user opened more sockets than one user may.
    TooMany,
}

/// Everything since the last look.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Mail {
    /// There are events up to this number.
    pub(crate) look: Option<i64>,
    /// The session may have ended.
    pub(crate) sessions: bool,
    pub(crate) ephemerals: Vec<Ephemeral>,
    pub(crate) ending: Option<Ending>,
}

/// One socket's letter box.
#[derive(Debug, Default)]
pub(crate) struct Mailbox {
    mail: Mutex<Mail>,
    came: Notify,
}

impl Mailbox {
    pub(super) fn put(&self, news: &News) {
        let mut mail = self.mail();
        match news {
            News::Look(seq) => mail.look = mail.look.max(Some(*seq)),
            News::Sessions => mail.sessions = true,
            News::Ephemeral(ephemeral) if mail.ephemerals.len() < EPHEMERALS => {
                mail.ephemerals.push(Ephemeral::clone(ephemeral));
            }
            News::Ephemeral(_) => tracing::debug!(count = 1, "socket ephemerals dropped"),
        }
        self.came.notify_one();
    }

    pub(super) fn end(&self, ending: Ending) {
        self.mail().ending = Some(ending);
        self.came.notify_one();
    }

    /// What has come, if anything.
    pub(crate) fn take(&self) -> Option<Mail> {
        let mail = std::mem::take(&mut *self.mail());
        (mail != Mail::default()).then_some(mail)
    }

    /// Waits for mail. May be given up and called again.
    pub(crate) async fn wait(&self) -> Mail {
        loop {
            if let Some(mail) = self.take() {
                return mail;
            }
            self.came.notified().await;
        }
    }

    fn mail(&self) -> MutexGuard<'_, Mail> {
        self.mail.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
