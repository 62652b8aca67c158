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
}

impl Tx {
    pub(super) fn new(inner: Transaction<'static, Any>, bus: Bus) -> Self {
        Self { inner, bus, hints: Vec::new() }
    }

    /// Publishes the hint after the commit.
    pub(crate) fn note(&mut self, hint: Hint) {
        self.hints.push(hint);
    }

    pub(crate) async fn commit(self) -> Result<()> {
        self.inner.commit().await?;
        for hint in self.hints {
            self.bus.publish(hint);
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
