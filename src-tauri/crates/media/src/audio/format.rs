//! Which of a device's configurations to use.

use cpal::{BufferSize, FrameCount, SampleFormat, StreamConfig, SupportedBufferSize, SupportedStreamConfigRange};

use super::RATE;

/// A configuration to open a device with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Choice {
    pub(super) channels: u16,
    pub(super) rate: u32,
    pub(super) format: SampleFormat,
    limits: Option<(FrameCount, FrameCount)>,
}

impl Choice {
    /// With buffers of so many milliseconds, or the next to it that the device allows. The default size may be seconds.
    pub(super) fn config(&self, milliseconds: u32) -> StreamConfig {
        let frames = self.rate * milliseconds / 1000;
        let frames = self.limits.map_or(frames, |(min, max)| frames.min(max).max(min));
        StreamConfig { buffer_size: BufferSize::Fixed(frames), ..self.config_default_buffers() }
    }

    /// With the device's own buffers, where a fixed size is refused.
    pub(super) fn config_default_buffers(&self) -> StreamConfig {
        StreamConfig { channels: self.channels, sample_rate: self.rate, buffer_size: BufferSize::Default }
    }
}

/// The best of what a device offers: 48 kHz before all, then the wanted number of channels, then a common format.
pub(super) fn choose(ranges: impl Iterator<Item = SupportedStreamConfigRange>, channels: u16) -> Option<Choice> {
    ranges
        .filter(|range| format_rank(range.sample_format()).is_some() && range.channels() > 0)
        .map(|range| Choice {
            channels: range.channels(),
            rate: RATE.clamp(range.min_sample_rate(), range.max_sample_rate().max(range.min_sample_rate())),
            format: range.sample_format(),
            limits: match range.buffer_size() {
                SupportedBufferSize::Range { min, max } if min <= max => Some((*min, *max)),
                _ => None,
            },
        })
        .filter(|choice| choice.rate >= 8_000)
        .min_by_key(|c| (c.rate.abs_diff(RATE), c.channels.abs_diff(channels), format_rank(c.format)))
}

/// Common formats first; `None` for what is not PCM.
fn format_rank(format: SampleFormat) -> Option<u8> {
    Some(match format {
        SampleFormat::F32 => 0,
        SampleFormat::I16 => 1,
        SampleFormat::I32 => 2,
        SampleFormat::I24 => 3,
        SampleFormat::F64 => 4,
        SampleFormat::U16 => 5,
        SampleFormat::U8 => 6,
        SampleFormat::I8 | SampleFormat::U24 | SampleFormat::U32 | SampleFormat::I64 | SampleFormat::U64 => 7,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(channels: u16, min: u32, max: u32, format: SampleFormat) -> SupportedStreamConfigRange {
        SupportedStreamConfigRange::new(channels, min, max, SupportedBufferSize::Range { min: 64, max: 4096 }, format)
    }

    fn chosen(ranges: &[SupportedStreamConfigRange], channels: u16) -> (u16, u32, SampleFormat) {
        let choice = choose(ranges.iter().copied(), channels).unwrap();
        (choice.channels, choice.rate, choice.format)
    }

    #[test]
    fn forty_eight_kilohertz_comes_first() {
        let offered = [range(1, 44_100, 44_100, SampleFormat::F32), range(2, 8_000, 96_000, SampleFormat::I16)];
        assert_eq!(chosen(&offered, 1), (2, 48_000, SampleFormat::I16));
    }

    #[test]
    fn channels_come_before_the_format() {
        let offered = [range(2, 48_000, 48_000, SampleFormat::F32), range(1, 48_000, 48_000, SampleFormat::I32)];
        assert_eq!(chosen(&offered, 1).0, 1);
        assert_eq!(chosen(&offered, 2).0, 2);
    }

    #[test]
    fn nearest_rate_is_taken_where_there_is_no_other() {
        assert_eq!(chosen(&[range(1, 16_000, 16_000, SampleFormat::I16)], 1).1, 16_000);
        assert_eq!(chosen(&[range(1, 96_000, 192_000, SampleFormat::I16)], 1).1, 96_000);
    }

    #[test]
    fn only_pcm_is_taken() {
        assert_eq!(choose([range(2, 48_000, 48_000, SampleFormat::DsdU8)].into_iter(), 2), None);
        assert_eq!(choose([].into_iter(), 2), None);
    }

    #[test]
    fn buffers_are_as_long_as_wanted_within_the_limits() {
        let fixed = |range| choose([range].into_iter(), 1).unwrap().config(10).buffer_size;
        assert_eq!(fixed(range(1, 48_000, 48_000, SampleFormat::I16)), BufferSize::Fixed(480));
        assert_eq!(fixed(range(1, 16_000, 16_000, SampleFormat::I16)), BufferSize::Fixed(160));
        let large = SupportedBufferSize::Range { min: 512, max: 512 };
        let range = SupportedStreamConfigRange::new(1, 48_000, 48_000, large, SampleFormat::I16);
        assert_eq!(fixed(range), BufferSize::Fixed(512));
    }
}
