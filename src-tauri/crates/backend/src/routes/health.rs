//! `/health`: alive, and what this backend offers beyond the original. It is 200 as long as the program answers, whatever
//! its database does: a restart would not help. Whether to send requests here is `/ready`.

use crate::settings::Mode;
use crate::state::Backend;
use axum::Json;
use axum::extract::State;
use pizoo_api::health::{
    CALLS, DEVELOPMENT_MAIL, EVENTS, HealthResponse, MESSAGE_IDEMPOTENCY, PHOTOS, PRIVATE_READ, PUSH,
};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Backend> {
    OpenApiRouter::new().routes(routes!(health)).routes(routes!(api_health))
}

/// Alive, and with which extensions.
#[utoipa::path(get, path = "/health", tag = "operations",
    responses((status = 200, description = "Alive", body = HealthResponse)))]
async fn health(State(backend): State<Backend>) -> Json<HealthResponse> {
    Json(answer(&backend).await)
}

/// The same, where the original's clients look.
#[utoipa::path(get, path = "/api/health", tag = "operations",
    responses((status = 200, description = "Alive", body = HealthResponse)))]
async fn api_health(State(backend): State<Backend>) -> Json<HealthResponse> {
    Json(answer(&backend).await)
}

async fn answer(backend: &Backend) -> HealthResponse {
    let mut features = [MESSAGE_IDEMPOTENCY, CALLS, EVENTS, PHOTOS, PRIVATE_READ].map(str::to_owned).to_vec();
    if backend.mode == Mode::Development {
        features.push(DEVELOPMENT_MAIL.to_owned());
    }
    if backend.push.public_key().is_some() {
        features.push(PUSH.to_owned());
    }
    let database = if backend.readiness.database(&backend.store).await { "connected" } else { "unreachable" };
    HealthResponse {
        status: "healthy".into(),
        features,
        database: Some(database.into()),
        timestamp: Some(backend.now().iso()),
        db: Some(database.into()),
        otp: Some(if backend.mode == Mode::Development { "mock" } else { "off" }.into()),
        ai: Some("off".into()),
    }
}
