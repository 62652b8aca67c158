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
    (token, code_hash): (&str, &str),
    (email, name): (&str, &str),
    (now, end): (UnixMs, UnixMs),
) -> Result<()> {
    sqlx::query("DELETE FROM magic_links WHERE expires_at <= $1").bind(now.0).execute(&mut **tx).await?;
    sqlx::query(
        "INSERT INTO magic_links (token_hash, email, name, created_at, expires_at, code_hash)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(hash(token))
    .bind(email)
    .bind(name)
    .bind(now.0)
    .bind(end.0)
    .bind(code_hash)
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

/// Wrong codes that a link takes before only the link itself is good.
const GUESSES: i64 = 5;

/// Uses the link whose mail had this code. Every guess counts for every link of the address that still works, so guesses
/// are bounded however many links there are; commit also when there is no answer.
pub(crate) async fn redeem_code(tx: &mut Tx, (email, code_hash): (&str, &str), now: UnixMs) -> Result<Option<Used>> {
    super::lock(tx, &format!("code/{email}")).await?;
    let guess = "UPDATE magic_links SET attempts = attempts + 1
                 WHERE email = $1 AND used_at IS NULL AND expires_at > $2 AND attempts < $3
                 RETURNING token_hash, code_hash";
    let open: Vec<(String, Option<String>)> =
        sqlx::query_as(guess).bind(email).bind(now.0).bind(GUESSES).fetch_all(&mut **tx).await?;
    let Some((token_hash, _)) = open.into_iter().find(|(_, hash)| hash.as_deref() == Some(code_hash)) else {
        return Ok(None);
    };
    let take = "UPDATE magic_links SET used_at = $2 WHERE token_hash = $1 AND used_at IS NULL RETURNING email, name";
    Ok(sqlx::query_as(take).bind(token_hash).bind(now.0).fetch_optional(&mut **tx).await?)
}
