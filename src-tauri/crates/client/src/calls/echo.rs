//! LiveKit's audio processing as the echo canceller of `media`.

use crate::livekit::webrtc::native::apm::AudioProcessingModule;
use pizoo_media::audio::EchoCanceller;

const RATE: i32 = 48_000;

/// Echo cancellation, noise suppression, gain control and a high-pass filter; 48 kHz mono, 10 ms at a time.
pub(super) struct Apm(AudioProcessingModule);

impl Apm {
    pub(super) fn new() -> Self {
        Self(AudioProcessingModule::new(true, true, true, true))
    }
}

impl EchoCanceller for Apm {
    fn render(&mut self, far: &mut [i16; 480]) {
        // What goes to the loudspeaker stays as it is; the module only listens.
        let mut heard = *far;
        if let Err(error) = self.0.process_reverse_stream(&mut heard, RATE, 1) {
            tracing::trace!(error = %error.message, "the echo canceller did not take the far side");
        }
    }

    fn capture(&mut self, near: &mut [i16; 480], delay_ms: u32) {
        let delay = i32::try_from(delay_ms).unwrap_or(i32::MAX);
        let result = self.0.set_stream_delay_ms(delay).and_then(|()| self.0.process_stream(near, RATE, 1));
        if let Err(error) = result {
            tracing::trace!(error = %error.message, "the echo canceller did not take the near side");
        }
    }
}
