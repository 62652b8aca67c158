//! The newest call tokens of each user, which are the sliding window of their limit.
//!
//! One row a user: the times of the newest 30, newest first, as text of fixed width. Another is granted if the 30th is an
//! hour old. So one upsert asks and counts, and both engines make such an upsert wait for another of the same row: no
//! transaction, no lock, nothing to forget, and it is exact however many ask at once.

use super::{Result, Store};
use crate::clock::UnixMs;
use std::time::Duration;

/// Tokens a user may get in any [`WINDOW`].
pub(crate) const MOST: i64 = 30;
/// Length of the window.
pub(crate) const WINDOW: Duration = Duration::from_secs(3600);
/// Digits of a time until the year 2286.
const WIDTH: i64 = 13;

/// What the limit says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Turn {
    /// It is counted; how many more there are now, and when the oldest leaves the window.
    Granted { left: i64, next: UnixMs },
    /// Too many; the oldest leaves the window then.
    FreeAt(UnixMs),
}

/// Counts one token for the user.
pub(crate) async fn take(store: &Store, user: &str, now: UnixMs) -> Result<Turn> {
    // A time that would break the columns: a clock that is off by centuries.
    let digits = format!("{:013}", now.0.clamp(0, 9_999_999_999_999));
    let oldest = format!("{:013}", (now - WINDOW).0.clamp(0, 9_999_999_999_999));
    let count = "INSERT INTO call_windows (user_id, times) VALUES ($1, $2)
                 ON CONFLICT (user_id) DO UPDATE SET times = substr(excluded.times || call_windows.times, 1, 390)
                 WHERE length(call_windows.times) < 390 OR substr(call_windows.times, 378, 13) <= $3
                 RETURNING times";
    debug_assert_eq!((MOST * WIDTH, (MOST - 1) * WIDTH + 1), (390, 378));
    let counted: Option<String> =
        sqlx::query_scalar(count).bind(user).bind(&digits).bind(oldest).fetch_optional(store.write_one()).await?;
    if let Some(times) = counted {
        let (used, first) = within(&times, now);
        return Ok(Turn::Granted { left: (MOST - used).max(0), next: first + WINDOW });
    }
    let get = "SELECT times FROM call_windows WHERE user_id = $1";
    let times: Option<String> = sqlx::query_scalar(get).bind(user).fetch_optional(store.read()).await?;
    let (_, first) = within(&times.unwrap_or_default(), now);
    Ok(Turn::FreeAt(first + WINDOW))
}

/// How many of these times are in the window, and the oldest of them.
fn within(times: &str, now: UnixMs) -> (i64, UnixMs) {
    let times = times.as_bytes().chunks(WIDTH.unsigned_abs() as usize);
    let times = times.filter_map(|digits| std::str::from_utf8(digits).ok()?.parse().ok()).map(UnixMs);
    times.filter(|at| *at > now - WINDOW).fold((0, now), |(count, oldest), at| (count + 1, oldest.min(at)))
}
