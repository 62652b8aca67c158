//! `GET /health` and `GET /api/health`: liveness, and which extensions this backend has.

use serde::{Deserialize, Serialize};

/// The newest mock mail can be read at [`DEVELOPMENT_MAIL_PATH`]; only a development backend on loopback has it.
pub const DEVELOPMENT_MAIL: &str = "development-mail";
/// `GET` with `?email=`: the newest mock mail to that address as [`DevelopmentMail`]; 404 without one.
pub const DEVELOPMENT_MAIL_PATH: &str = "/api/development/mail";
/// `GET` with `?phone=`: the newest mock text message to that number as [`DevelopmentText`]; 404 without one.
pub const DEVELOPMENT_TEXT_PATH: &str = "/api/development/sms";
/// Messages take an `idempotency_key`.
pub const MESSAGE_IDEMPOTENCY: &str = "message-idempotency";
/// `POST /api/conversations/{id}/read-receipts` takes `private`.
pub const PRIVATE_READ: &str = "private-read";
/// Ringing, call history and the agreement to be called: `/api/calls` and `/api/matches/{id}/calling`.
pub const CALLS: &str = "calls";
/// There is an event stream at [`EVENTS_PATH`]; see [`crate::events`].
pub const EVENTS: &str = "events";
/// `GET`, a WebSocket, with `?after=`.
pub const EVENTS_PATH: &str = "/api/events";

/// Photos of people that the server keeps; see [`crate::photos`].
pub const PHOTOS: &str = "photos";
/// Web Push: `/api/push` has a key and takes subscriptions.
pub const PUSH: &str = "push";

/// `GET /health`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HealthResponse {
    /// `healthy`.
    pub status: String,
    /// What this backend offers beyond the original; empty for the original itself.
    #[serde(default)]
    pub features: Vec<String>,
    /// `connected` or `unreachable`. This field and those below are the original's; only a person reads them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub database: Option<String>,
    /// ISO 8601 with a zone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<String>,
    /// As `database`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub db: Option<String>,
    /// Whether codes are sent to phones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub otp: Option<String>,
    /// Always `off`: this backend has no such service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ai: Option<String>,
}

/// A mail that was not sent but logged.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DevelopmentMail {
    /// Whom it is for.
    pub email: String,
    /// The magic link in it.
    pub link: String,
    /// The code in it.
    #[serde(default)]
    pub code: String,
}

/// A text message that was not sent but logged.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DevelopmentText {
    /// Whom it is for.
    pub phone: String,
    /// The code in it.
    pub code: String,
}
