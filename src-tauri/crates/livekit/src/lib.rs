//! The API of LiveKit's Rust SDK (crates.io `livekit` 0.10), as far as a calling client needs it, over LiveKit's
//! official prebuilt library. Names, types and behaviour are those of that crate, so that the same code builds on either.
//!
//! The library (the same SDK, compiled by LiveKit) is loaded at run time, on first use. Constructors that cannot fail in
//! LiveKit's crate cannot fail here either: without the library they give inert objects whose operations are errors, and
//! streams that have ended. Call [`prebuilt::load`] early to report a missing library properly.
//!
//! What differs from LiveKit's crate, always to the safe side:
//! - arguments on which the library would abort the process are errors;
//! - no error or log record carries a token or a key;
//! - dropping a [`Room`], or the future of [`Room::connect`], leaves the room and frees what belongs to it;
//! - streams never queue without bound.

pub mod e2ee;
mod ffi;
pub mod id;
pub mod options;
pub mod participant;
pub mod prebuilt;
pub mod prelude;
pub mod publication;
mod room;
pub mod rtc_engine;
pub mod track;
pub mod webrtc;

pub use e2ee::{E2eeManager, E2eeOptions};
pub use participant::{ParticipantKind, ParticipantState};
pub use room::*;
pub use rtc_engine::SimulateScenario;
