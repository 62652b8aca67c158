//! `/health`: alive, and what this backend offers beyond the original.

use crate::settings::Mode;
use crate::state::Backend;
use axum::Json;
use axum::extract::State;
use pizoo_api::health::{DEVELOPMENT_MAIL, HealthResponse, MESSAGE_IDEMPOTENCY};

pub(crate) async fn health(State(backend): State<Backend>) -> Json<HealthResponse> {
    let mut features = vec![MESSAGE_IDEMPOTENCY.to_owned()];
    if backend.mode == Mode::Development {
        features.push(DEVELOPMENT_MAIL.to_owned());
    }
    Json(HealthResponse { status: "healthy".into(), features })
}
