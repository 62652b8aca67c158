//! Sessions: one row a sign-in, which names the one refresh token that is good.

use super::accounts::User;
use super::{Result, Tx};
use crate::clock::UnixMs;
use sqlx::AnyConnection;
use sqlx::any::AnyExecutor;

/// A session as one pair of tokens names it.
#[derive(Clone, Debug)]
pub(crate) struct Session<'a> {
    pub(crate) id: &'a str,
    /// The refresh token's id.
    pub(crate) jti: &'a str,
    pub(crate) ends: UnixMs,
}

/// Opens a session, and forgets those that have ended.
pub(crate) async fn open(
    db: &mut AnyConnection,
    user: &str,
    session: &Session<'_>,
    device: Option<&str>,
    now: UnixMs,
) -> Result<()> {
    sqlx::query("DELETE FROM sessions WHERE expires_at <= $1").bind(now.0).execute(&mut *db).await?;
    sqlx::query(
        "INSERT INTO sessions (id, user_id, refresh_jti, created_at, rotated_at, expires_at, device)
         VALUES ($1, $2, $3, $4, $4, $5, $6)",
    )
    .bind(session.id)
    .bind(user)
    .bind(session.jti)
    .bind(now.0)
    .bind(session.ends.0)
    .bind(device)
    .execute(db)
    .await?;
    Ok(())
}

/// Replaces the good refresh token by one atomic update. False if `old` is not the good one any more.
pub(crate) async fn rotate(db: &mut AnyConnection, old: &str, new: &Session<'_>, now: UnixMs) -> Result<bool> {
    let rotated = sqlx::query(
        "UPDATE sessions SET refresh_jti = $3, rotated_at = $4, expires_at = $5
         WHERE id = $1 AND refresh_jti = $2 AND revoked_at IS NULL AND expires_at > $4",
    )
    .bind(new.id)
    .bind(old)
    .bind(new.jti)
    .bind(now.0)
    .bind(new.ends.0)
    .execute(db)
    .await?;
    Ok(rotated.rows_affected() == 1)
}

/// Ends a session that was last rotated before `since`. True if there was one.
pub(crate) async fn revoke_older(db: &mut AnyConnection, id: &str, since: UnixMs, now: UnixMs) -> Result<bool> {
    let end = "UPDATE sessions SET revoked_at = $3 WHERE id = $1 AND rotated_at <= $2 AND revoked_at IS NULL";
    let ended = sqlx::query(end).bind(id).bind(since.0).bind(now.0).execute(db).await?;
    Ok(ended.rows_affected() == 1)
}

/// Ends every session of a user.
pub(crate) async fn revoke_all(tx: &mut Tx, user: &str, now: UnixMs) -> Result<()> {
    let end = "UPDATE sessions SET revoked_at = $2 WHERE user_id = $1 AND revoked_at IS NULL";
    sqlx::query(end).bind(user).bind(now.0).execute(&mut **tx).await?;
    tx.note_sessions(user);
    Ok(())
}

/// Ends every session of a user but this one.
pub(crate) async fn revoke_others(tx: &mut Tx, user: &str, but: &str, now: UnixMs) -> Result<()> {
    let end = "UPDATE sessions SET revoked_at = $3 WHERE user_id = $1 AND id <> $2 AND revoked_at IS NULL";
    sqlx::query(end).bind(user).bind(but).bind(now.0).execute(&mut **tx).await?;
    tx.note_sessions(user);
    Ok(())
}

/// Ends one session of a user. False if they have none of that id.
pub(crate) async fn revoke(tx: &mut Tx, user: &str, id: &str, now: UnixMs) -> Result<bool> {
    let end = "UPDATE sessions SET revoked_at = $3
               WHERE id = $2 AND user_id = $1 AND revoked_at IS NULL AND expires_at > $3";
    tx.note_sessions(user);
    Ok(sqlx::query(end).bind(user).bind(id).bind(now.0).execute(&mut **tx).await?.rows_affected() == 1)
}

/// One line of the list of sessions.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct Entry {
    pub(crate) id: String,
    pub(crate) device: Option<String>,
    pub(crate) created_at: i64,
    pub(crate) rotated_at: i64,
}

/// A user's sessions that live, the newest use first.
pub(crate) async fn list(db: impl AnyExecutor<'_>, user: &str, now: UnixMs) -> Result<Vec<Entry>> {
    let get = "SELECT id, device, created_at, rotated_at FROM sessions
               WHERE user_id = $1 AND revoked_at IS NULL AND expires_at > $2 ORDER BY rotated_at DESC, id";
    Ok(sqlx::query_as(get).bind(user).bind(now.0).fetch_all(db).await?)
}

/// Whose session it is, while it lives.
pub(crate) async fn user(db: impl AnyExecutor<'_>, id: &str, now: UnixMs) -> Result<Option<User>> {
    let get = "SELECT users.* FROM sessions JOIN users ON users.id = sessions.user_id
               WHERE sessions.id = $1 AND sessions.revoked_at IS NULL AND sessions.expires_at > $2";
    Ok(sqlx::query_as(get).bind(id).bind(now.0).fetch_optional(db).await?)
}
