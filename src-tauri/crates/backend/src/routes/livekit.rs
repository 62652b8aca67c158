//! `/api/livekit`.

use crate::http::bearer::Bearer;
use crate::http::body::JsonBody;
use crate::http::problem::Problem;
use crate::livekit;
use crate::state::Backend;
use axum::Json;
use axum::extract::State;
use axum::routing::post;
use pizoo_api::livekit::{StatusResponse, TokenRequest, TokenResponse};
use pizoo_api::texts::LIVEKIT_READY;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Backend> {
    OpenApiRouter::new().route("/api/livekit/token", post(token)).routes(routes!(status))
}

async fn token(
    State(backend): State<Backend>,
    Bearer(user): Bearer,
    JsonBody(body): JsonBody<TokenRequest>,
) -> Result<Json<TokenResponse>, Problem> {
    Ok(Json(livekit::token(&backend, &user, &body).await?))
}

/// Whether calls can be made.
#[utoipa::path(get, path = "/api/livekit/status", tag = "calls",
    responses((status = 200, description = "Whether they can, and if not, why", body = StatusResponse)))]
async fn status(State(backend): State<Backend>) -> Json<StatusResponse> {
    Json(match backend.calls() {
        Ok(livekit) => StatusResponse { configured: true, url: Some(livekit.url), message: LIVEKIT_READY.into() },
        Err(message) => StatusResponse { configured: false, url: None, message },
    })
}
