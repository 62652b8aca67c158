//! Who there is to meet, and what was said to each: yes or no.

use super::{Result, Tx};
use crate::clock::UnixMs;
use pizoo_api::chat::MatchProfile;
use pizoo_api::people::SwipeAction;
use sqlx::AnyConnection;
use sqlx::any::AnyExecutor;

/// The other side of a match, or of one to come.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct Partner {
    pub(crate) user_id: String,
    pub(crate) name: String,
    pub(crate) display_name: Option<String>,
    pub(crate) photos: Option<String>,
    pub(crate) online: i64,
}

impl From<Partner> for pizoo_api::chat::Partner {
    fn from(row: Partner) -> Self {
        Self {
            id: row.user_id.into(),
            name: row.name,
            display_name: row.display_name,
            photo: row.photos.and_then(|list| photos(&list).into_iter().next()),
            is_online: row.online != 0,
        }
    }
}

/// As much of somebody as a list shows.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct Card {
    user_id: String,
    display_name: String,
    photos: String,
}

impl From<Card> for MatchProfile {
    fn from(row: Card) -> Self {
        Self { user_id: row.user_id.into(), display_name: row.display_name, photos: photos(&row.photos) }
    }
}

/// The stored list of addresses.
fn photos(json: &str) -> Vec<String> {
    serde_json::from_str(json).unwrap_or_else(|error| {
        tracing::warn!(%error, "a stored list of photos cannot be read");
        Vec::new()
    })
}

/// Whether there is such an account.
pub(crate) async fn exists(db: impl AnyExecutor<'_>, user: &str) -> Result<bool> {
    let get = "SELECT id FROM users WHERE id = $1";
    Ok(sqlx::query_scalar::<_, String>(get).bind(user).fetch_optional(db).await?.is_some())
}

/// Somebody as the other side of a match sees them.
pub(crate) async fn partner(db: impl AnyExecutor<'_>, user: &str, now: UnixMs) -> Result<Option<Partner>> {
    let get = "SELECT u.id AS user_id, u.name, p.display_name, p.photos,
                      CAST(CASE WHEN EXISTS (SELECT 1 FROM presence o WHERE o.user_id = u.id AND o.until > $2)
                           THEN 1 ELSE 0 END AS BIGINT) AS online
               FROM users u LEFT JOIN profiles p ON p.user_id = u.id WHERE u.id = $1";
    Ok(sqlx::query_as(get).bind(user).bind(now.0).fetch_optional(db).await?)
}

/// People whom the user has not swiped or met, and who have not blocked or been blocked by them. The longest here come
/// first, so the order holds while others join.
pub(crate) async fn discover(db: impl AnyExecutor<'_>, user: &str, most: i64) -> Result<Vec<Card>> {
    let get = "SELECT p.user_id, p.display_name, p.photos FROM profiles p
               WHERE p.user_id <> $1
                 AND NOT EXISTS (SELECT 1 FROM swipes s WHERE s.user_id = $1 AND s.target_id = p.user_id)
                 AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.user_id = $1 AND b.blocked_id = p.user_id)
                 AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.user_id = p.user_id AND b.blocked_id = $1)
                 AND NOT EXISTS (SELECT 1 FROM matches m WHERE m.user1_id = $1 AND m.user2_id = p.user_id)
                 AND NOT EXISTS (SELECT 1 FROM matches m WHERE m.user1_id = p.user_id AND m.user2_id = $1)
               ORDER BY p.created_at, p.user_id LIMIT $2";
    Ok(sqlx::query_as(get).bind(user).bind(most).fetch_all(db).await?)
}

fn word(action: SwipeAction) -> &'static str {
    match action {
        SwipeAction::Like => "like",
        SwipeAction::Pass => "pass",
    }
}

/// Keeps what a user said last.
pub(crate) async fn swipe(tx: &mut Tx, (user, target): (&str, &str), action: SwipeAction, now: UnixMs) -> Result<()> {
    let keep = "INSERT INTO swipes (user_id, target_id, action, created_at) VALUES ($1, $2, $3, $4)
                ON CONFLICT (user_id, target_id) DO UPDATE SET action = excluded.action";
    sqlx::query(keep).bind(user).bind(target).bind(word(action)).bind(now.0).execute(&mut **tx).await?;
    Ok(())
}

/// Whether a user likes another.
pub(crate) async fn likes(db: impl AnyExecutor<'_>, user: &str, target: &str) -> Result<bool> {
    let get = "SELECT action FROM swipes WHERE user_id = $1 AND target_id = $2";
    let action: Option<String> = sqlx::query_scalar(get).bind(user).bind(target).fetch_optional(db).await?;
    Ok(action.as_deref() == Some(word(SwipeAction::Like)))
}

/// Forgets what two people said of each other.
pub(crate) async fn forget_swipes(db: &mut AnyConnection, (a, b): (&str, &str)) -> Result<()> {
    let forget = "DELETE FROM swipes WHERE (user_id = $1 AND target_id = $2) OR (user_id = $2 AND target_id = $1)";
    sqlx::query(forget).bind(a).bind(b).execute(db).await?;
    Ok(())
}
