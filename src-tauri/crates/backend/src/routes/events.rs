//! `GET /api/events`: the event stream.

use crate::http::problem::Problem;
use crate::http::socket::{Caller, Upgrade};
use crate::socket::Sockets;
use crate::socket::stream::Stream;
use crate::state::Backend;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Backend> {
    OpenApiRouter::new().routes(routes!(events))
}

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Start {
    /// The last number that the client has seen: what came later is sent first. Without it, only what happens from now on.
    #[param(minimum = 0)]
    after: Option<i64>,
}

/// A WebSocket with what the user is told: messages, receipts, matches, calls, typing, presence.
///
/// Frames are JSON texts. The first is `hello` with the user's newest number; then what came after `after`, in order and
/// without gaps; then what happens. `resync` says that something was missed that is not kept any more. A browser offers
/// the protocols `pizoo.v1` and `bearer.<access token>` in place of the header. The socket is closed with 4401 when the
/// session or the token ends, 4408 when the user opens an eleventh, 1008 after a flood, 1009 after a frame of more than
/// 4 KB, 1012 when this backend stops.
#[utoipa::path(
    get,
    path = "/api/events",
    tag = "events",
    params(Start),
    responses(
        (status = 101, description = "The WebSocket begins"),
        (status = 401, description = "The token opens nothing"),
        (status = 403, description = "No token"),
        (status = 408, description = "It took too long"),
        (status = 422, description = "`after` is no number"),
        (status = 426, description = "The request is no WebSocket"),
    ),
    security(("bearer" = []))
)]
async fn events(
    State(backend): State<Backend>,
    Caller(access): Caller,
    start: Result<Query<Start>, QueryRejection>,
    Upgrade(upgrade): Upgrade,
) -> Result<Response, Problem> {
    let bad = || Problem::invalid("value_error", &["after"], "It must be a number that the client has seen");
    let Query(Start { after }) = start.map_err(|_| bad())?;
    if after.is_some_and(|after| after < 0) {
        return Err(bad());
    }
    let dialect = Stream::new(&access.user.id);
    Ok(Sockets::open(backend, upgrade, access, after, dialect))
}
