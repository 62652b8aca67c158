//! Chat messages and the list of conversations.

use super::matches::Match;
use super::{Result, Tx};
use crate::clock::UnixMs;
use sqlx::AnyConnection;
use sqlx::any::AnyExecutor;

/// A row of `messages`.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct Row {
    id: String,
    match_id: String,
    sender_id: String,
    receiver_id: String,
    content: String,
    message_type: String,
    created_at: i64,
    pub(crate) read_at: Option<i64>,
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
    pub(crate) user_id: String,
    pub(crate) name: String,
    pub(crate) display_name: Option<String>,
    pub(crate) photos: Option<String>,
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

/// The newest of a conversation that this user sees, oldest first.
pub(crate) async fn newest(db: impl AnyExecutor<'_>, match_id: &str, user: &str, most: i64) -> Result<Vec<Row>> {
    let get = "SELECT * FROM messages WHERE match_id = $1 AND (only_for IS NULL OR only_for = $2)
               ORDER BY seq DESC LIMIT $3";
    let mut rows: Vec<Row> = sqlx::query_as(get).bind(match_id).bind(user).bind(most).fetch_all(db).await?;
    rows.reverse();
    Ok(rows)
}

/// Stores a message once: a second one with the same key gets the first.
pub(crate) async fn add(tx: &mut Tx, to: &Match, new: &New<'_>) -> Result<Row> {
    super::lock(tx, &format!("messages/{}", to.id)).await?;
    sqlx::query(
        "INSERT INTO messages
             (id, match_id, seq, sender_id, receiver_id, content, message_type, idempotency_key, created_at)
         VALUES ($1, $2, (SELECT COALESCE(MAX(seq), 0) + 1 FROM messages WHERE match_id = $2), $3, $4, $5, 'text', $6, $7)
         ON CONFLICT (match_id, sender_id, idempotency_key) DO NOTHING",
    )
    .bind(new.id)
    .bind(&to.id)
    .bind(new.sender)
    .bind(to.partner_of(new.sender))
    .bind(new.content)
    .bind(new.key)
    .bind(new.now.0)
    .execute(&mut **tx)
    .await?;
    let get = "SELECT * FROM messages WHERE match_id = $1 AND sender_id = $2 AND idempotency_key = $3";
    Ok(sqlx::query_as(get).bind(&to.id).bind(new.sender).bind(new.key).fetch_one(&mut **tx).await?)
}

/// Whether something waits to be read. A line that the reader does not see counts: its sender may see that it was "read",
/// as with any other.
pub(crate) async fn any_unread(db: impl AnyExecutor<'_>, match_id: &str, reader: &str) -> Result<bool> {
    let get = "SELECT COUNT(*) FROM messages WHERE match_id = $1 AND receiver_id = $2 AND read_at IS NULL";
    Ok(sqlx::query_scalar::<_, i64>(get).bind(match_id).bind(reader).fetch_one(db).await? > 0)
}

/// Marks everything in it as read by the receiver.
pub(crate) async fn mark_read(db: &mut AnyConnection, match_id: &str, reader: &str, now: UnixMs) -> Result<()> {
    let mark = "UPDATE messages SET read_at = $3 WHERE match_id = $1 AND receiver_id = $2 AND read_at IS NULL";
    sqlx::query(mark).bind(match_id).bind(reader).bind(now.0).execute(db).await?;
    Ok(())
}

/// A user's conversations, newest activity first.
pub(crate) async fn conversations(db: impl AnyExecutor<'_>, user: &str) -> Result<Vec<Conversation>> {
    let get = "SELECT m.id AS match_id, m.matched_at, u.id AS user_id, u.name, p.display_name, p.photos,
                      l.content, l.created_at, l.sender_id,
                      (SELECT COUNT(*) FROM messages r
                       WHERE r.match_id = m.id AND r.receiver_id = $1 AND r.read_at IS NULL
                         AND (r.only_for IS NULL OR r.only_for = $1)) AS unread
               FROM matches m
               JOIN users u ON u.id = CASE m.user1_id WHEN $1 THEN m.user2_id ELSE m.user1_id END
               LEFT JOIN profiles p ON p.user_id = u.id
               LEFT JOIN messages l ON l.match_id = m.id
                    AND l.seq = (SELECT MAX(seq) FROM messages n WHERE n.match_id = m.id
                                 AND (n.only_for IS NULL OR n.only_for = $1))
               WHERE m.user1_id = $1 OR m.user2_id = $1
               ORDER BY COALESCE(l.created_at, m.matched_at) DESC, m.id";
    Ok(sqlx::query_as(get).bind(user).fetch_all(db).await?)
}
