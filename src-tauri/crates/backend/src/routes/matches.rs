//! `/api/matches`.

use super::profile::photos;
use crate::clock::UnixMs;
use crate::http::bearer::Bearer;
use crate::http::id::Id;
use crate::http::problem::Problem;
use crate::state::Backend;
use crate::store::accounts::User;
use crate::store::matches::{self, Match};
use axum::Json;
use axum::extract::State;
use axum::routing::get;
use pizoo_api::chat::{MatchEntry, MatchProfile, MatchesResponse};
use serde::Serialize;
use utoipa_axum::router::OpenApiRouter;

pub(super) fn routes() -> OpenApiRouter<Backend> {
    OpenApiRouter::new().route("/api/matches", get(list)).route("/api/matches/{id}", get(one))
}

async fn list(State(backend): State<Backend>, Bearer(user): Bearer) -> Result<Json<MatchesResponse>, Problem> {
    let entries = matches::list(backend.store.read(), &user.id).await?;
    let entry = |entry: matches::Entry| MatchEntry {
        match_id: entry.match_id.into(),
        matched_at: UnixMs(entry.matched_at).iso(),
        profile: MatchProfile {
            user_id: entry.user_id.into(),
            display_name: entry.display_name,
            photos: photos(&entry.photos),
        },
    };
    Ok(Json(MatchesResponse { matches: entries.into_iter().map(entry).collect() }))
}

/// `match_id` is another, unused id in the original; here it is the same.
#[derive(Serialize)]
struct One {
    id: String,
    match_id: String,
    user1_id: String,
    user2_id: String,
    matched_at: String,
    unmatched: bool,
    created_at: String,
}

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

/// The user's match of that id. Another's is not found: its existence is nobody's business.
pub(super) async fn mine(backend: &Backend, user: &User, id: &str) -> Result<Match, Problem> {
    matches::of_user(backend.store.read(), id, &user.id).await?.ok_or_else(Problem::no_match)
}
