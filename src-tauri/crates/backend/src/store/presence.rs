//! Leases: until when an instance of the backend surely holds a socket of a user.

use super::{Result, Tx};
use crate::clock::UnixMs;
use sqlx::any::AnyExecutor;

/// An instance takes or keeps the lease of a user. A user who is gone gets none.
pub(crate) async fn take(tx: &mut Tx, user: &str, instance: &str, until: UnixMs) -> Result<()> {
    let take = "INSERT INTO presence (user_id, instance, until) SELECT id, $2, $3 FROM users WHERE id = $1
                ON CONFLICT (user_id, instance) DO UPDATE SET until = excluded.until";
    sqlx::query(take).bind(user).bind(instance).bind(until.0).execute(&mut **tx).await?;
    Ok(())
}

/// An instance gives up the lease of a user.
pub(crate) async fn give_up(tx: &mut Tx, user: &str, instance: &str) -> Result<()> {
    let end = "DELETE FROM presence WHERE user_id = $1 AND instance = $2";
    sqlx::query(end).bind(user).bind(instance).execute(&mut **tx).await?;
    Ok(())
}

/// All leases of an instance now end then. How many there are.
pub(crate) async fn set_all(tx: &mut Tx, instance: &str, until: UnixMs) -> Result<u64> {
    let renew = "UPDATE presence SET until = $2 WHERE instance = $1";
    Ok(sqlx::query(renew).bind(instance).bind(until.0).execute(&mut **tx).await?.rows_affected())
}

/// Removes leases that have run out: an instance died. Whose they were; a lease is told to one caller only.
pub(crate) async fn take_ended(tx: &mut Tx, now: UnixMs) -> Result<Vec<String>> {
    let end = "DELETE FROM presence WHERE until <= $1 RETURNING user_id";
    Ok(sqlx::query_scalar(end).bind(now.0).fetch_all(&mut **tx).await?)
}

/// Whether any instance holds a socket of the user.
pub(crate) async fn is_online(db: impl AnyExecutor<'_>, user: &str, now: UnixMs) -> Result<bool> {
    let get = "SELECT COUNT(*) FROM presence WHERE user_id = $1 AND until > $2";
    Ok(sqlx::query_scalar::<_, i64>(get).bind(user).bind(now.0).fetch_one(db).await? > 0)
}
