//! Who may see that somebody writes or is there: the other sides of their matches, unless one of the two blocked.

use super::Result;
use crate::clock::UnixMs;
use sqlx::any::AnyExecutor;

/// The other side of a user's match of that id.
pub(crate) async fn partner(db: impl AnyExecutor<'_>, match_id: &str, user: &str) -> Result<Option<String>> {
    let get = "SELECT u.id FROM matches m
               JOIN users u ON u.id = CASE m.user1_id WHEN $2 THEN m.user2_id ELSE m.user1_id END
               WHERE m.id = $1 AND (m.user1_id = $2 OR m.user2_id = $2)
                 AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.user_id = $2 AND b.blocked_id = u.id
                                 OR b.user_id = u.id AND b.blocked_id = $2)";
    Ok(sqlx::query_scalar(get).bind(match_id).bind(user).fetch_optional(db).await?)
}

/// The match of two users.
pub(crate) async fn match_with(db: impl AnyExecutor<'_>, user: &str, partner: &str) -> Result<Option<String>> {
    let (first, second) = if user < partner { (user, partner) } else { (partner, user) };
    let get = "SELECT m.id FROM matches m WHERE m.user1_id = $1 AND m.user2_id = $2
                 AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.user_id = $1 AND b.blocked_id = $2
                                 OR b.user_id = $2 AND b.blocked_id = $1)";
    Ok(sqlx::query_scalar(get).bind(first).bind(second).fetch_optional(db).await?)
}

/// The other sides of a user's matches who have a client connected.
pub(crate) async fn connected_partners(db: impl AnyExecutor<'_>, user: &str, now: UnixMs) -> Result<Vec<String>> {
    let get = "SELECT u.id FROM matches m
               JOIN users u ON u.id = CASE m.user1_id WHEN $1 THEN m.user2_id ELSE m.user1_id END
               WHERE (m.user1_id = $1 OR m.user2_id = $1)
                 AND EXISTS (SELECT 1 FROM presence p WHERE p.user_id = u.id AND p.until > $2)
                 AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.user_id = $1 AND b.blocked_id = u.id
                                 OR b.user_id = u.id AND b.blocked_id = $1)";
    Ok(sqlx::query_scalar(get).bind(user).bind(now.0).fetch_all(db).await?)
}
