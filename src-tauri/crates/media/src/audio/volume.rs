//! How loud the remotes are played.

use std::sync::atomic::{AtomicU8, Ordering};

use super::FRAME;

/// The loudest, as things come.
const FULL: u8 = 100;

/// In percent; anybody may set it, the worker reads it.
#[derive(Debug)]
pub(super) struct Volume(AtomicU8);

impl Default for Volume {
    fn default() -> Self {
        Self(AtomicU8::new(FULL))
    }
}

impl Volume {
    pub(super) fn set(&self, percent: u8) {
        self.0.store(percent.min(FULL), Ordering::Relaxed);
    }

    /// What samples are multiplied with. The ear hears ratios: half way down is a quarter of the amplitude.
    fn factor(&self) -> f32 {
        let part = f32::from(self.0.load(Ordering::Relaxed)) / f32::from(FULL);
        part * part
    }
}

/// What the last sample was multiplied with; it moves within 10 ms, as a step would click.
#[derive(Debug)]
pub(super) struct Gain(f32);

impl Default for Gain {
    fn default() -> Self {
        Self(1.0)
    }
}

impl Gain {
    pub(super) fn apply(&mut self, volume: &Volume, samples: &mut [i32; FRAME]) {
        let (from, to) = (self.0, volume.factor());
        self.0 = to;
        if from == 1.0 && to == 1.0 {
            return;
        }
        for (at, sample) in (1u16..).zip(samples) {
            let factor = from + (to - from) * f32::from(at) / FRAME as f32;
            *sample = (*sample as f32 * factor).round() as i32;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn played(gain: &mut Gain, volume: &Volume) -> [i32; FRAME] {
        let mut samples = [10_000; FRAME];
        gain.apply(volume, &mut samples);
        samples
    }

    #[test]
    fn full_volume_changes_nothing() {
        let (mut gain, volume) = (Gain::default(), Volume::default());
        assert_eq!(played(&mut gain, &volume), [10_000; FRAME]);
        volume.set(255);
        assert_eq!(played(&mut gain, &volume), [10_000; FRAME], "more than all is all");
    }

    #[test]
    fn new_volume_is_reached_in_ten_milliseconds_without_a_step() {
        let (mut gain, volume) = (Gain::default(), Volume::default());
        volume.set(50);
        let moving = played(&mut gain, &volume);
        assert!(moving.windows(2).all(|pair| (0..=20).contains(&(pair[0] - pair[1]))));
        assert_eq!(played(&mut gain, &volume), [2_500; FRAME]);
        volume.set(0);
        played(&mut gain, &volume);
        assert_eq!(played(&mut gain, &volume), [0; FRAME]);
    }
}
