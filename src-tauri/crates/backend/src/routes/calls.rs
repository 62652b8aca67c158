//! `/api/calls`.

use super::matches::mine;
use crate::http::answers::WithQuery;
use crate::http::bearer::Device;
use crate::http::body::JsonBody;
use crate::http::id::Id;
use crate::http::problem::Problem;
use crate::http::query::Parameters;
use crate::ringing::place::{self, PlaceError};
use crate::ringing::turn::{self, TurnError};
use crate::ringing::{Move, Ring};
use crate::session::Access;
use crate::state::Backend;
use crate::store::ringing as rows;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use pizoo_api::calls::{CallResponse, CallsResponse, RingRequest};
use pizoo_api::{ErrorBody, texts};
use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Backend> {
    OpenApiRouter::new()
        .routes(routes!(ring))
        .routes(routes!(history))
        .routes(routes!(ringing))
        .routes(routes!(one))
        .routes(routes!(accept))
        .routes(routes!(decline))
        .routes(routes!(cancel))
        .routes(routes!(end))
}

/// Calls in one answer, at most.
const MOST: i64 = 100;
const USUAL: i64 = 50;

fn shown(ring: &Ring, who: &Access) -> Json<CallResponse> {
    Json(CallResponse { detail: None, call: ring.seen_by(&who.user.id, Some(&who.session)) })
}

fn list(rings: &[Ring], who: &Access) -> Json<CallsResponse> {
    let calls = rings.iter().map(|ring| ring.seen_by(&who.user.id, Some(&who.session)));
    Json(CallsResponse { calls: calls.collect() })
}

/// 409: one sentence and the call as it stands.
fn conflict(why: &str, ring: &Ring, who: &Access) -> Response {
    let Json(shown) = shown(ring, who);
    (StatusCode::CONFLICT, Json(CallResponse { detail: Some(why.to_owned()), ..shown })).into_response()
}

fn not_found() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "Call not found")
}

/// Rings the other side of a match. Where they ring already, it is the answer: both are in that one call.
#[utoipa::path(post, path = "/api/calls", tag = "calls", security(("bearer" = [])), request_body = RingRequest,
    responses(
        (status = 200, description = "It rings, or both have met.", body = CallResponse),
        (status = 401, description = "The token opens nothing.", body = ErrorBody),
        (status = 403, description = "No bearer, not verified, or the caller has not agreed to calls.", body = ErrorBody),
        (status = 404, description = "No such match.", body = ErrorBody),
        (status = 408, description = "The request took too long.", body = ErrorBody),
        (status = 409, description = "The caller is in a call: this one.", body = CallResponse),
        (status = 413, description = "The body is too large.", body = ErrorBody),
        (status = 422, description = "The body is not what it should be."),
    ))]
async fn ring(
    State(backend): State<Backend>,
    Device(who): Device,
    JsonBody(body): JsonBody<RingRequest>,
) -> Result<Response, Problem> {
    match place::place(&backend, &who, &body).await {
        Ok(ring) => Ok(shown(&ring, &who).into_response()),
        Err(PlaceError::Taken(call)) => Ok(conflict("You are in a call.", &call, &who)),
        Err(error) => Err(error.into()),
    }
}

/// Which calls are wanted.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Wanted {
    /// Of this match only.
    match_id: Option<String>,
    /// Older than the call of this id.
    before: Option<String>,
    /// As many at most; 50 by default, never more than 100.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<i64>,
}

/// The user's calls, newest first, as they may see them.
#[utoipa::path(get, path = "/api/calls", tag = "calls", security(("bearer" = [])), params(Wanted),
    responses(
        (status = 200, description = "The calls.", body = CallsResponse),
        (status = 401, description = "The token opens nothing.", body = ErrorBody),
        (status = 403, description = "No bearer.", body = ErrorBody),
        (status = 404, description = "No such match, or no such call to start from.", body = ErrorBody),
        (status = 408, description = "The request took too long.", body = ErrorBody),
        WithQuery,
    ))]
async fn history(
    State(backend): State<Backend>,
    Device(who): Device,
    Parameters(wanted): Parameters<Wanted>,
) -> Result<Json<CallsResponse>, Problem> {
    let match_id = match wanted.match_id.as_deref() {
        Some(id) if id.chars().any(char::is_control) => return Err(Problem::no_match()),
        Some(id) => mine(&backend, &who.user, id).await?.id,
        None => String::new(),
    };
    let before = match wanted.before.as_deref() {
        Some(id) => Some(seen(&backend, &who, id).await?),
        None => None,
    };
    let most = wanted.limit.unwrap_or(USUAL).clamp(1, MOST);
    let rings = rows::history(backend.store.read(), &who.user.id, &match_id, before.as_ref(), most).await?;
    Ok(list(&rings, &who))
}

/// What rings the user and what they ring. Asked at every start: a device that was off learns of a ring here.
#[utoipa::path(get, path = "/api/calls/ringing", tag = "calls", security(("bearer" = [])),
    responses(
        (status = 200, description = "The rings.", body = CallsResponse),
        (status = 401, description = "The token opens nothing.", body = ErrorBody),
        (status = 403, description = "No bearer.", body = ErrorBody),
        (status = 408, description = "The request took too long.", body = ErrorBody),
    ))]
async fn ringing(State(backend): State<Backend>, Device(who): Device) -> Result<Json<CallsResponse>, Problem> {
    let rings = rows::ringing(backend.store.read(), &who.user.id, backend.now()).await?;
    Ok(list(&rings, &who))
}

async fn seen(backend: &Backend, who: &Access, id: &str) -> Result<Ring, Problem> {
    if id.chars().any(char::is_control) {
        return Err(not_found());
    }
    let ring = rows::get(backend.store.read(), id).await?;
    ring.filter(|ring| ring.is_seen_by(&who.user.id)).ok_or_else(not_found)
}

/// One call.
#[utoipa::path(get, path = "/api/calls/{id}", tag = "calls", security(("bearer" = [])),
    params(("id" = String, Path, description = "The call.")),
    responses(
        (status = 200, description = "The call.", body = CallResponse),
        (status = 401, description = "The token opens nothing.", body = ErrorBody),
        (status = 403, description = "No bearer.", body = ErrorBody),
        (status = 404, description = "No such call of this user.", body = ErrorBody),
        (status = 408, description = "The request took too long.", body = ErrorBody),
    ))]
async fn one(State(backend): State<Backend>, Device(who): Device, Id(id): Id) -> Result<Json<CallResponse>, Problem> {
    Ok(shown(&seen(&backend, &who, &id).await?, &who))
}

async fn act(backend: &Backend, who: &Access, id: &str, step: Move<'_>) -> Result<Response, Problem> {
    match turn::act(backend, who, id, step).await {
        Ok(ring) => Ok(shown(&ring, who).into_response()),
        Err(TurnError::Conflict { why, call }) => Ok(conflict(why, &call, who)),
        Err(TurnError::NotFound) => Err(not_found()),
        Err(TurnError::Store(error)) => Err(error.into()),
    }
}

/// A handler of one move; they differ in nothing else.
macro_rules! step {
    ($(#[$doc:meta])* $name:ident, $path:literal, $step:expr) => {
        $(#[$doc])*
        #[utoipa::path(post, path = $path, tag = "calls", security(("bearer" = [])),
            params(("id" = String, Path, description = "The call.")),
            responses(
                (status = 200, description = "Done.", body = CallResponse),
                (status = 401, description = "The token opens nothing.", body = ErrorBody),
                (status = 403, description = "No bearer.", body = ErrorBody),
                (status = 404, description = "No such call of this user.", body = ErrorBody),
                (status = 408, description = "The request took too long.", body = ErrorBody),
                (status = 409, description = "Too late, or done before: the call as it stands.", body = CallResponse),
            ))]
        async fn $name(
            State(backend): State<Backend>,
            Device(who): Device,
            Id(id): Id,
        ) -> Result<Response, Problem> {
            let step: fn(&str) -> Move<'_> = $step;
            act(&backend, &who, &id, step(&who.session)).await
        }
    };
}

step!(
    /// Answers a ring. One device wins; the others were answered elsewhere.
    accept, "/api/calls/{id}/accept", |session| Move::Accept(session)
);
step!(
    /// Refuses a ring. The caller is not told that it was refused.
    decline, "/api/calls/{id}/decline", |_| Move::Decline
);
step!(
    /// Stops ringing.
    cancel, "/api/calls/{id}/cancel", |_| Move::Cancel
);
step!(
    /// Hangs up.
    end, "/api/calls/{id}/end", |_| Move::End
);

impl From<PlaceError> for Problem {
    fn from(error: PlaceError) -> Self {
        match error {
            PlaceError::NotVerified => Self::new(StatusCode::FORBIDDEN, texts::NOT_VERIFIED),
            PlaceError::NoMatch => Self::no_match(),
            PlaceError::NotAllowed => Self::new(StatusCode::FORBIDDEN, texts::CALLING_NOT_ALLOWED),
            PlaceError::Taken(_) => Self::new(StatusCode::CONFLICT, "You are in a call."),
            PlaceError::Store(error) => error.into(),
        }
    }
}
