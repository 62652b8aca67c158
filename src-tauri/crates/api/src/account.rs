//! `/api/auth`, `/api/me` and the profile routes.

use crate::UserId;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// `POST /api/auth/email/send-link`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SendLinkRequest {
    /// Where the link goes.
    pub email: String,
    /// Name of the account if it has to be made.
    #[serde(default)]
    pub name: String,
}

/// Its 200 answer, the same for known and unknown addresses.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SendLinkResponse {
    /// Always true.
    pub success: bool,
    /// One sentence for a person.
    pub message: String,
    /// How long the link works, in seconds.
    pub expires_in: u64,
}

/// `POST /api/auth/email/verify`: the link's token, or the address and the code that stood in the same mail.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(untagged)]
pub enum VerifyRequest {
    /// The link was used.
    Link {
        /// Its token.
        token: String,
    },
    /// The code was typed.
    Code {
        /// Where the mail went.
        email: String,
        /// Eight digits.
        code: String,
    },
}

/// `POST /api/auth/phone/send-otp`.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SendOtpRequest {
    /// A telephone number, `+` and the country first.
    pub phone: String,
}

/// Its 200 answer.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SendOtpResponse {
    /// Always true.
    pub ok: bool,
    /// Names this code in [`VerifyOtpRequest`].
    #[serde(rename = "otpId")]
    pub otp_id: String,
    /// How long the code works, in seconds.
    pub ttl: u64,
}

/// `POST /api/auth/phone/verify-otp`. With a bearer the number is added to that account.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VerifyOtpRequest {
    /// The same number.
    pub phone: String,
    /// Eight digits.
    pub code: String,
    /// From [`SendOtpResponse`].
    #[serde(rename = "otpId")]
    pub otp_id: String,
}

/// Its 200 answer: the original's fields, then those of [`SessionResponse`]. It carries secrets, so it has no `Debug`.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VerifyOtpResponse {
    /// Always true.
    pub ok: bool,
    /// Always true.
    pub verified: bool,
    /// The access token.
    pub token: String,
    /// Who signed in.
    pub user_id: UserId,
    /// The session.
    #[serde(flatten)]
    pub session: SessionResponse,
}

/// Its 200 answer. It carries secrets, so it has no `Debug`.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionResponse {
    /// Always true.
    pub success: bool,
    /// Bearer token of every other route.
    pub access_token: String,
    /// Renews the access token, once.
    pub refresh_token: String,
    /// Always `bearer`.
    pub token_type: String,
    /// Seconds until the access token expires.
    pub expires_in: u64,
    /// Who signed in.
    pub user: User,
}

/// `POST /api/auth/refresh`.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RefreshRequest {
    /// The newest refresh token.
    pub refresh_token: String,
}

/// Its 200 answer. The original backend does not rotate: there `refresh_token` is missing and the old one stays good.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RefreshResponse {
    /// Always true.
    pub success: bool,
    /// The new bearer token.
    pub access_token: String,
    /// Replaces the refresh token just used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
    /// Always `bearer`.
    pub token_type: String,
    /// Seconds until the access token expires.
    pub expires_in: u64,
}

/// An account as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct User {
    /// Identifier.
    pub id: UserId,
    /// Display name.
    pub name: String,
    /// E-mail address; an account made by phone has none.
    pub email: Option<String>,
    /// Whether the account may call.
    pub verified: bool,
    /// How it was verified (`email_link`, ...), if it was.
    pub verified_method: Option<String>,
    /// The own photo, if the server keeps one; see [`crate::photos`]. The original does not say.
    #[serde(default)]
    pub photo: Option<String>,
}

/// `GET /api/auth/me`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MeResponse {
    /// Always true.
    pub success: bool,
    /// Who the bearer is.
    pub user: User,
}

/// Answer of routes that have nothing else to say.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Done {
    /// Always true.
    pub success: bool,
    /// One sentence for a person.
    pub message: String,
}

/// `POST /api/auth/register`: an account that is not verified yet.
#[derive(Clone, Serialize, Deserialize)]
pub struct RegisterRequest {
    /// What matches see.
    pub name: String,
    /// Signs in together with the password.
    pub email: String,
    /// At least ten characters, and none that everybody tries.
    pub password: String,
    /// Must be true.
    pub terms_accepted: bool,
}

/// `POST /api/auth/login`.
#[derive(Clone, Serialize, Deserialize)]
pub struct LoginRequest {
    /// The account.
    pub email: String,
    /// Its password.
    pub password: String,
}

/// The 200 answer of both. It carries secrets, so it has no `Debug`.
#[derive(Clone, Serialize, Deserialize)]
pub struct LoginResponse {
    /// Bearer token of every other route.
    pub access_token: String,
    /// Renews the access token, once.
    pub refresh_token: String,
    /// Seconds until the access token expires.
    pub expires_in: u64,
    /// Who signed in.
    pub user: User,
}

/// `POST /api/auth/logout`. Without a body all sessions of the user end.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LogoutRequest {
    /// False ends only the session of this bearer.
    pub everywhere: bool,
}

/// `GET /api/auth/sessions`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SessionsResponse {
    /// The newest use first.
    pub sessions: Vec<SessionEntry>,
}

/// One sign-in that still lives.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SessionEntry {
    /// Identifier.
    pub id: String,
    /// What the device calls itself.
    pub device: Option<String>,
    /// When it was last renewed, ISO 8601 with a zone.
    pub last_used_at: String,
    /// Whether it is the one that asks.
    pub current: bool,
}

/// `PUT /api/me`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct UpdateMeRequest {
    /// The new display name.
    pub name: String,
}

/// `DELETE /api/account`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DeleteAccountRequest {
    /// `DELETE`, so that no slip deletes an account.
    pub confirm: String,
}
