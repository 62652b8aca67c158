//! The log of call tokens, which is the sliding window of their limit.

use super::{Result, Tx};
use crate::clock::UnixMs;
use std::time::Duration;

/// Tokens a user may get in any [`WINDOW`].
pub(crate) const MOST: i64 = 30;
/// Length of the window.
pub(crate) const WINDOW: Duration = Duration::from_secs(3600);

/// What the limit says.
#[derive(Debug)]
pub(crate) enum Turn {
    /// It is counted, if the transaction commits.
    Granted,
    /// Too many; the oldest leaves the window then.
    FreeAt(UnixMs),
}

/// Counts one token for the user. Nothing is counted unless the transaction is committed.
pub(crate) async fn take(tx: &mut Tx, user: &str, id: &str, now: UnixMs) -> Result<Turn> {
    super::lock(tx, &format!("calls/{user}")).await?;
    let forget = "DELETE FROM call_tokens WHERE user_id = $1 AND issued_at <= $2";
    sqlx::query(forget).bind(user).bind((now - WINDOW).0).execute(&mut **tx).await?;
    let get = "SELECT COUNT(*), MIN(issued_at) FROM call_tokens WHERE user_id = $1";
    let (count, oldest): (i64, Option<i64>) = sqlx::query_as(get).bind(user).fetch_one(&mut **tx).await?;
    if count >= MOST {
        return Ok(Turn::FreeAt(UnixMs(oldest.unwrap_or(now.0)) + WINDOW));
    }
    let add = "INSERT INTO call_tokens (id, user_id, issued_at) VALUES ($1, $2, $3)";
    sqlx::query(add).bind(id).bind(user).bind(now.0).execute(&mut **tx).await?;
    Ok(Turn::Granted)
}
