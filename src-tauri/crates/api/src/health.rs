//! `GET /health` and `GET /api/health`: liveness, and which extensions this backend has.

use serde::{Deserialize, Serialize};

/// The newest mock mail can be read at [`DEVELOPMENT_MAIL_PATH`]; only a development backend on loopback has it.
pub const DEVELOPMENT_MAIL: &str = "development-mail";
/// `GET` with `?email=`: the newest mock mail to that address as [`DevelopmentMail`]; 404 without one.
pub const DEVELOPMENT_MAIL_PATH: &str = "/api/development/mail";
/// Messages take an `idempotency_key`.
pub const MESSAGE_IDEMPOTENCY: &str = "message-idempotency";
/// There is an event stream at [`EVENTS_PATH`]; see [`crate::events`].
pub const EVENTS: &str = "events";
/// `GET`, a WebSocket, with `?after=`.
pub const EVENTS_PATH: &str = "/api/events";

/// `GET /health`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HealthResponse {
    /// `healthy`.
    pub status: String,
    /// What this backend offers beyond the original; empty for the original itself.
    #[serde(default)]
    pub features: Vec<String>,
}

/// A mail that was not sent but logged.
#[derive(Clone, Serialize, Deserialize)]
pub struct DevelopmentMail {
    /// Whom it is for.
    pub email: String,
    /// The magic link in it.
    pub link: String,
}
