//! The audio processing module removes the loudspeaker's sound from the microphone's.

use livekit::webrtc::native::apm::AudioProcessingModule;

const FRAME: usize = 480;
/// 50 ms from loudspeaker to microphone.
const DELAY_FRAMES: usize = 5;
const FRAMES: usize = 600;

/// Noise that swells and fades, always the same.
fn far_end() -> Vec<[i16; FRAME]> {
    let mut state = 1_u32;
    let mut noise = move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 16) as i16
    };
    (0..FRAMES)
        .map(|frame| {
            let loudness = 4 + (frame / 20 % 3) as i16 * 2;
            std::array::from_fn(|_| noise() / (2 * loudness))
        })
        .collect()
}

fn energy(frames: &[[i16; FRAME]]) -> f64 {
    frames.iter().flatten().map(|sample| f64::from(*sample).powi(2)).sum()
}

#[test]
fn an_echo_is_attenuated_by_at_least_20_db() {
    let mut apm = AudioProcessingModule::new(true, false, true, false);
    let far = far_end();
    let (mut before, mut after) = (Vec::new(), Vec::new());
    for (frame, played) in far.iter().enumerate() {
        let mut played = *played;
        apm.process_reverse_stream(&mut played, 48_000, 1).unwrap();
        let echo = frame.checked_sub(DELAY_FRAMES).map_or([0; FRAME], |early| far[early].map(|sample| sample / 2));
        let mut near = echo;
        apm.set_stream_delay_ms(50).unwrap();
        apm.process_stream(&mut near, 48_000, 1).unwrap();
        before.push(echo);
        after.push(near);
    }
    let second_half = FRAMES / 2;
    let ratio = energy(&after[second_half..]) / energy(&before[second_half..]);
    assert!(ratio < 0.01, "the echo's energy only fell to {ratio}");
}
