//! Photos of people, one each.

use super::{Result, Tx};
use crate::clock::UnixMs;
use sqlx::any::AnyExecutor;

/// A picture.
#[derive(sqlx::FromRow)]
pub(crate) struct Photo {
    /// Its `Content-Type`.
    pub(crate) kind: String,
    pub(crate) content: Vec<u8>,
}

/// Keeps a user's photo; they have none.
pub(crate) async fn add(tx: &mut Tx, user: &str, (id, now): (&str, UnixMs), photo: &Photo) -> Result<()> {
    sqlx::query("INSERT INTO photos (id, user_id, kind, content, created_at) VALUES ($1, $2, $3, $4, $5)")
        .bind(id)
        .bind(user)
        .bind(&photo.kind)
        .bind(photo.content.as_slice())
        .bind(now.0)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Deletes a user's photo, if there is one.
pub(crate) async fn remove(tx: &mut Tx, user: &str) -> Result<()> {
    sqlx::query("DELETE FROM photos WHERE user_id = $1").bind(user).execute(&mut **tx).await?;
    Ok(())
}

/// The id of a user's photo.
pub(crate) async fn of(db: impl AnyExecutor<'_>, user: &str) -> Result<Option<String>> {
    Ok(sqlx::query_scalar("SELECT id FROM photos WHERE user_id = $1").bind(user).fetch_optional(db).await?)
}

/// A photo, unless one of the two people has blocked the other.
pub(crate) async fn seen_by(db: impl AnyExecutor<'_>, reader: &str, id: &str) -> Result<Option<Photo>> {
    let get = "SELECT p.kind, p.content FROM photos p
               WHERE p.id = $1
                 AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.user_id = $2 AND b.blocked_id = p.user_id)
                 AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.user_id = p.user_id AND b.blocked_id = $2)";
    Ok(sqlx::query_as(get).bind(id).bind(reader).fetch_optional(db).await?)
}
