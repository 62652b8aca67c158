//! Which encoder a track uses.

use crate::ffi::messages as pb;

/// The wanted encoder; another one is used when it is not there.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum VideoEncoderBackend {
    /// The library's choice.
    #[default]
    Auto,
    /// In software.
    Software,
    /// Any hardware.
    Hardware,
    /// NVIDIA's.
    Nvenc,
    /// VA-API.
    Vaapi,
    /// Apple's.
    VideoToolbox,
}

impl From<VideoEncoderBackend> for pb::VideoEncoderBackend {
    fn from(backend: VideoEncoderBackend) -> Self {
        match backend {
            VideoEncoderBackend::Auto => Self::EncoderBackendAuto,
            VideoEncoderBackend::Software => Self::EncoderBackendSoftware,
            VideoEncoderBackend::Hardware => Self::EncoderBackendHardware,
            VideoEncoderBackend::Nvenc => Self::EncoderBackendNvenc,
            VideoEncoderBackend::Vaapi => Self::EncoderBackendVaapi,
            VideoEncoderBackend::VideoToolbox => Self::EncoderBackendVideotoolbox,
        }
    }
}
