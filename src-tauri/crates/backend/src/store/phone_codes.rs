//! One-time codes for telephone numbers: only their hashes are kept.

use super::{Result, Tx};
use crate::clock::UnixMs;
use std::time::Duration;

/// Between two codes for one number.
pub(crate) const PAUSE: Duration = Duration::from_secs(30);
/// Wrong codes before a new one has to be asked for.
const GUESSES: i64 = 5;

/// A code that goes out.
pub(crate) struct New<'a> {
    pub(crate) id: &'a str,
    pub(crate) phone: &'a str,
    pub(crate) hash: &'a str,
    pub(crate) now: UnixMs,
    pub(crate) end: UnixMs,
}

/// What became of a guess.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Guess {
    /// It was the code, and this was its one use.
    Right,
    /// Wrong, used, ended or unknown.
    Wrong,
    /// There were too many before.
    TooMany,
}

/// Keeps a new code, and forgets those that have ended. `Err` of the inner result: the time of the next one.
pub(crate) async fn add(tx: &mut Tx, new: &New<'_>) -> Result<std::result::Result<(), UnixMs>> {
    super::lock(tx, &format!("phone/{}", new.phone)).await?;
    sqlx::query("DELETE FROM phone_codes WHERE expires_at <= $1").bind(new.now.0).execute(&mut **tx).await?;
    let newest = "SELECT MAX(created_at) FROM phone_codes WHERE phone = $1";
    let newest: Option<i64> = sqlx::query_scalar(newest).bind(new.phone).fetch_one(&mut **tx).await?;
    if let Some(next) = newest.map(|at| UnixMs(at) + PAUSE).filter(|next| *next > new.now) {
        return Ok(Err(next));
    }
    let add = "INSERT INTO phone_codes (id, phone, code_hash, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)";
    let add = sqlx::query(add).bind(new.id).bind(new.phone).bind(new.hash).bind(new.now.0).bind(new.end.0);
    add.execute(&mut **tx).await?;
    Ok(Ok(()))
}

/// Tries a code once. Commit whatever the answer is: the guess counts.
pub(crate) async fn guess(tx: &mut Tx, (id, phone, hash): (&str, &str, &str), now: UnixMs) -> Result<Guess> {
    let count = "UPDATE phone_codes SET attempts = attempts + 1
                 WHERE id = $1 AND phone = $2 AND used_at IS NULL AND expires_at > $3 RETURNING attempts, code_hash";
    let found: Option<(i64, String)> =
        sqlx::query_as(count).bind(id).bind(phone).bind(now.0).fetch_optional(&mut **tx).await?;
    match found {
        Some((attempts, _)) if attempts > GUESSES => Ok(Guess::TooMany),
        Some((_, right)) if right == hash => {
            // The row is locked by the update above, so nobody else comes this far.
            let take = "UPDATE phone_codes SET used_at = $2 WHERE id = $1";
            sqlx::query(take).bind(id).bind(now.0).execute(&mut **tx).await?;
            Ok(Guess::Right)
        }
        _ => Ok(Guess::Wrong),
    }
}
