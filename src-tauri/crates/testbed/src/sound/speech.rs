//! Speech, made by a synthesiser when it is needed: no recording lies in the repository.

use super::RATE;
use crate::children::Program;
use anyhow::{Context, Result, ensure};
use std::time::Duration;

const SYNTHESIS: Duration = Duration::from_secs(20);
/// Loudest sample after levelling.
const PEAK: f64 = 20_000.0;

/// Who speaks, and what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Voice {
    /// A low voice.
    One,
    /// A high voice with another text.
    Two,
}

impl Voice {
    fn words(self) -> [&'static str; 2] {
        match self {
            Self::One => ["en+m3", "Good evening. The quick brown fox jumps over the lazy dog, and twelve boxes wait."],
            Self::Two => ["en+f3", "Hello there! Bright vixens sing; my two black cats quickly judge seven old hymns."],
        }
    }
}

/// Some seconds of speech: 48 kHz mono, the same samples every time.
///
/// # Errors
/// `espeak-ng` is missing, or its answer is not a 16-bit mono WAV file.
pub async fn speech(voice: Voice) -> Result<Vec<i16>> {
    let [name, text] = voice.words();
    let wav = Program::new("espeak-ng").args(["-v", name, "-s", "150", "--stdout", text]).run(SYNTHESIS).await?;
    // On a pipe it cannot know the length and writes one that is far too large; hound would stop at the true end.
    let mut reader = hound::WavReader::new(&wav[..]).context("the synthesiser's WAV file")?;
    let format = reader.spec();
    ensure!(format.channels == 1 && format.bits_per_sample == 16, "unexpected WAV format: {format:?}");
    let samples: Vec<i16> = reader.samples::<i16>().map_while(Result::ok).collect();
    ensure!(samples.len() > format.sample_rate as usize, "the synthesiser said next to nothing");
    Ok(levelled(&resampled(&samples, format.sample_rate)))
}

/// Linear interpolation: enough for speech that is only compared with itself.
fn resampled(samples: &[i16], rate: u32) -> Vec<f64> {
    let count = samples.len() * RATE as usize / rate as usize;
    let at = |index: usize| {
        let place = index as f64 * f64::from(rate) / f64::from(RATE);
        let (before, part) = (place as usize, place.fract());
        let sample = |index: usize| samples.get(index).copied().map_or(0.0, f64::from);
        sample(before) * (1.0 - part) + sample(before + 1) * part
    };
    (0..count).map(at).collect()
}

fn levelled(samples: &[f64]) -> Vec<i16> {
    let peak = samples.iter().fold(1.0, |peak: f64, sample| peak.max(sample.abs()));
    samples.iter().map(|sample| (sample * PEAK / peak) as i16).collect()
}
