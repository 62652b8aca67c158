//! `/api/matches`.

use crate::clock::UnixMs;
use crate::http::answers::{Guarded, OrNone};
use crate::http::bearer::Bearer;
use crate::http::id::Id;
use crate::http::problem::Problem;
use crate::people;
use crate::state::Backend;
use crate::store::accounts::User;
use crate::store::matches::{self, Match};
use axum::Json;
use axum::extract::State;
use pizoo_api::chat::{MatchEntry, MatchesResponse};
use pizoo_api::people::Notice;
use serde::Serialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Backend> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(one, unmatch))
}

/// The user's matches, newest first.
#[utoipa::path(
    get,
    path = "/api/matches",
    tag = "matches",
    security(("bearer" = [])),
    responses((status = 200, description = "The matches", body = MatchesResponse), Guarded)
)]
async fn list(State(backend): State<Backend>, Bearer(user): Bearer) -> Result<Json<MatchesResponse>, Problem> {
    let entries = matches::list(backend.store.read(), &user.id).await?;
    let entry = |entry: matches::Entry| MatchEntry {
        match_id: entry.match_id.into(),
        matched_at: UnixMs(entry.matched_at).iso(),
        profile: entry.profile.into(),
    };
    Ok(Json(MatchesResponse { matches: entries.into_iter().map(entry).collect() }))
}

/// One match. `match_id` is another, unused id in the original; here it is the same.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = Match)]
struct One {
    id: String,
    match_id: String,
    user1_id: String,
    user2_id: String,
    matched_at: String,
    /// Always false: a match that ended is gone.
    unmatched: bool,
    created_at: String,
}

/// One of the user's matches.
#[utoipa::path(
    get,
    path = "/api/matches/{id}",
    tag = "matches",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The match")),
    responses((status = 200, description = "The match", body = One), Guarded, OrNone)
)]
async fn one(State(backend): State<Backend>, Bearer(user): Bearer, Id(id): Id) -> Result<Json<One>, Problem> {
    let found = mine(&backend, &user, &id).await?;
    let at = UnixMs(found.matched_at).iso();
    Ok(Json(One {
        id: found.id.clone(),
        match_id: found.id,
        user1_id: found.user1_id,
        user2_id: found.user2_id,
        matched_at: at.clone(),
        unmatched: false,
        created_at: at,
    }))
}

/// Ends a match for both, with its messages and calls. Two new likes make a new one.
#[utoipa::path(
    delete,
    path = "/api/matches/{id}",
    tag = "matches",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The match")),
    responses((status = 200, description = "It is gone", body = Notice), Guarded, OrNone)
)]
async fn unmatch(State(backend): State<Backend>, Bearer(user): Bearer, Id(id): Id) -> Result<Json<Notice>, Problem> {
    people::unmatch(&backend, &user.id, &id).await?;
    Ok(Json(Notice { message: "Match removed".into() }))
}

/// The user's match of that id. Another's is not found: its existence is nobody's business.
pub(super) async fn mine(backend: &Backend, user: &User, id: &str) -> Result<Match, Problem> {
    matches::of_user(backend.store.read(), id, &user.id).await?.ok_or_else(Problem::no_match)
}
