//! `/api/livekit`: tokens for a match's room, and whether calls are configured.

use crate::{MatchId, RoomName, UserId};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What a call carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum CallType {
    /// Microphone only.
    Audio,
    /// Microphone and camera.
    Video,
}

/// `POST /api/livekit/token`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TokenRequest {
    /// The match whose room is wanted.
    pub match_id: MatchId,
    /// What the caller may publish.
    #[serde(default = "video")]
    pub call_type: CallType,
    /// The name the other side sees; without it [`UserId::default_participant_name`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub participant_name: Option<String>,
}

fn video() -> CallType {
    CallType::Video
}

/// Its 200 answer. It carries a secret, so it has no `Debug`.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TokenResponse {
    /// Always true.
    pub success: bool,
    /// LiveKit access token (HS256), valid for ten minutes, for one room and one identity.
    pub token: String,
    /// LiveKit server, `ws://` or `wss://`.
    pub url: String,
    /// The room the token opens.
    pub room_name: RoomName,
    /// Who the token makes its bearer.
    pub participant: Participant,
    /// As asked.
    pub call_type: CallType,
    /// Whether the camera may be published.
    pub video_enabled: bool,
    /// Whether the microphone may be published.
    pub audio_enabled: bool,
}

/// Identity and name in the room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Participant {
    /// The user's id.
    pub identity: UserId,
    /// The name the other side sees.
    pub name: String,
}

/// `GET /api/livekit/status`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StatusResponse {
    /// Whether tokens can be issued.
    pub configured: bool,
    /// The LiveKit server in force, if configured.
    pub url: Option<String>,
    /// One sentence for a person.
    pub message: String,
}
