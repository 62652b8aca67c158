//! The pictures of a track, remote or local, as a stream of frames.

/// Streams read by the application.
pub mod native {
    use crate::{
        ffi::{
            handle::Handle,
            messages::{self as pb, Callback, Request, Response},
            request::call,
            router::{self, Event, Sink},
        },
        webrtc::{
            frame_queue::FrameQueue,
            video_frame::{BoxVideoBuffer, BoxVideoFrame, I420Buffer, VideoFrame, VideoRotation},
            video_track::RtcVideoTrack,
        },
    };
    use futures_util::Stream;
    use std::{
        fmt::{self, Debug, Formatter},
        pin::Pin,
        sync::{Arc, Weak},
        task::{Context, Poll},
    };

    /// Also what "unbounded" means here: a frame of 720p holds 1.4 MB.
    const MAX_QUEUE_SIZE_FRAMES: usize = 30;

    /// How a stream queues.
    #[derive(Clone, Debug, Default)]
    pub struct NativeVideoStreamOptions {
        /// Frames kept for a slow reader, the newest ones; 1 by default. `Some(0)`, unbounded in LiveKit's crate, keeps
        /// 30 here.
        pub queue_size_frames: Option<usize>,
    }

    /// A track's pictures, the newest one first and only. Dropping it releases the stream.
    ///
    /// When the library is missing, the stream has ended from the start.
    pub struct NativeVideoStream {
        track: RtcVideoTrack,
        queue: Arc<Queue>,
        handle: Option<Handle>,
    }

    struct Queue(FrameQueue<BoxVideoFrame>);

    impl Sink for Queue {
        fn event(&self, event: Event) {
            let Some(Callback::VideoStreamEvent(event)) = event.take() else { return };
            match event.message {
                Some(pb::video_stream_event::Message::FrameReceived(received)) => {
                    let rotation = VideoRotation::from_message(received.rotation());
                    if let Some(buffer) = I420Buffer::received(received.buffer) {
                        let buffer: BoxVideoBuffer = Box::new(buffer);
                        let timestamp_us = received.timestamp_us;
                        self.0.push(VideoFrame { rotation, timestamp_us, frame_metadata: None, buffer });
                    }
                }
                Some(pb::video_stream_event::Message::Eos(_)) | None => self.0.end(),
            }
        }

        fn library_failed(&self) {
            self.0.end();
        }
    }

    impl Debug for NativeVideoStream {
        fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
            f.debug_struct("NativeVideoStream").field("track", &self.track).finish()
        }
    }

    impl NativeVideoStream {
        /// The track's pictures, as I420.
        pub fn new(video_track: RtcVideoTrack) -> Self {
            Self::with_options(video_track, NativeVideoStreamOptions::default())
        }

        /// The same with a queue of another size.
        pub fn with_options(video_track: RtcVideoTrack, options: NativeVideoStreamOptions) -> Self {
            let capacity = match options.queue_size_frames {
                None => 1,
                Some(0) => MAX_QUEUE_SIZE_FRAMES,
                Some(frames) => frames.min(MAX_QUEUE_SIZE_FRAMES),
            };
            let queue = Arc::new(Queue(FrameQueue::new(capacity)));
            let opening = router::opening();
            let handle = open(&video_track);
            match &handle {
                Ok(handle) => {
                    let sink: Weak<Queue> = Arc::downgrade(&queue);
                    router::subscribe(handle.id(), sink);
                }
                Err(error) => {
                    tracing::error!(target: "livekit", "no video stream: {error}");
                    queue.0.end();
                }
            }
            drop(opening);
            Self { track: video_track, queue, handle: handle.ok() }
        }

        /// The track it reads.
        pub fn track(&self) -> RtcVideoTrack {
            self.track.clone()
        }

        /// Ends the stream.
        pub fn close(&mut self) {
            if let Some(handle) = self.handle.take() {
                router::unsubscribe(handle.id());
            }
            self.queue.0.close();
        }
    }

    impl Drop for NativeVideoStream {
        fn drop(&mut self) {
            self.close();
        }
    }

    impl Stream for NativeVideoStream {
        type Item = BoxVideoFrame;

        fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
            self.queue.0.poll_next(context)
        }
    }

    fn open(track: &RtcVideoTrack) -> Result<Handle, String> {
        let request = Request::NewVideoStream(pb::NewVideoStreamRequest {
            track_handle: track.handle().ok_or("the track is inert")?,
            r#type: pb::VideoStreamType::VideoStreamNative.into(),
            format: Some(pb::VideoBufferType::I420.into()),
            normalize_stride: Some(false),
            queue_size_frames: Some(1),
        });
        match call(request).map_err(|error| error.to_string())? {
            Response::NewVideoStream(answer) => Ok(Handle::new(answer.stream.handle.id)),
            _ => Err("the library failed".to_owned()),
        }
    }
}
