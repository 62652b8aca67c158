//! Chat messages and the list of conversations.

use super::matches::Match;
use super::people::Partner;
use super::{Result, Tx};
use crate::clock::UnixMs;
use pizoo_api::events::Event;
use sqlx::any::AnyExecutor;

/// A row of `messages`.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct Row {
    id: String,
    match_id: String,
    pub(crate) seq: i64,
    sender_id: String,
    receiver_id: String,
    content: String,
    message_type: String,
    created_at: i64,
    read_at: Option<i64>,
}

impl From<Row> for pizoo_api::chat::Message {
    fn from(row: Row) -> Self {
        Self {
            id: row.id.into(),
            match_id: row.match_id.into(),
            sender_id: row.sender_id.into(),
            receiver_id: row.receiver_id.into(),
            content: row.content,
            message_type: row.message_type,
            status: if row.read_at.is_some() { "read" } else { "sent" }.to_owned(),
            created_at: UnixMs(row.created_at).iso(),
            read_at: row.read_at.map(|at| UnixMs(at).iso()),
        }
    }
}

/// One line of the list of conversations.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct Conversation {
    pub(crate) match_id: String,
    pub(crate) matched_at: i64,
    #[sqlx(flatten)]
    pub(crate) user: Partner,
    pub(crate) content: Option<String>,
    pub(crate) created_at: Option<i64>,
    pub(crate) sender_id: Option<String>,
    pub(crate) unread: i64,
}

/// What somebody sends.
pub(crate) struct New<'a> {
    pub(crate) id: &'a str,
    pub(crate) sender: &'a str,
    pub(crate) content: &'a str,
    pub(crate) key: &'a str,
    pub(crate) now: UnixMs,
}

/// Whether the message is new, or was stored before with the same key.
pub(crate) enum Added {
    New(Row),
    Before(Row),
}

/// The newest of a conversation that a user sees, before a place in it, oldest first.
pub(crate) async fn page(
    db: impl AnyExecutor<'_>,
    (match_id, user): (&str, &str),
    before: Option<i64>,
    most: i64,
) -> Result<Vec<Row>> {
    let get = "SELECT * FROM messages WHERE match_id = $1 AND (only_for IS NULL OR only_for = $2) AND seq < $3
               ORDER BY seq DESC LIMIT $4";
    let query = sqlx::query_as(get).bind(match_id).bind(user).bind(before.unwrap_or(i64::MAX)).bind(most);
    let mut rows: Vec<Row> = query.fetch_all(db).await?;
    rows.reverse();
    Ok(rows)
}

/// The place of the newest message of a conversation, whoever sees it; 0 before the first.
pub(crate) async fn head(db: impl AnyExecutor<'_>, match_id: &str) -> Result<i64> {
    let get = "SELECT COALESCE(MAX(seq), 0) FROM messages WHERE match_id = $1";
    Ok(sqlx::query_scalar(get).bind(match_id).fetch_one(db).await?)
}

/// The place of a message that a user sees in its conversation; of another conversation's there is none.
pub(crate) async fn place(db: impl AnyExecutor<'_>, (match_id, user): (&str, &str), id: &str) -> Result<Option<i64>> {
    let get = "SELECT seq FROM messages WHERE match_id = $1 AND id = $2 AND (only_for IS NULL OR only_for = $3)";
    Ok(sqlx::query_scalar(get).bind(match_id).bind(id).bind(user).fetch_optional(db).await?)
}

const NEXT: &str = "SELECT COALESCE(MAX(seq), 0) + 1 FROM messages WHERE match_id = $1";
const ADD: &str = "INSERT INTO messages
         (id, match_id, seq, sender_id, receiver_id, content, message_type, idempotency_key, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
     ON CONFLICT (match_id, sender_id, idempotency_key) DO NOTHING RETURNING *";

async fn insert(tx: &mut Tx, to: &Match, new: &New<'_>, seq: i64, kind: &str) -> Result<Option<Row>> {
    let row = sqlx::query_as(ADD)
        .bind(new.id)
        .bind(&to.id)
        .bind(seq)
        .bind(new.sender)
        .bind(to.partner_of(new.sender))
        .bind(new.content)
        .bind(kind)
        .bind(new.key)
        .bind(new.now.0)
        .fetch_optional(&mut **tx)
        .await?;
    Ok(row)
}

/// Stores a message once: a second one with the same key gets the first. That the match stays meanwhile is for the
/// caller to see to, by the pair's lock.
pub(crate) async fn add(tx: &mut Tx, to: &Match, new: &New<'_>) -> Result<Added> {
    super::lock(tx, &format!("messages/{}", to.id)).await?;
    let seq = sqlx::query_scalar(NEXT).bind(&to.id).fetch_one(&mut **tx).await?;
    if let Some(row) = insert(tx, to, new, seq, "text").await? {
        return Ok(Added::New(row));
    }
    let get = "SELECT * FROM messages WHERE match_id = $1 AND sender_id = $2 AND idempotency_key = $3";
    let row = sqlx::query_as(get).bind(&to.id).bind(new.sender).bind(new.key).fetch_one(&mut **tx).await?;
    Ok(Added::Before(row))
}

/// In the keys of the lines that nobody typed, and in nobody else's: such a line cannot be forestalled.
pub(crate) const OWN_KEYS: char = '/';

/// What both sides of a match are told of a new message.
pub(crate) fn news<'a>(to: &'a Match, row: &Row) -> [(&'a str, Event); 2] {
    let event = Event::MessageNew { message: row.clone().into() };
    let (one, two) = to.pair();
    [(one, event.clone()), (two, event)]
}

/// Whether something up to that place waits to be read. A line that the reader does not see counts: its sender sees that
/// it was "read", as with any other.
pub(crate) async fn any_unread(db: impl AnyExecutor<'_>, match_id: &str, reader: &str, up_to: i64) -> Result<bool> {
    let get =
        "SELECT COUNT(*) FROM messages WHERE match_id = $1 AND receiver_id = $2 AND read_at IS NULL AND seq <= $3";
    let count: i64 = sqlx::query_scalar(get).bind(match_id).bind(reader).bind(up_to).fetch_one(db).await?;
    Ok(count > 0)
}

/// A message that was marked as read.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct Marked {
    pub(crate) id: String,
    seq: i64,
    /// The only one who sees the line; the reader does not.
    pub(crate) only_for: Option<String>,
}

/// Marks what a reader got, up to that place, as read. What was unread comes back in order.
pub(crate) async fn mark_read(
    tx: &mut Tx,
    match_id: &str,
    (reader, up_to): (&str, i64),
    now: UnixMs,
) -> Result<Vec<Marked>> {
    let mark = "UPDATE messages SET read_at = $3
                WHERE match_id = $1 AND receiver_id = $2 AND read_at IS NULL AND seq <= $4 RETURNING id, seq, only_for";
    let query = sqlx::query_as(mark).bind(match_id).bind(reader).bind(now.0).bind(up_to);
    let mut marked: Vec<Marked> = query.fetch_all(&mut **tx).await?;
    marked.sort_by_key(|marked| marked.seq);
    Ok(marked)
}

/// The newest message up to that place that waits to be read, as the reader sees it: its id and place.
pub(crate) async fn newest_unread(
    db: impl AnyExecutor<'_>,
    match_id: &str,
    reader: &str,
    up_to: i64,
) -> Result<Option<(String, i64)>> {
    let get = "SELECT r.id, r.seq FROM messages r
               WHERE r.match_id = $1 AND r.receiver_id = $2 AND r.read_at IS NULL AND r.seq <= $3
                 AND (r.only_for IS NULL OR r.only_for = $2)
                 AND r.seq > COALESCE((SELECT k.seq FROM private_reads k WHERE k.match_id = $1 AND k.user_id = $2), 0)
               ORDER BY r.seq DESC LIMIT 1";
    Ok(sqlx::query_as(get).bind(match_id).bind(reader).bind(up_to).fetch_optional(db).await?)
}

/// Remembers that a reader has read up to that place; the sender does not learn of it.
pub(crate) async fn mark_privately(tx: &mut Tx, match_id: &str, reader: &str, up_to: i64) -> Result<()> {
    let mark = "INSERT INTO private_reads (match_id, user_id, seq) VALUES ($1, $2, $3)
                ON CONFLICT (match_id, user_id) DO UPDATE SET seq = excluded.seq WHERE private_reads.seq < excluded.seq";
    sqlx::query(mark).bind(match_id).bind(reader).bind(up_to).execute(&mut **tx).await?;
    Ok(())
}

/// A user's conversations, newest activity first.
pub(crate) async fn conversations(db: impl AnyExecutor<'_>, user: &str, now: UnixMs) -> Result<Vec<Conversation>> {
    let get = "SELECT m.id AS match_id, m.matched_at, u.id AS user_id, u.name, p.display_name, p.photos,
                      CAST(CASE WHEN EXISTS (SELECT 1 FROM presence o WHERE o.user_id = u.id AND o.until > $2)
                           THEN 1 ELSE 0 END AS BIGINT) AS online,
                      l.content, l.created_at, l.sender_id,
                      (SELECT COUNT(*) FROM messages r
                       WHERE r.match_id = m.id AND r.receiver_id = $1 AND r.read_at IS NULL
                         AND (r.only_for IS NULL OR r.only_for = $1)
                         AND r.seq > COALESCE((SELECT k.seq FROM private_reads k
                                               WHERE k.match_id = m.id AND k.user_id = $1), 0)) AS unread
               FROM matches m
               JOIN users u ON u.id = CASE m.user1_id WHEN $1 THEN m.user2_id ELSE m.user1_id END
               LEFT JOIN profiles p ON p.user_id = u.id
               LEFT JOIN messages l ON l.match_id = m.id
                    AND l.seq = (SELECT MAX(seq) FROM messages n WHERE n.match_id = m.id
                                 AND (n.only_for IS NULL OR n.only_for = $1))
               WHERE (m.user1_id = $1 OR m.user2_id = $1)
                 AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.user_id = $1 AND b.blocked_id = u.id)
                 AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.user_id = u.id AND b.blocked_id = $1)
               ORDER BY COALESCE(l.created_at, m.matched_at) DESC, m.id";
    Ok(sqlx::query_as(get).bind(user).bind(now.0).fetch_all(db).await?)
}
