//! How loud it is.

use std::sync::atomic::{AtomicU32, Ordering};

/// Weight of the newest 10 ms: a time constant of about 50 ms.
const NEWEST: f32 = 0.2;

/// Root mean square of samples, 0 to 32,768.
#[cfg(test)]
pub(crate) fn rms(samples: &[i16]) -> f32 {
    power(samples).sqrt()
}

fn power(samples: &[i16]) -> f32 {
    let sum: f64 = samples.iter().map(|s| f64::from(*s) * f64::from(*s)).sum();
    (sum / samples.len().max(1) as f64) as f32
}

/// A smoothed level that one thread writes and all may read.
#[derive(Debug, Default)]
pub(super) struct Meter(AtomicU32);

impl Meter {
    /// Takes in 10 ms of sound.
    pub(super) fn update(&self, samples: &[i16]) {
        let old = f32::from_bits(self.0.load(Ordering::Relaxed));
        self.0.store((old + NEWEST * (power(samples) - old)).to_bits(), Ordering::Relaxed);
    }

    pub(super) fn reset(&self) {
        self.0.store(0, Ordering::Relaxed);
    }

    /// Root mean square, 0 to 32,768.
    pub(super) fn get(&self) -> f32 {
        f32::from_bits(self.0.load(Ordering::Relaxed)).max(0.0).sqrt()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rms_of_known_sounds() {
        assert_eq!(rms(&[]), 0.0);
        assert_eq!(rms(&[0; 480]), 0.0);
        assert_eq!(rms(&[1000, -1000, 1000, -1000]), 1000.0);
        assert_eq!(rms(&[i16::MIN; 480]), 32_768.0);
    }

    #[test]
    fn meter_rises_falls_and_resets() {
        let meter = Meter::default();
        (0..50).for_each(|_| meter.update(&[2000; 480]));
        assert!((meter.get() - 2000.0).abs() < 1.0);
        (0..50).for_each(|_| meter.update(&[0; 480]));
        assert!(meter.get() < 30.0);
        meter.update(&[2000; 480]);
        meter.reset();
        assert_eq!(meter.get(), 0.0);
    }
}
