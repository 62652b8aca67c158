//! The wire: what a Pizoo client and a Pizoo backend say to each other over REST and WebSocket, and two clients in a room
//! ([`e2ee`], [`farewell`]).
//!
//! It is types and the texts that the specification fixes, nothing else: no I/O, no policy, no defaults that hide a
//! missing value. Field names and shapes are those of the original backend, so its web and mobile clients work
//! unchanged. May depend on serde and `ts-rs` only; everything may depend on it.

pub mod account;
pub mod calls;
pub mod chat;
pub mod e2ee;
pub mod events;
pub mod farewell;
pub mod health;
mod ids;
pub mod livekit;
pub mod people;
pub mod photos;
pub mod texts;

pub use ids::{CallId, MatchId, MessageId, RoomName, UserId};

use serde::{Deserialize, Serialize};

/// The body of every error answer but 422: `{"detail": "..."}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ErrorBody {
    /// One sentence for a person. Clients switch on the status, never on this text.
    pub detail: String,
}
