//! The session keys that a development backend made up for itself and keeps in its database.

use super::{Result, Store};

const CURRENT: &str = "session-key";
const PREVIOUS: &str = "session-key-previous";

/// The key that signs, and the one before it if they were changed.
pub(crate) async fn session_keys(store: &Store, new: &str) -> Result<(String, Option<String>)> {
    let current = super::made_up_secret(store, CURRENT, new).await?;
    let get = "SELECT value FROM made_up_secrets WHERE name = $1";
    let previous = sqlx::query_scalar(get).bind(PREVIOUS).fetch_optional(store.read()).await?;
    Ok((current, previous))
}

/// Makes `new` the key that signs, and the one that did so far the previous one. The one before that is forgotten.
pub(crate) async fn rotate_session_key(store: &Store, new: &str) -> Result<()> {
    let mut tx = store.write().await?;
    super::lock(&mut tx, CURRENT).await?;
    sqlx::query(
        "INSERT INTO made_up_secrets (name, value) SELECT $2, value FROM made_up_secrets WHERE name = $1
         ON CONFLICT (name) DO UPDATE SET value = excluded.value",
    )
    .bind(CURRENT)
    .bind(PREVIOUS)
    .execute(&mut *tx)
    .await?;
    let set = "INSERT INTO made_up_secrets (name, value) VALUES ($1, $2)
               ON CONFLICT (name) DO UPDATE SET value = excluded.value";
    sqlx::query(set).bind(CURRENT).bind(new).execute(&mut *tx).await?;
    tx.commit().await
}
