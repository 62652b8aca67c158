//! What is said in a match: sent, read, being written. Both sides are told in the transaction that stores it.

use crate::state::Backend;
use crate::store::matches::{self, Match};
use crate::store::messages::{self, Added, New, Row};
use crate::store::{StoreError, Tx, events};
use pizoo_api::events::Event;

/// Why nothing was said or read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ChatError {
    /// There is none of that id, it is another's, or it is over.
    #[error("there is no such match")]
    NoMatch,
    #[error("there is no such message")]
    NoMessage,
    #[error(transparent)]
    Store(StoreError),
}

/// An account can go while a transaction is about it, and its matches with it.
impl From<StoreError> for ChatError {
    fn from(error: StoreError) -> Self {
        if error.is_of_something_gone() { Self::NoMatch } else { Self::Store(error) }
    }
}

type Result<T> = std::result::Result<T, ChatError>;

/// Messages of one answer, and whether there are older ones.
pub(crate) struct Page {
    pub(crate) rows: Vec<Row>,
    pub(crate) more: bool,
    /// Up to where somebody who has read this page has read.
    pub(crate) end: i64,
}

/// The user's match of that id.
pub(crate) async fn find(backend: &Backend, user: &str, match_id: &str) -> Result<Match> {
    matches::of_user(backend.store.read(), match_id, user).await?.ok_or(ChatError::NoMatch)
}

/// A transaction during which the match stays: whoever ends it waits.
async fn hold(backend: &Backend, user: &str, found: &Match) -> Result<Tx> {
    let mut tx = backend.store.write().await?;
    matches::lock_pair(&mut tx, found.pair()).await?;
    matches::of_user(&mut *tx, &found.id, user).await?.ok_or(ChatError::NoMatch)?;
    Ok(tx)
}

/// Sends a message and tells both sides, once for each of the sender's keys.
pub(crate) async fn send(backend: &Backend, to: &Match, new: &New<'_>) -> Result<Row> {
    let mut tx = hold(backend, new.sender, to).await?;
    match messages::add(&mut tx, to, new).await? {
        Added::Before(row) => Ok(row),
        Added::New(row) => {
            events::append(&mut tx, messages::news(to, &row).into(), new.now).await?;
            tx.commit().await?;
            Ok(row)
        }
    }
}

/// The newest messages before one of them, or of all.
pub(crate) async fn page(backend: &Backend, user: &str, of: &Match, before: Option<&str>, most: u32) -> Result<Page> {
    // The end of the newest page is the end of the conversation as it was before it was read: what comes meanwhile is
    // not marked, what only the other side sees is.
    let (before, end) = match before {
        Some(id) => (Some(place(backend, user, of, id).await?), None),
        None => (None, Some(messages::head(backend.store.read(), &of.id).await?)),
    };
    // One more than asked for tells whether there are more.
    let mut rows = messages::page(backend.store.read(), (&of.id, user), before, i64::from(most) + 1).await?;
    let more = rows.len() > most as usize;
    if more {
        rows.remove(0);
    }
    let end = end.or(rows.last().map(|row| row.seq)).unwrap_or(0);
    Ok(Page { rows, more, end })
}

/// Where a message stands in its conversation.
pub(crate) async fn place(backend: &Backend, user: &str, of: &Match, id: &str) -> Result<i64> {
    // Postgres does not even take a NUL.
    if id.chars().any(char::is_control) {
        return Err(ChatError::NoMessage);
    }
    messages::place(backend.store.read(), (&of.id, user), id).await?.ok_or(ChatError::NoMessage)
}

/// Marks what the reader got up to there as read, and tells both sides if that is news.
pub(crate) async fn read(backend: &Backend, reader: &str, of: &Match, up_to: i64) -> Result<()> {
    // A client asks every other second: it writes only if there is something to write.
    if !messages::any_unread(backend.store.read(), &of.id, reader, up_to).await? {
        return Ok(());
    }
    let now = backend.now();
    let mut tx = hold(backend, reader, of).await?;
    let marked = messages::mark_read(&mut tx, &of.id, (reader, up_to), now).await?;
    // Each is told of what they see: a line for the one side is none for the other.
    let (one, two) = of.pair();
    let told = [one, two].into_iter().filter_map(|user| {
        let newest = marked.iter().rfind(|marked| marked.only_for.as_deref().is_none_or(|only| only == user))?;
        let receipt = Event::ReadReceipt {
            match_id: of.id.as_str().into(),
            read_by: reader.into(),
            read_at: now.iso(),
            up_to: Some(newest.id.as_str().into()),
        };
        Some((user, receipt))
    });
    events::append(&mut tx, told.collect(), now).await?;
    Ok(tx.commit().await?)
}

/// Remembers that the reader has read up to there, and tells their own devices; to the other side it stays unread.
pub(crate) async fn read_privately(backend: &Backend, reader: &str, of: &Match, up_to: i64) -> Result<()> {
    if messages::newest_unread(backend.store.read(), &of.id, reader, up_to).await?.is_none() {
        return Ok(());
    }
    let now = backend.now();
    let mut tx = hold(backend, reader, of).await?;
    let Some((id, place)) = messages::newest_unread(&mut *tx, &of.id, reader, up_to).await? else { return Ok(()) };
    messages::mark_privately(&mut tx, &of.id, reader, place).await?;
    let receipt = Event::ReadReceipt {
        match_id: of.id.as_str().into(),
        read_by: reader.into(),
        read_at: now.iso(),
        up_to: Some(id.into()),
    };
    events::append(&mut tx, vec![(reader, receipt)], now).await?;
    Ok(tx.commit().await?)
}

/// Tells the other side, if they listen, that the user writes or stopped.
pub(crate) fn typing(backend: &Backend, user: &str, to: &Match, is_typing: bool) {
    let event = Event::Typing { match_id: to.id.as_str().into(), user_id: user.into(), is_typing };
    backend.store.bus().ephemeral(to.partner_of(user), event, backend.now());
}
