//! Sound: a private sound server, speech to feed it with, and the recognition of that speech in what was recorded.

mod client;
mod features;
mod recognition;
mod server;
mod speech;

pub use client::{Feed, Recording, Sound};
pub use recognition::{Match, matches};
pub use server::{Crashed, Devices, SoundServer};
pub use speech::{Voice, speech};

/// Samples a second of all sound here; one channel, 16 bits.
pub const RATE: u32 = 48_000;

/// Root mean square of samples, 0 to 32,767.
pub fn rms(samples: &[i16]) -> f64 {
    let power: f64 = samples.iter().map(|sample| f64::from(*sample).powi(2)).sum();
    (power / samples.len().max(1) as f64).sqrt()
}
