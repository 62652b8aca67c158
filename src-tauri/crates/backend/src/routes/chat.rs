//! `/api/conversations`.

use crate::chat;
use crate::clock::UnixMs;
use crate::http::answers::{Guarded, OrNone, WithBody, WithQuery};
use crate::http::bearer::Bearer;
use crate::http::body::{JsonBody, MaybeJsonBody};
use crate::http::id::Id;
use crate::http::problem::Problem;
use crate::http::query::Parameters;
use crate::input;
use crate::state::Backend;
use crate::store::messages::{self, New};
use axum::Json;
use axum::extract::State;
use pizoo_api::chat::{
    Conversation, ConversationsResponse, LastMessage, MessagesResponse, ReadRequest, SendMessageRequest,
    SendMessageResponse, TypingRequest,
};
use pizoo_api::people::Notice;
use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Backend> {
    OpenApiRouter::new()
        .routes(routes!(conversations))
        .routes(routes!(messages, send))
        .routes(routes!(read))
        .routes(routes!(typing))
}

/// Messages that one answer holds.
const MOST: u32 = 500;

/// The user's matches with their last messages, newest activity first.
#[utoipa::path(
    get,
    path = "/api/conversations",
    tag = "chat",
    security(("bearer" = [])),
    responses((status = 200, description = "The conversations", body = ConversationsResponse), Guarded)
)]
async fn conversations(
    State(backend): State<Backend>,
    Bearer(user): Bearer,
) -> Result<Json<ConversationsResponse>, Problem> {
    let rows = messages::conversations(backend.store.read(), &user.id, backend.now()).await?;
    Ok(Json(ConversationsResponse { conversations: rows.into_iter().map(conversation).collect() }))
}

fn conversation(row: messages::Conversation) -> Conversation {
    Conversation {
        match_id: row.match_id.into(),
        user: row.user.into(),
        last_message: LastMessage {
            content: row.content,
            created_at: UnixMs(row.created_at.unwrap_or(row.matched_at)).iso(),
            sender_id: row.sender_id.map(Into::into),
        },
        unread_count: u32::try_from(row.unread).unwrap_or(u32::MAX),
        matched_at: UnixMs(row.matched_at).iso(),
    }
}

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Wanted {
    /// Only messages older than this one.
    before: Option<String>,
    /// How many.
    #[param(minimum = 1, maximum = 500, default = 500)]
    limit: Option<u32>,
    /// Whether what is answered counts as read then. The original always does that.
    #[param(default = true)]
    mark_read: Option<bool>,
}

/// The newest messages, oldest first, as they are; then they are marked as read, so the next answer shows it.
#[utoipa::path(
    get,
    path = "/api/conversations/{id}/messages",
    tag = "chat",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The match"), Wanted),
    responses((status = 200, description = "The messages", body = MessagesResponse), Guarded, OrNone, WithQuery)
)]
async fn messages(
    State(backend): State<Backend>,
    Bearer(user): Bearer,
    Id(id): Id,
    Parameters(wanted): Parameters<Wanted>,
) -> Result<Json<MessagesResponse>, Problem> {
    let limit = wanted.limit.unwrap_or(MOST);
    if !(1..=MOST).contains(&limit) {
        return Err(Problem::invalid_query(&["limit"], "A limit is 1 to 500"));
    }
    let found = chat::find(&backend, &user.id, &id).await?;
    let page = chat::page(&backend, &user.id, &found, wanted.before.as_deref(), limit).await?;
    if wanted.mark_read.unwrap_or(true) {
        chat::read(&backend, &user.id, &found, page.end).await?;
    }
    Ok(Json(MessagesResponse { messages: page.rows.into_iter().map(Into::into).collect(), has_more: page.more }))
}

/// Sends a message. Of requests with the same `idempotency_key` one stores it.
#[utoipa::path(
    post,
    path = "/api/conversations/{id}/messages",
    tag = "chat",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The match")),
    request_body = SendMessageRequest,
    responses((status = 200, description = "It is stored", body = SendMessageResponse), Guarded, OrNone, WithBody)
)]
pub(super) async fn send(
    State(backend): State<Backend>,
    Bearer(user): Bearer,
    Id(id): Id,
    JsonBody(body): JsonBody<SendMessageRequest>,
) -> Result<Json<SendMessageResponse>, Problem> {
    let found = chat::find(&backend, &user.id, &id).await?;
    let content = input::message(&body.content)
        .ok_or_else(|| Problem::invalid("value_error", &["content"], "A message has 1 to 4000 characters"))?;
    if body.message_type != "text" {
        return Err(Problem::invalid("value_error", &["message_type"], "Only text can be sent"));
    }
    let new_id = backend.new_id();
    let key = body.idempotency_key.as_deref().unwrap_or(&new_id);
    if key.is_empty() || key.len() > input::ID || key.contains(messages::OWN_KEYS) {
        let rule = "A key has 1 to 128 bytes and no slash";
        return Err(Problem::invalid("value_error", &["idempotency_key"], rule));
    }
    let new = New { id: &new_id, sender: &user.id, content: &content, key, now: backend.now() };
    let row = chat::send(&backend, &found, &new).await?;
    Ok(Json(SendMessageResponse { message: "Message sent".into(), data: row.into(), remaining_messages: None }))
}

/// Marks messages as read, all of them or up to one; with `private` for the reader alone.
#[utoipa::path(
    post,
    path = "/api/conversations/{id}/read-receipts",
    tag = "chat",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The match")),
    request_body = Option<ReadRequest>,
    responses((status = 200, description = "They are read", body = Notice), Guarded, OrNone, WithBody)
)]
pub(super) async fn read(
    State(backend): State<Backend>,
    Bearer(user): Bearer,
    Id(id): Id,
    MaybeJsonBody(body): MaybeJsonBody<ReadRequest>,
) -> Result<Json<Notice>, Problem> {
    let found = chat::find(&backend, &user.id, &id).await?;
    let ReadRequest { up_to, private } = body.unwrap_or_default();
    let up_to = match up_to {
        Some(message) => chat::place(&backend, &user.id, &found, message.as_str()).await?,
        None => i64::MAX,
    };
    match private {
        true => chat::read_privately(&backend, &user.id, &found, up_to).await?,
        false => chat::read(&backend, &user.id, &found, up_to).await?,
    }
    Ok(Json(Notice { message: "Messages marked as read".into() }))
}

/// Tells the other side, if they are connected, that the user writes or stopped.
#[utoipa::path(
    post,
    path = "/api/conversations/{id}/typing",
    tag = "chat",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The match")),
    request_body = TypingRequest,
    responses((status = 200, description = "They are told", body = Notice), Guarded, OrNone, WithBody)
)]
async fn typing(
    State(backend): State<Backend>,
    Bearer(user): Bearer,
    Id(id): Id,
    JsonBody(body): JsonBody<TypingRequest>,
) -> Result<Json<Notice>, Problem> {
    let found = chat::find(&backend, &user.id, &id).await?;
    chat::typing(&backend, &user.id, &found, body.is_typing);
    Ok(Json(Notice { message: "Told".into() }))
}
