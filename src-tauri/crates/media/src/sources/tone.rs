//! One steady sine.

use std::f64::consts::TAU;

use super::Sound;
use crate::audio::{FRAME, RATE};

/// Half of full scale: well above noise, far from clipping when a few are mixed.
const AMPLITUDE: f64 = 16_000.0;

/// A sine of constant frequency and amplitude.
#[derive(Clone, Debug)]
pub struct Tone {
    phase: f64,
    step: f64,
}

impl Tone {
    /// A tone of `hz` cycles a second.
    #[must_use]
    pub fn new(hz: u32) -> Self {
        Self { phase: 0.0, step: f64::from(hz) / f64::from(RATE) }
    }
}

impl Sound for Tone {
    fn fill(&mut self, frame: &mut [i16; FRAME]) {
        for sample in frame {
            *sample = (AMPLITUDE * (TAU * self.phase).sin()) as i16;
            self.phase = (self.phase + self.step).fract();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audio::level;

    #[test]
    fn tone_has_its_frequency_across_frames() {
        let mut tone = Tone::new(440);
        let mut frame = [0; FRAME];
        let samples: Vec<i16> = (0..100)
            .flat_map(|_| {
                tone.fill(&mut frame);
                frame
            })
            .collect();
        let rises = samples.windows(2).filter(|w| w[0] < 0 && w[1] >= 0).count();
        assert!((439..=440).contains(&rises), "{rises} periods in a second");
        assert!((level::rms(&samples) - 11_314.0).abs() < 20.0);
    }
}
