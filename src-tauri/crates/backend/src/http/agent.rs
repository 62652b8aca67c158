//! Which device asks, as it says itself.

use crate::input;
use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use std::convert::Infallible;

/// The header, cleaned and cut: the name of a session in its owner's list, trusted for nothing.
#[derive(Clone, Debug, Default)]
pub(crate) struct UserAgent(Option<String>);

impl UserAgent {
    pub(crate) fn device(&self) -> Option<&str> {
        self.0.as_deref()
    }
}

impl<S: Send + Sync> FromRequestParts<S> for UserAgent {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        let agent = parts.headers.get(header::USER_AGENT);
        let name = agent.map(|agent| input::line(&String::from_utf8_lossy(agent.as_bytes()), input::DEVICE));
        Ok(Self(name.filter(|name| !name.is_empty())))
    }
}
