//! `WS /ws/{user_id}`: the original's socket, but for its owner only.

use super::chat;
use crate::http::bearer::Bearer;
use crate::http::body::{JsonBody, MaybeJsonBody};
use crate::http::id::Id;
use crate::http::problem::Problem;
use crate::http::socket::{OriginalCaller, Upgrade};
use crate::socket::Sockets;
use crate::socket::original::Original;
use crate::state::Backend;
use crate::store::accounts::User;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::json;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Backend> {
    OpenApiRouter::new().routes(routes!(socket))
}

/// The WebSocket of the original's web and mobile clients.
///
/// The client sends `message`, `typing` and `read_receipt`; it gets `new_message`, `message_sent`, `typing`,
/// `read_receipt` and `user_status`. Nothing is replayed: a client that reconnects loads its conversation.
#[utoipa::path(
    get,
    path = "/ws/{user_id}",
    tag = "events",
    params(
        ("user_id" = String, Path, description = "One's own identifier"),
        ("token" = Option<String>, Query, description = "The access token, for a client that cannot send headers"),
    ),
    responses(
        (status = 101, description = "The WebSocket begins"),
        (status = 401, description = "The token opens nothing"),
        (status = 403, description = "No token"),
        (status = 404, description = "It is not the token's user"),
        (status = 408, description = "It took too long"),
        (status = 426, description = "The request is no WebSocket"),
    ),
    security(("bearer" = []))
)]
async fn socket(
    State(backend): State<Backend>,
    OriginalCaller(access): OriginalCaller,
    Id(user): Id,
    Upgrade(upgrade): Upgrade,
) -> Result<Response, Problem> {
    if user != access.user.id {
        return Err(Problem::new(StatusCode::NOT_FOUND, "Not Found"));
    }
    let dialect = Original::new(access.user.clone());
    Ok(Sockets::open(backend, upgrade, access, None, dialect))
}

/// Stores a message as `POST /api/conversations/{id}/messages` does.
pub(crate) async fn send(backend: &Backend, user: &User, id: String, content: String) -> Result<(), Problem> {
    let body = serde_json::from_value(json!({"content": without_nul(content)}))
        .map_err(|_| Problem::invalid("value_error", &["content"], "It is no message"))?;
    chat::send(State(backend.clone()), Bearer(user.clone()), Id(id), JsonBody(body)).await.map(drop)
}

/// Marks a conversation as read as `POST /api/conversations/{id}/read-receipts` does.
pub(crate) async fn read(backend: &Backend, user: &User, id: String) -> Result<(), Problem> {
    chat::read(State(backend.clone()), Bearer(user.clone()), Id(id), MaybeJsonBody(None)).await.map(drop)
}

/// As bodies are read.
fn without_nul(mut text: String) -> String {
    text.retain(|c| c != '\0');
    text
}
