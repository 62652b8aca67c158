//! A voice that says nothing: syllables of vowels and hisses in phrases with pauses, made with formant filters.
//!
//! Codecs, noise suppression and echo cancellation treat it as speech, which a tone or noise is not. It is a simple
//! source-filter model: glottal pulses or noise through three resonators, with a pitch contour for each phrase.

use std::f32::consts::{PI, TAU};

use super::Sound;
use crate::audio::{FRAME, RATE};

/// Formant frequencies in Hz, of /a e i o u ə/.
const VOWELS: [[f32; 3]; 6] = [
    [730.0, 1090.0, 2440.0],
    [530.0, 1840.0, 2480.0],
    [270.0, 2290.0, 3010.0],
    [570.0, 840.0, 2410.0],
    [300.0, 870.0, 2240.0],
    [500.0, 1500.0, 2500.0],
];
const BANDWIDTHS: [f32; 3] = [80.0, 100.0, 140.0];
/// Sets the loudness to about -20 dB of full scale within a phrase, as speech codecs expect.
const GAIN: f32 = 280_000.0;

/// The voice. Every instance says the same.
#[derive(Clone, Debug)]
pub struct Speech {
    random: u32,
    resonators: [Resonator; 3],
    hiss: Resonator,
    formants: [f32; 3],
    pitch_phase: f32,
    syllable: Syllable,
    left_in_phrase: u32,
    phrase_length: u32,
}

impl Default for Speech {
    fn default() -> Self {
        Self::new()
    }
}

impl Speech {
    /// A voice at its first word.
    #[must_use]
    pub fn new() -> Self {
        let mut speech = Self {
            random: 0x2545_f491,
            resonators: [Resonator::default(); 3],
            hiss: Resonator::default(),
            formants: VOWELS[5],
            pitch_phase: 0.0,
            syllable: Syllable::default(),
            left_in_phrase: 6,
            phrase_length: 6,
        };
        speech.hiss.tune(5200.0, 1800.0);
        speech.syllable = speech.next_syllable();
        speech
    }

    /// Uniform in 0..1 (xorshift).
    fn uniform(&mut self) -> f32 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 17;
        self.random ^= self.random << 5;
        (self.random >> 8) as f32 / (1 << 24) as f32
    }

    fn between(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.uniform()
    }

    fn next_syllable(&mut self) -> Syllable {
        if self.left_in_phrase == 0 {
            self.phrase_length = self.between(4.0, 10.0) as u32;
            self.left_in_phrase = self.phrase_length;
            let pause = self.between(0.25, 0.6);
            return Syllable { samples: seconds(pause), ..Syllable::default() };
        }
        self.left_in_phrase -= 1;
        // The voice falls towards the end of a phrase.
        let fall = self.left_in_phrase as f32 / self.phrase_length.max(1) as f32;
        Syllable {
            at: 0,
            samples: seconds(self.between(0.13, 0.26)),
            onset: if self.uniform() < 0.45 { seconds(self.between(0.04, 0.09)) } else { 0 },
            vowel: VOWELS[(self.uniform() * VOWELS.len() as f32) as usize % VOWELS.len()],
            pitch: 96.0 + 38.0 * fall + self.between(-6.0, 6.0),
            loudness: self.between(0.6, 1.0),
        }
    }

    fn sample(&mut self) -> f32 {
        if self.syllable.at >= self.syllable.samples {
            self.syllable = self.next_syllable();
        }
        let Syllable { at, samples, onset, vowel, pitch, loudness } = self.syllable;
        self.syllable.at += 1;
        if at % 48 == 0 {
            for (i, target) in vowel.iter().enumerate() {
                self.formants[i] += (target - self.formants[i]) * 0.06;
                self.resonators[i].tune(self.formants[i], BANDWIDTHS[i]);
            }
        }
        let noise = self.between(-1.0, 1.0);
        if loudness == 0.0 {
            return noise * 0.000_04; // breath: a room is never digitally silent
        }
        let (position, hissing) = (at as f32 / samples as f32, at < onset);
        let envelope = (PI * position.clamp(0.0, 1.0)).sin().sqrt() * loudness;
        self.pitch_phase += pitch / RATE as f32;
        let pulse = if self.pitch_phase >= 1.0 {
            self.pitch_phase -= 1.0;
            1.0
        } else {
            0.0
        };
        let voice = if hissing { 0.0 } else { pulse * 24.0 + noise * 0.04 };
        let voiced = self.resonators[0].pass(voice)
            + 0.55 * self.resonators[1].pass(voice)
            + 0.25 * self.resonators[2].pass(voice);
        let hiss = self.hiss.pass(if hissing { noise * 0.9 } else { 0.0 });
        (voiced + hiss) * envelope * 0.12
    }
}

impl Sound for Speech {
    fn fill(&mut self, frame: &mut [i16; FRAME]) {
        for sample in frame {
            *sample = (self.sample() * GAIN).clamp(-30_000.0, 30_000.0) as i16;
        }
    }
}

/// A syllable, or a pause (loudness 0).
#[derive(Clone, Copy, Debug, Default)]
struct Syllable {
    at: u32,
    samples: u32,
    onset: u32,
    vowel: [f32; 3],
    pitch: f32,
    loudness: f32,
}

fn seconds(s: f32) -> u32 {
    (s * RATE as f32) as u32
}

/// A two-pole filter with unit gain at its peak, near enough.
#[derive(Clone, Copy, Debug, Default)]
struct Resonator {
    gain: f32,
    feedback: [f32; 2],
    past: [f32; 2],
}

impl Resonator {
    fn tune(&mut self, hz: f32, bandwidth: f32) {
        let radius = (-PI * bandwidth / RATE as f32).exp();
        let angle = TAU * hz / RATE as f32;
        self.feedback = [2.0 * radius * angle.cos(), -radius * radius];
        self.gain = (1.0 - radius) * (1.0 - 2.0 * radius * (2.0 * angle).cos() + radius * radius).sqrt();
    }

    fn pass(&mut self, x: f32) -> f32 {
        let y = self.gain * x + self.feedback[0] * self.past[0] + self.feedback[1] * self.past[1];
        self.past = [y, self.past[0]];
        y
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audio::level;

    fn say(frames: usize) -> Vec<[i16; FRAME]> {
        let mut speech = Speech::new();
        (0..frames)
            .map(|_| {
                let mut f = [0; FRAME];
                speech.fill(&mut f);
                f
            })
            .collect()
    }

    #[test]
    fn every_instance_says_the_same() {
        assert_eq!(say(200), say(200));
    }

    #[test]
    fn speech_has_loud_syllables_and_quiet_pauses() {
        let levels: Vec<f32> = say(1000).iter().map(|f| level::rms(f)).collect();
        let loud = levels.iter().filter(|l| **l > 800.0).count();
        let quiet = levels.iter().filter(|l| **l < 60.0).count();
        assert!(loud > 500, "{loud} loud frames of 1000");
        assert!((30..400).contains(&quiet), "{quiet} quiet frames of 1000");
        assert!(levels.iter().all(|l| *l < 20_000.0));
    }

    #[test]
    fn speech_does_not_clip() {
        let clipped = say(1000).iter().flatten().filter(|s| s.unsigned_abs() >= 30_000).count();
        assert!(clipped < 48, "{clipped} samples of 480,000");
    }
}
