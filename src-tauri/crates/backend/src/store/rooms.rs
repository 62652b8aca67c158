//! Who is in the matches' rooms, as LiveKit's webhooks say.

use super::{Result, Tx};
use crate::clock::UnixMs;
use sqlx::any::AnyExecutor;
use std::time::Duration;

/// How long a webhook is remembered, so that its repetition is known.
pub(crate) const HEARD: Duration = Duration::from_secs(24 * 3600);
/// Nobody is in a room for longer: such a row was left behind.
const STAYS: Duration = Duration::from_secs(13 * 3600);

/// What happened in a room.
#[derive(Debug)]
pub(crate) enum Change<'a> {
    /// Somebody came, then.
    Joined(&'a str, UnixMs),
    /// Somebody left who had come then.
    Left(&'a str, UnixMs),
    /// It was closed, then.
    Finished(UnixMs),
    /// Something else. LiveKit tells us things, at least.
    Other,
}

/// Takes a webhook, once. An active call whose room is empty now is marked; the sweep ends it.
pub(crate) async fn take(tx: &mut Tx, hook: &str, match_id: &str, change: &Change<'_>, now: UnixMs) -> Result<()> {
    // Two that leave at once must not each see the other.
    super::lock(tx, &format!("room/{match_id}")).await?;
    let add = "INSERT INTO livekit_hooks (id, at) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    if sqlx::query(add).bind(hook).bind(now.0).execute(&mut **tx).await?.rows_affected() == 0 {
        return Ok(());
    }
    match change {
        Change::Joined(identity, at) => {
            let add = "INSERT INTO room_participants (match_id, identity, joined_at) VALUES ($1, $2, $3)
                       ON CONFLICT (match_id, identity) DO UPDATE SET joined_at = excluded.joined_at
                       WHERE excluded.joined_at > room_participants.joined_at";
            sqlx::query(add).bind(match_id).bind(*identity).bind(at.0).execute(&mut **tx).await?;
        }
        Change::Left(identity, at) => {
            // Who came back meanwhile has a later time and stays.
            let remove = "DELETE FROM room_participants WHERE match_id = $1 AND identity = $2 AND joined_at <= $3";
            sqlx::query(remove).bind(match_id).bind(*identity).bind(at.0).execute(&mut **tx).await?;
        }
        Change::Finished(at) => {
            let remove = "DELETE FROM room_participants WHERE match_id = $1 AND joined_at <= $2";
            sqlx::query(remove).bind(match_id).bind(at.0).execute(&mut **tx).await?;
        }
        Change::Other => {}
    }
    let mark = "UPDATE calls SET empty_since =
                    CASE WHEN EXISTS (SELECT 1 FROM room_participants p WHERE p.match_id = $1) THEN NULL
                         ELSE COALESCE(empty_since, $2) END
                WHERE match_id = $1 AND state = 'active'";
    sqlx::query(mark).bind(match_id).bind(now.0).execute(&mut **tx).await?;
    Ok(())
}

/// Forgets old webhooks and rows that were left behind.
pub(crate) async fn forget(tx: &mut Tx, now: UnixMs) -> Result<()> {
    sqlx::query("DELETE FROM livekit_hooks WHERE at <= $1").bind((now - HEARD).0).execute(&mut **tx).await?;
    let left = "DELETE FROM room_participants WHERE joined_at <= $1";
    sqlx::query(left).bind((now - STAYS).0).execute(&mut **tx).await?;
    Ok(())
}

/// How many others are in the room of a user's match; none where the match is another's, or one side blocked the other.
pub(crate) async fn others(db: impl AnyExecutor<'_>, match_id: &str, user: &str) -> Result<Option<i64>> {
    let get = "SELECT (SELECT COUNT(*) FROM room_participants p WHERE p.match_id = m.id AND p.identity <> $2)
               FROM matches m
               WHERE m.id = $1 AND (m.user1_id = $2 OR m.user2_id = $2)
                 AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.user_id = m.user1_id AND b.blocked_id = m.user2_id)
                 AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.user_id = m.user2_id AND b.blocked_id = m.user1_id)";
    Ok(sqlx::query_scalar(get).bind(match_id).bind(user).fetch_optional(db).await?)
}
