//! Error answers: `{"detail": string}`, and for a bad body a list as FastAPI's.

use crate::livekit::TokenError;
use crate::session::SessionError;
use crate::store::StoreError;
use axum::Json;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use pizoo_api::texts;
use serde_json::{Value, json};

/// An error as the client sees it.
#[derive(Debug)]
pub(crate) struct Problem {
    status: StatusCode,
    detail: Value,
    header: Option<(HeaderName, HeaderValue)>,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self { status, detail: Value::String(detail.into()), header: None }
    }

    /// 422: one place in the body and what is wrong there.
    pub(crate) fn invalid(kind: &str, place: &[&str], message: &str) -> Self {
        let place: Vec<&str> = std::iter::once("body").chain(place.iter().copied()).collect();
        let detail = json!([{"type": kind, "loc": place, "msg": message}]);
        Self { status: StatusCode::UNPROCESSABLE_ENTITY, detail, header: None }
    }

    /// 401: who asks is not known any more.
    pub(crate) fn unauthorized(detail: &str) -> Self {
        let header = Some((header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer")));
        Self { header, ..Self::new(StatusCode::UNAUTHORIZED, detail) }
    }

    /// With a header.
    pub(crate) fn with(self, header: (HeaderName, HeaderValue)) -> Self {
        Self { header: Some(header), ..self }
    }

    pub(crate) fn no_match() -> Self {
        Self::new(StatusCode::NOT_FOUND, "Match not found")
    }

    /// 500. What failed is for the log, not for the client.
    fn internal(error: &dyn std::error::Error) -> Self {
        tracing::error!(%error, "a request failed");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error")
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(json!({"detail": self.detail}))).into_response();
        if let Some((name, value)) = self.header {
            response.headers_mut().insert(name, value);
        }
        response
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        Self::internal(&error)
    }
}

impl From<sqlx::Error> for Problem {
    fn from(error: sqlx::Error) -> Self {
        Self::internal(&error)
    }
}

impl From<SessionError> for Problem {
    fn from(error: SessionError) -> Self {
        match error {
            SessionError::Refused => Self::unauthorized("Could not validate credentials"),
            SessionError::Sign(_) | SessionError::Store(_) => Self::internal(&error),
        }
    }
}

impl From<TokenError> for Problem {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::NotVerified => Self::new(StatusCode::FORBIDDEN, texts::NOT_VERIFIED),
            TokenError::NoMatch => Self::no_match(),
            TokenError::NotConfigured(why) => Self::new(StatusCode::SERVICE_UNAVAILABLE, why),
            TokenError::Limited { seconds } => {
                let header = Some((header::RETRY_AFTER, HeaderValue::from(seconds)));
                let detail = texts::rate_limited(seconds.div_ceil(60));
                Self { header, ..Self::new(StatusCode::TOO_MANY_REQUESTS, detail) }
            }
            TokenError::Sign(_) | TokenError::Store(_) => Self::internal(&error),
        }
    }
}
