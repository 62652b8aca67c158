//! Before a WebSocket: who asks, and whether the request is one.

use super::problem::Problem;
use crate::session::{self, Access};
use crate::state::Backend;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::Deserialize;

/// What the backend speaks on a socket. A browser offers it beside its token and gets it back.
pub(crate) const PROTOCOL: &str = "pizoo.v1";
/// A browser cannot send headers of its own: it offers its token as a protocol.
const TOKEN_PROTOCOL: &str = "bearer.";

/// The signed-in user, by the `Authorization` header or the protocol `bearer.<token>`; 403 and 401 as on other routes.
pub(crate) struct Caller(pub(crate) Access);

impl FromRequestParts<Backend> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, backend: &Backend) -> Result<Self, Problem> {
        let offered = parts.headers.get_all(header::SEC_WEBSOCKET_PROTOCOL).iter();
        let offered = offered.filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(','));
        let offered = offered.filter_map(|protocol| protocol.trim().strip_prefix(TOKEN_PROTOCOL)).next();
        admit(backend, bearer(&parts.headers).or(offered)).await.map(Self)
    }
}

/// As [`Caller`], for the original's clients: the header, or `?token=`.
pub(crate) struct OriginalCaller(pub(crate) Access);

/// It is a secret: no `Debug`.
#[derive(Deserialize)]
struct Token {
    token: Option<String>,
}

impl FromRequestParts<Backend> for OriginalCaller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, backend: &Backend) -> Result<Self, Problem> {
        let query = Query::<Token>::try_from_uri(&parts.uri).ok().and_then(|Query(query)| query.token);
        admit(backend, bearer(&parts.headers).or(query.as_deref())).await.map(Self)
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

async fn admit(backend: &Backend, token: Option<&str>) -> Result<Access, Problem> {
    let token = token.ok_or_else(|| Problem::new(StatusCode::FORBIDDEN, "Not authenticated"))?;
    Ok(session::access(backend, token).await?)
}

/// A request that can become a WebSocket; 426 if it cannot.
pub(crate) struct Upgrade(pub(crate) WebSocketUpgrade);

impl<S: Send + Sync> FromRequestParts<S> for Upgrade {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let upgrade = WebSocketUpgrade::from_request_parts(parts, state).await;
        upgrade.map(|upgrade| Self(upgrade.protocols([PROTOCOL]))).map_err(|_| {
            let wanted = (header::UPGRADE, HeaderValue::from_static("websocket"));
            Problem::new(StatusCode::UPGRADE_REQUIRED, "This is a WebSocket").with(wanted)
        })
    }
}
