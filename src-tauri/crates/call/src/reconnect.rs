//! When to try again, and when to give up.

use std::time::Duration;

/// From the loss of the connection to giving up. LiveKit's SDK spends 19 to 29 s of it on its own attempts.
pub const RECONNECT_LIMIT: Duration = Duration::from_secs(60);

const FIRST: Duration = Duration::from_millis(300);
const CAP: Duration = Duration::from_secs(7);

/// The pause before attempt number `attempt` (0 for the first): full jitter under a doubling ceiling, so that clients
/// which lost the same server do not return as one.
///
/// `random` is uniform in `[0, 1)`; values outside are clamped.
pub fn backoff(attempt: u32, random: f64) -> Duration {
    let ceiling = FIRST.saturating_mul(2u32.saturating_pow(attempt)).min(CAP);
    ceiling.mul_f64(if random.is_nan() { 0.0 } else { random.clamp(0.0, 1.0) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ceiling_doubles_and_stops_at_seven_seconds() {
        let ceilings: Vec<_> = (0..7).map(|n| backoff(n, 1.0).as_millis()).collect();
        assert_eq!(ceilings, [300, 600, 1200, 2400, 4800, 7000, 7000]);
    }

    proptest! {
        #[test]
        fn never_longer_than_the_cap(attempt: u32, random: f64) {
            prop_assert!(backoff(attempt, random) <= CAP);
        }
    }
}
