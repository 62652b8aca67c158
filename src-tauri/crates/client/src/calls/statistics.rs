//! What a call measures while it goes on.

use crate::view::CallStatistics;
use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Ten milliseconds each: the last second.
const SOUND_WINDOW: usize = 100;

/// Figures of the running or the last call.
#[derive(Debug, Default)]
pub(crate) struct Statistics(Mutex<Inner>);

#[derive(Debug, Default)]
struct Inner {
    pressed: Option<Instant>,
    joined: Option<Instant>,
    first_frame: Option<Instant>,
    last_frame: Option<Instant>,
    frames: u64,
    size: (u32, u32),
    sound: VecDeque<f64>,
    resubscribed: u32,
}

impl Statistics {
    /// A new call; `pressed` is when the button was.
    pub(super) fn start(&self, pressed: Instant) {
        *self.lock() = Inner { pressed: Some(pressed), ..Inner::default() };
    }

    pub(super) fn joined(&self) {
        self.lock().joined.get_or_insert_with(Instant::now);
    }

    pub(super) fn frame(&self, width: u32, height: u32) {
        let now = Instant::now();
        let mut inner = self.lock();
        inner.first_frame.get_or_insert(now);
        inner.last_frame = Some(now);
        inner.frames += 1;
        inner.size = (width, height);
    }

    /// Ten milliseconds of received sound.
    pub(super) fn sound(&self, samples: &[i16]) {
        let energy: f64 = samples.iter().map(|&s| f64::from(s).powi(2)).sum();
        let mut inner = self.lock();
        if inner.sound.len() == SOUND_WINDOW {
            inner.sound.pop_front();
        }
        inner.sound.push_back(energy / samples.len().max(1) as f64);
    }

    pub(super) fn resubscribed(&self) {
        self.lock().resubscribed += 1;
    }

    pub(super) fn since_last_frame(&self, now: Instant) -> Option<Duration> {
        self.lock().last_frame.map(|last| now.saturating_duration_since(last))
    }

    pub(super) fn read(&self) -> CallStatistics {
        let inner = self.lock();
        let since_press =
            |then: Option<Instant>| Some((then?.saturating_duration_since(inner.pressed?)).as_secs_f64() * 1e3);
        let seconds = match (inner.first_frame, inner.last_frame) {
            (Some(first), Some(last)) => last.saturating_duration_since(first).as_secs_f64(),
            _ => 0.0,
        };
        let intervals = inner.frames.saturating_sub(1) as f64;
        CallStatistics {
            press_to_joined_ms: since_press(inner.joined),
            press_to_first_frame_ms: since_press(inner.first_frame),
            frames_received: inner.frames,
            width: inner.size.0,
            height: inner.size.1,
            fps: if seconds > 0.0 { intervals / seconds } else { 0.0 },
            audio_rms: (inner.sound.iter().sum::<f64>() / inner.sound.len().max(1) as f64).sqrt(),
            resubscribed: inner.resubscribed,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn new_call_starts_from_nothing() {
        let statistics = Statistics::default();
        statistics.start(Instant::now());
        statistics.joined();
        statistics.frame(1280, 720);
        statistics.sound(&[1000; 480]);
        let first = statistics.read();
        assert_eq!((first.frames_received, first.width, first.height), (1, 1280, 720));
        assert!((first.audio_rms - 1000.0).abs() < 1e-6);
        assert!(first.press_to_joined_ms <= first.press_to_first_frame_ms);
        statistics.start(Instant::now());
        assert_eq!(statistics.read(), CallStatistics::default());
    }

    #[test]
    fn loudness_is_of_the_last_second() {
        let statistics = Statistics::default();
        for _ in 0..SOUND_WINDOW {
            statistics.sound(&[20_000; 480]);
        }
        for _ in 0..SOUND_WINDOW {
            statistics.sound(&[0; 480]);
        }
        assert_eq!(statistics.read().audio_rms, 0.0);
    }
}
