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

pub use machine::{Effect, EndReason, Input, LossCause, Machine, Moment, Phase, RingOutcome, StartFailure, Way};
pub use reconnect::{RECONNECT_LIMIT, backoff};
pub use switch::Switch;
