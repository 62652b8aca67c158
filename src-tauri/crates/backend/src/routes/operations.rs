//! `/ready` and `/metrics`: for balancers and for whoever runs it.

use crate::http::client::{is_forwarded, peer};
use crate::http::problem::Problem;
use crate::settings::Mode;
use crate::state::Backend;
use axum::Json;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use secrecy::ExposeSecret as _;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Backend> {
    OpenApiRouter::new().routes(routes!(ready)).routes(routes!(metrics))
}

/// Whether requests should come here.
#[derive(Serialize, ToSchema)]
struct Ready {
    /// `ready`, `draining` or `unavailable`.
    status: &'static str,
    /// `connected` or `unreachable`.
    database: &'static str,
    /// `not configured`, `configured`, `connected` or `unreachable`. Without it, events between instances are late: no
    /// reason to send requests elsewhere.
    redis: &'static str,
    /// `configured` or `not configured`.
    livekit: &'static str,
}

/// Ready for requests: the database answers, and the backend is not about to stop.
#[utoipa::path(get, path = "/ready", tag = "operations", responses(
    (status = 200, description = "Send requests here", body = Ready),
    (status = 503, description = "Send them elsewhere", body = Ready),
))]
async fn ready(State(backend): State<Backend>) -> (StatusCode, Json<Ready>) {
    let database = backend.readiness.database(&backend.store).await;
    let (code, status) = match (database, backend.readiness.is_draining()) {
        (true, false) => (StatusCode::OK, "ready"),
        (_, true) => (StatusCode::SERVICE_UNAVAILABLE, "draining"),
        (false, false) => (StatusCode::SERVICE_UNAVAILABLE, "unavailable"),
    };
    let database = if database { "connected" } else { "unreachable" };
    let livekit = if backend.calls().is_ok() { "configured" } else { "not configured" };
    (code, Json(Ready { status, database, redis: backend.readiness.redis(), livekit }))
}

/// Numbers for Prometheus. With `METRICS_TOKEN` its bearer may read them; without, programs on the computer of a
/// development backend may. For everybody else there is no such route.
#[utoipa::path(get, path = "/metrics", tag = "operations", security((), ("metrics" = [])), responses(
    (status = 200, description = "Prometheus's text", body = String, content_type = "text/plain"),
    (status = 404, description = "Not for this client"),
))]
async fn metrics(State(backend): State<Backend>, request: Request) -> Result<Response, Problem> {
    if !may_read(&backend, &request) {
        return Err(Problem::new(StatusCode::NOT_FOUND, "Not Found"));
    }
    let text = backend.metrics.render(&backend.store.pools());
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response())
}

fn may_read(backend: &Backend, request: &Request) -> bool {
    let headers = request.headers();
    let Some(expected) = &backend.metrics_token else {
        // Through a proxy on this computer, everybody comes from here.
        let here = peer(request.extensions()).is_loopback() && !is_forwarded(headers);
        return here && backend.mode == Mode::Development;
    };
    let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()?.split_once(' '));
    let given = given.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")).map(|(_, token)| token.trim());
    // Of the hashes, how long a comparison takes tells nothing.
    given.is_some_and(|given| Sha256::digest(given) == Sha256::digest(expected.expose_secret()))
}
