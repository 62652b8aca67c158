//! What speech is recognised by: how loud each of some bands is, fifty times a second.
//!
//! Codecs, echo cancellation and gain control change the wave beyond recognition, but not when which band is loud.

use super::RATE;

/// Centres of the bands, in Hz: where speech has its first formants and its consonants.
const BANDS: [f64; BAND_COUNT] = [250.0, 450.0, 800.0, 1300.0, 2000.0, 3000.0];
pub(super) const BAND_COUNT: usize = 6;
const QUALITY: f64 = 2.0;
/// Samples of one step of time, 20 ms.
pub(super) const STEP: usize = RATE as usize / 50;

/// Loudness of each band in one step of time.
pub(super) type Step = [f64; BAND_COUNT];

/// Loudness over time. The cube root of the power stands for loudness, as in hearing.
pub(super) fn loudness(samples: &[i16]) -> Vec<Step> {
    let mut filters = BANDS.map(BandPass::new);
    let step = |samples: &[i16]| {
        let mut power = [0.0; BAND_COUNT];
        for sample in samples {
            for (power, filter) in power.iter_mut().zip(&mut filters) {
                *power += filter.next(f64::from(*sample)).powi(2);
            }
        }
        power.map(|power| (power / STEP as f64).cbrt())
    };
    samples.chunks_exact(STEP).map(step).collect()
}

/// A second-order band-pass filter (the cookbook's, constant peak gain).
struct BandPass {
    gain: f64,
    feedback: [f64; 2],
    inputs: [f64; 2],
    outputs: [f64; 2],
}

impl BandPass {
    fn new(centre: f64) -> Self {
        let angle = std::f64::consts::TAU * centre / f64::from(RATE);
        let width = angle.sin() / (2.0 * QUALITY);
        let scale = 1.0 + width;
        Self {
            gain: width / scale,
            feedback: [-2.0 * angle.cos() / scale, (1.0 - width) / scale],
            inputs: [0.0; 2],
            outputs: [0.0; 2],
        }
    }

    fn next(&mut self, input: f64) -> f64 {
        let output = self.gain * (input - self.inputs[1])
            - self.feedback[0] * self.outputs[0]
            - self.feedback[1] * self.outputs[1];
        self.inputs = [input, self.inputs[0]];
        self.outputs = [output, self.outputs[0]];
        output
    }
}
