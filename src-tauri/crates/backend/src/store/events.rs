//! What each user is told, in a sequence of their own: the truth behind the event stream.
//!
//! The row in `event_heads` is locked by the transaction that appends, so a user's numbers become visible in their order
//! and without gaps: whoever has read up to N misses nothing that is committed later.

use super::{Result, Tx};
use crate::bus::Hint;
use crate::clock::UnixMs;
use pizoo_api::events::Event;
use sqlx::any::AnyExecutor;

/// A row of `events`.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct Row {
    pub(crate) seq: i64,
    pub(crate) created_at: i64,
    /// The event as JSON.
    pub(crate) body: String,
}

/// Tells users of something, each of them of their own view of it. The bus hints at it after the commit.
///
/// Users are taken in the order of their ids, so that two transactions about the same people never wait for each other;
/// a transaction calls it once, as its last step.
pub(crate) async fn append(tx: &mut Tx, mut told: Vec<(&str, Event)>, now: UnixMs) -> Result<()> {
    told.sort_by_key(|(user, _)| *user);
    for (user, event) in told {
        let next = "INSERT INTO event_heads (user_id, seq) VALUES ($1, 1)
                    ON CONFLICT (user_id) DO UPDATE SET seq = event_heads.seq + 1 RETURNING seq";
        let seq: i64 = sqlx::query_scalar(next).bind(user).fetch_one(&mut **tx).await?;
        let body = serde_json::to_string(&event).map_err(|error| sqlx::Error::Encode(error.into()))?;
        let add = "INSERT INTO events (user_id, seq, created_at, body) VALUES ($1, $2, $3, $4)";
        sqlx::query(add).bind(user).bind(seq).bind(now.0).bind(body).execute(&mut **tx).await?;
        tx.note(Hint { user: user.to_owned(), seq });
    }
    Ok(())
}

/// The newest number of a user; 0 before the first event.
pub(crate) async fn head(db: impl AnyExecutor<'_>, user: &str) -> Result<i64> {
    let get = "SELECT seq FROM event_heads WHERE user_id = $1";
    Ok(sqlx::query_scalar(get).bind(user).fetch_optional(db).await?.unwrap_or(0))
}

/// What a user was told after a number, oldest first.
pub(crate) async fn after(db: impl AnyExecutor<'_>, user: &str, seq: i64, most: i64) -> Result<Vec<Row>> {
    let get = "SELECT seq, created_at, body FROM events WHERE user_id = $1 AND seq > $2 ORDER BY seq LIMIT $3";
    Ok(sqlx::query_as(get).bind(user).bind(seq).bind(most).fetch_all(db).await?)
}

/// Forgets what is older than that.
pub(crate) async fn forget(tx: &mut Tx, before: UnixMs) -> Result<()> {
    sqlx::query("DELETE FROM events WHERE created_at < $1").bind(before.0).execute(&mut **tx).await?;
    Ok(())
}

/// The newest number of a user while a session of theirs lives; none once it has ended.
pub(crate) async fn head_while(
    db: impl AnyExecutor<'_>,
    user: &str,
    session: &str,
    now: UnixMs,
) -> Result<Option<i64>> {
    let get = "SELECT COALESCE((SELECT h.seq FROM event_heads h WHERE h.user_id = s.user_id), 0) FROM sessions s
               WHERE s.id = $1 AND s.user_id = $2 AND s.revoked_at IS NULL AND s.expires_at > $3";
    Ok(sqlx::query_scalar(get).bind(session).bind(user).bind(now.0).fetch_optional(db).await?)
}
