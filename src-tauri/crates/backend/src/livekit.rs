//! Who gets into a call's room: verified people, into rooms of their own matches, 30 times an hour.

use crate::clock::UnixMs;
use crate::session::{Claimed, SessionError};
use crate::state::Backend;
use crate::store::{StoreError, calls, rooms};
use crate::{grant, input};
use pizoo_api::livekit::{CallType, Participant, TokenRequest, TokenResponse};
use pizoo_api::{RoomName, UserId};

/// Why there is no token.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TokenError {
    #[error(transparent)]
    Session(#[from] SessionError),
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
pub(crate) async fn token(backend: &Backend, claimed: Claimed, request: &TokenRequest) -> Result<Issued, TokenError> {
    if let Ok(livekit) = backend.calls() {
        let now = backend.now();
        let room_name = RoomName::of(&request.match_id);
        let participant = participant(&claimed.user, request.participant_name.as_deref());
        let token = grant::sign(&livekit, &room_name, &participant, request.call_type, (&backend.new_id(), now))?;
        let ask = calls::Ask {
            session: claimed.session.clone(),
            user: claimed.user.clone(),
            match_id: request.match_id.to_string(),
            now,
        };
        if let Some(granted) = backend.store.tokens().ask(ask).await? {
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
            return Ok(Issued { response, left: granted.left, seconds: seconds_until(granted.next, now) });
        }
    }
    Err(refusal(backend, claimed, request).await?)
}

/// Why there is no token: what the one statement looked at, one thing after the other.
async fn refusal(backend: &Backend, claimed: Claimed, request: &TokenRequest) -> Result<TokenError, SessionError> {
    let user = claimed.access(backend).await?.user;
    if !user.is_verified() {
        return Ok(TokenError::NotVerified);
    }
    let Some(others) = rooms::others(backend.store.read(), request.match_id.as_str(), &user.id).await? else {
        return Ok(TokenError::NoMatch);
    };
    if let Err(why) = backend.calls() {
        return Ok(TokenError::NotConfigured(why));
    }
    // LiveKit itself would answer with a bare 500.
    if others >= calls::FULL {
        return Ok(TokenError::Full);
    }
    let now = backend.now();
    // It may have become free meanwhile: then another may be asked for at once.
    let free = calls::free_at(backend.store.read(), &user.id, now).await?.unwrap_or(now);
    Ok(TokenError::Limited { seconds: seconds_until(free, now) })
}

fn participant(user: &str, name: Option<&str>) -> Participant {
    let identity = UserId::from(user);
    let name = name.map(input::name).filter(|name| !name.is_empty());
    Participant { name: name.unwrap_or_else(|| identity.default_participant_name()), identity }
}

fn seconds_until(then: UnixMs, now: UnixMs) -> u64 {
    u64::try_from(then.0 - now.0).unwrap_or(0).div_ceil(1000).max(1)
}
