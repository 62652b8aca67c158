//! The livekit crate API.
