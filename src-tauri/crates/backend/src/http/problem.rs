//! Error answers: `{"detail": string}`, and for a bad body a list as FastAPI's.

use crate::chat::ChatError;
use crate::livekit::TokenError;
use crate::outbox::OutboxError;
use crate::password::HashError;
use crate::people::PeopleError;
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
        Self::invalid_part("body", kind, place, message)
    }

    /// 422: a parameter after `?`.
    pub(crate) fn invalid_query(place: &[&str], message: &str) -> Self {
        Self::invalid_part("query", "value_error", place, message)
    }

    fn invalid_part(part: &str, kind: &str, place: &[&str], message: &str) -> Self {
        let place: Vec<&str> = std::iter::once(part).chain(place.iter().copied()).collect();
        let detail = json!([{"type": kind, "loc": place, "msg": message}]);
        Self { status: StatusCode::UNPROCESSABLE_ENTITY, detail, header: None }
    }

    /// 401: who asks is not known any more.
    pub(crate) fn unauthorized(detail: &str) -> Self {
        let header = Some((header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer")));
        Self { header, ..Self::new(StatusCode::UNAUTHORIZED, detail) }
    }

    /// 429: the same again in so many seconds.
    pub(crate) fn too_many(seconds: u64) -> Self {
        let detail = format!("Too many requests. Try again in {seconds} seconds.");
        Self::new(StatusCode::TOO_MANY_REQUESTS, detail).with((header::RETRY_AFTER, HeaderValue::from(seconds)))
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

impl From<OutboxError> for Problem {
    fn from(error: OutboxError) -> Self {
        let detail = match error {
            OutboxError::NotConfigured => "Not configured",
            OutboxError::Full => "Too many messages wait to be sent. Try again later.",
        };
        Self::new(StatusCode::SERVICE_UNAVAILABLE, detail)
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

impl From<HashError> for Problem {
    fn from(error: HashError) -> Self {
        match error {
            HashError::Busy => {
                let soon = (header::RETRY_AFTER, HeaderValue::from_static("1"));
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "Too many sign-ins at once").with(soon)
            }
            HashError::Hash(_) | HashError::Thread(_) => Self::internal(&error),
        }
    }
}

impl From<TokenError> for Problem {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::NotVerified => Self::new(StatusCode::FORBIDDEN, texts::NOT_VERIFIED),
            TokenError::NoMatch => Self::no_match(),
            TokenError::NotConfigured(why) => Self::new(StatusCode::SERVICE_UNAVAILABLE, why),
            TokenError::Full => Self::new(StatusCode::CONFLICT, texts::CALL_FULL),
            TokenError::Limited { seconds } => {
                let header = Some((header::RETRY_AFTER, HeaderValue::from(seconds)));
                let detail = texts::rate_limited(seconds.div_ceil(60));
                Self { header, ..Self::new(StatusCode::TOO_MANY_REQUESTS, detail) }
            }
            TokenError::Session(error) => error.into(),
            TokenError::Sign(_) | TokenError::Store(_) => Self::internal(&error),
        }
    }
}

impl From<PeopleError> for Problem {
    fn from(error: PeopleError) -> Self {
        match error {
            PeopleError::NoUser => Self::new(StatusCode::NOT_FOUND, "User not found"),
            PeopleError::NoMatch => Self::no_match(),
            PeopleError::NotBlocked => Self::new(StatusCode::NOT_FOUND, "User is not blocked"),
            PeopleError::Oneself => Self::invalid("value_error", &[], "This is your own account"),
            PeopleError::Store(_) => Self::internal(&error),
        }
    }
}

impl From<ChatError> for Problem {
    fn from(error: ChatError) -> Self {
        match error {
            ChatError::NoMatch => Self::no_match(),
            ChatError::NoMessage => Self::new(StatusCode::NOT_FOUND, "Message not found"),
            ChatError::Store(_) => Self::internal(&error),
        }
    }
}
