//! Where users want pushes.

use super::{Result, Store, Tx};
use sqlx::any::AnyExecutor;

/// Subscriptions a user may have; a new one takes the place of the oldest.
const MOST: i64 = 10;

/// A row of `push_subscriptions`.
#[derive(Clone, sqlx::FromRow)]
pub(crate) struct Subscription {
    pub(crate) id: String,
    pub(crate) endpoint: String,
    pub(crate) p256dh: String,
    pub(crate) auth: String,
    pub(crate) created_at: i64,
}

/// Keeps it and tells its id, which stays when the same endpoint comes again with new keys. An endpoint is one browser:
/// it belongs to whoever signed in there last, so nobody before is told of there any more.
pub(crate) async fn add(tx: &mut Tx, user: &str, new: &Subscription) -> Result<String> {
    super::lock(tx, "push").await?;
    let take = "DELETE FROM push_subscriptions WHERE endpoint = $1 AND user_id <> $2";
    sqlx::query(take).bind(&new.endpoint).bind(user).execute(&mut **tx).await?;
    let put = "INSERT INTO push_subscriptions (id, user_id, endpoint, p256dh, auth, created_at)
               VALUES ($1, $2, $3, $4, $5, $6)
               ON CONFLICT (user_id, endpoint) DO UPDATE
               SET p256dh = excluded.p256dh, auth = excluded.auth, created_at = excluded.created_at
               RETURNING id";
    let id: String = sqlx::query_scalar(put)
        .bind(&new.id)
        .bind(user)
        .bind(&new.endpoint)
        .bind(&new.p256dh)
        .bind(&new.auth)
        .bind(new.created_at)
        .fetch_one(&mut **tx)
        .await?;
    // The one just put is never the oldest, even if all are of the same millisecond.
    let keep = "DELETE FROM push_subscriptions WHERE user_id = $1 AND id <> $2 AND id NOT IN (
                    SELECT id FROM push_subscriptions WHERE user_id = $1 AND id <> $2
                    ORDER BY created_at DESC, id LIMIT $3)";
    sqlx::query(keep).bind(user).bind(&id).bind(MOST - 1).execute(&mut **tx).await?;
    Ok(id)
}

/// A user's, newest first.
pub(crate) async fn of<'a>(db: impl AnyExecutor<'a>, user: &str) -> Result<Vec<Subscription>> {
    let get = "SELECT id, endpoint, p256dh, auth, created_at FROM push_subscriptions
               WHERE user_id = $1 ORDER BY created_at DESC, id";
    Ok(sqlx::query_as(get).bind(user).fetch_all(db).await?)
}

/// Whether it was there and this user's.
pub(crate) async fn remove(tx: &mut Tx, user: &str, id: &str) -> Result<bool> {
    let remove = "DELETE FROM push_subscriptions WHERE id = $1 AND user_id = $2";
    Ok(sqlx::query(remove).bind(id).bind(user).execute(&mut **tx).await?.rows_affected() > 0)
}

/// Removes one that its push service does not know any more.
pub(crate) async fn remove_dead(store: &Store, dead: &Subscription) -> Result<()> {
    let mut tx = store.write().await?;
    // Its owner may have renewed it meanwhile.
    let remove = "DELETE FROM push_subscriptions WHERE id = $1 AND p256dh = $2 AND auth = $3";
    sqlx::query(remove).bind(&dead.id).bind(&dead.p256dh).bind(&dead.auth).execute(&mut *tx).await?;
    tx.commit().await
}
