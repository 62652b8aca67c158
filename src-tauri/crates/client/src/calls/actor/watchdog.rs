//! Notices a remote picture that stopped although it should move.
//!
//! LiveKit's library can orphan a remote track: it goes on counting decoded frames and delivers none. Unsubscribing,
//! a short pause and subscribing again heals it.

use std::time::{Duration, Instant};

const EVERY: Duration = Duration::from_millis(250);
const PATIENCE: Duration = Duration::from_millis(2_500);
const LONGEST: Duration = Duration::from_secs(20);
const PAUSE: Duration = Duration::from_millis(200);

pub(super) enum Verdict {
    Well,
    Unsubscribe,
    Subscribe,
}

pub(super) struct Watchdog {
    next: Instant,
    expected_since: Instant,
    patience: Duration,
    unsubscribed: Option<Instant>,
}

impl Default for Watchdog {
    fn default() -> Self {
        let now = Instant::now();
        Self { next: now + EVERY, expected_since: now, patience: PATIENCE, unsubscribed: None }
    }
}

impl Watchdog {
    /// When the next look is due.
    pub(super) async fn due(&self) {
        // An absolute time: what else happens meanwhile does not put it off.
        tokio::time::sleep_until(self.next.into()).await;
    }

    /// From now on a picture should come.
    pub(super) fn expect_picture(&mut self) {
        self.expected_since = Instant::now();
    }

    /// What to do, given the age of the newest frame.
    pub(super) fn look(&mut self, since_frame: Option<Duration>) -> Verdict {
        self.next = Instant::now() + EVERY;
        if let Some(since) = self.unsubscribed {
            if since.elapsed() < PAUSE {
                return Verdict::Well;
            }
            self.unsubscribed = None;
            self.expect_picture();
            return Verdict::Subscribe;
        }
        let waited = self.expected_since.elapsed();
        let age = since_frame.map_or(waited, |age| age.min(waited));
        if age < self.patience {
            if since_frame.is_some_and(|age| age < EVERY) {
                self.patience = PATIENCE;
            }
            return Verdict::Well;
        }
        // A network that is down is not healed by asking ever faster.
        self.patience = (self.patience * 2).min(LONGEST);
        self.unsubscribed = Some(Instant::now());
        Verdict::Unsubscribe
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waiting(seconds: u64) -> Watchdog {
        let expected_since = Instant::now().checked_sub(Duration::from_secs(seconds)).unwrap();
        Watchdog { expected_since, ..Watchdog::default() }
    }

    #[test]
    fn moving_picture_is_left_alone() {
        assert!(matches!(waiting(60).look(Some(Duration::from_millis(33))), Verdict::Well));
    }

    #[test]
    fn picture_that_never_came_and_one_that_stopped_are_subscribed_again() {
        for age in [None, Some(Duration::from_secs(5))] {
            let mut watchdog = waiting(10);
            assert!(matches!(watchdog.look(age), Verdict::Unsubscribe));
            assert!(matches!(watchdog.look(age), Verdict::Well), "pauses first");
            watchdog.unsubscribed = Instant::now().checked_sub(PAUSE);
            assert!(matches!(watchdog.look(age), Verdict::Subscribe));
            assert!(matches!(watchdog.look(age), Verdict::Well), "gives it time");
        }
    }
}
