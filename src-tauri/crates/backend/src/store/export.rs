//! Everything that is stored about one user, as JSON for its owner.

use super::Result;
use crate::clock::UnixMs;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};
use sqlx::any::{AnyRow, AnyTypeInfoKind};
use sqlx::{AnyPool, Column as _, Row as _, ValueRef as _};

/// Name in the export, and what it holds; `$1` is the user. Secrets are left out: hashes, keys, the path of a push address,
/// which is one. What others wrote is theirs, and a caller is not told why there was no answer.
const LISTS: [(&str, &str); 15] = [
    ("password", "SELECT phone, set_at FROM passwords WHERE user_id = $1"),
    (
        "matches",
        "SELECT m.id, m.matched_at, CASE m.user1_id WHEN $1 THEN m.user2_id ELSE m.user1_id END AS partner_id,
                c.since AS calls_allowed_at
         FROM matches m LEFT JOIN calling c ON c.match_id = m.id AND c.user_id = $1
         WHERE m.user1_id = $1 OR m.user2_id = $1 ORDER BY m.matched_at, m.id",
    ),
    (
        "messages",
        "SELECT id, match_id, receiver_id, content, message_type, created_at, read_at FROM messages
         WHERE sender_id = $1 AND (only_for IS NULL OR only_for = $1) ORDER BY created_at, id",
    ),
    ("private_reads", "SELECT match_id, seq FROM private_reads WHERE user_id = $1 ORDER BY match_id"),
    ("swipes", "SELECT target_id, action, created_at FROM swipes WHERE user_id = $1 ORDER BY created_at, target_id"),
    ("blocks", "SELECT blocked_id, created_at FROM blocks WHERE user_id = $1 ORDER BY created_at, blocked_id"),
    (
        "reports",
        "SELECT reported_id, reason, details, created_at FROM reports WHERE reporter_id = $1 ORDER BY created_at, id",
    ),
    (
        "calls",
        "SELECT id, match_id, CASE caller_id WHEN $1 THEN 'outgoing' ELSE 'incoming' END AS direction, call_type,
                CASE WHEN callee_id = $1 AND declined_at IS NOT NULL THEN 'ended' ELSE state END AS state,
                CASE WHEN caller_id = $1 AND outcome IN ('declined', 'busy', 'missed') THEN 'unavailable'
                     WHEN callee_id = $1 AND declined_at IS NOT NULL THEN 'declined'
                     ELSE outcome END AS outcome, created_at, accepted_at,
                CASE WHEN callee_id = $1 AND declined_at IS NOT NULL THEN declined_at ELSE ended_at END AS ended_at
         FROM calls WHERE caller_id = $1 OR callee_id = $1 ORDER BY created_at, id",
    ),
    ("call_windows", "SELECT times FROM call_windows WHERE user_id = $1"),
    (
        "sessions",
        "SELECT id, device, created_at, rotated_at AS last_used_at, expires_at, revoked_at AS ended_at FROM sessions
         WHERE user_id = $1 ORDER BY created_at, id",
    ),
    (
        "sign_in_links",
        "SELECT l.created_at, l.expires_at, l.used_at FROM magic_links l JOIN users u ON u.email = l.email
         WHERE u.id = $1 ORDER BY l.created_at",
    ),
    (
        "phone_codes",
        "SELECT c.created_at, c.expires_at, c.used_at FROM phone_codes c JOIN users u ON u.phone = c.phone
         WHERE u.id = $1 ORDER BY c.created_at",
    ),
    (
        "push_subscriptions",
        "SELECT id, endpoint AS endpoint_url, created_at FROM push_subscriptions WHERE user_id = $1 ORDER BY created_at, id",
    ),
    ("photos", "SELECT id, kind AS content_type, content AS content_base64, created_at FROM photos WHERE user_id = $1"),
    ("rooms", "SELECT match_id, joined_at FROM room_participants WHERE identity = $1 ORDER BY joined_at, match_id"),
];

/// Each list of the export under its name.
pub(crate) async fn lists(db: &AnyPool, user: &str) -> Result<Map<String, Value>> {
    let mut export = Map::new();
    for (name, query) in LISTS {
        let rows = sqlx::query(query).bind(user).fetch_all(db).await?;
        let rows = rows.iter().map(object).collect::<Result<Vec<Value>>>()?;
        export.insert(name.to_owned(), Value::Array(rows));
    }
    Ok(export)
}

fn object(row: &AnyRow) -> Result<Value> {
    let mut object = Map::new();
    for column in row.columns() {
        let (name, at) = (column.name(), column.ordinal());
        let raw = row.try_get_raw(at)?;
        let value = match raw.type_info().kind() {
            _ if raw.is_null() => Value::Null,
            AnyTypeInfoKind::Text => text(name, row.try_get(at)?),
            AnyTypeInfoKind::Blob => Value::String(STANDARD.encode(row.try_get::<Vec<u8>, _>(at)?)),
            _ => number(name, row.try_get(at)?),
        };
        object.insert(name.to_owned(), value);
    }
    Ok(Value::Object(object))
}

/// Of a push address only the server: the rest of it lets anybody send.
fn text(name: &str, text: String) -> Value {
    match name {
        "endpoint_url" => {
            url::Url::parse(&text).map_or(Value::Null, |url| Value::String(url.origin().ascii_serialization()))
        }
        _ => Value::String(text),
    }
}

fn number(name: &str, number: i64) -> Value {
    if name.ends_with("_at") { Value::String(UnixMs(number).iso()) } else { Value::from(number) }
}
