//! An identifier in a path.

use super::problem::Problem;
use crate::input;
use axum::extract::{FromRequestParts, Path};
use axum::http::StatusCode;
use axum::http::request::Parts;

/// The one `{id}` of the path. What cannot be an identifier, too long or with control characters, is found nowhere: 404.
pub(crate) struct Id(pub(crate) String);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let nowhere = || Problem::new(StatusCode::NOT_FOUND, "Not Found");
        let Path(id) = Path::<String>::from_request_parts(parts, state).await.map_err(|_| nowhere())?;
        if id.len() > input::ID || id.chars().any(char::is_control) { Err(nowhere()) } else { Ok(Self(id)) }
    }
}
