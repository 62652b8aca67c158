//! Where a local audio track gets its sound from.

/// The sample rate used when nothing else is said, in Hz.
pub const DEFAULT_SAMPLE_RATE: u32 = 48000;
/// The number of channels used when nothing else is said.
pub const DEFAULT_NUM_CHANNELS: u32 = 1;

/// Processing by the sender. Off by default: with it on, sound passes the library's own processing once more.
#[derive(Default, Debug)]
pub struct AudioSourceOptions {
    /// Remove the loudspeaker's sound.
    pub echo_cancellation: bool,
    /// Remove steady noise.
    pub noise_suppression: bool,
    /// Even out loudness.
    pub auto_gain_control: bool,
}

/// A source of sound for [`LocalAudioTrack`](crate::track::LocalAudioTrack).
#[non_exhaustive]
#[derive(Debug, Clone)]
pub enum RtcAudioSource {
    /// Frames that the application captures.
    Native(native::NativeAudioSource),
}

impl RtcAudioSource {
    /// In Hz.
    pub fn sample_rate(&self) -> u32 {
        match self {
            Self::Native(source) => source.sample_rate(),
        }
    }

    /// 1 is mono.
    pub fn num_channels(&self) -> u32 {
        match self {
            Self::Native(source) => source.num_channels(),
        }
    }
}

/// Sources fed by the application.
pub mod native {
    use super::AudioSourceOptions;
    use crate::{
        ffi::{
            handle::Handle,
            messages::{self as pb, Callback, Request, Response},
            request::{CallError, call, call_and_keep, call_later, nothing, reported},
        },
        webrtc::{RtcError, audio_frame::AudioFrame},
    };
    use std::{
        fmt::{self, Debug, Formatter},
        sync::{
            Arc,
            atomic::{AtomicUsize, Ordering},
        },
    };

    /// Captures that the library may have in hand before it counts as stuck (a second of 10 ms frames).
    const MAX_IN_FLIGHT: usize = 100;
    const SAMPLE_RATES: std::ops::RangeInclusive<u32> = 8_000..=192_000;

    /// Takes the frames that the application captures. Clones are the same source.
    ///
    /// When the library is missing or an argument is out of range, the source is inert: every capture is an error.
    #[derive(Clone)]
    pub struct NativeAudioSource {
        inner: Arc<Inner>,
    }

    struct Inner {
        handle: Result<Handle, String>,
        sample_rate: u32,
        num_channels: u32,
        queue_size_ms: u32,
        in_flight: Arc<AtomicUsize>,
    }

    /// One capture that the library has in hand, with the samples it reads.
    struct InFlight {
        samples: Vec<i16>,
        count: Arc<AtomicUsize>,
    }

    impl Drop for InFlight {
        fn drop(&mut self) {
            self.count.fetch_sub(1, Ordering::Relaxed);
        }
    }

    impl Debug for NativeAudioSource {
        fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
            f.debug_struct("NativeAudioSource").finish()
        }
    }

    impl NativeAudioSource {
        /// A source for frames of `sample_rate` Hz and `num_channels`. With `queue_size_ms` 0 a frame goes out at once
        /// and must be exactly 10 ms long; otherwise (a multiple of 10) captures wait while that much is queued.
        pub fn new(
            options: AudioSourceOptions,
            sample_rate: u32,
            num_channels: u32,
            queue_size_ms: u32,
        ) -> NativeAudioSource {
            let handle = open(options, sample_rate, num_channels, queue_size_ms)
                .inspect_err(|error| tracing::error!(target: "livekit", "no audio source: {error}"));
            let in_flight = Arc::default();
            Self { inner: Arc::new(Inner { handle, sample_rate, num_channels, queue_size_ms, in_flight }) }
        }

        /// Discards what is queued.
        pub fn clear_buffer(&self) {
            if let Ok(handle) = &self.inner.handle {
                let request = pb::ClearAudioBufferRequest { source_handle: handle.id() };
                if let Err(error) = call(Request::ClearAudioBuffer(request)) {
                    tracing::warn!(target: "livekit", "the audio queue was not cleared: {error}");
                }
            }
        }

        /// Sends a frame. Ready at once for a source without a queue.
        ///
        /// # Errors
        /// When the frame does not fit the source, or the library does not take it.
        pub async fn capture_frame(&self, frame: &AudioFrame<'_>) -> Result<(), RtcError> {
            let handle = self.inner.handle.as_ref().map_err(RtcError::internal)?.id();
            self.check(frame)?;
            let count = Arc::clone(&self.inner.in_flight);
            if count.fetch_add(1, Ordering::Relaxed) >= MAX_IN_FLIGHT {
                count.fetch_sub(1, Ordering::Relaxed);
                return Err(RtcError::invalid("the library is not taking audio"));
            }
            let keep = InFlight { samples: frame.data.to_vec(), count };
            let (sample_rate, num_channels, samples_per_channel) =
                (frame.sample_rate, frame.num_channels, frame.samples_per_channel);
            let request = move |id, samples: &[i16]| {
                Request::CaptureAudioFrame(pb::CaptureAudioFrameRequest {
                    source_handle: handle,
                    buffer: pb::AudioFrameBufferInfo {
                        data_ptr: samples.as_ptr().expose_provenance() as u64,
                        num_channels,
                        sample_rate,
                        samples_per_channel,
                    },
                    request_async_id: Some(id),
                })
            };
            if self.inner.queue_size_ms == 0 {
                return call_and_keep(keep, |id, keep| request(id, &keep.samples)).map_err(RtcError::internal);
            }
            // A vector's samples stay where they are when the vector moves into the waiter.
            let address = keep.samples.as_ptr();
            let length = keep.samples.len();
            let answer = {
                // SAFETY: only the address is used here; `keep` owns the samples until the library has answered.
                let samples = unsafe { std::slice::from_raw_parts(address, length) };
                call_later(
                    |id| request(id, samples),
                    move |callback| {
                        drop(keep);
                        match callback {
                            Callback::CaptureAudioFrame(answer) => reported(answer.error.as_deref()),
                            _ => Err(CallError::Failed),
                        }
                    },
                    nothing,
                )
                .map_err(RtcError::internal)?
            };
            answer.await.and_then(|outcome| outcome).map_err(RtcError::internal)
        }

        /// In Hz.
        pub fn sample_rate(&self) -> u32 {
            self.inner.sample_rate
        }

        /// 1 is mono.
        pub fn num_channels(&self) -> u32 {
            self.inner.num_channels
        }

        pub(crate) fn handle(&self) -> Option<u64> {
            self.inner.handle.as_ref().ok().map(Handle::id)
        }

        /// The library aborts the process on frames that do not fit.
        fn check(&self, frame: &AudioFrame<'_>) -> Result<(), RtcError> {
            let inner = &self.inner;
            if frame.sample_rate != inner.sample_rate || frame.num_channels != inner.num_channels {
                return Err(RtcError::invalid("the frame's rate or channels are not the source's"));
            }
            if frame.data.len() != frame.num_channels as usize * frame.samples_per_channel as usize {
                return Err(RtcError::invalid("the frame's sample count is not channels x samples per channel"));
            }
            let ten_ms = inner.sample_rate / 100;
            if inner.queue_size_ms == 0 && frame.samples_per_channel != ten_ms {
                return Err(RtcError::invalid("a source without a queue takes frames of exactly 10 ms"));
            }
            if frame.samples_per_channel == 0 || frame.samples_per_channel > inner.sample_rate {
                return Err(RtcError::invalid("a frame is between one sample and one second long"));
            }
            Ok(())
        }
    }

    fn open(options: AudioSourceOptions, rate: u32, channels: u32, queue_size_ms: u32) -> Result<Handle, String> {
        if !SAMPLE_RATES.contains(&rate) || !rate.is_multiple_of(100) {
            return Err(format!("a sample rate of {rate} Hz is not possible"));
        }
        if !(1..=2).contains(&channels) {
            return Err(format!("{channels} channels are not possible"));
        }
        if !queue_size_ms.is_multiple_of(10) || queue_size_ms > 10_000 {
            return Err(format!(
                "a queue of {queue_size_ms} ms is not possible: it is a multiple of 10 ms, at most 10 s"
            ));
        }
        let request = Request::NewAudioSource(pb::NewAudioSourceRequest {
            r#type: pb::AudioSourceType::AudioSourceNative.into(),
            options: Some(pb::AudioSourceOptions {
                echo_cancellation: options.echo_cancellation,
                noise_suppression: options.noise_suppression,
                auto_gain_control: options.auto_gain_control,
                prefer_hardware: None,
            }),
            sample_rate: Some(rate),
            num_channels: Some(channels),
            queue_size_ms: Some(queue_size_ms),
            platform_audio_handle: None,
        });
        match call(request) {
            Ok(Response::NewAudioSource(answer)) => Ok(Handle::new(answer.source.handle.id)),
            Ok(_) => Err(CallError::Failed.to_string()),
            Err(error) => Err(error.to_string()),
        }
    }
}
