//! A picture and its pixels. Only I420 exists here: it is what cameras are converted to and what decoders give.

mod i420;

pub use i420::I420Buffer;

use crate::ffi::messages as pb;
use std::fmt::Debug;

/// How far a picture is to be turned clockwise before it is shown, in degrees.
#[derive(Debug, Copy, Clone, PartialEq, Eq)]
pub enum VideoRotation {
    /// Upright.
    VideoRotation0 = 0,
    /// A quarter turn.
    VideoRotation90 = 90,
    /// Upside down.
    VideoRotation180 = 180,
    /// Three quarters.
    VideoRotation270 = 270,
}

impl VideoRotation {
    pub(crate) fn from_message(rotation: pb::VideoRotation) -> Self {
        match rotation {
            pb::VideoRotation::VideoRotation0 => Self::VideoRotation0,
            pb::VideoRotation::VideoRotation90 => Self::VideoRotation90,
            pb::VideoRotation::VideoRotation180 => Self::VideoRotation180,
            pb::VideoRotation::VideoRotation270 => Self::VideoRotation270,
        }
    }

    pub(crate) fn to_message(self) -> pb::VideoRotation {
        match self {
            Self::VideoRotation0 => pb::VideoRotation::VideoRotation0,
            Self::VideoRotation90 => pb::VideoRotation::VideoRotation90,
            Self::VideoRotation180 => pb::VideoRotation::VideoRotation180,
            Self::VideoRotation270 => pb::VideoRotation::VideoRotation270,
        }
    }
}

/// How a buffer stores its pixels.
#[derive(Debug, Copy, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum VideoBufferType {
    /// Three planes: luma in full size, two chroma planes in half width and height (rounded up).
    I420,
}

/// What a sender attached to a frame.
#[derive(Debug, Clone)]
pub struct FrameMetadata {
    /// Wall-clock capture time in microseconds.
    pub user_timestamp: Option<u64>,
    /// A number that grows with every frame.
    pub frame_id: Option<u32>,
    /// The sender's own bytes.
    pub user_data: Option<Vec<u8>>,
}

/// A picture with its pixels in `buffer`.
#[derive(Debug)]
pub struct VideoFrame<T>
where
    T: AsRef<dyn VideoBuffer>,
{
    /// Turn it so far before showing it.
    pub rotation: VideoRotation,
    /// When it was captured, in microseconds of the sender's monotonic clock.
    pub timestamp_us: i64,
    /// What the sender attached; always none on received frames here.
    pub frame_metadata: Option<FrameMetadata>,
    /// The pixels.
    pub buffer: T,
}

impl<T: AsRef<dyn VideoBuffer>> VideoFrame<T> {
    /// A frame with the time stamp 0.
    pub fn new(rotation: VideoRotation, buffer: T) -> Self {
        Self { rotation, timestamp_us: 0, frame_metadata: None, buffer }
    }
}

/// A buffer of any kind.
pub type BoxVideoBuffer = Box<dyn VideoBuffer>;
/// A received frame.
pub type BoxVideoFrame = VideoFrame<BoxVideoBuffer>;

pub(crate) mod internal {
    use super::I420Buffer;

    /// Keeps [`VideoBuffer`](super::VideoBuffer) to the buffers of this crate.
    pub trait BufferSealed: Send + Sync {
        /// A copy as I420.
        fn to_i420(&self) -> I420Buffer;
    }
}

/// Pixels of a picture.
pub trait VideoBuffer: internal::BufferSealed + Debug {
    /// In pixels.
    fn width(&self) -> u32;
    /// In pixels.
    fn height(&self) -> u32;
    /// How they are stored.
    fn buffer_type(&self) -> VideoBufferType;

    /// The buffer itself when it is I420: no copy.
    fn as_i420(&self) -> Option<&I420Buffer> {
        None
    }
}

/// Conversions.
pub mod native {
    use super::{I420Buffer, VideoBuffer};

    /// Conversions of any buffer.
    pub trait VideoFrameBufferExt: VideoBuffer {
        /// A copy as I420.
        fn to_i420(&self) -> I420Buffer;
    }

    impl<T: VideoBuffer> VideoFrameBufferExt for T {
        fn to_i420(&self) -> I420Buffer {
            super::internal::BufferSealed::to_i420(self)
        }
    }
}
