//! The sounds of the app, made of sines: no files, and the same at every run.
//!
//! A [`Chime`] is one of them in frames of 10 ms, for whatever plays it; who hears it and when is not its business.

use std::f64::consts::TAU;

use crate::audio::remote::edge;
use crate::audio::{FRAME, RATE};

/// What sounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// Somebody calls: a motif every three seconds, louder over the first three. Endless.
    Ring,
    /// It rings over there: 440 and 480 Hz, two seconds of six. Endless.
    Ringback,
    /// Both are there: two rising notes.
    Connected,
    /// It is over: two falling notes.
    Ended,
    /// For trying the loudspeaker: the ring's motif, as loud as the ring gets.
    Test,
}

/// A note: when, how high and how long, in samples and Hz.
struct Note {
    start: u64,
    hz: f64,
    length: u64,
}

const SECOND: u64 = RATE as u64;

/// Of A minor pentatonic: no two of its notes clash, in whatever order they come.
const E5: f64 = 659.26;
const G5: f64 = 783.99;
const A5: f64 = 880.0;
const C6: f64 = 1046.5;

const fn note(start_ms: u64, hz: f64, length_ms: u64) -> Note {
    Note { start: start_ms * SECOND / 1000, hz, length: length_ms * SECOND / 1000 }
}

const MOTIF: [Note; 5] =
    [note(0, E5, 1200), note(200, G5, 1200), note(400, A5, 1200), note(600, C6, 1200), note(900, A5, 1500)];
const RISING: [Note; 2] = [note(0, E5, 250), note(120, A5, 400)];
const FALLING: [Note; 2] = [note(0, A5, 250), note(120, E5, 400)];

/// From one motif to the next.
const ROUND: u64 = 3 * SECOND;
/// How loud a note of the ring begins, in dB of full scale, round by round; the last stays.
const ROUNDS: [f64; 3] = [-30.0, -22.5, -15.0];
/// Notes of the short signals.
const SHORT: f64 = -20.0;
/// Each of the ringback's two tones: it goes on at the ear of somebody who waits.
const RINGBACK: f64 = -27.0;
const RINGBACK_HZ: [f64; 2] = [440.0, 480.0];
const RINGBACK_ON: u64 = 2 * SECOND;
const RINGBACK_ROUND: u64 = 6 * SECOND;
/// A struck note falls to 37 % in so many seconds.
const DECAY: f64 = 0.35;
/// Of the octave above, beside the note itself: warmer than a sine alone.
const OCTAVE: f64 = 0.25;

/// One of the sounds, 10 ms at a time: 48 kHz mono.
#[derive(Clone, Debug)]
pub struct Chime {
    signal: Signal,
    at: u64,
}

impl Chime {
    /// From its beginning.
    #[must_use]
    pub fn new(signal: Signal) -> Self {
        Self { signal, at: 0 }
    }
}

impl Iterator for Chime {
    type Item = [i16; FRAME];

    /// `None` when it is over, which a ring never is.
    fn next(&mut self) -> Option<Self::Item> {
        if length(self.signal).is_some_and(|length| self.at >= length) {
            return None;
        }
        let frame = std::array::from_fn(|at| {
            let sample = sample(self.signal, self.at + at as u64);
            (sample * f64::from(i16::MAX)).round() as i16
        });
        self.at += FRAME as u64;
        Some(frame)
    }
}

/// Of those that end.
fn length(signal: Signal) -> Option<u64> {
    let notes: &[Note] = match signal {
        Signal::Ring | Signal::Ringback => return None,
        Signal::Connected => &RISING,
        Signal::Ended => &FALLING,
        Signal::Test => &MOTIF,
    };
    notes.iter().map(|note| note.start + note.length).max()
}

fn sample(signal: Signal, at: u64) -> f64 {
    match signal {
        Signal::Ring => {
            let round = usize::try_from(at / ROUND).unwrap_or(usize::MAX).min(ROUNDS.len() - 1);
            amplitude(ROUNDS[round]) * notes(&MOTIF, at % ROUND)
        }
        Signal::Ringback => ringback(at % RINGBACK_ROUND),
        Signal::Connected => amplitude(SHORT) * notes(&RISING, at),
        Signal::Ended => amplitude(SHORT) * notes(&FALLING, at),
        Signal::Test => amplitude(ROUNDS[ROUNDS.len() - 1]) * notes(&MOTIF, at),
    }
}

fn ringback(at: u64) -> f64 {
    let tones: f64 = RINGBACK_HZ.iter().map(|hz| sine(*hz, at)).sum();
    amplitude(RINGBACK) * edges(at, RINGBACK_ON) * tones
}

/// Notes as they are struck, each 1 at its loudest.
fn notes(notes: &[Note], at: u64) -> f64 {
    let sounding = notes.iter().filter_map(|note| Some((note, at.checked_sub(note.start)?)));
    sounding
        .map(|(note, since)| {
            let decay = (-(since as f64) / f64::from(RATE) / DECAY).exp();
            let tone = (sine(note.hz, since) + OCTAVE * sine(2.0 * note.hz, since)) / (1.0 + OCTAVE);
            edges(since, note.length) * decay * tone
        })
        .sum()
}

/// Softly up at the start of a sound of that length, softly down at its end, nothing after it.
fn edges(at: u64, length: u64) -> f64 {
    let samples = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
    edge(samples(at)).min(edge(samples(length.saturating_sub(at))))
}

fn sine(hz: f64, at: u64) -> f64 {
    (TAU * (hz * at as f64 / f64::from(RATE)).fract()).sin()
}

fn amplitude(db: f64) -> f64 {
    10f64.powf(db / 20.0)
}

#[cfg(test)]
mod tests;
