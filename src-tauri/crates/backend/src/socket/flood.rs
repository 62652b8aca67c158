//! How much a client may say.

use std::collections::VecDeque;
use std::time::Duration;
use tokio::time::Instant;

/// Frames in the window.
const MOST: usize = 20;
const WINDOW: Duration = Duration::from_secs(10);

/// The moments of the last frames; empty, and without memory, for a client that only listens.
#[derive(Debug, Default)]
pub(super) struct Flood(VecDeque<Instant>);

impl Flood {
    /// Whether this frame is one too many.
    pub(super) fn is_one_too_many(&mut self, now: Instant) -> bool {
        while self.0.front().is_some_and(|first| now.duration_since(*first) >= WINDOW) {
            self.0.pop_front();
        }
        self.0.push_back(now);
        self.0.len() > MOST
    }
}

#[cfg(test)]
mod tests {
    use super::{Flood, MOST, WINDOW};
    use tokio::time::Instant;

    #[test]
    fn twenty_frames_in_any_ten_seconds_are_taken() {
        let mut flood = Flood::default();
        let start = Instant::now();
        for n in 0..u32::try_from(3 * MOST).unwrap() {
            assert!(!flood.is_one_too_many(start + WINDOW / 20 * n));
        }
        let end = start + WINDOW * 4;
        assert!((0..MOST).all(|_| !flood.is_one_too_many(end)));
        assert!(flood.is_one_too_many(end));
    }
}
