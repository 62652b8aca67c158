//! The rows of `calls`. Every change is one conditional update in a transaction that holds the locks of both people.

#[cfg(test)]
mod tests;

use super::{Result, StoreError, Tx, messages};
use crate::clock::UnixMs;
use crate::ringing::view::Line;
use crate::ringing::{Ending, Reach, Ring};
use pizoo_api::calls::CallState;
use pizoo_api::chat::Message;
use pizoo_api::events::Event;
use pizoo_api::livekit::CallType;
use sqlx::any::AnyExecutor;

/// An empty room this long ends its call: a full reconnect looks like leave and join.
const EMPTY: std::time::Duration = std::time::Duration::from_secs(30);
/// A call that was accepted and that nobody entered for this long is over, if LiveKit tells us who is where.
const NOT_ENTERED: std::time::Duration = std::time::Duration::from_secs(60);
/// Calls that one look of the sweep takes.
const SWEPT: i64 = 200;

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    match_id: String,
    caller_id: String,
    callee_id: String,
    call_type: String,
    state: String,
    reach: String,
    outcome: Option<String>,
    created_at: i64,
    expires_at: i64,
    declined_at: Option<i64>,
    accepted_at: Option<i64>,
    accepted_by: Option<String>,
    ended_at: Option<i64>,
}

const TYPES: [(CallType, &str); 2] = [(CallType::Audio, "audio"), (CallType::Video, "video")];
const STATES: [(CallState, &str); 3] =
    [(CallState::Ringing, "ringing"), (CallState::Active, "active"), (CallState::Ended, "ended")];
const REACHES: [(Reach, &str); 3] = [(Reach::Shown, "shown"), (Reach::Busy, "busy"), (Reach::Hidden, "hidden")];
const ENDINGS: [(Ending, &str); 4] = [
    (Ending::Completed, "completed"),
    (Ending::Cancelled, "cancelled"),
    (Ending::Declined, "declined"),
    (Ending::Missed, "missed"),
];

fn text<T: PartialEq>(table: &[(T, &'static str)], value: &T) -> &'static str {
    table.iter().find(|(known, _)| known == value).map_or("", |(_, text)| text)
}

fn value<T: Copy>(table: &[(T, &str)], text: &str) -> Result<T> {
    let unknown = || StoreError::Sql(sqlx::Error::Decode(format!("a call has the word {text}").into()));
    table.iter().find(|(_, known)| *known == text).map(|(value, _)| *value).ok_or_else(unknown)
}

impl TryFrom<Row> for Ring {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            call_type: value(&TYPES, &row.call_type)?,
            state: value(&STATES, &row.state)?,
            reach: value(&REACHES, &row.reach)?,
            ending: row.outcome.map(|text| value(&ENDINGS, &text)).transpose()?,
            id: row.id,
            match_id: row.match_id,
            caller: row.caller_id,
            callee: row.callee_id,
            created_at: UnixMs(row.created_at),
            expires_at: UnixMs(row.expires_at),
            declined_at: row.declined_at.map(UnixMs),
            accepted_at: row.accepted_at.map(UnixMs),
            accepted_by: row.accepted_by,
            ended_at: row.ended_at.map(UnixMs),
        })
    }
}

fn rings(rows: Vec<Row>) -> Result<Vec<Ring>> {
    rows.into_iter().map(Ring::try_from).collect()
}

/// Makes the transactions that concern one of the two wait for each other.
pub(crate) async fn lock(tx: &mut Tx, one: &str, other: &str) -> Result<()> {
    let (first, second) = if one < other { (one, other) } else { (other, one) };
    super::lock(tx, &format!("busy/{first}")).await?;
    super::lock(tx, &format!("busy/{second}")).await
}

pub(crate) async fn get(db: impl AnyExecutor<'_>, id: &str) -> Result<Option<Ring>> {
    let row: Option<Row> = sqlx::query_as("SELECT * FROM calls WHERE id = $1").bind(id).fetch_optional(db).await?;
    row.map(Ring::try_from).transpose()
}

/// What is not over of either of the two, oldest first.
pub(crate) async fn open_of(tx: &mut Tx, one: &str, other: &str) -> Result<Vec<Ring>> {
    let get = "SELECT * FROM calls WHERE state <> 'ended' AND caller_id IN ($1, $2)
               UNION SELECT * FROM calls WHERE state <> 'ended' AND callee_id IN ($1, $2)
               ORDER BY created_at, id";
    rings(sqlx::query_as(get).bind(one).bind(other).fetch_all(&mut **tx).await?)
}

pub(crate) async fn add(tx: &mut Tx, ring: &Ring) -> Result<()> {
    sqlx::query(
        "INSERT INTO calls (id, match_id, caller_id, callee_id, call_type, state, reach, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(&ring.id)
    .bind(&ring.match_id)
    .bind(&ring.caller)
    .bind(&ring.callee)
    .bind(text(&TYPES, &ring.call_type))
    .bind(text(&STATES, &ring.state))
    .bind(text(&REACHES, &ring.reach))
    .bind(ring.created_at.0)
    .bind(ring.expires_at.0)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Stores what a call has become, unless it has become something else meanwhile.
pub(crate) async fn change(tx: &mut Tx, old: &Ring, new: &Ring) -> Result<bool> {
    let changed = sqlx::query(
        "UPDATE calls SET state = $3, reach = $4, outcome = $5, accepted_at = $6, accepted_by = $7, ended_at = $8,
                          declined_at = $9
         WHERE id = $1 AND state = $2 AND COALESCE(declined_at, 0) = $10",
    )
    .bind(&old.id)
    .bind(text(&STATES, &old.state))
    .bind(text(&STATES, &new.state))
    .bind(text(&REACHES, &new.reach))
    .bind(new.ending.map(|ending| text(&ENDINGS, &ending)))
    .bind(new.accepted_at.map(|at| at.0))
    .bind(new.accepted_by.as_deref())
    .bind(new.ended_at.map(|at| at.0))
    .bind(new.declined_at.map(|at| at.0))
    .bind(old.declined_at.map_or(0, |at| at.0))
    .execute(&mut **tx)
    .await?;
    Ok(changed.rows_affected() == 1)
}

/// A user's calls, as far as they may see them, newest first: of one match or (empty) all, from before that call on.
pub(crate) async fn history(
    db: impl AnyExecutor<'_>,
    user: &str,
    match_id: &str,
    before: Option<&Ring>,
    most: i64,
) -> Result<Vec<Ring>> {
    let get = "SELECT * FROM calls
               WHERE (caller_id = $1
                      OR (callee_id = $1 AND (reach = 'shown' OR (reach = 'busy' AND state = 'ended'))))
                 AND ($2 = '' OR match_id = $2)
                 AND (created_at < $3 OR (created_at = $3 AND id < $4))
               ORDER BY created_at DESC, id DESC LIMIT $5";
    let (at, id) = before.map_or((i64::MAX, ""), |ring| (ring.created_at.0, &ring.id));
    rings(sqlx::query_as(get).bind(user).bind(match_id).bind(at).bind(id).bind(most).fetch_all(db).await?)
}

/// What rings this user or is rung by them, as far as they may see it.
pub(crate) async fn ringing(db: impl AnyExecutor<'_>, user: &str, now: UnixMs) -> Result<Vec<Ring>> {
    let get = "SELECT * FROM calls
               WHERE state = 'ringing' AND expires_at > $2
                 AND (caller_id = $1 OR (callee_id = $1 AND reach = 'shown' AND declined_at IS NULL))
               ORDER BY created_at, id";
    rings(sqlx::query_as(get).bind(user).bind(now.0).fetch_all(db).await?)
}

/// Rings whose time is over, calls that are too long, and calls whose room nobody is in.
pub(crate) async fn due(db: impl AnyExecutor<'_>, now: UnixMs) -> Result<Vec<Ring>> {
    let get = "SELECT * FROM calls WHERE state <> 'ended' AND ((state = 'ringing' AND expires_at <= $1)
                  OR (state = 'active' AND (accepted_at <= $2 OR empty_since <= $3 OR (
                      empty_since IS NULL AND accepted_at <= $4
                      AND NOT EXISTS (SELECT 1 FROM room_participants p WHERE p.match_id = calls.match_id)
                      AND EXISTS (SELECT 1 FROM livekit_hooks h WHERE h.at > $5)))))
               ORDER BY created_at LIMIT $6";
    let rows = sqlx::query_as(get)
        .bind(now.0)
        .bind((now - crate::ringing::LONGEST).0)
        .bind((now - EMPTY).0)
        .bind((now - NOT_ENTERED).0)
        .bind((now - super::rooms::HEARD).0)
        .bind(SWEPT);
    rings(rows.fetch_all(db).await?)
}

/// Whether the room of that call is still as empty as [`due`] found it.
pub(crate) async fn is_room_empty(tx: &mut Tx, match_id: &str) -> Result<bool> {
    let get = "SELECT COUNT(*) FROM room_participants WHERE match_id = $1";
    Ok(sqlx::query_scalar::<_, i64>(get).bind(match_id).fetch_one(&mut **tx).await? == 0)
}

/// Ends the calls of a match that is about to go (a block, an unmatch, a deleted account), before its row does. What both
/// sides are to be told is for the caller to append, as the last step of the transaction.
pub(crate) async fn end_calls_of_match(tx: &mut Tx, match_id: &str, now: UnixMs) -> Result<Vec<(String, Event)>> {
    let get = "SELECT user1_id, user2_id FROM matches WHERE id = $1";
    let people: Option<(String, String)> = sqlx::query_as(get).bind(match_id).fetch_optional(&mut **tx).await?;
    let Some((one, other)) = people else { return Ok(Vec::new()) };
    lock(tx, &one, &other).await?;
    let get = "SELECT * FROM calls WHERE match_id = $1 AND state <> 'ended'";
    let open = rings(sqlx::query_as(get).bind(match_id).fetch_all(&mut **tx).await?)?;
    let mut told = Vec::new();
    for ring in open {
        if let Some(over) = ring.abandoned(now)
            && change(tx, &ring, &over).await?
        {
            told.extend(over.events_since(&ring));
        }
    }
    Ok(told)
}

/// A line about a call in its conversation: of its end one, and before that one of its refusal.
pub(crate) async fn add_line(
    tx: &mut Tx,
    id: &str,
    ring: &Ring,
    line: &Line<'_>,
    now: UnixMs,
) -> Result<Option<Message>> {
    super::lock(tx, &format!("messages/{}", ring.match_id)).await?;
    let key = if ring.state == CallState::Ended { "call" } else { "refusal" };
    let row: Option<messages::Row> = sqlx::query_as(
        "INSERT INTO messages
             (id, match_id, seq, sender_id, receiver_id, content, message_type, idempotency_key, created_at, only_for,
              read_at)
         VALUES ($1, $2, (SELECT COALESCE(MAX(seq), 0) + 1 FROM messages WHERE match_id = $2), $3, $4, $5, 'system', $6,
                 $7, $8, $9)
         ON CONFLICT (match_id, sender_id, idempotency_key) DO NOTHING RETURNING *",
    )
    .bind(id)
    .bind(&ring.match_id)
    .bind(&ring.caller)
    .bind(&ring.callee)
    .bind(&line.content)
    .bind(format!("{key}/{}", ring.id))
    .bind(now.0)
    .bind(line.only_for)
    .bind(line.is_read.then_some(now.0))
    .fetch_optional(&mut **tx)
    .await?;
    Ok(row.map(Message::from))
}
