//! Is this recording of that speech?

use super::features::{BAND_COUNT, Step, loudness};
use super::rms;

/// A score from here on means: it was the same speech. In real calls it gets above 0.9, with a drop-out every second still
/// 0.68; other speech stays below 0.52.
const RECOGNISED: f64 = 0.6;
/// Steps of a window: three seconds.
const WINDOW: usize = 150;
/// Root mean square below which a recording counts as silence.
const SILENCE: f64 = 30.0;

/// How well a recording fits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Match {
    /// Correlation of loudness over time and bands in the best three seconds, 0 to 1.
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
/// It is compared in windows, each at its own delay, and the best one counts: a busy machine drops some sound now and
/// then, and what follows is early by that much.
pub fn matches(sent: &[i16], received: &[i16]) -> Match {
    let (sent_bands, received_bands) = (bands(&loudness(sent)), bands(&loudness(received)));
    let steps = received_bands[0].len();
    let starts = (0..(steps + 1).saturating_sub(WINDOW)).step_by(WINDOW / 3);
    let best = |start: usize| {
        let window = received_bands.each_ref().map(|band| levelled(band[start..start + WINDOW].iter().copied()));
        let correlation = |delay: usize| {
            let band = |(sent, received): (&Vec<f64>, &Vec<f64>)| {
                let part = levelled(sent.iter().cycle().skip(delay).take(WINDOW).copied());
                part.iter().zip(received).map(|(sent, received)| sent * received).sum::<f64>()
            };
            sent_bands.iter().zip(&window).map(band).sum::<f64>() / BAND_COUNT as f64
        };
        (0..sent_bands[0].len()).map(correlation).fold(0.0, f64::max)
    };
    Match { score: starts.map(best).fold(0.0, f64::max), rms: rms(received) }
}

/// Loudness over time, band by band.
fn bands(steps: &[Step]) -> [Vec<f64>; BAND_COUNT] {
    std::array::from_fn(|band| steps.iter().map(|step| step[band]).collect())
}

/// With a mean of zero and a length of one, so that the product of two such series is their correlation. A band without
/// any change, silence above all, tells nothing and becomes zero.
fn levelled(series: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut series: Vec<f64> = series.collect();
    let mean = series.iter().sum::<f64>() / series.len() as f64;
    series.iter_mut().for_each(|value| *value -= mean);
    let length = series.iter().map(|value| value * value).sum::<f64>().sqrt();
    let scale = if length < 1e-6 { 0.0 } else { 1.0 / length };
    series.iter_mut().for_each(|value| *value *= scale);
    series
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
            assert!(found.score < RECOGNISED - 0.05, "{found:?}");
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
