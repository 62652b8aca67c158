//! Who does not want to meet whom again.

use super::people::Card;
use super::{Result, Tx};
use crate::clock::UnixMs;
use sqlx::any::AnyExecutor;

/// Whether one of two people has blocked the other.
pub(crate) async fn any_between(db: impl AnyExecutor<'_>, (a, b): (&str, &str)) -> Result<bool> {
    let get = "SELECT COUNT(*) FROM blocks
               WHERE (user_id = $1 AND blocked_id = $2) OR (user_id = $2 AND blocked_id = $1)";
    Ok(sqlx::query_scalar::<_, i64>(get).bind(a).bind(b).fetch_one(db).await? > 0)
}

/// Blocks somebody, once.
pub(crate) async fn add(tx: &mut Tx, user: &str, blocked: &str, now: UnixMs) -> Result<()> {
    let add = "INSERT INTO blocks (user_id, blocked_id, created_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    sqlx::query(add).bind(user).bind(blocked).bind(now.0).execute(&mut **tx).await?;
    Ok(())
}

/// Takes a block back. False if there was none.
pub(crate) async fn remove(tx: &mut Tx, user: &str, blocked: &str) -> Result<bool> {
    let remove = "DELETE FROM blocks WHERE user_id = $1 AND blocked_id = $2";
    Ok(sqlx::query(remove).bind(user).bind(blocked).execute(&mut **tx).await?.rows_affected() > 0)
}

/// Whom a user has blocked, newest first.
pub(crate) async fn list(db: impl AnyExecutor<'_>, user: &str) -> Result<Vec<Card>> {
    let get = "SELECT u.id AS user_id, COALESCE(p.display_name, u.name) AS display_name,
                      COALESCE(p.photos, '[]') AS photos
               FROM blocks b JOIN users u ON u.id = b.blocked_id LEFT JOIN profiles p ON p.user_id = u.id
               WHERE b.user_id = $1 ORDER BY b.created_at DESC, u.id";
    Ok(sqlx::query_as(get).bind(user).fetch_all(db).await?)
}
