//! Microphone, loudspeaker, camera, pictures: what a call needs of the computer it runs on.
//!
//! - [`picture`]: an I420 frame; scaling it and turning it into pixels for the screen.
//! - [`camera`]: one camera on a thread of its own.
//! - [`audio`]: microphone and loudspeaker around one 10 ms worker, with echo cancellation behind a trait.
//! - [`sounds`]: the ring and the other sounds of the app, made of sines.
//! - [`sources`]: a moving picture, speech and a tone in place of devices, for tests and demonstrations.
//!
//! It is not: networking, codecs, or anything of LiveKit; `client` carries frames between the two. It may depend on no
//! other crate of ours but `pizoo-pattern`. Devices fail at any time, so a missing or failed device is an event, never
//! a panic, and silence or black is never delivered in its place.

pub mod audio;
pub mod camera;
pub mod picture;
pub mod sounds;
pub mod sources;
mod thread;
