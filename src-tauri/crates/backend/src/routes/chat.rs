//! `/api/conversations`.

use super::matches::mine;
use super::profile::photos;
use crate::clock::UnixMs;
use crate::http::bearer::Bearer;
use crate::http::body::JsonBody;
use crate::http::id::Id;
use crate::http::problem::Problem;
use crate::input;
use crate::state::Backend;
use crate::store::events;
use crate::store::messages::{self, New};
use axum::Json;
use axum::extract::State;
use axum::routing::{get, post};
use pizoo_api::chat::{
    Conversation, ConversationsResponse, LastMessage, Message, MessagesResponse, Partner, SendMessageRequest,
    SendMessageResponse,
};
use pizoo_api::events::Event;
use serde::Serialize;
use utoipa_axum::router::OpenApiRouter;

pub(super) fn routes() -> OpenApiRouter<Backend> {
    OpenApiRouter::new()
        .route("/api/conversations", get(conversations))
        .route("/api/conversations/{id}/messages", get(messages).post(send))
        .route("/api/conversations/{id}/read-receipts", post(read))
}

/// The newest of a conversation, as many as one answer holds.
const MOST: i64 = 500;

async fn conversations(
    State(backend): State<Backend>,
    Bearer(user): Bearer,
) -> Result<Json<ConversationsResponse>, Problem> {
    let rows = messages::conversations(backend.store.read(), &user.id).await?;
    Ok(Json(ConversationsResponse { conversations: rows.into_iter().map(conversation).collect() }))
}

fn conversation(row: messages::Conversation) -> Conversation {
    Conversation {
        match_id: row.match_id.into(),
        user: Partner {
            id: row.user_id.into(),
            name: row.name,
            display_name: row.display_name,
            photo: row.photos.and_then(|list| photos(&list).into_iter().next()),
            is_online: false,
        },
        last_message: LastMessage {
            content: row.content,
            created_at: UnixMs(row.created_at.unwrap_or(row.matched_at)).iso(),
            sender_id: row.sender_id.map(Into::into),
        },
        unread_count: u32::try_from(row.unread).unwrap_or(u32::MAX),
        matched_at: UnixMs(row.matched_at).iso(),
    }
}

/// Answers with the messages as they are, then marks them read: the next answer shows it.
async fn messages(
    State(backend): State<Backend>,
    Bearer(user): Bearer,
    Id(id): Id,
) -> Result<Json<MessagesResponse>, Problem> {
    let found = mine(&backend, &user, &id).await?;
    let rows = messages::newest(backend.store.read(), &found.id, MOST).await?;
    // A client asks every other second: it writes only if there is something to write.
    if messages::any_unread(backend.store.read(), &found.id, &user.id).await? {
        mark_read(&backend, &found.id, &user.id).await?;
    }
    Ok(Json(MessagesResponse { messages: rows.into_iter().map(Into::into).collect() }))
}

pub(super) async fn send(
    State(backend): State<Backend>,
    Bearer(user): Bearer,
    Id(id): Id,
    JsonBody(body): JsonBody<SendMessageRequest>,
) -> Result<Json<SendMessageResponse>, Problem> {
    let found = mine(&backend, &user, &id).await?;
    let content = input::message(&body.content)
        .ok_or_else(|| Problem::invalid("value_error", &["content"], "A message has 1 to 4000 characters"))?;
    if body.message_type != "text" {
        return Err(Problem::invalid("value_error", &["message_type"], "Only text can be sent"));
    }
    let new_id = backend.new_id();
    let key = body.idempotency_key.as_deref().unwrap_or(&new_id);
    if key.is_empty() || key.len() > input::ID {
        return Err(Problem::invalid("value_error", &["idempotency_key"], "A key has 1 to 128 bytes"));
    }
    let new = New { id: &new_id, sender: &user.id, content: &content, key, now: backend.now() };
    let mut tx = backend.store.write().await?;
    let now = new.now;
    let data: Message = messages::add(&mut tx, &found, &new).await?.into();
    if data.id.as_str() == new_id {
        let told = || Event::MessageNew { message: data.clone() };
        events::append(&mut tx, vec![(&found.user1_id, told()), (&found.user2_id, told())], now).await?;
    }
    tx.commit().await?;
    Ok(Json(SendMessageResponse { message: "Message sent".into(), data, remaining_messages: None }))
}

#[derive(Serialize)]
pub(super) struct Said {
    message: &'static str,
}

pub(super) async fn read(
    State(backend): State<Backend>,
    Bearer(user): Bearer,
    Id(id): Id,
) -> Result<Json<Said>, Problem> {
    let found = mine(&backend, &user, &id).await?;
    mark_read(&backend, &found.id, &user.id).await?;
    Ok(Json(Said { message: "Messages marked as read" }))
}

async fn mark_read(backend: &Backend, match_id: &str, reader: &str) -> Result<(), Problem> {
    let mut tx = backend.store.write().await?;
    messages::mark_read(&mut tx, match_id, reader, backend.now()).await?;
    tx.commit().await?;
    Ok(())
}
