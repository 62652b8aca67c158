//! Who gets into a call's room: verified people, into rooms of their own matches, 30 times an hour.

use crate::clock::UnixMs;
use crate::state::Backend;
use crate::store::{StoreError, accounts::User, calls, rooms};
use crate::{grant, input};
use pizoo_api::livekit::{CallType, Participant, TokenRequest, TokenResponse};
use pizoo_api::{RoomName, UserId};

/// Two people are a call.
const SEATS: i64 = 2;

/// Why there is no token.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TokenError {
    #[error("the account is not verified")]
    NotVerified,
    #[error("no such match of this user")]
    NoMatch,
    #[error("{0}")]
    NotConfigured(String),
    #[error("two others are in the room")]
    Full,
    #[error("too many tokens in the last hour")]
    Limited {
        /// Until one more is allowed, at least 1.
        seconds: u64,
    },
    #[error("the token cannot be signed: {0}")]
    Sign(#[from] jsonwebtoken::errors::Error),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A token, and what is left of the limit.
pub(crate) struct Issued {
    pub(crate) response: TokenResponse,
    /// Tokens left now.
    pub(crate) left: i64,
    /// Until there is one more.
    pub(crate) seconds: u64,
}

/// Issues a token. Whatever fails counts for nothing: the count is the last thing that can fail.
pub(crate) async fn token(backend: &Backend, user: &User, request: &TokenRequest) -> Result<Issued, TokenError> {
    if !user.is_verified() {
        return Err(TokenError::NotVerified);
    }
    let others = rooms::others(backend.store.read(), request.match_id.as_str(), &user.id).await?;
    let others = others.ok_or(TokenError::NoMatch)?;
    let livekit = backend.calls().map_err(TokenError::NotConfigured)?;
    // LiveKit itself would answer with a bare 500.
    if others >= SEATS {
        return Err(TokenError::Full);
    }
    let now = backend.now();
    let jti = backend.new_id();
    let room_name = RoomName::of(&request.match_id);
    let participant = participant(user, request.participant_name.as_deref());
    let token = grant::sign(&livekit, &room_name, &participant, request.call_type, (&jti, now))?;
    let (left, next) = match calls::take(&backend.store, &user.id, now).await? {
        calls::Turn::Granted { left, next } => (left, next),
        calls::Turn::FreeAt(free) => return Err(TokenError::Limited { seconds: seconds_until(free, now) }),
    };
    let response = TokenResponse {
        success: true,
        token,
        url: livekit.url,
        room_name,
        participant,
        call_type: request.call_type,
        video_enabled: request.call_type == CallType::Video,
        audio_enabled: true,
    };
    Ok(Issued { response, left, seconds: seconds_until(next, now) })
}

fn participant(user: &User, name: Option<&str>) -> Participant {
    let identity = UserId::from(user.id.as_str());
    let name = name.map(input::name).filter(|name| !name.is_empty());
    Participant { name: name.unwrap_or_else(|| identity.default_participant_name()), identity }
}

fn seconds_until(then: UnixMs, now: UnixMs) -> u64 {
    u64::try_from(then.0 - now.0).unwrap_or(0).div_ceil(1000).max(1)
}
