//! `/api/matches/{id}/calling`: each side's own agreement to be called.

use super::matches::mine;
use crate::http::bearer::Bearer;
use crate::http::body::JsonBody;
use crate::http::id::Id;
use crate::http::problem::Problem;
use crate::ringing::place;
use crate::state::Backend;
use crate::store::calling;
use axum::Json;
use axum::extract::State;
use pizoo_api::ErrorBody;
use pizoo_api::calls::Calling;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Backend> {
    OpenApiRouter::new().routes(routes!(get, put))
}

/// Whether the user agrees to be called in this match.
#[utoipa::path(get, path = "/api/matches/{id}/calling", tag = "calls", security(("bearer" = [])),
    params(("id" = String, Path, description = "The match.")),
    responses(
        (status = 200, description = "The user's own answer.", body = Calling),
        (status = 401, description = "The token opens nothing.", body = ErrorBody),
        (status = 403, description = "No bearer.", body = ErrorBody),
        (status = 404, description = "No such match.", body = ErrorBody),
        (status = 408, description = "The request took too long.", body = ErrorBody),
    ))]
async fn get(State(backend): State<Backend>, Bearer(user): Bearer, Id(id): Id) -> Result<Json<Calling>, Problem> {
    let found = mine(&backend, &user, &id).await?;
    let terms = calling::terms(backend.store.read(), &found.id, &user.id).await?.ok_or_else(Problem::no_match)?;
    Ok(Json(Calling { allowed: terms.mine }))
}

/// Agrees, or takes it back; at any time, from the next ring on. The other side is not told.
#[utoipa::path(put, path = "/api/matches/{id}/calling", tag = "calls", security(("bearer" = [])),
    params(("id" = String, Path, description = "The match.")), request_body = Calling,
    responses(
        (status = 200, description = "As it is now.", body = Calling),
        (status = 401, description = "The token opens nothing.", body = ErrorBody),
        (status = 403, description = "No bearer.", body = ErrorBody),
        (status = 404, description = "No such match.", body = ErrorBody),
        (status = 408, description = "The request took too long.", body = ErrorBody),
        (status = 413, description = "The body is too large.", body = ErrorBody),
        (status = 422, description = "The body is not what it should be."),
    ))]
async fn put(
    State(backend): State<Backend>,
    Bearer(user): Bearer,
    Id(id): Id,
    JsonBody(body): JsonBody<Calling>,
) -> Result<Json<Calling>, Problem> {
    place::allow(&backend, &user.id, &id, body.allowed).await?;
    Ok(Json(body))
}
