//! Things to see and hear without devices: a moving picture with a stamp, a voice, a tone.
//!
//! They stand in for camera and microphone in tests, demonstrations and load runs, and are the same at every run
//! (the picture's stamp, which tells the time, excepted). They are not effects for real calls.

mod pattern_camera;
mod speech;
mod tone;

pub use pattern_camera::PatternCamera;
pub use speech::Speech;
pub use tone::Tone;

use crate::audio::FRAME;

/// An endless sound, 48 kHz mono.
pub trait Sound: Send {
    /// The next 10 ms.
    fn fill(&mut self, frame: &mut [i16; FRAME]);
}
