//! `/api/auth/register`, `/api/auth/login`, `/api/auth/password`: sign-in by password.

use crate::http::agent::UserAgent;
use crate::http::bearer::Device;
use crate::http::body::ExactBody;
use crate::http::client::ClientAddress;
use crate::http::problem::Problem;
use crate::password::{self, Owner, Weak};
use crate::session::{self, Pair, SessionError};
use crate::state::Backend;
use crate::store::accounts::{self, NewUser, User};
use crate::store::passwords::{self, Login};
use crate::store::sessions;
use crate::throttle::Route;
use crate::{input, photo, routes::profile};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use pizoo_api::account::Done;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Backend> {
    OpenApiRouter::new().routes(routes!(register)).routes(routes!(login)).routes(routes!(change))
}

#[derive(Deserialize, ToSchema)]
struct RegisterRequest {
    name: String,
    email: String,
    /// With the country code. It signs in together with the password; only a code sent to it proves it.
    #[serde(default)]
    phone_number: Option<String>,
    #[schema(min_length = 10, max_length = 1024)]
    password: String,
    terms_accepted: bool,
}

#[derive(Deserialize, ToSchema)]
struct LoginRequest {
    #[serde(default)]
    email: Option<String>,
    #[serde(default)]
    phone: Option<String>,
    password: String,
}

/// The original's answer, and what renews its token.
#[derive(Serialize, ToSchema)]
struct LoginResponse {
    access_token: String,
    refresh_token: String,
    token_type: &'static str,
    expires_in: u64,
    user: LoginUser,
}

#[derive(Serialize, ToSchema)]
struct LoginUser {
    id: String,
    name: String,
    email: Option<String>,
    subscription_status: &'static str,
    trial_end_date: Option<String>,
    verified: bool,
    verified_method: Option<String>,
    premium_tier: &'static str,
    /// The own photo, if this backend keeps one.
    photo: Option<String>,
}

fn signed_in(pair: Pair, user: User, photo: Option<String>) -> Json<LoginResponse> {
    Json(LoginResponse {
        access_token: pair.access,
        refresh_token: pair.refresh,
        token_type: "bearer",
        expires_in: session::ACCESS.as_secs(),
        user: LoginUser {
            verified: user.is_verified(),
            id: user.id,
            name: user.name,
            email: user.email,
            subscription_status: profile::SUBSCRIPTION,
            trial_end_date: None,
            verified_method: user.verified_method,
            premium_tier: profile::TIER,
            photo,
        },
    })
}

fn wrong(field: &str, message: &str) -> Problem {
    Problem::invalid("value_error", &[field], message)
}

/// A number in E.164; signs and spaces that people write between the digits go.
fn phone(text: &str) -> Option<String> {
    let plain: String = text.chars().filter(|c| !matches!(c, ' ' | '-' | '.' | '(' | ')' | '/')).collect();
    let digits = plain.strip_prefix('+').or_else(|| plain.strip_prefix("00"))?;
    let good = (8..=15).contains(&digits.len()) && digits.bytes().all(|digit| digit.is_ascii_digit());
    (good && !digits.starts_with('0')).then(|| format!("+{digits}"))
}

/// Makes an account, not verified, and signs in to it.
///
/// A known address is refused without saying that it is known. That it is refused at all tells it to who looks closely;
/// only a mail to its owner could avoid that, and the original's clients want a session at once.
#[utoipa::path(
    post,
    path = "/api/auth/register",
    tag = "sessions",
    request_body = RegisterRequest,
    responses(
        (status = 200, description = "The account and its first session", body = LoginResponse),
        (status = 400, description = "Refused"),
        (status = 413, description = "The body is too large"),
        (status = 422, description = "The body is not of this shape, or the password is too weak"),
        (status = 429, description = "Too many registrations"),
        (status = 503, description = "Too many passwords at once"),
    )
)]
async fn register(
    State(backend): State<Backend>,
    client: ClientAddress,
    agent: UserAgent,
    ExactBody(body): ExactBody<RegisterRequest>,
) -> Result<Json<LoginResponse>, Problem> {
    let email = input::email(&body.email).ok_or_else(|| wrong("email", "value is not a valid email address"))?;
    let name = input::name(&body.name);
    if name.is_empty() {
        return Err(wrong("name", "a name is not empty"));
    }
    let given = body.phone_number.as_deref().map(str::trim).filter(|number| !number.is_empty());
    let number = given.map(|number| phone(number).ok_or_else(|| wrong("phone_number", "it is no phone number")));
    let number = number.transpose()?;
    let owner = Owner { email: Some(&email), name: &name };
    password::check(&body.password, owner).map_err(|weak: Weak| wrong("password", &weak.to_string()))?;
    if !body.terms_accepted {
        return Err(Problem::new(StatusCode::BAD_REQUEST, "The terms must be accepted"));
    }
    backend.throttle(Route::Register, client, Some(&email))?;
    let hash = backend.passwords.hash(&body.password, &*backend.random).await?;
    let (id, profile_id, now) = (backend.new_id(), backend.new_id(), backend.now());
    let new =
        NewUser { id: &id, profile_id: &profile_id, email: Some(&email), phone: None, name: &name, method: None, now };
    let mut tx = backend.store.write().await?;
    accounts::add(&mut tx, &new).await?;
    let made = accounts::by_email(&mut *tx, &email).await?.filter(|user| user.id == id);
    let user = made.ok_or_else(|| Problem::new(StatusCode::BAD_REQUEST, "Registration failed"))?;
    passwords::set(&mut tx, &id, &hash, number.as_deref(), now).await?;
    let pair = session::open(&backend, &mut tx, &id, &agent).await?;
    tx.commit().await?;
    tracing::info!(user = id, "registered with a password");
    Ok(signed_in(pair, user, None))
}

/// Signs in by password. Whatever is wrong, the answer and its time are the same.
#[utoipa::path(
    post,
    path = "/api/auth/login",
    tag = "sessions",
    request_body = LoginRequest,
    responses(
        (status = 200, description = "A session", body = LoginResponse),
        (status = 401, description = "Unknown account, no password, or a wrong one"),
        (status = 413, description = "The body is too large"),
        (status = 422, description = "The body is not of this shape"),
        (status = 429, description = "Too many attempts"),
        (status = 503, description = "Too many passwords at once"),
    )
)]
async fn login(
    State(backend): State<Backend>,
    client: ClientAddress,
    agent: UserAgent,
    ExactBody(body): ExactBody<LoginRequest>,
) -> Result<Json<LoginResponse>, Problem> {
    let (email, number) = match (&body.email, &body.phone) {
        (Some(text), _) => (input::email(text), None),
        (None, Some(text)) => (None, phone(text)),
        (None, None) => return Err(wrong("email", "an email or a phone is required")),
    };
    let login = email.as_deref().map(Login::Email).or(number.as_deref().map(Login::Phone));
    backend.throttle(Route::Login, client, email.as_deref().or(number.as_deref()))?;
    let found = match login {
        Some(login) => passwords::account(backend.store.read(), login).await?,
        None => None,
    };
    let hash = found.as_ref().and_then(|account| account.hash.as_deref());
    let right = backend.passwords.verify(&body.password, hash).await?;
    let refused = || Problem::unauthorized("Incorrect email, phone or password");
    let account = found.filter(|_| right).ok_or_else(refused)?;
    let user = account.user;
    let mut tx = backend.store.write().await?;
    // The password may have been changed, or have died with a proof of the address, while it was checked.
    accounts::lock_user(&mut tx, &user.id).await?;
    if passwords::hash(&mut *tx, &user.id).await? != account.hash {
        return Err(refused());
    }
    let photo = photo::of(&mut *tx, &user.id).await?;
    let pair = session::open(&backend, &mut tx, &user.id, &agent).await?;
    tx.commit().await?;
    tracing::info!(user = user.id, "signed in by password");
    Ok(signed_in(pair, user, photo))
}

#[derive(Deserialize, ToSchema)]
struct ChangeRequest {
    /// The password so far, if there is one.
    #[serde(default)]
    current_password: Option<String>,
    #[schema(min_length = 10, max_length = 1024)]
    new_password: String,
}

/// Sets one's first password, or changes it, which ends all other sessions.
#[utoipa::path(
    post,
    path = "/api/auth/password",
    tag = "sessions",
    request_body = ChangeRequest,
    security(("bearer" = [])),
    responses(
        (status = 200, description = "It is set", body = Done),
        (status = 400, description = "The current password is missing or wrong"),
        (status = 401, description = "The token opens nothing"),
        (status = 403, description = "No bearer"),
        (status = 413, description = "The body is too large"),
        (status = 422, description = "The body is not of this shape, or the password is too weak"),
        (status = 429, description = "Too many attempts"),
        (status = 503, description = "Too many passwords at once"),
    )
)]
async fn change(
    State(backend): State<Backend>,
    client: ClientAddress,
    Device(access): Device,
    ExactBody(body): ExactBody<ChangeRequest>,
) -> Result<Json<Done>, Problem> {
    let user = &access.user;
    let owner = Owner { email: user.email.as_deref(), name: &user.name };
    password::check(&body.new_password, owner).map_err(|weak: Weak| wrong("new_password", &weak.to_string()))?;
    backend.throttle(Route::Login, client, Some(&user.id))?;
    let before = passwords::hash(backend.store.read(), &user.id).await?;
    let refused = || Problem::new(StatusCode::BAD_REQUEST, "The current password is wrong");
    if let Some(before) = &before {
        let current = body.current_password.as_deref().ok_or_else(refused)?;
        if !backend.passwords.verify(current, Some(before)).await? {
            return Err(refused());
        }
    }
    let hash = backend.passwords.hash(&body.new_password, &*backend.random).await?;
    let now = backend.now();
    let mut tx = backend.store.write().await?;
    accounts::lock_user(&mut tx, &user.id).await?;
    // As at sign-in: a session that has ended meanwhile sets nothing.
    if sessions::user(&mut *tx, &access.session, now).await?.is_none() {
        return Err(SessionError::Refused.into());
    }
    if passwords::hash(&mut *tx, &user.id).await? != before {
        return Err(refused());
    }
    passwords::set(&mut tx, &user.id, &hash, None, now).await?;
    if before.is_some() {
        sessions::revoke_others(&mut tx, &user.id, &access.session, now).await?;
    }
    tx.commit().await?;
    tracing::info!(user = user.id, "set a password");
    Ok(Json(Done { success: true, message: "The password is set".into() }))
}

#[cfg(test)]
mod tests {
    use super::phone;

    #[test]
    fn numbers_are_written_in_one_way() {
        for text in ["+90 532 000 00 01", "0090-532-000-0001", "+90(532)0000001"] {
            assert_eq!(phone(text).as_deref(), Some("+905320000001"), "{text}");
        }
        for text in ["", "+", "05320000001", "+1", "+0532000000", "+9053200000012345", "+90532000000x", "+٩٠٥٣٢٠٠٠٠"]
        {
            assert_eq!(phone(text), None, "{text}");
        }
    }
}
