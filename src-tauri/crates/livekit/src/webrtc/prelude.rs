//! The media types in one import.

pub use super::{
    RtcError, RtcErrorType,
    audio_frame::AudioFrame,
    audio_source::{AudioSourceOptions, RtcAudioSource},
    audio_track::RtcAudioTrack,
    media_stream_track::MediaStreamTrack,
    peer_connection_factory::{ContinualGatheringPolicy, IceServer, IceTransportsType, RtcConfiguration},
    rtp_parameters::DegradationPreference,
    rtp_sender::VideoEncoderBackend,
    video_frame::{BoxVideoBuffer, BoxVideoFrame, I420Buffer, VideoBuffer, VideoBufferType, VideoFrame, VideoRotation},
    video_source::{RtcVideoSource, VideoResolution},
    video_track::RtcVideoTrack,
};
