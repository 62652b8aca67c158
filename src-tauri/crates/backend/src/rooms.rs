//! Closing a LiveKit room: what ends a call between two who may not call any more, whatever their programs do.
//!
//! In the background, at most a few at once, a few seconds each, and best effort: the call is over in the database
//! already, and nobody gets a new token.

#[cfg(test)]
mod tests;

use crate::clock::UnixMs;
use crate::grant;
use crate::settings::LiveKit;
use pizoo_api::{MatchId, RoomName};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio_util::task::TaskTracker;

const LONGEST: Duration = Duration::from_secs(5);
const AT_ONCE: usize = 8;

/// Why a room was not closed.
#[derive(Debug, thiserror::Error)]
enum CloseError {
    #[error("the token cannot be signed: {0}")]
    Sign(#[from] jsonwebtoken::errors::Error),
    #[error("LiveKit cannot be asked: {0}")]
    Http(#[from] reqwest::Error),
}

/// Closes rooms.
#[derive(Clone, Debug)]
pub(crate) struct Rooms {
    http: reqwest::Client,
    turns: Arc<Semaphore>,
    tasks: TaskTracker,
}

impl Rooms {
    /// # Errors
    /// The HTTP client cannot be made.
    pub(crate) fn new() -> reqwest::Result<Self> {
        // Whoever embeds the backend may have chosen one already.
        drop(rustls::crypto::ring::default_provider().install_default());
        let http = reqwest::Client::builder().timeout(LONGEST).redirect(reqwest::redirect::Policy::none()).build()?;
        Ok(Self { http, turns: Arc::new(Semaphore::new(AT_ONCE)), tasks: TaskTracker::new() })
    }

    /// Closes the room of a match and puts out who is in it.
    pub(crate) fn close(&self, livekit: LiveKit, match_id: &str, now: UnixMs) {
        let (http, turns) = (self.http.clone(), self.turns.clone());
        let room = RoomName::of(&MatchId::from(match_id));
        self.tasks.spawn(async move {
            let Ok(_turn) = turns.acquire().await else { return };
            if let Err(error) = delete(&http, &livekit, &room, now).await {
                tracing::warn!(%error, "a room could not be closed");
            }
        });
    }

    /// Waits for those under way; none lasts longer than [`LONGEST`].
    pub(crate) async fn stop(&self) {
        self.tasks.close();
        drop(tokio::time::timeout(LONGEST, self.tasks.wait()).await);
        self.turns.close();
    }
}

async fn delete(http: &reqwest::Client, livekit: &LiveKit, room: &RoomName, now: UnixMs) -> Result<(), CloseError> {
    // `ws` becomes `http`, `wss` becomes `https`.
    let base = livekit.url.trim_end_matches('/').replacen("ws", "http", 1);
    let url = format!("{base}/twirp/livekit.RoomService/DeleteRoom");
    let request = http.post(url).bearer_auth(grant::administration(livekit, now)?).json(&json!({"room": room}));
    let answer = request.send().await.map_err(reqwest::Error::without_url)?;
    // A room that is not there is closed.
    if answer.status() != reqwest::StatusCode::NOT_FOUND {
        answer.error_for_status().map_err(reqwest::Error::without_url)?;
    }
    Ok(())
}
