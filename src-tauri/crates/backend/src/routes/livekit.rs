//! `/api/livekit`.

use crate::http::bearer::Unchecked;
use crate::http::body::JsonBody;
use crate::http::problem::Problem;
use crate::livekit::{self, TokenError};
use crate::state::Backend;
use crate::store::calls::{MOST, WINDOW};
use crate::webhook::{self, WebhookError};
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use pizoo_api::ErrorBody;
use pizoo_api::livekit::{StatusResponse, TokenRequest, TokenResponse};
use pizoo_api::texts::LIVEKIT_READY;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Backend> {
    OpenApiRouter::new().routes(routes!(token)).routes(routes!(status)).routes(routes!(hook))
}

/// A token for the room of one's own match: ten minutes, one identity. Thirty in any hour.
#[utoipa::path(post, path = "/api/livekit/token", tag = "livekit", security(("bearer" = [])),
    request_body = TokenRequest,
    responses(
        (status = 200, description = "The token.", body = TokenResponse,
            headers(("RateLimit-Policy" = String), ("RateLimit" = String))),
        (status = 401, description = "The token opens nothing.", body = ErrorBody),
        (status = 403, description = "No bearer, or not verified.", body = ErrorBody),
        (status = 404, description = "No such match.", body = ErrorBody),
        (status = 408, description = "The request took too long.", body = ErrorBody),
        (status = 409, description = "Two others are in the call.", body = ErrorBody),
        (status = 413, description = "The body is too large.", body = ErrorBody),
        (status = 422, description = "The body is not what it should be."),
        (status = 429, description = "Thirty in this hour.", body = ErrorBody,
            headers(("Retry-After" = u64), ("RateLimit-Policy" = String), ("RateLimit" = String))),
        (status = 503, description = "LiveKit is not configured.", body = ErrorBody),
    ))]
async fn token(
    State(backend): State<Backend>,
    Unchecked(claimed): Unchecked,
    body: Result<JsonBody<TokenRequest>, Problem>,
) -> Result<Response, Problem> {
    let body = match body {
        Ok(JsonBody(body)) => body,
        Err(problem) => {
            claimed.access(&backend).await?;
            return Err(problem);
        }
    };
    match livekit::token(&backend, claimed, &body).await {
        Ok(issued) => {
            let limit = limit(issued.left, issued.seconds)?;
            Ok((limit, Json(issued.response)).into_response())
        }
        Err(error @ TokenError::Limited { seconds }) => Ok((limit(0, seconds)?, Problem::from(error)).into_response()),
        Err(error) => Err(error.into()),
    }
}

/// What is left of the limit, in the words of the IETF's draft: `t` is when there is one more.
fn limit(left: i64, seconds: u64) -> Result<[(HeaderName, HeaderValue); 2], Problem> {
    let value = |text: String| {
        HeaderValue::try_from(text)
            .map_err(|_| Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error"))
    };
    Ok([
        (HeaderName::from_static("ratelimit-policy"), value(format!("\"calls\";q={MOST};w={}", WINDOW.as_secs()))?),
        (HeaderName::from_static("ratelimit"), value(format!("\"calls\";r={left};t={seconds}"))?),
    ])
}

/// Whether tokens can be issued.
#[utoipa::path(get, path = "/api/livekit/status", tag = "livekit",
    responses(
        (status = 200, description = "Whether calls are configured.", body = StatusResponse),
        (status = 408, description = "The request took too long.", body = ErrorBody),
    ))]
async fn status(State(backend): State<Backend>) -> Json<StatusResponse> {
    Json(match backend.calls() {
        Ok(livekit) => StatusResponse { configured: true, url: Some(livekit.url), message: LIVEKIT_READY.into() },
        Err(message) => StatusResponse { configured: false, url: None, message },
    })
}

/// For LiveKit alone, which signs what it says: who came into a room and who left it.
#[utoipa::path(post, path = "/api/livekit/webhook", tag = "livekit",
    request_body(content = String, content_type = "application/webhook+json"),
    params(("Authorization" = String, Header, description = "LiveKit's signature, a JWT with the hash of the body.")),
    responses(
        (status = 200, description = "Taken."),
        (status = 401, description = "The signature is not LiveKit's.", body = ErrorBody),
        (status = 408, description = "The request took too long.", body = ErrorBody),
        (status = 413, description = "The body is too large.", body = ErrorBody),
        (status = 503, description = "LiveKit is not configured.", body = ErrorBody),
    ))]
async fn hook(State(backend): State<Backend>, headers: HeaderMap, body: Bytes) -> Result<StatusCode, Problem> {
    let signature = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    webhook::take(&backend, signature, &body).await?;
    Ok(StatusCode::OK)
}

impl From<WebhookError> for Problem {
    fn from(error: WebhookError) -> Self {
        match error {
            WebhookError::NotConfigured(why) => Self::new(StatusCode::SERVICE_UNAVAILABLE, why),
            WebhookError::Refused => Self::unauthorized("The signature is not LiveKit's"),
            WebhookError::Store(error) => error.into(),
        }
    }
}
