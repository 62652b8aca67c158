//! `/api/auth`: renewal, who one is, one's sessions, signing out.

use crate::clock::UnixMs;
use crate::http::bearer::{Bearer, Device};
use crate::http::body::JsonBody;
use crate::http::client::ClientAddress;
use crate::http::id::Id;
use crate::http::problem::Problem;
use crate::photo;
use crate::session::{self, SessionError};
use crate::state::Backend;
use crate::store::sessions;
use crate::throttle::Route;
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use pizoo_api::account::{Done, RefreshRequest, RefreshResponse, User};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Backend> {
    OpenApiRouter::new()
        .routes(routes!(refresh))
        .routes(routes!(me))
        .routes(routes!(logout))
        .routes(routes!(list))
        .routes(routes!(end))
}

/// Trades a refresh token for a new pair, once.
#[utoipa::path(
    post,
    path = "/api/auth/refresh",
    tag = "sessions",
    request_body = RefreshRequest,
    responses(
        (status = 200, description = "The new pair", body = RefreshResponse),
        (status = 401, description = "The token opens nothing, or was used before"),
        (status = 413, description = "The body is too large"),
        (status = 422, description = "The body is not of this shape"),
        (status = 429, description = "Too many renewals"),
        (status = 503, description = "Too busy"),
    )
)]
async fn refresh(
    State(backend): State<Backend>,
    client: ClientAddress,
    JsonBody(body): JsonBody<RefreshRequest>,
) -> Result<Json<RefreshResponse>, Problem> {
    backend.throttle(Route::Refresh, client, None)?;
    let pair = session::refresh(&backend, &body.refresh_token).await.map_err(|error| match error {
        SessionError::Refused => Problem::unauthorized("Invalid refresh token"),
        other => other.into(),
    })?;
    Ok(Json(RefreshResponse {
        success: true,
        access_token: pair.access,
        refresh_token: Some(pair.refresh),
        token_type: "bearer".into(),
        expires_in: session::ACCESS.as_secs(),
    }))
}

/// `pizoo_api`'s answer with the two fields that only the original's clients read.
#[derive(Serialize, ToSchema)]
struct AuthMe {
    success: bool,
    user: AuthMeUser,
}

#[derive(Serialize, ToSchema)]
struct AuthMeUser {
    #[serde(flatten)]
    user: User,
    subscription_status: &'static str,
    premium_tier: &'static str,
}

/// Who the bearer is.
#[utoipa::path(
    get,
    path = "/api/auth/me",
    tag = "sessions",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The account", body = AuthMe),
        (status = 401, description = "The token opens nothing"),
        (status = 403, description = "No bearer"),
    )
)]
async fn me(State(backend): State<Backend>, Bearer(user): Bearer) -> Result<Json<AuthMe>, Problem> {
    let (subscription_status, premium_tier) = (super::profile::SUBSCRIPTION, super::profile::TIER);
    let photo = photo::of(backend.store.read(), &user.id).await?;
    let user = User { photo, ..user.into() };
    Ok(Json(AuthMe { success: true, user: AuthMeUser { user, subscription_status, premium_tier } }))
}

/// How far to sign out; the original's clients send nothing.
#[derive(Deserialize, ToSchema)]
struct Logout {
    /// False ends only the session of this bearer.
    #[serde(default = "everywhere")]
    everywhere: bool,
}

fn everywhere() -> bool {
    true
}

/// Ends every session of the user, on all devices, unless the body says otherwise; access tokens end with them.
#[utoipa::path(
    post,
    path = "/api/auth/logout",
    tag = "sessions",
    request_body = Option<Logout>,
    security(("bearer" = [])),
    responses(
        (status = 200, description = "Signed out", body = Done),
        (status = 401, description = "The token opens nothing"),
        (status = 403, description = "No bearer"),
        (status = 413, description = "The body is too large"),
        (status = 422, description = "`everywhere` is neither true nor false"),
    )
)]
async fn logout(
    State(backend): State<Backend>,
    Device(access): Device,
    body: Result<Bytes, axum::extract::rejection::BytesRejection>,
) -> Result<Json<Done>, Problem> {
    let body = body.map_err(|rejection| Problem::new(rejection.status(), "The body could not be read"))?;
    // Whatever else a client sends, signing out must not fail for it.
    let everywhere = match serde_json::from_slice::<serde_json::Value>(&body) {
        Ok(body) if body.is_object() => {
            let wrong = |_| Problem::invalid("bool_type", &["everywhere"], "Input should be true or false");
            serde_json::from_value::<Logout>(body).map_err(wrong)?.everywhere
        }
        _ => true,
    };
    let now = backend.now();
    let mut tx = backend.store.write().await?;
    if everywhere {
        sessions::revoke_all(&mut tx, &access.user.id, now).await?;
    } else {
        sessions::revoke(&mut tx, &access.user.id, &access.session, now).await?;
    }
    tx.commit().await?;
    Ok(Json(Done { success: true, message: "Signed out".into() }))
}

#[derive(Serialize, ToSchema)]
struct Sessions {
    sessions: Vec<Entry>,
}

/// One sign-in that still lives.
#[derive(Serialize, ToSchema)]
struct Entry {
    id: String,
    /// What the device calls itself.
    device: Option<String>,
    created_at: String,
    /// When it was last renewed: within the hour of its last use.
    last_used_at: String,
    /// Whether it is the one that asks.
    current: bool,
}

/// One's own sessions.
#[utoipa::path(
    get,
    path = "/api/auth/sessions",
    tag = "sessions",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The newest use first", body = Sessions),
        (status = 401, description = "The token opens nothing"),
        (status = 403, description = "No bearer"),
    )
)]
async fn list(State(backend): State<Backend>, Device(access): Device) -> Result<Json<Sessions>, Problem> {
    let entries = sessions::list(backend.store.read(), &access.user.id, backend.now()).await?;
    let entry = |entry: sessions::Entry| Entry {
        current: entry.id == access.session,
        id: entry.id,
        device: entry.device,
        created_at: UnixMs(entry.created_at).iso(),
        last_used_at: UnixMs(entry.rotated_at).iso(),
    };
    Ok(Json(Sessions { sessions: entries.into_iter().map(entry).collect() }))
}

/// Ends one of one's own sessions.
#[utoipa::path(
    delete,
    path = "/api/auth/sessions/{id}",
    tag = "sessions",
    params(("id" = String, Path, description = "The session")),
    security(("bearer" = [])),
    responses(
        (status = 200, description = "It is ended", body = Done),
        (status = 401, description = "The token opens nothing"),
        (status = 403, description = "No bearer"),
        (status = 404, description = "No such session of this user"),
    )
)]
async fn end(State(backend): State<Backend>, Bearer(user): Bearer, Id(id): Id) -> Result<Json<Done>, Problem> {
    let mut tx = backend.store.write().await?;
    if !sessions::revoke(&mut tx, &user.id, &id, backend.now()).await? {
        return Err(Problem::new(StatusCode::NOT_FOUND, "Session not found"));
    }
    tx.commit().await?;
    Ok(Json(Done { success: true, message: "The session is ended".into() }))
}
