//! A transaction that remembers whom it concerns, and tells them once it is committed.

use super::Result;
use crate::bus::{Bus, Hint};
use sqlx::{Any, AnyConnection, Transaction};
use std::ops::{Deref, DerefMut};

/// A write transaction. What was noted with [`Tx::note`] is published by [`Tx::commit`], and by nothing else.
pub(crate) struct Tx {
    inner: Transaction<'static, Any>,
    bus: Bus,
    hints: Vec<Hint>,
    /// Users of whom a session may have ended.
    sessions: Vec<String>,
}

impl Tx {
    pub(super) fn new(inner: Transaction<'static, Any>, bus: Bus) -> Self {
        Self { inner, bus, hints: Vec::new(), sessions: Vec::new() }
    }

    /// Publishes the hint after the commit.
    pub(crate) fn note(&mut self, hint: Hint) {
        self.hints.push(hint);
    }

    /// Lets the user's sockets look, after the commit, whether their sessions still live.
    pub(crate) fn note_sessions(&mut self, user: &str) {
        self.sessions.push(user.to_owned());
    }

    pub(crate) async fn commit(self) -> Result<()> {
        self.inner.commit().await?;
        for hint in self.hints {
            self.bus.publish(hint);
        }
        for user in self.sessions {
            self.bus.sessions_changed(&user);
        }
        Ok(())
    }
}

impl Deref for Tx {
    type Target = AnyConnection;
    fn deref(&self) -> &AnyConnection {
        &self.inner
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut AnyConnection {
        &mut self.inner
    }
}
