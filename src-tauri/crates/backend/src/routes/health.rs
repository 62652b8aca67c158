//! `/health`: alive, and what this backend offers beyond the original.

use crate::settings::Mode;
use crate::state::Backend;
use axum::Json;
use axum::extract::State;
use axum::routing::get;
use pizoo_api::health::{DEVELOPMENT_MAIL, HealthResponse, MESSAGE_IDEMPOTENCY, PUSH};
use utoipa_axum::router::OpenApiRouter;

pub(super) fn routes() -> OpenApiRouter<Backend> {
    OpenApiRouter::new().route("/health", get(health)).route("/api/health", get(health))
}

async fn health(State(backend): State<Backend>) -> Json<HealthResponse> {
    let mut features = vec![MESSAGE_IDEMPOTENCY.to_owned()];
    if backend.mode == Mode::Development {
        features.push(DEVELOPMENT_MAIL.to_owned());
    }
    if backend.push.public_key().is_some() {
        features.push(PUSH.to_owned());
    }
    Json(HealthResponse { status: "healthy".into(), features })
}
