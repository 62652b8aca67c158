//! `/api/profiles/discover`, `/api/swipe`, `/api/block` and `/api/report`: how people meet, and how they part.

use crate::chat::MatchProfile;
use crate::{MatchId, UserId};
use serde::{Deserialize, Serialize};

/// `GET /api/profiles/discover?limit=`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DiscoverResponse {
    /// People whom the reader has not swiped yet, in an order that does not change.
    pub profiles: Vec<MatchProfile>,
}

/// `POST /api/swipe`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SwipeRequest {
    /// Whom it is about.
    pub swiped_user_id: UserId,
    /// Yes or no.
    pub action: SwipeAction,
}

/// Yes or no to a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum SwipeAction {
    /// Two of them make a match.
    Like,
    /// The person is not shown again.
    Pass,
}

/// Its 200 answer.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SwipeResponse {
    /// Always true.
    pub success: bool,
    /// Whether the two like each other now.
    pub is_match: bool,
    /// What was asked for.
    pub action: SwipeAction,
    /// Always null here: the original's weekly limit does not exist in this backend.
    pub remaining_likes: Option<u32>,
    /// The match, if there is one. The original does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub match_id: Option<MatchId>,
}

/// `POST /api/block`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BlockRequest {
    /// Who is never to be met again.
    pub blocked_user_id: UserId,
}

/// `GET /api/blocked-users`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BlockedUsersResponse {
    /// Newest first.
    pub blocked_users: Vec<MatchProfile>,
}

/// `POST /api/report`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReportRequest {
    /// Who is reported.
    pub reported_user_id: UserId,
    /// `spam`, `harassment`, `fake_profile`, `inappropriate`, `underage` or `other`. Another text, up to 200 characters,
    /// counts as `other` and is kept with the details.
    pub reason: String,
    /// What happened, up to 2,000 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details: Option<String>,
}

/// Answer of routes that have one sentence to say.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Notice {
    /// It, for a person.
    pub message: String,
}
