//! The moving test picture, and the machine-readable stamp in it.
//!
//! It draws into planes that the caller owns and reads from bytes that the caller supplies: no clock, no device, no
//! allocation, no dependency. Cameras for tests, the demo's partner and everything that checks a picture use it, so
//! what was sent can be told from what arrived. It is not a video format: timing belongs to the caller.

mod ellipse;
mod scene;
mod stamp;

pub use scene::{Scene, draw_i420};
pub use stamp::{Stamp, read_bars, read_luma, stamp_rows};
