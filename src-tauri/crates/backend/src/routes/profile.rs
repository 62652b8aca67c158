//! `/api/me`, `/api/user/profile` and `/api/profile`: the account in the three shapes that the original has.

use crate::clock::UnixMs;
use crate::http::bearer::Bearer;
use crate::http::body::JsonBody;
use crate::http::problem::Problem;
use crate::session::SessionError;
use crate::state::Backend;
use crate::store::accounts::{self, User};
use crate::{input, photo, profile};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Backend> {
    OpenApiRouter::new()
        .routes(routes!(me, update_me))
        .routes(routes!(user))
        .routes(routes!(my_profile))
        .routes(routes!(update_profile))
}

/// There are no subscriptions here; the original's clients want the fields.
pub(crate) const SUBSCRIPTION: &str = "free";
pub(crate) const TIER: &str = "free";
/// What the app speaks.
const LANGUAGES: [&str; 9] = ["ar", "de", "en", "es", "fr", "it", "pt-BR", "ru", "tr"];

#[derive(Serialize, ToSchema)]
struct Me {
    id: String,
    email: Option<String>,
    phone: Option<String>,
    name: String,
    language: String,
    premium_tier: &'static str,
}

impl From<User> for Me {
    fn from(user: User) -> Self {
        let User { id, email, phone, name, language, .. } = user;
        Self { id, email, phone, name, language, premium_tier: TIER }
    }
}

/// The account, short.
#[utoipa::path(
    get,
    path = "/api/me",
    tag = "account",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The account", body = Me),
        (status = 401, description = "The token opens nothing"),
        (status = 403, description = "No bearer"),
    )
)]
async fn me(Bearer(user): Bearer) -> Json<Me> {
    Json(user.into())
}

#[derive(Deserialize, ToSchema)]
struct UpdateMe {
    /// At most 64 characters are kept.
    #[serde(default)]
    name: Option<String>,
    /// `ar`, `de`, `en`, `es`, `fr`, `it`, `pt-BR`, `ru` or `tr`.
    #[serde(default)]
    language: Option<String>,
}

/// Changes the name, the language or both.
#[utoipa::path(
    put,
    path = "/api/me",
    tag = "account",
    request_body = UpdateMe,
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The account as it is now", body = Me),
        (status = 401, description = "The token opens nothing"),
        (status = 403, description = "No bearer"),
        (status = 413, description = "The body is too large"),
        (status = 422, description = "An empty name or an unknown language"),
    )
)]
async fn update_me(
    State(backend): State<Backend>,
    Bearer(user): Bearer,
    JsonBody(body): JsonBody<UpdateMe>,
) -> Result<Json<Me>, Problem> {
    let name = body.name.as_deref().map(input::name);
    if name.as_deref() == Some("") {
        return Err(Problem::invalid("value_error", &["name"], "a name is not empty"));
    }
    if body.language.as_deref().is_some_and(|language| !LANGUAGES.contains(&language)) {
        return Err(Problem::invalid("value_error", &["language"], "the app does not speak it"));
    }
    let mut tx = backend.store.write().await?;
    let user = accounts::update(&mut tx, &user.id, name.as_deref(), body.language.as_deref()).await?;
    tx.commit().await?;
    Ok(Json(user.ok_or(SessionError::Refused)?.into()))
}

#[derive(Serialize, ToSchema)]
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

/// The account, long.
#[utoipa::path(
    get,
    path = "/api/user/profile",
    tag = "account",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The account", body = UserProfile),
        (status = 401, description = "The token opens nothing"),
        (status = 403, description = "No bearer"),
    )
)]
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

/// A profile as its owner sees it.
#[derive(Serialize, ToSchema)]
pub(super) struct Profile {
    id: String,
    user_id: String,
    display_name: String,
    photos: Vec<String>,
    created_at: String,
    updated_at: String,
    bio: Value,
    /// What else the owner filled in.
    #[serde(flatten)]
    fields: Map<String, Value>,
}

impl From<accounts::Profile> for Profile {
    fn from(profile: accounts::Profile) -> Self {
        let (photos, mut fields) = (profile.listed_photos(), fields(&profile.fields));
        Self {
            id: profile.id,
            user_id: profile.user_id,
            display_name: profile.display_name,
            photos,
            created_at: UnixMs(profile.created_at).iso(),
            updated_at: UnixMs(profile.updated_at).iso(),
            bio: fields.remove("bio").unwrap_or_default(),
            fields,
        }
    }
}

fn none() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "Profile not found")
}

/// One's own profile.
#[utoipa::path(
    get,
    path = "/api/profile/me",
    tag = "account",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The profile", body = Profile),
        (status = 401, description = "The token opens nothing"),
        (status = 403, description = "No bearer"),
        (status = 404, description = "There is none"),
    )
)]
async fn my_profile(State(backend): State<Backend>, Bearer(user): Bearer) -> Result<Json<Profile>, Problem> {
    let found = accounts::profile(backend.store.read(), &user.id).await?;
    Ok(Json(found.ok_or_else(none)?.into()))
}

#[derive(Serialize, ToSchema)]
struct Updated {
    message: &'static str,
    profile: Profile,
}

/// Changes any of the profile's fields; `null` takes one away.
#[utoipa::path(
    put,
    path = "/api/profile/update",
    tag = "account",
    request_body = Object,
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The profile as it is now", body = Updated),
        (status = 401, description = "The token opens nothing"),
        (status = 403, description = "No bearer"),
        (status = 404, description = "There is none"),
        (status = 413, description = "The body is too large"),
        (status = 422, description = "A field is not taken, or there are too many"),
    )
)]
async fn update_profile(
    State(backend): State<Backend>,
    Bearer(user): Bearer,
    JsonBody(body): JsonBody<Map<String, Value>>,
) -> Result<Json<Updated>, Problem> {
    let change = profile::change(body)?;
    let mut tx = backend.store.write().await?;
    accounts::lock_user(&mut tx, &user.id).await?;
    let mut changed = accounts::profile(&mut *tx, &user.id).await?.ok_or_else(none)?;
    if let Some(name) = change.display_name {
        changed.display_name = name;
    }
    if let Some(photos) = change.photos {
        photo::listed(&mut tx, &user.id, &photos).await?;
        changed.set_listed_photos(&photos);
    }
    changed.fields = Value::Object(profile::merged(fields(&changed.fields), change.fields)?).to_string();
    changed.updated_at = backend.now().0;
    accounts::set_profile(&mut tx, &changed).await?;
    tx.commit().await?;
    Ok(Json(Updated { message: "Profile updated", profile: changed.into() }))
}

impl From<profile::Refused> for Problem {
    fn from(refused: profile::Refused) -> Self {
        let place: &[&str] = if refused.field.is_empty() { &[] } else { &[&refused.field] };
        Self::invalid("value_error", place, refused.problem)
    }
}

/// The stored object of fields.
fn fields(json: &str) -> Map<String, Value> {
    serde_json::from_str(json).unwrap_or_else(|error| {
        tracing::warn!(%error, "a stored profile's fields cannot be read");
        Map::new()
    })
}
