//! Call tokens: whether a user gets one now, and the newest of each user, which are the sliding window of their limit.
//!
//! One row a user: the times of the newest 30, newest first, as text of fixed width. Another is granted if the 30th is an
//! hour old. So one upsert asks and counts, and both engines make such an upsert wait for another of the same row: no
//! transaction, no lock, nothing to forget, and it is exact however many ask at once.
//!
//! The same statement looks whether the session lives and the user may call in that match, so what is counted was allowed
//! in that moment. It says nothing of those whom it refuses: why, is for whoever asks to find out.

#[cfg(test)]
mod tests;

use super::Result;
use super::gather::{self, Gather};
use crate::clock::UnixMs;
use sqlx::any::AnyExecutor;
use sqlx::{AnyPool, AssertSqlSafe};
use std::collections::HashMap;
use std::time::Duration;

/// Tokens a user may get in any [`WINDOW`].
pub(crate) const MOST: i64 = 30;
/// Length of the window.
pub(crate) const WINDOW: Duration = Duration::from_secs(3600);
/// Others in a room that leave no seat: two people are a call.
pub(crate) const FULL: i64 = 2;
/// Digits of a time until the year 2286.
const WIDTH: i64 = 13;

/// Whoever asks for a token.
#[derive(Clone, Debug)]
pub(crate) struct Ask {
    pub(crate) session: String,
    pub(crate) user: String,
    pub(crate) match_id: String,
    pub(crate) now: UnixMs,
}

/// It is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Granted {
    /// How many more there are now.
    pub(crate) left: i64,
    /// When the oldest leaves the window.
    pub(crate) next: UnixMs,
}

/// Counts tokens, many at once.
pub(crate) type Tokens = Gather<Ask>;

impl gather::Ask for Ask {
    /// `None`: not now, or not this user.
    type Answer = Option<Granted>;

    fn alone_in(&self) -> Option<&str> {
        Some(&self.user)
    }

    async fn answer(writer: &AnyPool, asks: &[Self]) -> Result<Vec<Option<Granted>>> {
        let places = gather::places(asks.len());
        // CROSS JOIN: SQLite takes the tables in this order. ORDER BY: two instances meet the rows in one order.
        let count = format!(
            "WITH asked (session_id, user_id, match_id) AS (VALUES {})
             INSERT INTO call_windows (user_id, times)
             SELECT u.id, $2
             FROM asked a CROSS JOIN sessions s CROSS JOIN users u CROSS JOIN matches m
             WHERE s.id = a.session_id AND s.user_id = a.user_id AND s.revoked_at IS NULL AND s.expires_at > $1
               AND u.id = a.user_id AND u.verified <> 0
               AND m.id = a.match_id AND (m.user1_id = a.user_id OR m.user2_id = a.user_id)
               AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.user_id = m.user1_id AND b.blocked_id = m.user2_id)
               AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.user_id = m.user2_id AND b.blocked_id = m.user1_id)
               AND (SELECT COUNT(*) FROM room_participants p WHERE p.match_id = m.id AND p.identity <> a.user_id) < {FULL}
             ORDER BY u.id
             ON CONFLICT (user_id) DO UPDATE SET times = substr(excluded.times || call_windows.times, 1, 390)
             WHERE length(call_windows.times) < 390 OR substr(call_windows.times, 378, 13) <= $3
             RETURNING user_id, times",
            gather::rows(4, places, 3)
        );
        const { assert!(MOST * WIDTH == 390 && (MOST - 1) * WIDTH + 1 == 378) };
        // They asked within moments of each other, and are counted now.
        let now = asks.iter().map(|ask| ask.now).max().unwrap_or(UnixMs(0));
        let mut count = sqlx::query_as(AssertSqlSafe(count)).bind(now.0).bind(digits(now)).bind(digits(now - WINDOW));
        for ask in asks {
            count = count.bind(&ask.session).bind(&ask.user).bind(&ask.match_id);
        }
        for _ in asks.len()..places {
            count = count.bind("").bind("").bind("");
        }
        let counted: Vec<(String, String)> = count.fetch_all(writer).await?;
        let counted: HashMap<String, String> = counted.into_iter().collect();
        let answer = |ask: &Self| {
            let (used, first) = within(counted.get(&ask.user)?, now);
            Some(Granted { left: (MOST - used).max(0), next: first + WINDOW })
        };
        Ok(asks.iter().map(answer).collect())
    }
}

/// When the user may have one more, if that is not now.
pub(crate) async fn free_at(db: impl AnyExecutor<'_>, user: &str, now: UnixMs) -> Result<Option<UnixMs>> {
    let get = "SELECT times FROM call_windows WHERE user_id = $1";
    let times: Option<String> = sqlx::query_scalar(get).bind(user).fetch_optional(db).await?;
    let (used, first) = within(&times.unwrap_or_default(), now);
    Ok((used >= MOST).then(|| first + WINDOW))
}

/// How many of these times are in the window, and the oldest of them.
fn within(times: &str, now: UnixMs) -> (i64, UnixMs) {
    let times = times.as_bytes().chunks(WIDTH.unsigned_abs() as usize);
    let times = times.filter_map(|digits| std::str::from_utf8(digits).ok()?.parse().ok()).map(UnixMs);
    times.filter(|at| *at > now - WINDOW).fold((0, now), |(count, oldest), at| (count + 1, oldest.min(at)))
}

/// A clock that is off by centuries would break the columns.
fn digits(time: UnixMs) -> String {
    format!("{:013}", time.0.clamp(0, 9_999_999_999_999))
}
