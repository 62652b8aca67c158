//! `/api/calls`: ringing, its answers, and the history. Only Pizoo's own backend has it; see `features` of `/health`.

use crate::livekit::CallType;
use crate::{CallId, MatchId, UserId};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A call as one of its two people may see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Call {
    /// Identifier.
    pub id: CallId,
    /// The match whose room it uses.
    pub match_id: MatchId,
    /// Who rings.
    pub caller_id: UserId,
    /// Who is rung.
    pub callee_id: UserId,
    /// What it carries.
    pub call_type: CallType,
    /// Where it stands.
    pub state: CallState,
    /// How it ended, once it has.
    pub outcome: Option<CallOutcome>,
    /// When the ring began, ISO 8601 with a zone.
    pub created_at: String,
    /// When the ring ends by itself, ISO 8601 with a zone.
    pub expires_at: String,
    /// When it was accepted, ISO 8601 with a zone.
    pub accepted_at: Option<String>,
    /// Whether the device that asks or listens is the one that accepted; the callee's others were `answered_elsewhere`.
    #[serde(default)]
    pub accepted_here: bool,
    /// When it was over, ISO 8601 with a zone.
    pub ended_at: Option<String>,
}

/// Where a call stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CallState {
    /// Until it is accepted, ended, or its time is over.
    Ringing,
    /// Accepted.
    Active,
    /// Over.
    Ended,
}

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CallOutcome {
    /// It was accepted, and somebody hung up.
    Completed,
    /// The caller gave up before an answer.
    Cancelled,
    /// For the caller: declined, busy or no answer, at the end of the ring's time. Which one is not told.
    Unavailable,
    /// For the callee: they declined.
    Declined,
    /// For the callee: it rang in vain.
    Missed,
    /// For the callee: they were in another call.
    Busy,
}

/// `POST /api/calls`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RingRequest {
    /// The match.
    pub match_id: MatchId,
    /// What the call carries.
    pub call_type: CallType,
}

/// Answer of every route that concerns one call, also of a 409: there with the call as it stands.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CallResponse {
    /// One sentence, in a 409 only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The call.
    pub call: Call,
}

/// `GET /api/calls?match_id=` (newest first) and `GET /api/calls/ringing`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CallsResponse {
    /// The calls.
    pub calls: Vec<Call>,
}

/// `PUT` and `GET /api/matches/{id}/calling`. The other side's answer is not told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Calling {
    /// Whether the user agrees to be called in this match.
    pub allowed: bool,
}
