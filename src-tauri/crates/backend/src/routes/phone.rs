//! `/api/auth/phone`: sign-in, or verification of an account, by a code in a text message.

use super::auth::signed_in;
use crate::http::agent::UserAgent;
use crate::http::bearer::MaybeBearer;
use crate::http::body::JsonBody;
use crate::http::client::ClientAddress;
use crate::http::problem::Problem;
use crate::input;
use crate::outbox::Message;
use crate::photo;
use crate::session;
use crate::state::Backend;
use crate::store::accounts::{self, Method, NewUser};
use crate::store::phone_codes::{self, Guess, New};
use crate::throttle::Route;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use pizoo_api::account::{SendOtpRequest, SendOtpResponse, User, VerifyOtpRequest, VerifyOtpResponse};
use pizoo_api::{ErrorBody, UserId};
use std::time::Duration;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Backend> {
    OpenApiRouter::new().routes(routes!(send_otp)).routes(routes!(verify_otp))
}

/// How long a code works.
const CODE: Duration = Duration::from_secs(600);

fn number(text: &str) -> Result<String, Problem> {
    input::phone(text).ok_or_else(|| {
        Problem::invalid("value_error", &["phone"], "A number begins with + and the country and has 8 to 15 digits")
    })
}

/// Sends a code to a telephone number.
#[utoipa::path(post, path = "/api/auth/phone/send-otp", tag = "auth", request_body = SendOtpRequest,
    responses(
        (status = 200, description = "It is on its way", body = SendOtpResponse),
        (status = 429, description = "Too often, or the last one was sent less than 30 seconds ago", body = ErrorBody),
        (status = 503, description = "Text messages are not configured, or too many wait", body = ErrorBody),
    ))]
async fn send_otp(
    State(backend): State<Backend>,
    client: ClientAddress,
    JsonBody(body): JsonBody<SendOtpRequest>,
) -> Result<Json<SendOtpResponse>, Problem> {
    let phone = number(&body.phone)?;
    backend.throttle(Route::SendOtp, client, Some(&phone))?;
    if !backend.outbox.has_texts() {
        return Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "Text messages are not configured"));
    }
    let (id, code, now) = (backend.new_id(), backend.new_code(), backend.now());
    let hash = backend.code_hash(&phone, &code);
    let mut tx = backend.store.write().await?;
    let new = New { id: &id, phone: &phone, hash: &hash, now, end: now + CODE };
    if let Err(next) = phone_codes::add(&mut tx, &new).await? {
        return Err(Problem::too_many(u64::try_from(next.0 - now.0).unwrap_or(0).div_ceil(1000)));
    }
    tx.commit().await?;
    backend.outbox.send(Message::Text { to: phone, code })?;
    Ok(Json(SendOtpResponse { ok: true, otp_id: id, ttl: CODE.as_secs() }))
}

/// Signs in with a code; with a bearer it adds the number to that account and verifies it.
#[utoipa::path(post, path = "/api/auth/phone/verify-otp", tag = "auth", request_body = VerifyOtpRequest,
    security((), ("bearer" = [])),
    responses(
        (status = 200, description = "Signed in", body = VerifyOtpResponse),
        (status = 400, description = "The code is wrong, used or ended", body = ErrorBody),
        (status = 409, description = "The number belongs to another account", body = ErrorBody),
        (status = 429, description = "Too often, or too many wrong codes", body = ErrorBody),
    ))]
async fn verify_otp(
    State(backend): State<Backend>,
    client: ClientAddress,
    agent: UserAgent,
    MaybeBearer(owner): MaybeBearer,
    JsonBody(body): JsonBody<VerifyOtpRequest>,
) -> Result<Json<VerifyOtpResponse>, Problem> {
    let phone = number(&body.phone)?;
    backend.throttle(Route::VerifyOtp, client, Some(&phone))?;
    let hash = backend.code_hash(&phone, &input::code(&body.code));
    let now = backend.now();
    let mut tx = backend.store.write().await?;
    match phone_codes::guess(&mut tx, (&body.otp_id, &phone, &hash), now).await? {
        Guess::Right => {}
        guess => {
            tx.commit().await?;
            return Err(match guess {
                Guess::TooMany => {
                    Problem::new(StatusCode::TOO_MANY_REQUESTS, "Too many wrong codes: ask for a new one")
                }
                _ => Problem::new(StatusCode::BAD_REQUEST, "Invalid or expired code"),
            });
        }
    }
    let user = match owner {
        Some(owner) => accounts::attach_phone(&mut tx, &owner.id, &phone)
            .await?
            .ok_or_else(|| Problem::new(StatusCode::CONFLICT, "This number belongs to another account"))?,
        None => {
            let (id, profile_id) = (backend.new_id(), backend.new_id());
            let name = UserId::from(&*id).default_participant_name();
            let method = Some(Method::PhoneCode);
            let phone = Some(&*phone);
            let new = NewUser { id: &id, profile_id: &profile_id, email: None, phone, name: &name, method, now };
            accounts::prove_phone(&mut tx, &new).await?
        }
    };
    let photo = photo::of(&mut *tx, &user.id).await?;
    let pair = session::open(&backend, &mut tx, &user.id, &agent).await?;
    tx.commit().await?;
    tracing::info!(user = user.id, "signed in by text message");
    let session = signed_in(pair, User { photo, ..user.into() });
    let (token, user_id) = (session.access_token.clone(), session.user.id.clone());
    Ok(Json(VerifyOtpResponse { ok: true, verified: true, token, user_id, session }))
}
