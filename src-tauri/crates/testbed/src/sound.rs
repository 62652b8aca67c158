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

use anyhow::Result;
use std::path::Path;

/// Samples a second of all sound here; one channel, 16 bits.
pub const RATE: u32 = 48_000;

/// Root mean square of samples, 0 to 32,767.
pub fn rms(samples: &[i16]) -> f64 {
    let power: f64 = samples.iter().map(|sample| f64::from(*sample).powi(2)).sum();
    (power / samples.len().max(1) as f64).sqrt()
}

/// Writes samples as a WAV file, for ears.
///
/// # Errors
/// The file cannot be written.
pub fn save(samples: &[i16], path: &Path) -> Result<()> {
    let spec =
        hound::WavSpec { channels: 1, sample_rate: RATE, bits_per_sample: 16, sample_format: hound::SampleFormat::Int };
    let mut writer = hound::WavWriter::create(path, spec)?;
    samples.iter().try_for_each(|sample| writer.write_sample(*sample))?;
    Ok(writer.finalize()?)
}
