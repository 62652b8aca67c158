//! Failures of requests, and what the user is told of them.

use crate::view::{ErrorCode, UserError};
use std::time::Duration;

/// A request that got no good answer. Its texts never hold a token.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum RequestError {
    /// The server was not reached in time.
    #[error("the server cannot be reached: {0}")]
    Offline(String),
    /// The server said no.
    #[error("the server answered {status}: {detail}")]
    Status {
        /// HTTP status.
        status: u16,
        /// The server's sentence.
        detail: String,
        /// The `Retry-After` header.
        retry_after: Option<Duration>,
    },
    /// The server's answer was not what the contract says.
    #[error("the server's answer could not be read: {0}")]
    Malformed(String),
    /// There is no session.
    #[error("nobody is signed in")]
    SignedOut,
}

impl RequestError {
    pub(crate) fn is_status(&self, wanted: u16) -> bool {
        matches!(self, Self::Status { status, .. } if *status == wanted)
    }
}

impl From<ErrorCode> for UserError {
    fn from(code: ErrorCode) -> Self {
        Self { code, detail: None, retry_after_seconds: None }
    }
}

impl From<&RequestError> for UserError {
    fn from(error: &RequestError) -> Self {
        match error {
            RequestError::Offline(_) => ErrorCode::Offline.into(),
            RequestError::SignedOut => ErrorCode::SignedOut.into(),
            RequestError::Malformed(_) => ErrorCode::ServerFailed.into(),
            RequestError::Status { status, detail, retry_after } => Self {
                code: match status {
                    401 => ErrorCode::SignedOut,
                    404 => ErrorCode::NotFound,
                    426 => ErrorCode::VersionTooOld,
                    429 => ErrorCode::RateLimited,
                    400..=499 => ErrorCode::Invalid,
                    _ => ErrorCode::ServerFailed,
                },
                detail: (!detail.is_empty()).then(|| detail.clone()),
                retry_after_seconds: retry_after.map(|d| d.as_secs()),
            },
        }
    }
}

impl From<RequestError> for UserError {
    fn from(error: RequestError) -> Self {
        Self::from(&error)
    }
}
