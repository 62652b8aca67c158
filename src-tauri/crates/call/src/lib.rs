//! One call as a pure state machine: `(state, input, now) -> (state, effects)`.
//!
//! It decides what a call does next: when to fetch a token, join, open and close devices, wait, reconnect, give up. It
//! does none of it: no I/O, no tokio, no clock, no dice; time and chance are arguments. `pizoo-client` runs it.
//! May depend on serde and `ts-rs` only.
//!
//! ```text
//!     Start by Ring           Rings             Answered
//!   Idle ────────────> Calling ────> Ringing ──────────┐
//!     │                                                v      Joined            PartnerJoined
//!     └───── Start by Answer, or by Join ────────> Connecting ──────> Waiting ────────────────> Active
//!                                                  │                  │  ^                     │  ^
//!                                                  │         RoomLost │  │ RoomRestored        │  │ back within the
//!                                                  │                  v  │                     v  │ grace
//!                                                  │                Reconnecting  <────────────────
//!                                                  v                  v                        v
//!                                                Ended <── HangUp, RingOver, time, errors ──────
//! ```
//!
//! A ring that comes in is no state of this machine: it is the client's until it is answered.

mod machine;
mod reconnect;
mod switch;

pub use machine::{Effect, Input, LossCause, Machine, Moment, Phase, RingOutcome, StartFailure, Way};
pub use reconnect::{RECONNECT_LIMIT, backoff};
pub use switch::Switch;

use serde::Serialize;
use ts_rs::TS;

/// Why a call is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum EndReason {
    /// The user ended it.
    HungUp,
    /// The other side left.
    PartnerLeft,
    /// Nobody came while the user waited.
    NobodyCame,
    /// The other side was rung and is not there for a call. Why is not told.
    Unavailable,
    /// The connection could not be restored.
    ConnectionLost,
    /// It could not be started; the refusal was told to whoever started it.
    CouldNotConnect,
    /// The same account joined from another device.
    ElsewhereActive,
    /// The server closed the room or removed the user.
    ClosedByServer,
    /// It could not be encrypted end to end, and must not go on without.
    NotEncrypted,
}
