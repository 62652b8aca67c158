//! Matches: two users, one row. A match of two people of whom one has blocked the other is none.

use super::people::Card;
use super::{Result, Tx};
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

    /// Both sides.
    pub(crate) fn pair(&self) -> (&str, &str) {
        (&self.user1_id, &self.user2_id)
    }
}

/// A match with the other side's profile.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct Entry {
    pub(crate) match_id: String,
    pub(crate) matched_at: i64,
    #[sqlx(flatten)]
    pub(crate) profile: Card,
}

/// Makes transactions about two people run one after another: swipes, blocks, messages, and the end of a match with all
/// that hangs on it. It comes before any row of theirs is written, or two transactions may wait for each other, and of
/// the locks it stands after `busy/` and before `messages/`.
pub(crate) async fn lock_pair(tx: &mut Tx, (a, b): (&str, &str)) -> Result<()> {
    let (first, second) = if a < b { (a, b) } else { (b, a) };
    super::lock(tx, &format!("pair/{first}/{second}")).await
}

/// The same for a transaction that may end their match: the locks of their calls, then the pair's.
pub(crate) async fn lock_parting(tx: &mut Tx, (a, b): (&str, &str)) -> Result<()> {
    let (first, second) = if a < b { (a, b) } else { (b, a) };
    super::lock(tx, &format!("busy/{first}")).await?;
    super::lock(tx, &format!("busy/{second}")).await?;
    lock_pair(tx, (first, second)).await
}

/// A user's match of that id; another's is none.
pub(crate) async fn of_user(db: impl AnyExecutor<'_>, id: &str, user: &str) -> Result<Option<Match>> {
    let get = "SELECT m.* FROM matches m WHERE m.id = $1 AND (m.user1_id = $2 OR m.user2_id = $2)
                 AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.user_id = m.user1_id AND b.blocked_id = m.user2_id)
                 AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.user_id = m.user2_id AND b.blocked_id = m.user1_id)";
    Ok(sqlx::query_as(get).bind(id).bind(user).fetch_optional(db).await?)
}

/// The match of two people.
pub(crate) async fn of_pair(db: impl AnyExecutor<'_>, (a, b): (&str, &str)) -> Result<Option<Match>> {
    let (first, second) = if a < b { (a, b) } else { (b, a) };
    let get = "SELECT * FROM matches WHERE user1_id = $1 AND user2_id = $2";
    Ok(sqlx::query_as(get).bind(first).bind(second).fetch_optional(db).await?)
}

/// A user's matches, newest first.
pub(crate) async fn list(db: impl AnyExecutor<'_>, user: &str) -> Result<Vec<Entry>> {
    let get = "SELECT m.id AS match_id, m.matched_at, u.id AS user_id,
                      COALESCE(p.display_name, u.name) AS display_name, COALESCE(p.photos, '[]') AS photos
               FROM matches m
               JOIN users u ON u.id = CASE m.user1_id WHEN $1 THEN m.user2_id ELSE m.user1_id END
               LEFT JOIN profiles p ON p.user_id = u.id
               WHERE (m.user1_id = $1 OR m.user2_id = $1)
                 AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.user_id = $1 AND b.blocked_id = u.id)
                 AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.user_id = u.id AND b.blocked_id = $1)
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
    of_pair(db, pair).await
}

/// Ends a match with its messages and calls, and forgets the swipes that made it. The pair is locked.
pub(crate) async fn remove(tx: &mut Tx, gone: &Match) -> Result<()> {
    super::people::forget_swipes(tx, gone.pair()).await?;
    sqlx::query("DELETE FROM matches WHERE id = $1").bind(&gone.id).execute(&mut **tx).await?;
    Ok(())
}
