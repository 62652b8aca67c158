//! Where a local video track gets its pictures from.

/// The size a source announces; encodings are derived from it, frames may differ.
#[derive(Debug, Clone)]
pub struct VideoResolution {
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
}

impl Default for VideoResolution {
    /// 720p.
    fn default() -> Self {
        Self { width: 1280, height: 720 }
    }
}

/// A source of pictures for [`LocalVideoTrack`](crate::track::LocalVideoTrack).
#[non_exhaustive]
#[derive(Debug, Clone)]
pub enum RtcVideoSource {
    /// Frames that the application captures.
    Native(native::NativeVideoSource),
}

impl RtcVideoSource {
    /// The announced size.
    pub fn video_resolution(&self) -> VideoResolution {
        match self {
            Self::Native(source) => source.video_resolution(),
        }
    }
}

/// Sources fed by the application.
pub mod native {
    use super::VideoResolution;
    use crate::{
        ffi::{
            handle::Handle,
            messages::{self as pb, Request, Response},
            request::call,
        },
        webrtc::video_frame::{VideoBuffer, VideoFrame},
    };
    use std::{
        fmt::{self, Debug, Formatter},
        sync::Arc,
    };

    /// The largest side of a frame that codecs take.
    const MAX_SIDE: u32 = 16_384;

    /// Takes the frames that the application captures. Clones are the same source.
    ///
    /// When the library is missing or the size is not possible, the source is inert: every capture is refused.
    #[derive(Clone)]
    pub struct NativeVideoSource {
        handle: Option<Arc<Handle>>,
        resolution: VideoResolution,
    }

    impl Debug for NativeVideoSource {
        fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
            f.debug_struct("NativeVideoSource").finish()
        }
    }

    impl Default for NativeVideoSource {
        fn default() -> Self {
            Self::new(VideoResolution::default(), false)
        }
    }

    impl NativeVideoSource {
        /// A source that announces `resolution`; `is_screencast` favours sharpness over movement.
        pub fn new(resolution: VideoResolution, is_screencast: bool) -> Self {
            let handle = open(&resolution, is_screencast)
                .inspect_err(|error| tracing::error!(target: "livekit", "no video source: {error}"))
                .ok()
                .map(Arc::new);
            Self { handle, resolution }
        }

        /// Sends a frame; its pixels are copied during the call. False when it was not taken: an empty or impossibly
        /// large picture, or no library.
        pub fn capture_frame<T: AsRef<dyn VideoBuffer>>(&self, frame: &VideoFrame<T>) -> bool {
            let Some(handle) = &self.handle else { return false };
            let buffer = frame.buffer.as_ref();
            if buffer.width() > MAX_SIDE || buffer.height() > MAX_SIDE {
                return false;
            }
            let Some(buffer) = buffer.as_i420().and_then(|buffer| buffer.describe()) else { return false };
            let request = pb::CaptureVideoFrameRequest {
                source_handle: handle.id(),
                buffer,
                timestamp_us: frame.timestamp_us,
                rotation: frame.rotation.to_message().into(),
                metadata: None,
            };
            call(Request::CaptureVideoFrame(request)).is_ok()
        }

        /// The announced size.
        pub fn video_resolution(&self) -> VideoResolution {
            self.resolution.clone()
        }

        pub(crate) fn handle(&self) -> Option<u64> {
            self.handle.as_ref().map(|handle| handle.id())
        }
    }

    fn open(resolution: &VideoResolution, is_screencast: bool) -> Result<Handle, String> {
        let VideoResolution { width, height } = *resolution;
        if !(1..=MAX_SIDE).contains(&width) || !(1..=MAX_SIDE).contains(&height) {
            return Err(format!("{width} x {height} pixels are not possible"));
        }
        let request = Request::NewVideoSource(pb::NewVideoSourceRequest {
            r#type: pb::VideoSourceType::VideoSourceNative.into(),
            resolution: pb::VideoSourceResolution { width, height },
            is_screencast: Some(is_screencast),
        });
        match call(request).map_err(|error| error.to_string())? {
            Response::NewVideoSource(answer) => Ok(Handle::new(answer.source.handle.id)),
            _ => Err("the library failed".to_owned()),
        }
    }
}
