//! Between a device's sample rate and 48 kHz; nothing at all where they are the same.

use rubato::audioadapter_buffers::direct::InterleavedSlice;
use rubato::{Fft, FixedSync, Resampler as _, ResamplerConstructionError};

use super::{FRAME, RATE};

/// From or to a device, 10 ms of 48 kHz on our side.
pub(super) struct Resampler {
    fft: Option<Box<Fft<f32>>>,
    result: Vec<f32>,
}

impl Resampler {
    /// From a device with `rate` samples a second.
    pub(super) fn from_device(rate: u32) -> Result<Self, ResamplerConstructionError> {
        Self::new(rate, RATE, FixedSync::Output)
    }

    /// To a device with `rate` samples a second.
    pub(super) fn to_device(rate: u32) -> Result<Self, ResamplerConstructionError> {
        Self::new(RATE, rate, FixedSync::Input)
    }

    fn new(from: u32, to: u32, fixed: FixedSync) -> Result<Self, ResamplerConstructionError> {
        if from == to {
            return Ok(Self { fft: None, result: Vec::new() });
        }
        let fft = Fft::<f32>::new(from as usize, to as usize, FRAME, 1, fixed)?;
        let result = vec![0.0; fft.output_frames_max()];
        Ok(Self { fft: Some(Box::new(fft)), result })
    }

    /// Samples that the next [`process`](Self::process) takes.
    pub(super) fn need(&self) -> usize {
        self.fft.as_ref().map_or(FRAME, |fft| fft.input_frames_next())
    }

    /// Turns exactly [`need`](Self::need) samples into those of the other rate; nothing if there are not as many.
    pub(super) fn process<'a>(&'a mut self, samples: &'a [f32]) -> &'a [f32] {
        let Some(fft) = &mut self.fft else { return samples };
        let room = self.result.len();
        let (Ok(from), Ok(mut to)) =
            (InterleavedSlice::new(samples, 1, samples.len()), InterleavedSlice::new_mut(&mut self.result, 1, room))
        else {
            return &[];
        };
        match fft.process_into_buffer(&from, &mut to, None) {
            Ok((_, count)) => &self.result[..count],
            Err(_) => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f32::consts::TAU;

    /// Frequency (by counting periods) and peak of the second half of a resampled 440 Hz tone.
    fn resampled(mut resampler: Resampler, from: u32, to: u32) -> (f32, f32) {
        let (mut at, mut out) = (0u32, Vec::new());
        while out.len() < to as usize * 2 {
            let block: Vec<f32> = (0..resampler.need() as u32)
                .map(|i| 0.5 * (TAU * 440.0 * ((at + i) % from) as f32 / from as f32).sin())
                .collect();
            at = (at + block.len() as u32) % from;
            out.extend_from_slice(resampler.process(&block));
        }
        let second = &out[to as usize..2 * to as usize];
        let rises = second.windows(2).filter(|w| w[0] < 0.0 && w[1] >= 0.0).count();
        (rises as f32, second.iter().fold(0.0, |a, b| a.max(b.abs())))
    }

    #[test]
    fn tone_survives_from_and_to_every_common_rate() {
        for rate in [8_000, 16_000, 32_000, 44_100, 48_000, 88_200, 96_000, 192_000] {
            for (resampler, from, to) in
                [(Resampler::from_device(rate).unwrap(), rate, RATE), (Resampler::to_device(rate).unwrap(), RATE, rate)]
            {
                let (hz, peak) = resampled(resampler, from, to);
                assert!((hz - 440.0).abs() <= 1.0, "{from} to {to}: {hz} Hz");
                assert!((peak - 0.5).abs() < 0.01, "{from} to {to}: peak {peak}");
            }
        }
    }

    #[test]
    fn device_frames_become_exactly_ten_milliseconds() {
        let mut resampler = Resampler::from_device(44_100).unwrap();
        for _ in 0..50 {
            let block = vec![0.0; resampler.need()];
            assert_eq!(resampler.process(&block).len(), FRAME);
        }
    }

    #[test]
    fn senseless_rate_is_an_error() {
        assert!(Resampler::from_device(0).is_err());
    }
}
