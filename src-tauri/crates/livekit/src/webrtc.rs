//! Media below the room: frames, sources, streams, statistics, the audio processing module (`libwebrtc` in LiveKit's crate).

pub mod audio_frame;
pub mod audio_source;
pub mod audio_stream;
pub mod audio_track;
mod frame_queue;
pub mod media_stream_track;
pub mod native;
pub mod peer_connection_factory;
pub mod prelude;
pub mod rtp_parameters;
pub mod rtp_sender;
pub mod stats;
pub mod video_frame;
pub mod video_source;
pub mod video_stream;
pub mod video_track;

/// What kind of failure an [`RtcError`] is.
#[derive(Debug, Copy, Clone, PartialEq, Eq)]
pub enum RtcErrorType {
    /// The library failed or is not there.
    Internal,
    /// A session description was wrong.
    InvalidSdp,
    /// The call does not fit the object's state, or an argument is out of range.
    InvalidState,
}

/// An error of the media layer.
#[derive(thiserror::Error, Debug)]
#[error("an RtcError occurred: {error_type:?} - {message}")]
pub struct RtcError {
    /// Its kind.
    pub error_type: RtcErrorType,
    /// An explanation for the log, free of secrets.
    pub message: String,
}

impl RtcError {
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self { error_type: RtcErrorType::InvalidState, message: message.into() }
    }

    pub(crate) fn internal(error: impl std::fmt::Display) -> Self {
        Self { error_type: RtcErrorType::Internal, message: error.to_string() }
    }
}
