//! What people say of others, with what passed between them as it was then.

use super::{Result, Tx};
use crate::clock::UnixMs;
use sqlx::any::AnyExecutor;

/// A report to keep.
pub(crate) struct New<'a> {
    pub(crate) id: &'a str,
    pub(crate) reporter: &'a str,
    pub(crate) reported: &'a str,
    pub(crate) reason: &'a str,
    pub(crate) details: &'a str,
    /// JSON list of messages.
    pub(crate) evidence: &'a str,
    pub(crate) now: UnixMs,
}

/// Whether somebody reported another after that.
pub(crate) async fn any_since(
    db: impl AnyExecutor<'_>,
    (reporter, reported): (&str, &str),
    since: UnixMs,
) -> Result<bool> {
    let get = "SELECT COUNT(*) FROM reports WHERE reported_id = $1 AND created_at > $2 AND reporter_id = $3";
    let count: i64 = sqlx::query_scalar(get).bind(reported).bind(since.0).bind(reporter).fetch_one(db).await?;
    Ok(count > 0)
}

/// Keeps it.
pub(crate) async fn add(tx: &mut Tx, new: &New<'_>) -> Result<()> {
    sqlx::query(
        "INSERT INTO reports (id, reporter_id, reported_id, reason, details, evidence, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(new.id)
    .bind(new.reporter)
    .bind(new.reported)
    .bind(new.reason)
    .bind(new.details)
    .bind(new.evidence)
    .bind(new.now.0)
    .execute(&mut **tx)
    .await?;
    Ok(())
}
