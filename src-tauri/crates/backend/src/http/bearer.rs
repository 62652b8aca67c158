//! Who asks: the bearer of an access token.

use super::problem::Problem;
use crate::session::{self, Access, Claimed};
use crate::state::Backend;
use crate::store::accounts::User;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{StatusCode, header};

/// The signed-in user. None or another scheme is 403, a token that opens nothing 401, as in the original.
pub(crate) struct Bearer(pub(crate) User);

impl FromRequestParts<Backend> for Bearer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, backend: &Backend) -> Result<Self, Problem> {
        Ok(Self(session::user(backend, token(parts)?).await?))
    }
}

/// As [`Bearer`], with the session: which of the user's devices it is.
pub(crate) struct Device(pub(crate) Access);

impl FromRequestParts<Backend> for Device {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, backend: &Backend) -> Result<Self, Problem> {
        Ok(Self(session::access(backend, token(parts)?).await?))
    }
}

/// As [`Device`], before anybody looked whether the session lives: for a handler that looks itself.
pub(crate) struct Unchecked(pub(crate) Claimed);

impl FromRequestParts<Backend> for Unchecked {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, backend: &Backend) -> Result<Self, Problem> {
        Ok(Self(session::claimed(backend, token(parts)?)?))
    }
}

fn token(parts: &Parts) -> Result<&str, Problem> {
    let header = parts.headers.get(header::AUTHORIZATION).map(|value| value.to_str().unwrap_or_default());
    let token =
        header.and_then(|value| value.split_once(' ')).filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    let (_, token) = token.ok_or_else(|| Problem::new(StatusCode::FORBIDDEN, "Not authenticated"))?;
    Ok(token.trim())
}

/// The signed-in user, or nobody if there is no `Authorization` header. A bad token is refused all the same.
pub(crate) struct MaybeBearer(pub(crate) Option<User>);

impl FromRequestParts<Backend> for MaybeBearer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, backend: &Backend) -> Result<Self, Problem> {
        if !parts.headers.contains_key(header::AUTHORIZATION) {
            return Ok(Self(None));
        }
        let Bearer(user) = Bearer::from_request_parts(parts, backend).await?;
        Ok(Self(Some(user)))
    }
}
