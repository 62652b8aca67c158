//! `/api/auth/email`: sign-in by magic link.

use crate::http::agent::UserAgent;
use crate::http::body::JsonBody;
use crate::http::client::ClientAddress;
use crate::http::problem::Problem;
use crate::input;
use crate::outbox::{self, Message};
use crate::photo;
use crate::session::{self, Pair};
use crate::state::Backend;
use crate::store::accounts::{self, Method, NewUser};
use crate::store::links;
use crate::throttle::Route;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use pizoo_api::ErrorBody;
use pizoo_api::account::{SendLinkRequest, SendLinkResponse, SessionResponse, User, VerifyRequest};
use serde::Deserialize;
use std::time::Duration;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Backend> {
    OpenApiRouter::new().routes(routes!(send_link)).routes(routes!(verify))
}

/// How long a magic link works.
const LINK: Duration = Duration::from_secs(600);

/// The same answer for known and unknown addresses, verified or not, after the same work: who has an account is not asked,
/// and the mail goes out later.
#[utoipa::path(post, path = "/api/auth/email/send-link", tag = "auth", request_body = SendLinkRequest,
    responses(
        (status = 200, description = "A mail is on its way, if the address is right", body = SendLinkResponse),
        (status = 429, description = "Too often", body = ErrorBody),
        (status = 503, description = "Mail is not configured, or too many wait", body = ErrorBody),
    ))]
async fn send_link(
    State(backend): State<Backend>,
    client: ClientAddress,
    JsonBody(body): JsonBody<SendLinkRequest>,
) -> Result<Json<SendLinkResponse>, Problem> {
    let email = input::email(&body.email)
        .ok_or_else(|| Problem::invalid("value_error", &["email"], "value is not a valid email address"))?;
    backend.throttle(Route::SendLink, client, Some(&email))?;
    if !backend.outbox.has_mail() {
        return Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "E-mail is not configured"));
    }
    let mut name = input::name(&body.name);
    if name.is_empty() {
        name = input::name(email.split('@').next().unwrap_or_default());
    }
    let (token, code) = (backend.new_token(), backend.new_code());
    let code_hash = backend.code_hash(&email, &code);
    let now = backend.now();
    let mut tx = backend.store.write().await?;
    links::add(&mut tx, (&token, &code_hash), (&email, &name), (now, now + LINK)).await?;
    tx.commit().await?;
    let link = outbox::link(&backend.frontend, &token);
    backend.outbox.send(Message::Mail { to: email, link, code: spaced(&code) })?;
    let message = "If the address is right, a sign-in link is on its way.".into();
    Ok(Json(SendLinkResponse { success: true, message, expires_in: LINK.as_secs() }))
}

/// In two groups, as people read digits.
fn spaced(code: &str) -> String {
    code.split_at_checked(4).map_or_else(|| code.to_owned(), |(first, second)| format!("{first} {second}"))
}

/// [`VerifyRequest`] before it is known which one it is: a missing field is then called by its name.
#[derive(Deserialize)]
struct Verify {
    token: Option<String>,
    email: Option<String>,
    code: Option<String>,
}

impl Verify {
    fn request(self) -> Result<VerifyRequest, Problem> {
        let missing = |field| Problem::invalid("missing", &[field], "Field required");
        match (self.token, self.email, self.code) {
            (Some(token), _, _) => Ok(VerifyRequest::Link { token }),
            (None, Some(email), Some(code)) => Ok(VerifyRequest::Code { email, code }),
            (None, Some(_), None) => Err(missing("code")),
            (None, None, Some(_)) => Err(missing("email")),
            (None, None, None) => Err(missing("token")),
        }
    }
}

/// With a link or a code, whichever is at hand.
#[utoipa::path(post, path = "/api/auth/email/verify", tag = "auth", request_body = VerifyRequest,
    responses(
        (status = 200, description = "Signed in", body = SessionResponse),
        (status = 400, description = "The link or code is wrong, used or ended", body = ErrorBody),
        (status = 429, description = "Too often", body = ErrorBody),
    ))]
async fn verify(
    State(backend): State<Backend>,
    client: ClientAddress,
    agent: UserAgent,
    JsonBody(body): JsonBody<Verify>,
) -> Result<Json<SessionResponse>, Problem> {
    let now = backend.now();
    let used = match body.request()? {
        VerifyRequest::Link { token } => {
            backend.throttle(Route::VerifyLink, client, None)?;
            let mut tx = backend.store.write().await?;
            links::redeem(&mut tx, &token, now).await?.map(|link| (tx, link))
        }
        VerifyRequest::Code { email, code } => {
            let email = input::email(&email).unwrap_or_default();
            backend.throttle(Route::VerifyCode, client, Some(&email))?;
            let hash = backend.code_hash(&email, &input::code(&code));
            let mut tx = backend.store.write().await?;
            match links::redeem_code(&mut tx, (&email, &hash), now).await? {
                Some(link) => Some((tx, link)),
                None => {
                    // The wrong guess counts.
                    tx.commit().await?;
                    None
                }
            }
        }
    };
    let (mut tx, link) = used.ok_or_else(|| Problem::new(StatusCode::BAD_REQUEST, "Invalid or expired link"))?;
    let (id, profile_id) = (backend.new_id(), backend.new_id());
    let (email, name) = (Some(&*link.email), &*link.name);
    let new =
        NewUser { id: &id, profile_id: &profile_id, email, phone: None, name, method: Some(Method::EmailLink), now };
    let user = accounts::prove_email(&mut tx, &new).await?;
    let photo = photo::of(&mut *tx, &user.id).await?;
    let pair = session::open(&backend, &mut tx, &user.id, &agent).await?;
    tx.commit().await?;
    tracing::info!(user = user.id, "signed in by mail");
    Ok(Json(signed_in(pair, User { photo, ..user.into() })))
}

/// The answer of every way to sign in.
pub(super) fn signed_in(pair: Pair, user: User) -> SessionResponse {
    SessionResponse {
        success: true,
        access_token: pair.access,
        refresh_token: pair.refresh,
        token_type: "bearer".into(),
        expires_in: session::ACCESS.as_secs(),
        user,
    }
}
