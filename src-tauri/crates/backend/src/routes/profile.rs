//! `/api/me`, `/api/user/profile` and `/api/profile/me`: the account in the three shapes that the original has.

use crate::clock::UnixMs;
use crate::http::bearer::Bearer;
use crate::http::problem::Problem;
use crate::state::Backend;
use crate::store::accounts;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use serde::Serialize;
use utoipa_axum::router::OpenApiRouter;

pub(super) fn routes() -> OpenApiRouter<Backend> {
    OpenApiRouter::new()
        .route("/api/me", get(me))
        .route("/api/user/profile", get(user))
        .route("/api/profile/me", get(profile))
}

/// There are no subscriptions here; the original's clients want the fields.
pub(crate) const SUBSCRIPTION: &str = "free";
pub(crate) const TIER: &str = "free";

#[derive(Serialize)]
struct Me {
    id: String,
    email: Option<String>,
    phone: Option<String>,
    name: String,
    language: String,
    premium_tier: &'static str,
}

async fn me(Bearer(user): Bearer) -> Json<Me> {
    Json(Me {
        id: user.id,
        email: user.email,
        phone: user.phone,
        name: user.name,
        language: user.language,
        premium_tier: TIER,
    })
}

#[derive(Serialize)]
struct UserProfile {
    id: String,
    name: String,
    email: Option<String>,
    subscription_status: &'static str,
    trial_end_date: Option<String>,
    created_at: String,
    verified: bool,
    verified_method: Option<String>,
    premium_tier: &'static str,
}

async fn user(Bearer(user): Bearer) -> Json<UserProfile> {
    Json(UserProfile {
        verified: user.is_verified(),
        id: user.id,
        name: user.name,
        email: user.email,
        subscription_status: SUBSCRIPTION,
        trial_end_date: None,
        created_at: UnixMs(user.created_at).iso(),
        verified_method: user.verified_method,
        premium_tier: TIER,
    })
}

#[derive(Serialize)]
struct Profile {
    id: String,
    user_id: String,
    display_name: String,
    photos: Vec<String>,
    created_at: String,
    updated_at: String,
}

async fn profile(State(backend): State<Backend>, Bearer(user): Bearer) -> Result<Json<Profile>, Problem> {
    let found = accounts::profile(backend.store.read(), &user.id).await?;
    let profile = found.ok_or_else(|| Problem::new(StatusCode::NOT_FOUND, "Profile not found"))?;
    Ok(Json(Profile {
        id: profile.id,
        user_id: profile.user_id,
        display_name: profile.display_name,
        photos: photos(&profile.photos),
        created_at: UnixMs(profile.created_at).iso(),
        updated_at: UnixMs(profile.updated_at).iso(),
    }))
}

/// The stored list of addresses.
pub(super) fn photos(json: &str) -> Vec<String> {
    serde_json::from_str(json).unwrap_or_else(|error| {
        tracing::warn!(%error, "a stored list of photos cannot be read");
        Vec::new()
    })
}
