//! Magic links: only the hash of a token is kept.

use super::{Result, Tx};
use crate::clock::UnixMs;
use sha2::{Digest as _, Sha256};
use sqlx::AnyConnection;

/// Whom a used link was for.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct Used {
    pub(crate) email: String,
    pub(crate) name: String,
}

fn hash(token: &str) -> String {
    Sha256::digest(token).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Keeps a new link, and forgets those that have ended.
pub(crate) async fn add(
    tx: &mut Tx,
    token: &str,
    (email, name): (&str, &str),
    (now, end): (UnixMs, UnixMs),
) -> Result<()> {
    sqlx::query("DELETE FROM magic_links WHERE expires_at <= $1").bind(now.0).execute(&mut **tx).await?;
    sqlx::query(
        "INSERT INTO magic_links (token_hash, email, name, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(hash(token))
    .bind(email)
    .bind(name)
    .bind(now.0)
    .bind(end.0)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Uses a link: one atomic update, so of many at once exactly one gets an answer.
pub(crate) async fn redeem(db: &mut AnyConnection, token: &str, now: UnixMs) -> Result<Option<Used>> {
    let used = sqlx::query_as(
        "UPDATE magic_links SET used_at = $2 WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $2
         RETURNING email, name",
    )
    .bind(hash(token))
    .bind(now.0)
    .fetch_optional(db)
    .await?;
    Ok(used)
}
