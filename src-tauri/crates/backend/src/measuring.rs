//! What the benchmark measures apart from any request.

use crate::clock::{Clock as _, SystemClock};
use crate::grant;
use crate::settings::LiveKit;
use pizoo_api::livekit::{CallType, Participant};
use pizoo_api::{MatchId, RoomName, UserId};
use std::time::{Duration, Instant};

/// How long so many tokens take, one after the other.
///
/// # Errors
/// A token cannot be signed.
pub fn sign(count: u32) -> anyhow::Result<Duration> {
    let secret = "a-secret-of-the-benchmark-0123456789".to_owned();
    let livekit = LiveKit { url: "ws://127.0.0.1:9".into(), key: "key".into(), secret: secret.into() };
    let room = RoomName::of(&MatchId::from("1"));
    let now = SystemClock.now();
    let started = Instant::now();
    for n in 0..count {
        let participant = Participant { identity: UserId::from(format!("user-{n}")), name: "Ada".into() };
        std::hint::black_box(grant::sign(&livekit, &room, &participant, CallType::Video, ("id", now))?);
    }
    Ok(started.elapsed())
}
