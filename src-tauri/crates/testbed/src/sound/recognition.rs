//! Is this recording of that speech?

use super::features::{BAND_COUNT, Step, loudness};
use super::rms;

/// A score from here on means: it was the same speech. The same text in another voice, and other texts, stay below.
const RECOGNISED: f64 = 0.55;
/// Steps of a window: four seconds.
const WINDOW: usize = 200;
/// Root mean square below which a recording counts as silence.
const SILENCE: f64 = 30.0;

/// How well a recording fits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Match {
    /// Correlation of loudness over time and bands at the best delay, -1 to 1.
    pub score: f64,
    /// Root mean square of the recording, 0 to 32,767.
    pub rms: f64,
}

impl Match {
    /// Whether what was sent is in what arrived.
    pub fn recognised(&self) -> bool {
        self.score >= RECOGNISED && self.rms >= SILENCE
    }
}

/// Compares a recording with what was sent, over and over, at a delay that nobody knows. Both are 48 kHz mono; the
/// recording should be some seconds long.
///
/// It is compared in windows, each at its own delay, and the median counts: a busy machine drops some sound now and then,
/// and what follows is early by that much.
pub fn matches(sent: &[i16], received: &[i16]) -> Match {
    let (sent_steps, received_steps) = (loudness(sent), loudness(received));
    let best = |window: &[Step]| {
        (0..sent_steps.len()).map(|delay| correlation(&sent_steps, window, delay)).fold(0.0, f64::max)
    };
    let mut scores: Vec<f64> = received_steps.windows(WINDOW).step_by(WINDOW / 2).map(best).collect();
    scores.sort_by(f64::total_cmp);
    Match { score: scores.get(scores.len() / 2).copied().unwrap_or(0.0), rms: rms(received) }
}

/// Mean over the bands of the correlation coefficient, if the recording began `delay` steps into the speech.
fn correlation(sent: &[Step], received: &[Step], delay: usize) -> f64 {
    let pairs = || received.iter().enumerate().map(|(at, received)| (&sent[(at + delay) % sent.len()], received));
    let count = received.len() as f64;
    let band = |band: usize| {
        let sum = |value: fn(f64, f64) -> f64| pairs().map(|(s, r)| value(s[band], r[band])).sum::<f64>() / count;
        let (mean_s, mean_r) = (sum(|s, _| s), sum(|_, r| r));
        let variance_s = sum(|s, _| s * s) - mean_s * mean_s;
        let variance_r = sum(|_, r| r * r) - mean_r * mean_r;
        let spread = (variance_s * variance_r).sqrt();
        // A band without any change, silence above all, tells nothing.
        if spread < 1e-6 { 0.0 } else { (sum(|s, r| s * r) - mean_s * mean_r) / spread }
    };
    (0..BAND_COUNT).map(band).sum::<f64>() / BAND_COUNT as f64
}

#[cfg(test)]
mod tests {
    use super::super::{RATE, Voice, speech};
    use super::*;

    async fn both() -> (Vec<i16>, Vec<i16>) {
        (speech(Voice::One).await.unwrap(), speech(Voice::Two).await.unwrap())
    }

    /// Later, quieter, muffled and noisy.
    fn worn(samples: &[i16], delay: usize) -> Vec<i16> {
        let (mut low, mut random) = (0.0, 1u32);
        let looped = samples.iter().cycle().skip(delay).take(8 * RATE as usize);
        looped
            .map(|sample| {
                random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                low += (f64::from(*sample) - low) * 0.3;
                (low * 0.25) as i16 + ((random >> 16) % 200) as i16 - 100
            })
            .collect()
    }

    #[tokio::test]
    async fn speech_is_recognised_late_quiet_muffled_and_noisy() {
        let (one, two) = both().await;
        for sent in [&one, &two] {
            let found = matches(sent, &worn(sent, 31_337));
            assert!(found.recognised(), "{found:?}");
        }
    }

    #[tokio::test]
    async fn speech_with_gaps_is_recognised() {
        let (one, _) = both().await;
        let sound = worn(&one, 9_999);
        let gappy: Vec<i16> = sound.chunks(RATE as usize).flat_map(|second| &second[2_400..]).copied().collect();
        let found = matches(&one, &gappy);
        assert!(found.recognised(), "{found:?}");
    }

    #[tokio::test]
    async fn other_speech_is_not_taken_for_it() {
        let (one, two) = both().await;
        for found in [matches(&one, &worn(&two, 0)), matches(&two, &worn(&one, 12_345))] {
            assert!(found.score < RECOGNISED - 0.1, "{found:?}");
        }
    }

    #[tokio::test]
    async fn silence_noise_and_tone_are_not_taken_for_it() {
        let (one, _) = both().await;
        let seconds = 5 * RATE as usize;
        let tone = |at: usize| ((at as f64 * 440.0 / f64::from(RATE) * std::f64::consts::TAU).sin() * 8_000.0) as i16;
        let noise = |at: usize| ((at as u32).wrapping_mul(2_654_435_761) >> 18) as i16;
        for received in [vec![0; seconds], (0..seconds).map(tone).collect(), (0..seconds).map(noise).collect(), vec![]]
        {
            let found = matches(&one, &received);
            assert!(!found.recognised(), "{found:?}");
        }
    }
}
