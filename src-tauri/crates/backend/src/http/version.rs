//! Turning away apps that are older than this backend can serve. Only the desktop client names its version; the original's
//! clients do not, and are served.

use super::problem::Problem;
use crate::settings::ClientVersion;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

/// 426 for a desktop client that is older than the least.
pub(super) async fn checked(State(least): State<Option<ClientVersion>>, request: Request, next: Next) -> Response {
    if least.is_some_and(|least| named(&request).is_some_and(|version| version < least)) {
        return Problem::new(StatusCode::UPGRADE_REQUIRED, "This version of Pizoo is too old").into_response();
    }
    next.run(request).await
}

/// `User-Agent: pizoo/1.2.3`.
fn named(request: &Request) -> Option<ClientVersion> {
    let agent = request.headers().get(header::USER_AGENT)?.to_str().ok()?;
    agent.split(' ').next()?.strip_prefix("pizoo/")?.parse().ok()
}
