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

/// `POST /api/auth/email/verify`.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VerifyRequest {
    /// The link's token.
    pub token: String,
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
