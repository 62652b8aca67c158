//! `/api/auth`: sign-in by magic link, renewal, sign-out.

use crate::http::bearer::Bearer;
use crate::http::body::JsonBody;
use crate::http::problem::Problem;
use crate::session::{self, SessionError};
use crate::state::Backend;
use crate::store::accounts::{self, NewUser};
use crate::store::{links, sessions};
use crate::{input, mail};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use pizoo_api::account::{
    Done, RefreshRequest, RefreshResponse, SendLinkRequest, SendLinkResponse, SessionResponse, User, VerifyRequest,
};
use serde::Serialize;
use std::time::Duration;
use utoipa_axum::router::OpenApiRouter;

pub(super) fn routes() -> OpenApiRouter<Backend> {
    OpenApiRouter::new()
        .route("/api/auth/email/send-link", post(send_link))
        .route("/api/auth/email/verify", post(verify))
        .route("/api/auth/refresh", post(refresh))
        .route("/api/auth/me", get(me))
        .route("/api/auth/logout", post(logout))
}

/// How long a magic link works.
const LINK: Duration = Duration::from_secs(600);

/// The same answer for known and unknown addresses, verified or not.
async fn send_link(
    State(backend): State<Backend>,
    JsonBody(body): JsonBody<SendLinkRequest>,
) -> Result<Json<SendLinkResponse>, Problem> {
    let email = input::email(&body.email)
        .ok_or_else(|| Problem::invalid("value_error", &["email"], "value is not a valid email address"))?;
    if !backend.mail.works() {
        return Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "E-mail is not configured"));
    }
    let mut name = input::name(&body.name);
    if name.is_empty() {
        name = input::name(email.split('@').next().unwrap_or_default());
    }
    let token = backend.new_token();
    let now = backend.now();
    let mut tx = backend.store.write().await?;
    links::add(&mut tx, &token, (&email, &name), (now, now + LINK)).await?;
    tx.commit().await?;
    backend.mail.send(&email, &mail::link(&backend.frontend, &token));
    let message = "If the address is right, a sign-in link is on its way.".into();
    Ok(Json(SendLinkResponse { success: true, message, expires_in: LINK.as_secs() }))
}

async fn verify(
    State(backend): State<Backend>,
    JsonBody(body): JsonBody<VerifyRequest>,
) -> Result<Json<SessionResponse>, Problem> {
    let now = backend.now();
    let mut tx = backend.store.write().await?;
    let link = links::redeem(&mut tx, &body.token, now).await?;
    let link = link.ok_or_else(|| Problem::new(StatusCode::BAD_REQUEST, "Invalid or expired link"))?;
    let (id, profile_id) = (backend.new_id(), backend.new_id());
    let (email, name) = (&*link.email, &*link.name);
    let new = NewUser { id: &id, profile_id: &profile_id, email, name, verified: true, now };
    let user = accounts::prove_email(&mut tx, &new).await?;
    let pair = session::open(&backend, &mut tx, &user.id).await?;
    tx.commit().await?;
    tracing::info!(user = user.id, "signed in by link");
    Ok(Json(SessionResponse {
        success: true,
        access_token: pair.access,
        refresh_token: pair.refresh,
        token_type: "bearer".into(),
        expires_in: session::ACCESS.as_secs(),
        user: user.into(),
    }))
}

async fn refresh(
    State(backend): State<Backend>,
    JsonBody(body): JsonBody<RefreshRequest>,
) -> Result<Json<RefreshResponse>, Problem> {
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
#[derive(Serialize)]
struct Me {
    success: bool,
    user: MeUser,
}

#[derive(Serialize)]
struct MeUser {
    #[serde(flatten)]
    user: User,
    subscription_status: &'static str,
    premium_tier: &'static str,
}

async fn me(Bearer(user): Bearer) -> Json<Me> {
    let (subscription_status, premium_tier) = (super::profile::SUBSCRIPTION, super::profile::TIER);
    Json(Me { success: true, user: MeUser { user: user.into(), subscription_status, premium_tier } })
}

/// Ends every session of the user, on all devices; their access tokens end with them.
async fn logout(State(backend): State<Backend>, Bearer(user): Bearer) -> Result<Json<Done>, Problem> {
    let mut tx = backend.store.write().await?;
    sessions::revoke_all(&mut tx, &user.id, backend.now()).await?;
    tx.note_sessions(&user.id);
    tx.commit().await?;
    Ok(Json(Done { success: true, message: "Signed out".into() }))
}
