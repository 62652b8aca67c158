//! Matches: two users, one row.

use super::Result;
use crate::clock::UnixMs;
use sqlx::AnyConnection;
use sqlx::any::AnyExecutor;

/// A row of `matches`.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct Match {
    pub(crate) id: String,
    pub(crate) user1_id: String,
    pub(crate) user2_id: String,
    pub(crate) matched_at: i64,
}

impl Match {
    /// The other side.
    pub(crate) fn partner_of(&self, user: &str) -> &str {
        if self.user1_id == user { &self.user2_id } else { &self.user1_id }
    }
}

/// A match with the other side's profile.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct Entry {
    pub(crate) match_id: String,
    pub(crate) matched_at: i64,
    pub(crate) user_id: String,
    pub(crate) display_name: String,
    pub(crate) photos: String,
}

/// A user's match of that id; another's is none.
pub(crate) async fn of_user(db: impl AnyExecutor<'_>, id: &str, user: &str) -> Result<Option<Match>> {
    let get = "SELECT * FROM matches WHERE id = $1 AND (user1_id = $2 OR user2_id = $2)";
    Ok(sqlx::query_as(get).bind(id).bind(user).fetch_optional(db).await?)
}

/// A user's matches, newest first.
pub(crate) async fn list(db: impl AnyExecutor<'_>, user: &str) -> Result<Vec<Entry>> {
    let get = "SELECT m.id AS match_id, m.matched_at, u.id AS user_id,
                      COALESCE(p.display_name, u.name) AS display_name, COALESCE(p.photos, '[]') AS photos
               FROM matches m
               JOIN users u ON u.id = CASE m.user1_id WHEN $1 THEN m.user2_id ELSE m.user1_id END
               LEFT JOIN profiles p ON p.user_id = u.id
               WHERE m.user1_id = $1 OR m.user2_id = $1
               ORDER BY m.matched_at DESC, m.id";
    Ok(sqlx::query_as(get).bind(user).fetch_all(db).await?)
}

/// Matches two users, unless they are matched or the id is taken. The match of that pair, if it now exists.
pub(crate) async fn add(db: &mut AnyConnection, id: &str, pair: (&str, &str), now: UnixMs) -> Result<Option<Match>> {
    let (first, second) = if pair.0 < pair.1 { pair } else { (pair.1, pair.0) };
    sqlx::query(
        "INSERT INTO matches (id, user1_id, user2_id, matched_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
    )
    .bind(id)
    .bind(first)
    .bind(second)
    .bind(now.0)
    .execute(&mut *db)
    .await?;
    let get = "SELECT * FROM matches WHERE user1_id = $1 AND user2_id = $2";
    Ok(sqlx::query_as(get).bind(first).bind(second).fetch_optional(db).await?)
}
