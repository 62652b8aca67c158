//! `/api/auth/email`: sign-in by magic link.

use crate::http::agent::UserAgent;
use crate::http::body::JsonBody;
use crate::http::problem::Problem;
use crate::session;
use crate::state::Backend;
use crate::store::accounts::{self, NewUser};
use crate::store::links;
use crate::{input, mail};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use pizoo_api::account::{SendLinkRequest, SendLinkResponse, SessionResponse, VerifyRequest};
use std::time::Duration;
use utoipa_axum::router::OpenApiRouter;

pub(super) fn routes() -> OpenApiRouter<Backend> {
    OpenApiRouter::new()
        .route("/api/auth/email/send-link", post(send_link))
        .route("/api/auth/email/verify", post(verify))
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
    agent: UserAgent,
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
    let pair = session::open(&backend, &mut tx, &user.id, &agent).await?;
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
