//! Who agreed to be called in a match.

use super::{Result, Tx};
use crate::clock::UnixMs;
use sqlx::any::AnyExecutor;

/// A match as a caller meets it.
#[derive(Debug)]
pub(crate) struct Terms {
    /// The other side.
    pub(crate) partner: String,
    /// Whether the user agreed to calls.
    pub(crate) mine: bool,
    /// Whether the other side did. The user is never told.
    pub(crate) theirs: bool,
}

/// The terms of a user's match; none where it is another's, or one side blocked the other.
pub(crate) async fn terms(db: impl AnyExecutor<'_>, match_id: &str, user: &str) -> Result<Option<Terms>> {
    let get = "SELECT CASE m.user1_id WHEN $2 THEN m.user2_id ELSE m.user1_id END,
                      (SELECT COUNT(*) FROM calling c WHERE c.match_id = m.id AND c.user_id = $2),
                      (SELECT COUNT(*) FROM calling c WHERE c.match_id = m.id AND c.user_id <> $2)
               FROM matches m
               WHERE m.id = $1 AND (m.user1_id = $2 OR m.user2_id = $2)
                 AND NOT EXISTS (SELECT 1 FROM blocks b WHERE (b.user_id = m.user1_id AND b.blocked_id = m.user2_id)
                                                           OR (b.user_id = m.user2_id AND b.blocked_id = m.user1_id))";
    let row: Option<(String, i64, i64)> = sqlx::query_as(get).bind(match_id).bind(user).fetch_optional(db).await?;
    Ok(row.map(|(partner, mine, theirs)| Terms { partner, mine: mine > 0, theirs: theirs > 0 }))
}

/// Agrees or not. False if it was so before.
pub(crate) async fn set(tx: &mut Tx, match_id: &str, user: &str, allowed: bool, now: UnixMs) -> Result<bool> {
    let changed = if allowed {
        let add = "INSERT INTO calling (match_id, user_id, since) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
        sqlx::query(add).bind(match_id).bind(user).bind(now.0).execute(&mut **tx).await?
    } else {
        let remove = "DELETE FROM calling WHERE match_id = $1 AND user_id = $2";
        sqlx::query(remove).bind(match_id).bind(user).execute(&mut **tx).await?
    };
    Ok(changed.rows_affected() > 0)
}
