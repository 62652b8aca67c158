//! Whether a stream is alive, and when to try again: decisions from counters and the time they are given.

use std::time::{Duration, Instant};

/// From the start of a stream to its first callback. Sound servers and wireless devices take their time.
const START_LIMIT: Duration = Duration::from_secs(3);
/// Between two callbacks.
const STALL_LIMIT: Duration = Duration::from_millis(500);
/// When nobody looked for longer than this, the machine was busy or asleep: that time is not held against the stream.
const LOOK_LIMIT: Duration = Duration::from_millis(200);
const FIRST_RETRY: Duration = Duration::from_millis(250);
const LAST_RETRY: Duration = Duration::from_secs(4);

/// What a stream looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It has not delivered yet.
    Starting,
    /// It delivered just now.
    Alive,
    /// It delivered a moment ago.
    Quiet,
    /// It does not deliver any more.
    Dead,
}

/// The watchdog of one stream.
#[derive(Clone, Copy, Debug)]
pub(super) struct Health {
    callbacks: u32,
    changed: Instant,
    looked: Instant,
    started: bool,
}

impl Health {
    pub(super) fn new(now: Instant) -> Self {
        Self { callbacks: 0, changed: now, looked: now, started: false }
    }

    /// Looks at the stream's count of callbacks.
    pub(super) fn look(&mut self, callbacks: u32, now: Instant) -> Verdict {
        let unseen = now.saturating_duration_since(self.looked).saturating_sub(LOOK_LIMIT);
        self.looked = now;
        if callbacks != self.callbacks {
            (self.callbacks, self.changed, self.started) = (callbacks, now, true);
            return Verdict::Alive;
        }
        self.changed += unseen;
        let quiet = now.saturating_duration_since(self.changed);
        match self.started {
            false if quiet < START_LIMIT => Verdict::Starting,
            true if quiet < STALL_LIMIT => Verdict::Quiet,
            _ => Verdict::Dead,
        }
    }
}

/// When the next try is due: at once, then after growing pauses until a success.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Backoff {
    pause: Option<Duration>,
    due: Option<Instant>,
}

impl Backoff {
    /// Whether to try now.
    pub(super) fn is_due(&self, now: Instant) -> bool {
        self.due.is_none_or(|due| now >= due)
    }

    /// The try failed.
    pub(super) fn failed(&mut self, now: Instant) {
        let pause = self.pause.map_or(FIRST_RETRY, |p| (2 * p).min(LAST_RETRY));
        (self.pause, self.due) = (Some(pause), Some(now + pause));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn stream_that_stops_is_dead_after_half_a_second() {
        let start = Instant::now();
        let mut health = Health::new(start);
        assert_eq!(health.look(0, start), Verdict::Starting);
        assert_eq!(health.look(1, start + 100 * MS), Verdict::Alive);
        for ms in (200..600).step_by(100) {
            assert_eq!(health.look(1, start + ms * MS), Verdict::Quiet);
        }
        assert_eq!(health.look(1, start + 600 * MS), Verdict::Dead);
    }

    #[test]
    fn stream_may_start_slowly_but_not_never() {
        let start = Instant::now();
        let mut health = Health::new(start);
        for ms in (0..3000).step_by(100) {
            assert_eq!(health.look(0, start + ms * MS), Verdict::Starting);
        }
        assert_eq!(health.look(0, start + 3000 * MS), Verdict::Dead);
    }

    #[test]
    fn sleeping_machine_kills_no_stream() {
        let start = Instant::now();
        let mut health = Health::new(start);
        health.look(1, start);
        let later = start + Duration::from_secs(3600);
        assert_eq!(health.look(1, later), Verdict::Quiet);
        assert_eq!(health.look(2, later + 100 * MS), Verdict::Alive);
    }

    #[test]
    fn retries_come_ever_later_up_to_a_limit() {
        let now = Instant::now();
        let mut backoff = Backoff::default();
        assert!(backoff.is_due(now));
        for pause in [250, 500, 1000, 2000, 4000, 4000] {
            backoff.failed(now);
            assert!(!backoff.is_due(now + (pause - 1) * MS) && backoff.is_due(now + pause * MS));
        }
    }
}
