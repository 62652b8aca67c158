//! The C boundary: loading the library, sending requests, owning handles, routing what the library calls back.
//!
//! Nothing outside this module (and the frame buffers in `webrtc`) touches a raw pointer. No lock of this crate is held
//! while the library is called, since the library may call back on the same or on another thread meanwhile.

pub(crate) mod handle;
pub(crate) mod library;
mod logs;
pub(crate) mod messages;
pub(crate) mod redact;
mod release;
pub(crate) mod request;
pub(crate) mod router;
