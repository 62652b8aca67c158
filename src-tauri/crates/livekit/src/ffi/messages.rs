//! The library's messages, generated at build time, and short names for the ones used everywhere.

#![expect(unreachable_pub, clippy::all, reason = "generated code")]
// `expect` would itself count as a use.
#![allow(dead_code, reason = "generated code")]

include!(concat!(env!("OUT_DIR"), "/livekit.proto.rs"));

pub(crate) use ffi_event::Message as Callback;
pub(crate) use ffi_request::Message as Request;
pub(crate) use ffi_response::Message as Response;
