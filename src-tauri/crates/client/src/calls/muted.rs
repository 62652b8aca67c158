//! Whether the user speaks although the microphone is off: a guess from how loud it is, look by look. Pure.

use std::collections::VecDeque;
use std::time::Duration;

/// Looks of this time are judged together. A cough is shorter.
const WINDOW: Duration = Duration::from_millis(500);
/// Fewer looks than this are no evidence.
const FEWEST: usize = 4;
/// What is not louder is no speech into this microphone, however quiet the room is. Of 16-bit samples: -36 dB.
const QUIETEST: f32 = 500.0;
/// How much louder than the room speech is: 10 dB.
const RATIO: f32 = 3.2;
/// What the noise floor grows by from look to look, at most: twice as loud within some seconds. Between two words it falls
/// back at once.
const RISE: f32 = 1.01;
/// How long the hint is shown.
const SHOWN: Duration = Duration::from_secs(4);
/// From one hint to the next.
const PAUSE: Duration = Duration::from_secs(10);

/// Follows how loud it is while the microphone is off.
#[derive(Debug, Default)]
pub(super) struct SpeakingWhileMuted {
    /// When it was first measured.
    since: Option<Duration>,
    /// How loud the room is by itself.
    floor: f32,
    /// The newest looks, and whether it was loud.
    looks: VecDeque<(Duration, bool)>,
    /// When the newest hint came up.
    hinted: Option<Duration>,
}

impl SpeakingWhileMuted {
    /// Takes in how loud it is at `now` (root mean square, 0 to 32,767; 0 is a microphone that does not deliver), some ten
    /// times a second. Returns whether the hint is to be shown.
    pub(super) fn look(&mut self, level: f32, now: Duration) -> bool {
        if level > 0.0 {
            self.hear(level, now);
        }
        let since_hint = self.hinted.map(|at| now.saturating_sub(at));
        let loud = self.looks.iter().filter(|(_, loud)| *loud).count();
        if self.looks.len() >= FEWEST && 2 * loud > self.looks.len() && since_hint.is_none_or(|since| since >= PAUSE) {
            self.hinted = Some(now);
            return true;
        }
        since_hint.is_some_and(|since| since < SHOWN)
    }

    fn hear(&mut self, level: f32, now: Duration) {
        let since = *self.since.get_or_insert(now);
        // Before anything is judged, it is found out how loud the room is.
        if now.saturating_sub(since) < WINDOW {
            self.floor = self.floor.max(level);
            return;
        }
        self.floor = level.min(self.floor * RISE);
        self.looks.push_back((now, level > QUIETEST.max(RATIO * self.floor)));
        while self.looks.front().is_some_and(|(at, _)| now.saturating_sub(*at) > WINDOW) {
            self.looks.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOOK: Duration = Duration::from_millis(100);

    #[derive(Default)]
    struct Room {
        ear: SpeakingWhileMuted,
        now: Duration,
    }

    impl Room {
        /// How often the hint was shown during so many looks.
        fn hears(&mut self, looks: usize, level: impl Fn(usize) -> f32) -> usize {
            let shown = (0..looks).filter(|look| {
                self.now += LOOK;
                self.ear.look(level(*look), self.now)
            });
            shown.count()
        }
    }

    /// Words of half a second with a breath between.
    fn speech(look: usize) -> f32 {
        if look % 6 == 5 { 120.0 } else { 2500.0 }
    }

    #[test]
    fn silence_and_even_noise_are_no_speech() {
        for level in [0.0, 60.0, 400.0, 3000.0] {
            assert_eq!(
                Room::default().hears(600, |look| level * if look.is_multiple_of(2) { 1.0 } else { 1.4 }),
                0,
                "{level}"
            );
        }
    }

    #[test]
    fn speech_is_noticed_within_a_second_and_said_for_four() {
        let mut room = Room::default();
        assert_eq!(room.hears(20, |_| 100.0), 0);
        assert!(room.hears(10, speech) > 0);
        // To the end of the four seconds, though nobody speaks any more.
        let rest = room.hears(100, |_| 100.0);
        assert!((30..40).contains(&rest), "{rest}");
    }

    #[test]
    fn speech_over_a_noisy_room_has_to_be_louder() {
        let mut room = Room::default();
        assert_eq!(room.hears(20, |_| 1000.0), 0);
        assert_eq!(room.hears(20, |look| if look % 6 == 5 { 1000.0 } else { 2500.0 }), 0);
        assert!(room.hears(10, |look| if look % 6 == 5 { 1000.0 } else { 6000.0 }) > 0);
    }

    #[test]
    fn whoever_goes_on_speaking_is_told_again_after_ten_seconds() {
        let mut room = Room::default();
        room.hears(20, |_| 100.0);
        let mut told = Vec::new();
        for look in 0..300 {
            if room.hears(1, |_| speech(look)) == 1 {
                told.push(room.now);
            }
        }
        let begins: Vec<_> =
            told.iter().enumerate().filter(|(n, at)| *n == 0 || **at - told[n - 1] > LOOK).map(|(_, at)| *at).collect();
        assert!(begins.len() >= 2, "{begins:?}");
        assert!(begins.windows(2).all(|pair| pair[1] - pair[0] >= PAUSE), "{begins:?}");
    }

    #[test]
    fn click_and_microphone_that_does_not_deliver_are_no_speech() {
        let mut room = Room::default();
        assert_eq!(room.hears(20, |_| 100.0), 0);
        assert_eq!(room.hears(40, |look| if look.is_multiple_of(10) { 20_000.0 } else { 100.0 }), 0);
        assert_eq!(room.hears(40, |_| 0.0), 0);
    }
}
