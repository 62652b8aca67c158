//! One call as a pure state machine: `(state, input, now) -> (state, effects)`.
//!
//! It decides what a call does next: when to fetch a token, join, open and close devices, wait, reconnect, give up. It
//! does none of it: no I/O, no tokio, no clock, no dice; time and chance are arguments. `pizoo-client` runs it.
//! May depend on serde and `ts-rs` only.
//!
//! ```text
//!            Start                Joined                PartnerJoined
//!   Idle ────────────> Connecting ────────> Waiting ────────────────> Active
//!                       │                     │  ^                     │  ^
//!                       │          RoomLost   │  │  RoomRestored       │  │ back within the grace
//!                       │                     v  │                     v  │
//!                       │                   Reconnecting  <────────────────
//!                       v                     v                        v
//!                     Ended <──────────── HangUp, time, errors ─────────
//! ```
//!
//! Ringing will stand between `Idle` and `Connecting` as `Outgoing` and `Incoming`: accepting enters
//! [`Phase::Connecting`] just as [`Input::Start`] does today, and nothing after it changes.

mod machine;
mod reconnect;
mod switch;

pub use machine::{Effect, Input, LossCause, Machine, Moment, Phase, StartFailure};
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
    /// The connection could not be restored.
    ConnectionLost,
    /// It could not be started; the refusal was told to whoever started it.
    CouldNotConnect,
    /// The same account joined from another device.
    ElsewhereActive,
    /// The server closed the room or removed the user.
    ClosedByServer,
}
