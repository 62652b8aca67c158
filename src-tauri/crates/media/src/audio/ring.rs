//! What lies between a device's callback and the worker: a ring of mono samples at the device's rate, and a few atomics.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use cpal::{FromSample, Sample};
use rtrb::{Consumer, Producer, RingBuffer};
use rubato::ResamplerConstructionError;

use super::FRAME;
use super::resample::Resampler;

/// The largest sample of 16 bits; integer formats cannot hold 1.0.
const LOUDEST: f32 = 1.0 - 1.0 / 32_768.0;

/// What a callback tells about its stream.
#[derive(Debug, Default)]
pub(super) struct StreamState {
    /// How often it was called; stands still when the device does.
    pub(super) callbacks: AtomicU32,
    /// The stream is dead and must be rebuilt.
    pub(super) failed: AtomicBool,
    /// Samples lost for lack of room, or silence played for lack of samples.
    pub(super) slips: AtomicU32,
    /// Age of the newest recorded sample, or time until the next one is heard, in microseconds.
    latency_us: AtomicU32,
    /// The longest buffer so far, in frames.
    longest: AtomicU32,
}

impl StreamState {
    fn called(&self, frames: usize, latency: Duration) {
        self.callbacks.fetch_add(1, Ordering::Relaxed);
        self.longest.fetch_max(u32::try_from(frames).unwrap_or(u32::MAX), Ordering::Relaxed);
        self.latency_us.store(u32::try_from(latency.as_micros()).unwrap_or(u32::MAX), Ordering::Relaxed);
    }

    fn latency(&self) -> Duration {
        Duration::from_micros(self.latency_us.load(Ordering::Relaxed).into())
    }
}

/// Half a second: never the limit but when one side stands still.
fn capacity(rate: u32) -> usize {
    (rate / 2).max(FRAME as u32) as usize
}

fn duration(samples: usize, rate: u32) -> Duration {
    Duration::from_secs_f64(samples as f64 / f64::from(rate.max(1)))
}

/// The microphone callback's end.
pub(super) struct Recorder {
    ring: Producer<f32>,
    state: Arc<StreamState>,
    channels: usize,
}

/// The worker's end of a microphone.
pub(super) struct Recorded {
    ring: Consumer<f32>,
    state: Arc<StreamState>,
    rate: u32,
    resampler: Resampler,
    block: Vec<f32>,
}

/// A microphone's ring.
pub(super) fn recording(
    rate: u32,
    channels: u16,
    state: &Arc<StreamState>,
) -> Result<(Recorder, Recorded), ResamplerConstructionError> {
    let (producer, consumer) = RingBuffer::new(capacity(rate));
    let resampler = Resampler::from_device(rate)?;
    Ok((
        Recorder { ring: producer, state: Arc::clone(state), channels: usize::from(channels.max(1)) },
        Recorded { ring: consumer, state: Arc::clone(state), rate, resampler, block: Vec::new() },
    ))
}

impl Recorder {
    /// Takes a buffer of interleaved samples. Real-time: no lock, no allocation.
    pub(super) fn take<T: Sample>(&mut self, data: &[T], latency: Duration)
    where
        f32: FromSample<T>,
    {
        let frames = data.len() / self.channels;
        self.state.called(frames, latency);
        let fits = frames.min(self.ring.slots());
        if fits < frames {
            self.state.slips.fetch_add(1, Ordering::Relaxed);
        }
        // More than two channels are an array or an interface: the first two are the ones with a voice.
        let used = self.channels.min(2);
        if let Ok(chunk) = self.ring.write_chunk_uninit(fits) {
            let gain = 1.0 / used as f32;
            chunk.fill_from_iter(
                data.chunks_exact(self.channels)
                    .map(|frame| frame[..used].iter().map(|s| s.to_sample::<f32>()).sum::<f32>() * gain),
            );
        }
    }
}

impl Recorded {
    /// The next 10 ms, and how long ago they were spoken. `None` until they are complete.
    pub(super) fn next(&mut self, frame: &mut [i16; FRAME]) -> Option<Duration> {
        let waiting = self.ring.slots();
        // After a pause of the worker: the delay must not stay.
        let most = self.rate as usize / 10;
        if waiting > most {
            let excess = waiting - most / 2;
            self.ring.read_chunk(excess).ok()?.commit_all();
            self.state.slips.fetch_add(1, Ordering::Relaxed);
        }
        let need = self.resampler.need();
        let age = self.state.latency() + duration(self.ring.slots(), self.rate);
        self.block.resize(need, 0.0);
        self.ring.pop_entire_slice(&mut self.block).ok()?;
        let samples = self.resampler.process(&self.block);
        if samples.len() != FRAME {
            return None;
        }
        for (to, sample) in frame.iter_mut().zip(samples) {
            *to = to_i16(*sample);
        }
        Some(age)
    }
}

fn to_i16(sample: f32) -> i16 {
    (sample * 32_768.0).round() as i16
}

/// The loudspeaker callback's end.
pub(super) struct Player {
    ring: Consumer<f32>,
    state: Arc<StreamState>,
    channels: usize,
}

/// The worker's end of a loudspeaker.
pub(super) struct Playing {
    ring: Producer<f32>,
    state: Arc<StreamState>,
    rate: u32,
    resampler: Resampler,
}

/// A loudspeaker's ring.
pub(super) fn playback(
    rate: u32,
    channels: u16,
    state: &Arc<StreamState>,
) -> Result<(Player, Playing), ResamplerConstructionError> {
    let (producer, consumer) = RingBuffer::new(capacity(rate));
    let resampler = Resampler::to_device(rate)?;
    Ok((
        Player { ring: consumer, state: Arc::clone(state), channels: usize::from(channels.max(1)) },
        Playing { ring: producer, state: Arc::clone(state), rate, resampler },
    ))
}

impl Player {
    /// Fills a buffer of interleaved samples: both of two channels alike, further ones silent. Real-time.
    pub(super) fn fill<T: Sample + FromSample<f32>>(&mut self, data: &mut [T], latency: Duration) {
        let frames = data.len() / self.channels;
        self.state.called(frames, latency);
        data.fill(T::EQUILIBRIUM);
        let ready = frames.min(self.ring.slots());
        if ready < frames {
            self.state.slips.fetch_add(1, Ordering::Relaxed);
        }
        let used = self.channels.min(2);
        if let Ok(chunk) = self.ring.read_chunk(ready) {
            for (frame, sample) in data.chunks_exact_mut(self.channels).zip(chunk) {
                frame[..used].fill(T::from_sample(sample));
            }
        }
    }
}

impl Playing {
    fn waiting(&self) -> usize {
        self.ring.buffer().capacity() - self.ring.slots()
    }

    /// Whether it holds less than 20 ms (more where the device takes more at once), so that 10 ms should be added.
    pub(super) fn wants_more(&self) -> bool {
        let longest = self.state.longest.load(Ordering::Relaxed) as usize;
        let frame = self.rate as usize / 100;
        let target = (2 * frame).max(longest + frame).min(self.ring.buffer().capacity() - 2 * frame);
        self.waiting() < target
    }

    /// Adds 10 ms. Returns how long it takes until they are heard.
    pub(super) fn push(&mut self, frame: &[i16; FRAME]) -> Duration {
        let delay = self.state.latency() + duration(self.waiting(), self.rate);
        let mut samples = [0.0; FRAME];
        for (to, sample) in samples.iter_mut().zip(frame) {
            *to = f32::from(*sample) / 32_768.0;
        }
        let resampled = self.resampler.process(&samples);
        // Interpolation may overshoot full scale.
        let fits = resampled.len().min(self.ring.slots());
        if let Ok(chunk) = self.ring.write_chunk_uninit(fits) {
            chunk.fill_from_iter(resampled.iter().map(|s| s.clamp(-1.0, LOUDEST)));
        }
        delay
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record<T: Sample>(channels: u16, data: &[T]) -> [i16; FRAME]
    where
        f32: FromSample<T>,
    {
        let (mut recorder, mut recorded) = recording(48_000, channels, &Arc::default()).unwrap();
        recorder.take(data, Duration::ZERO);
        let mut frame = [0; FRAME];
        recorded.next(&mut frame).unwrap();
        frame
    }

    #[test]
    fn every_sample_format_becomes_the_same_mono() {
        assert_eq!(record(1, &[8192i16; FRAME]), [8192; FRAME]);
        assert_eq!(record(1, &[0.25f32; FRAME]), [8192; FRAME]);
        assert_eq!(record(1, &[0.25f64; FRAME]), [8192; FRAME]);
        assert_eq!(record(1, &[160u8; FRAME]), [8192; FRAME]);
        assert_eq!(record(1, &[1i32 << 29; FRAME]), [8192; FRAME]);
        assert_eq!(record(1, &[40_960u16; FRAME]), [8192; FRAME]);
        assert_eq!(record(1, &[1.5f32; FRAME]), [i16::MAX; FRAME], "too loud is cut, not wrapped");
    }

    #[test]
    fn channels_are_averaged_and_further_ones_ignored() {
        let stereo: Vec<i16> = (0..FRAME).flat_map(|_| [1000, 3000]).collect();
        assert_eq!(record(2, &stereo), [2000; FRAME]);
        let four: Vec<i16> = (0..FRAME).flat_map(|_| [1000, 3000, 30_000, -30_000]).collect();
        assert_eq!(record(4, &four), [2000; FRAME]);
    }

    #[test]
    fn small_callbacks_are_joined_to_ten_milliseconds_and_age_is_told() {
        let state = Arc::default();
        let (mut recorder, mut recorded) = recording(48_000, 1, &state).unwrap();
        let mut frame = [0; FRAME];
        for _ in 0..19 {
            recorder.take(&[5i16; 24], Duration::from_millis(3));
            assert_eq!(recorded.next(&mut frame), None);
        }
        recorder.take(&[5i16; 24], Duration::from_millis(3));
        assert_eq!(recorded.next(&mut frame), Some(Duration::from_millis(13)));
        assert_eq!(frame, [5; FRAME]);
    }

    #[test]
    fn pile_of_recorded_sound_is_cut_back() {
        let state = Arc::default();
        let (mut recorder, mut recorded) = recording(16_000, 1, &state).unwrap();
        recorder.take(&[0i16; 100_000], Duration::ZERO);
        let mut frame = [0; FRAME];
        let frames = std::iter::from_fn(|| recorded.next(&mut frame)).count();
        assert!((4..=5).contains(&frames), "{frames} frames of what was half a second");
        assert!(state.slips.load(Ordering::Relaxed) > 0);
    }

    #[test]
    fn loudspeaker_is_kept_at_twenty_to_thirty_milliseconds() {
        let state = Arc::default();
        let (mut player, mut playing) = playback(48_000, 2, &state).unwrap();
        let mut pushed = 0;
        for _ in 0..100 {
            while playing.wants_more() {
                playing.push(&[100; FRAME]);
                pushed += 1;
            }
            assert!((2 * FRAME..=3 * FRAME).contains(&playing.waiting()));
            player.fill(&mut [0i16; 2 * FRAME], Duration::from_millis(10));
        }
        assert_eq!(pushed, 101);
        assert_eq!(state.slips.load(Ordering::Relaxed), 0);
        assert_eq!(playing.push(&[100; FRAME]), Duration::from_millis(20), "10 in the device, 10 in the ring");
    }

    #[test]
    fn device_with_long_buffers_never_runs_dry() {
        let state = Arc::default();
        let (mut player, mut playing) = playback(44_100, 1, &state).unwrap();
        for _ in 0..20 {
            while playing.wants_more() {
                playing.push(&[100; FRAME]);
            }
            player.fill(&mut [0f32; 2048], Duration::ZERO);
        }
        assert!(state.slips.load(Ordering::Relaxed) <= 1, "only before its buffer size was known");
    }

    #[test]
    fn silence_fills_what_has_not_arrived_and_surplus_channels() {
        let (mut player, mut playing) = playback(48_000, 4, &Arc::default()).unwrap();
        playing.push(&[-16_384; FRAME]);
        let mut data = [1u8; 4 * (FRAME + 1)];
        player.fill(&mut data, Duration::ZERO);
        assert_eq!(data[..4], [64, 64, 128, 128]);
        assert_eq!(data[4 * FRAME..], [128; 4]);
    }
}
