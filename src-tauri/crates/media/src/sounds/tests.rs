//! What is heard, by its spectrum.

use super::*;

fn seconds(signal: Signal, from: f64, length: f64) -> Vec<f64> {
    let samples = Chime::new(signal).flatten().skip((from * f64::from(RATE)) as usize);
    samples.take((length * f64::from(RATE)) as usize).map(|sample| f64::from(sample) / f64::from(i16::MAX)).collect()
}

/// The amplitude of one frequency (Goertzel), in dB of full scale.
fn level(samples: &[f64], hz: f64) -> f64 {
    let turn = 2.0 * (TAU * hz / f64::from(RATE)).cos();
    let (mut last, mut before) = (0.0, 0.0);
    for (at, sample) in samples.iter().enumerate() {
        // A window, or loud neighbours would leak into every frequency.
        let window = 1.0 - (TAU * at as f64 / samples.len() as f64).cos();
        (last, before) = (window * sample + turn * last - before, last);
    }
    let power = last * last + before * before - turn * last * before;
    20.0 * (2.0 * power.max(0.0).sqrt() / samples.len() as f64).max(1e-9).log10()
}

fn peak_db(samples: &[f64]) -> f64 {
    20.0 * samples.iter().fold(1e-9, |most: f64, sample| most.max(sample.abs())).log10()
}

#[test]
fn ringback_is_two_tones_for_two_seconds_of_six() {
    for round in [0.0, 6.0] {
        let on = seconds(Signal::Ringback, round + 0.5, 1.0);
        for hz in RINGBACK_HZ {
            assert!((level(&on, hz) - RINGBACK).abs() < 0.5, "{hz} Hz: {}", level(&on, hz));
        }
        for hz in [350.0, 425.0, 460.0, 620.0, 880.0, 960.0] {
            assert!(level(&on, hz) < -70.0, "{hz} Hz: {}", level(&on, hz));
        }
        assert!(seconds(Signal::Ringback, round + 2.0, 4.0).iter().all(|sample| *sample == 0.0));
    }
}

#[test]
fn ring_is_its_five_notes_with_a_soft_octave_and_nothing_between() {
    for (start, hz) in [(0.0, E5), (0.2, G5), (0.4, A5), (0.6, C6), (0.9, A5)] {
        let struck = seconds(Signal::Ring, 6.0 + start, 0.4);
        assert!((-24.0..-18.0).contains(&level(&struck, hz)), "{hz} Hz: {}", level(&struck, hz));
        let octave = level(&struck, hz) - level(&struck, 2.0 * hz);
        assert!((octave - 12.0).abs() < 0.5, "{hz} Hz: the octave is {octave} dB below");
    }
    let round = seconds(Signal::Ring, 6.0, 3.0);
    for hz in [440.0, 560.0, 720.0, 960.0, 1250.0, 3000.0] {
        assert!(level(&round, hz) < -60.0, "{hz} Hz: {}", level(&round, hz));
    }
}

#[test]
fn ring_grows_over_three_rounds_and_stays() {
    // Only the first note sounds by then.
    let first_note = |round: f64| peak_db(&seconds(Signal::Ring, 3.0 * round, 0.19));
    for (round, wanted) in [(0.0, -30.0), (1.0, -22.5), (2.0, -15.0), (3.0, -15.0), (14.0, -15.0)] {
        assert!((first_note(round) - wanted).abs() < 1.5, "round {round}: {}", first_note(round));
    }
    assert!(peak_db(&seconds(Signal::Ring, 42.0, 3.0)) < -6.0, "far from too loud");
}

#[test]
fn connected_rises_and_ended_falls() {
    let order = |signal| {
        let (early, late) = (seconds(signal, 0.0, 0.12), seconds(signal, 0.3, 0.12));
        (level(&early, E5) - level(&early, A5), level(&late, E5) - level(&late, A5))
    };
    let (early, late) = order(Signal::Connected);
    assert!(early > 10.0 && late < -10.0, "{early} {late}");
    let (early, late) = order(Signal::Ended);
    assert!(early < -10.0 && late > 10.0, "{early} {late}");
}

#[test]
fn short_sounds_end_and_rings_do_not() {
    for signal in [Signal::Connected, Signal::Ended, Signal::Test] {
        let frames = Chime::new(signal).count();
        assert!((20..300).contains(&frames), "{signal:?}: {frames}");
    }
    for signal in [Signal::Ring, Signal::Ringback] {
        assert_eq!(Chime::new(signal).take(10_000).count(), 10_000);
    }
}

#[test]
fn nothing_clicks() {
    for signal in [Signal::Ring, Signal::Ringback, Signal::Connected, Signal::Ended, Signal::Test] {
        let samples = seconds(signal, 0.0, 13.0);
        assert_eq!(samples[0], 0.0, "{signal:?}");
        // No step is larger than the steepest that its highest notes have at their loudest.
        let steepest = samples.windows(2).fold(0.0, |most: f64, pair| most.max((pair[1] - pair[0]).abs()));
        let allowed = amplitude(peak_db(&samples)) * TAU * 2.0 * C6 / f64::from(RATE);
        assert!(steepest < allowed, "{signal:?}: {steepest} of {allowed}");
    }
}
