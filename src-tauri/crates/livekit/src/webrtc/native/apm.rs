//! The audio processing module: echo cancellation, noise suppression, gain control, high-pass filter.

use crate::{
    ffi::{
        handle::Handle,
        messages::{self as pb, Request, Response},
        request::{CallError, call, reported},
    },
    webrtc::RtcError,
};

/// Cleans up the microphone's sound, given what the loudspeaker plays.
///
/// When the library is missing the module is inert: every call is an error and leaves the samples as they are.
pub struct AudioProcessingModule {
    handle: Option<Handle>,
}

#[derive(Clone, Copy)]
enum Direction {
    Capture,
    Render,
}

impl AudioProcessingModule {
    /// A module with the parts that are asked for.
    pub fn new(
        echo_canceller_enabled: bool,
        gain_controller_enabled: bool,
        high_pass_filter_enabled: bool,
        noise_suppression_enabled: bool,
    ) -> Self {
        let request = Request::NewApm(pb::NewApmRequest {
            echo_canceller_enabled,
            gain_controller_enabled,
            high_pass_filter_enabled,
            noise_suppression_enabled,
        });
        let handle = match call(request) {
            Ok(Response::NewApm(answer)) => Some(Handle::new(answer.apm.handle.id)),
            Ok(_) => None,
            Err(error) => {
                tracing::error!(target: "livekit", "no audio processing: {error}");
                None
            }
        };
        Self { handle }
    }

    /// Cleans the microphone's samples in place: interleaved, one or more times 10 ms.
    ///
    /// # Errors
    /// When the length, rate or channels are not possible, or the library fails.
    pub fn process_stream(&mut self, data: &mut [i16], sample_rate: i32, num_channels: i32) -> Result<(), RtcError> {
        self.process(Direction::Capture, data, sample_rate, num_channels)
    }

    /// Takes what the loudspeaker is about to play, in the same form.
    ///
    /// # Errors
    /// As [`Self::process_stream`].
    pub fn process_reverse_stream(
        &mut self,
        data: &mut [i16],
        sample_rate: i32,
        num_channels: i32,
    ) -> Result<(), RtcError> {
        self.process(Direction::Render, data, sample_rate, num_channels)
    }

    /// Tells how long a sample takes from [`Self::process_reverse_stream`] through the room to [`Self::process_stream`].
    ///
    /// # Errors
    /// When the delay is out of range (0 to 500 ms).
    pub fn set_stream_delay_ms(&mut self, delay_ms: i32) -> Result<(), RtcError> {
        let apm_handle = self.handle()?;
        if !(0..=500).contains(&delay_ms) {
            return Err(RtcError::invalid("the delay is between 0 and 500 ms"));
        }
        match call(Request::ApmSetStreamDelay(pb::ApmSetStreamDelayRequest { apm_handle, delay_ms })) {
            Ok(Response::ApmSetStreamDelay(answer)) => reported(answer.error.as_deref()),
            Ok(_) => Err(CallError::Failed),
            Err(error) => Err(error),
        }
        .map_err(RtcError::internal)
    }

    fn handle(&self) -> Result<u64, RtcError> {
        self.handle.as_ref().map(Handle::id).ok_or_else(|| RtcError::internal("no audio processing"))
    }

    fn process(
        &mut self,
        direction: Direction,
        data: &mut [i16],
        sample_rate: i32,
        num_channels: i32,
    ) -> Result<(), RtcError> {
        let apm_handle = self.handle()?;
        // Everything else makes the library abort the process.
        let (Ok(rate @ (8_000 | 16_000 | 32_000 | 48_000)), Ok(channels @ (1 | 2))) =
            (u32::try_from(sample_rate), u32::try_from(num_channels))
        else {
            return Err(RtcError::invalid(format!("{sample_rate} Hz with {num_channels} channels is not possible")));
        };
        let ten_ms = (rate / 100 * channels) as usize;
        if data.is_empty() || !data.len().is_multiple_of(ten_ms) {
            return Err(RtcError::invalid("the samples are not a multiple of 10 ms"));
        }
        for chunk in data.chunks_exact_mut(ten_ms) {
            process_ten_ms(direction, apm_handle, chunk, rate, channels).map_err(RtcError::internal)?;
        }
        Ok(())
    }
}

/// The library reads and writes the samples in place, during the request only.
fn process_ten_ms(
    direction: Direction,
    apm_handle: u64,
    chunk: &mut [i16],
    sample_rate: u32,
    num_channels: u32,
) -> Result<(), CallError> {
    let data_ptr = chunk.as_mut_ptr().expose_provenance() as u64;
    let size = size_of_val(chunk) as u32;
    let answer = call(match direction {
        Direction::Capture => Request::ApmProcessStream(pb::ApmProcessStreamRequest {
            apm_handle,
            data_ptr,
            size,
            sample_rate,
            num_channels,
        }),
        Direction::Render => Request::ApmProcessReverseStream(pb::ApmProcessReverseStreamRequest {
            apm_handle,
            data_ptr,
            size,
            sample_rate,
            num_channels,
        }),
    })?;
    match answer {
        Response::ApmProcessStream(answer) => reported(answer.error.as_deref()),
        Response::ApmProcessReverseStream(answer) => reported(answer.error.as_deref()),
        _ => Err(CallError::Failed),
    }
}
