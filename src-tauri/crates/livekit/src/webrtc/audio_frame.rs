//! A piece of sound.

use std::borrow::Cow;

/// Interleaved 16-bit samples.
#[derive(Debug, Clone)]
pub struct AudioFrame<'a> {
    /// `num_channels * samples_per_channel` samples, interleaved.
    pub data: Cow<'a, [i16]>,
    /// In Hz.
    pub sample_rate: u32,
    /// 1 is mono.
    pub num_channels: u32,
    /// Length of the frame, in samples of one channel.
    pub samples_per_channel: u32,
}

impl AudioFrame<'_> {
    /// Silence.
    pub fn new(sample_rate: u32, num_channels: u32, samples_per_channel: u32) -> Self {
        let samples = num_channels as usize * samples_per_channel as usize;
        Self { data: vec![0; samples].into(), sample_rate, num_channels, samples_per_channel }
    }
}
