//! The sound of a track, remote or local, as a stream of frames.

/// Streams read by the application.
pub mod native {
    use crate::{
        ffi::{
            handle::Handle,
            messages::{self as pb, Callback, Request, Response},
            request::call,
            router::{self, Event, Sink},
        },
        webrtc::{audio_frame::AudioFrame, audio_track::RtcAudioTrack, frame_queue::FrameQueue},
    };
    use futures_util::Stream;
    use std::{
        fmt::{self, Debug, Formatter},
        pin::Pin,
        sync::{
            Arc, Weak,
            atomic::{AtomicUsize, Ordering},
        },
        task::{Context, Poll},
    };

    const DEFAULT_QUEUE_SIZE_FRAMES: usize = 10;
    /// Also what "unbounded" means here: five seconds.
    const MAX_QUEUE_SIZE_FRAMES: usize = 500;

    /// How a stream queues.
    #[derive(Clone, Debug, Default)]
    pub struct NativeAudioStreamOptions {
        /// Frames of 10 ms kept for a slow reader, the newest ones; 10 by default. `Some(0)`, unbounded in LiveKit's
        /// crate, keeps 5 s here.
        pub queue_size_frames: Option<usize>,
    }

    /// A track's sound in frames of 10 ms. Dropping it releases the stream.
    ///
    /// When the library is missing or an argument is out of range, the stream has ended from the start.
    pub struct NativeAudioStream {
        track: RtcAudioTrack,
        queue: Arc<Queue>,
        handle: Option<Handle>,
    }

    /// Packets that arrive before the library has set up decryption are played as full-scale noise; this many frames from
    /// the start of an encrypted track (300 ms, more than the jitter buffer holds) are silence instead.
    const QUIET_FRAMES: usize = 30;

    struct Queue {
        frames: FrameQueue<AudioFrame<'static>>,
        quiet: AtomicUsize,
    }

    impl Sink for Queue {
        fn event(&self, event: Event) {
            let Some(Callback::AudioStreamEvent(event)) = event.take() else { return };
            match event.message {
                Some(pb::audio_stream_event::Message::FrameReceived(received)) => {
                    if let Some(mut frame) = copy(&received.frame) {
                        let quiet = self.quiet.load(Ordering::Relaxed);
                        if quiet > 0 {
                            // Only this callback counts down, one frame at a time.
                            self.quiet.store(quiet - 1, Ordering::Relaxed);
                            frame.data.to_mut().fill(0);
                        }
                        self.frames.push(frame);
                    }
                }
                Some(pb::audio_stream_event::Message::Eos(_)) | None => self.frames.end(),
            }
        }

        fn library_failed(&self) {
            self.frames.end();
        }
    }

    /// Copies a frame out of the library's memory, which is freed at once.
    fn copy(frame: &pb::OwnedAudioFrameBuffer) -> Option<AudioFrame<'static>> {
        let _owner = Handle::new(frame.handle.id);
        let info = &frame.info;
        let samples = (info.num_channels as usize).checked_mul(info.samples_per_channel as usize)?;
        let address = std::ptr::with_exposed_provenance::<i16>(usize::try_from(info.data_ptr).ok()?);
        if address.is_null() || !address.is_aligned() {
            return None;
        }
        // SAFETY: the library says that this many samples are here; they live as long as the handle owned above.
        let data = unsafe { std::slice::from_raw_parts(address, samples) };
        Some(AudioFrame {
            data: data.to_vec().into(),
            sample_rate: info.sample_rate,
            num_channels: info.num_channels,
            samples_per_channel: info.samples_per_channel,
        })
    }

    impl Debug for NativeAudioStream {
        fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
            f.debug_struct("NativeAudioStream").field("track", &self.track).finish()
        }
    }

    impl NativeAudioStream {
        /// The track's sound, converted to `sample_rate` Hz and `num_channels`.
        pub fn new(audio_track: RtcAudioTrack, sample_rate: i32, num_channels: i32) -> Self {
            Self::with_options(audio_track, sample_rate, num_channels, NativeAudioStreamOptions::default())
        }

        /// The same with a queue of another size.
        pub fn with_options(
            audio_track: RtcAudioTrack,
            sample_rate: i32,
            num_channels: i32,
            options: NativeAudioStreamOptions,
        ) -> Self {
            let capacity = match options.queue_size_frames {
                None => DEFAULT_QUEUE_SIZE_FRAMES,
                Some(0) => MAX_QUEUE_SIZE_FRAMES,
                Some(frames) => frames.min(MAX_QUEUE_SIZE_FRAMES),
            };
            let quiet = AtomicUsize::new(if audio_track.is_encrypted() { QUIET_FRAMES } else { 0 });
            let queue = Arc::new(Queue { frames: FrameQueue::new(capacity), quiet });
            let opening = router::opening();
            let handle = open(&audio_track, sample_rate, num_channels);
            match &handle {
                Ok(handle) => {
                    let sink: Weak<Queue> = Arc::downgrade(&queue);
                    router::subscribe(handle.id(), sink);
                }
                Err(error) => {
                    tracing::error!(target: "livekit", "no audio stream: {error}");
                    queue.frames.end();
                }
            }
            drop(opening);
            Self { track: audio_track, queue, handle: handle.ok() }
        }

        /// The track it reads.
        pub fn track(&self) -> RtcAudioTrack {
            self.track.clone()
        }

        /// Ends the stream.
        pub fn close(&mut self) {
            if let Some(handle) = self.handle.take() {
                router::unsubscribe(handle.id());
            }
            self.queue.frames.close();
        }
    }

    impl Drop for NativeAudioStream {
        fn drop(&mut self) {
            self.close();
        }
    }

    impl Stream for NativeAudioStream {
        type Item = AudioFrame<'static>;

        fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
            self.queue.frames.poll_next(context)
        }
    }

    fn open(track: &RtcAudioTrack, sample_rate: i32, num_channels: i32) -> Result<Handle, String> {
        let rate = u32::try_from(sample_rate).ok().filter(|rate| (8_000..=192_000).contains(rate) && rate % 100 == 0);
        let channels = u32::try_from(num_channels).ok().filter(|channels| (1..=2).contains(channels));
        let (Some(rate), Some(channels)) = (rate, channels) else {
            return Err(format!("{sample_rate} Hz with {num_channels} channels is not possible"));
        };
        let request = Request::NewAudioStream(pb::NewAudioStreamRequest {
            track_handle: track.handle().ok_or("the track is inert")?,
            r#type: pb::AudioStreamType::AudioStreamNative.into(),
            sample_rate: Some(rate),
            num_channels: Some(channels),
            queue_size_frames: Some(DEFAULT_QUEUE_SIZE_FRAMES as u32),
            ..Default::default()
        });
        match call(request).map_err(|error| error.to_string())? {
            Response::NewAudioStream(answer) => Ok(Handle::new(answer.stream.handle.id)),
            _ => Err("the library failed".to_owned()),
        }
    }
}
