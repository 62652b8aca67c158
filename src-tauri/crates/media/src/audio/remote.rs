//! One remote participant's sound on its way to the mix: a bounded ring that keeps the newest.
//!
//! The ring is written without ever waiting and overwrites the oldest samples; the reader notices and skips ahead. Each
//! sample is an atomic of its own, so the worst that a race can do is a click.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI16, AtomicU64, Ordering};

use super::FRAME;

/// Power of two, a third of a second: the reader stays far from the writer's next lap.
const CAPACITY: usize = 16_384;
/// Samples that must be there before it plays (again): sound arrives in bursts.
const PRIMED: u64 = 2 * FRAME as u64;
/// More than this has piled up: it is cut back to [`PRIMED`], or the delay would stay.
const TOO_MUCH: u64 = 10 * FRAME as u64;

struct Ring {
    samples: Box<[AtomicI16]>,
    written: AtomicU64,
    dropped: AtomicBool,
}

/// The end that a remote participant's sound is pushed into. Dropping it takes the participant out of the mix.
pub struct RemoteAudio(Arc<Ring>);

/// The end that the worker mixes from.
pub(super) struct RemoteReader {
    ring: Arc<Ring>,
    read: u64,
    primed: bool,
}

/// Both ends of a new ring.
pub(super) fn pair() -> (RemoteAudio, RemoteReader) {
    let ring = Arc::new(Ring {
        samples: (0..CAPACITY).map(|_| AtomicI16::new(0)).collect(),
        written: AtomicU64::new(0),
        dropped: AtomicBool::new(false),
    });
    (RemoteAudio(Arc::clone(&ring)), RemoteReader { ring, read: 0, primed: false })
}

impl RemoteAudio {
    /// Adds samples, 48 kHz mono, any number at a time. It never waits; when more arrives than is played, the oldest is
    /// lost. One thread at a time: two at once would garble the sound.
    pub fn push(&self, samples: &[i16]) {
        // Of more than fits, only the end can survive.
        let samples = &samples[samples.len().saturating_sub(CAPACITY / 2)..];
        let start = self.0.written.load(Ordering::Relaxed);
        for (at, sample) in (start..).zip(samples) {
            self.0.samples[slot(at)].store(*sample, Ordering::Relaxed);
        }
        self.0.written.store(start + samples.len() as u64, Ordering::Release);
    }
}

impl std::fmt::Debug for RemoteAudio {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RemoteAudio({} samples)", self.0.written.load(Ordering::Relaxed))
    }
}

impl Drop for RemoteAudio {
    fn drop(&mut self) {
        self.0.dropped.store(true, Ordering::Release);
    }
}

impl RemoteReader {
    /// Whether the other end is gone.
    pub(super) fn dropped(&self) -> bool {
        self.ring.dropped.load(Ordering::Acquire)
    }

    /// Adds the next 10 ms to `mix`; nothing if nothing has arrived.
    pub(super) fn add_to(&mut self, mix: &mut [i32; FRAME]) {
        let written = self.ring.written.load(Ordering::Acquire);
        let mut available = written - self.read;
        if available > TOO_MUCH {
            self.read = written - PRIMED;
            available = PRIMED;
        }
        if !self.primed && available < PRIMED {
            return;
        }
        let count = available.min(FRAME as u64);
        for (at, sum) in (self.read..self.read + count).zip(mix.iter_mut()) {
            *sum += i32::from(self.ring.samples[slot(at)].load(Ordering::Relaxed));
        }
        self.read += count;
        self.primed = count == FRAME as u64;
    }

    /// Adds its last 10 ms to `mix`, fading: sound that is cut off clicks.
    pub(super) fn add_end_to(&mut self, mix: &mut [i32; FRAME]) {
        let mut end = [0; FRAME];
        self.add_to(&mut end);
        for (at, (sum, sample)) in mix.iter_mut().zip(end).enumerate() {
            *sum += (f64::from(sample) * edge(FRAME - at)) as i32;
        }
    }
}

/// How far a sound is up, so many samples after its start: half a period of a cosine over 10 ms, which does not click.
pub(crate) fn edge(samples: usize) -> f64 {
    let along = (samples as f64 / FRAME as f64).min(1.0);
    0.5 - 0.5 * (std::f64::consts::PI * along).cos()
}

fn slot(at: u64) -> usize {
    (at % CAPACITY as u64) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(reader: &mut RemoteReader) -> [i32; FRAME] {
        let mut mix = [0; FRAME];
        reader.add_to(&mut mix);
        mix
    }

    #[test]
    fn sound_comes_out_as_it_went_in_once_primed() {
        let (remote, mut reader) = pair();
        remote.push(&[1; FRAME]);
        assert_eq!(next(&mut reader), [0; FRAME], "10 ms is not enough to start with");
        remote.push(&[2; FRAME]);
        assert_eq!(next(&mut reader), [1; FRAME]);
        assert_eq!(next(&mut reader), [2; FRAME]);
        assert_eq!(next(&mut reader), [0; FRAME], "nothing left");
        remote.push(&[3; FRAME]);
        assert_eq!(next(&mut reader), [0; FRAME], "it starts over after running dry");
    }

    #[test]
    fn odd_sizes_are_joined_and_the_end_is_not_lost() {
        let (remote, mut reader) = pair();
        let samples: Vec<i16> = (0..1000).collect();
        samples.chunks(7).for_each(|c| remote.push(c));
        let heard: Vec<i32> = (0..3).flat_map(|_| next(&mut reader)).take(1000).collect();
        assert_eq!(heard, (0..1000).collect::<Vec<i32>>());
    }

    #[test]
    fn oldest_is_dropped_when_too_much_piles_up() {
        let (remote, mut reader) = pair();
        (0..40).for_each(|i| remote.push(&[i; FRAME]));
        assert_eq!(next(&mut reader), [38; FRAME]);
        assert_eq!(next(&mut reader), [39; FRAME]);
        remote.push(&vec![7; 10 * CAPACITY]);
        assert_eq!(next(&mut reader), [7; FRAME]);
    }

    #[test]
    fn sounds_are_summed_not_appended() {
        let ((a, mut from_a), (b, mut from_b)) = (pair(), pair());
        a.push(&[30_000; 2 * FRAME]);
        b.push(&[20_000; 2 * FRAME]);
        let mut mix = [0; FRAME];
        from_a.add_to(&mut mix);
        from_b.add_to(&mut mix);
        assert_eq!(mix, [50_000; FRAME]);
    }

    #[test]
    fn dropping_the_remote_is_seen() {
        let (remote, reader) = pair();
        assert!(!reader.dropped());
        drop(remote);
        assert!(reader.dropped());
    }
}
