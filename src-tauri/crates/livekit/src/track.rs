//! Tracks: sound or pictures of one source, ours or somebody else's.

mod local;
mod object;
mod remote;

pub use local::{LocalAudioTrack, LocalTrack, LocalVideoTrack};
pub(crate) use object::TrackObject;
pub use remote::{RemoteAudioTrack, RemoteTrack, RemoteVideoTrack};

use crate::{ffi::messages as pb, id::TrackSid, webrtc::media_stream_track::MediaStreamTrack};

/// Why a track cannot be had.
#[derive(thiserror::Error, Debug, Clone)]
pub enum TrackError {
    /// The server offered it and it never came.
    #[error("could not find published track with sid: {0:?}")]
    TrackNotFound(TrackSid),
}

/// Sound or pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrackKind {
    /// Sound.
    Audio,
    /// Pictures.
    Video,
}

impl From<pb::TrackKind> for TrackKind {
    fn from(kind: pb::TrackKind) -> Self {
        match kind {
            pb::TrackKind::KindVideo => Self::Video,
            pb::TrackKind::KindAudio | pb::TrackKind::KindUnknown => Self::Audio,
        }
    }
}

/// Whether the server sends a track.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StreamState {
    /// It does.
    Active,
    /// It holds it back for lack of bandwidth.
    Paused,
}

/// What a track shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrackSource {
    /// Not said.
    Unknown,
    /// A camera.
    Camera,
    /// A microphone.
    Microphone,
    /// A screen.
    Screenshare,
    /// What a screen's programs play.
    ScreenshareAudio,
}

impl From<pb::TrackSource> for TrackSource {
    fn from(source: pb::TrackSource) -> Self {
        match source {
            pb::TrackSource::SourceUnknown => Self::Unknown,
            pb::TrackSource::SourceCamera => Self::Camera,
            pb::TrackSource::SourceMicrophone => Self::Microphone,
            pb::TrackSource::SourceScreenshare => Self::Screenshare,
            pb::TrackSource::SourceScreenshareAudio => Self::ScreenshareAudio,
        }
    }
}

impl From<TrackSource> for pb::TrackSource {
    fn from(source: TrackSource) -> Self {
        match source {
            TrackSource::Unknown => Self::SourceUnknown,
            TrackSource::Camera => Self::SourceCamera,
            TrackSource::Microphone => Self::SourceMicrophone,
            TrackSource::Screenshare => Self::SourceScreenshare,
            TrackSource::ScreenshareAudio => Self::SourceScreenshareAudio,
        }
    }
}

/// Width and height of a picture, in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TrackDimension(pub u32, pub u32);

/// Which of a simulcast track's sizes is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum VideoQuality {
    /// The smallest.
    Low,
    /// The middle one.
    Medium,
    /// The largest.
    High,
}

impl From<VideoQuality> for pb::VideoQuality {
    fn from(quality: VideoQuality) -> Self {
        match quality {
            VideoQuality::Low => Self::Low,
            VideoQuality::Medium => Self::Medium,
            VideoQuality::High => Self::High,
        }
    }
}

/// Any track.
#[derive(Clone, Debug)]
pub enum Track {
    /// Our sound.
    LocalAudio(LocalAudioTrack),
    /// Our pictures.
    LocalVideo(LocalVideoTrack),
    /// Somebody's sound.
    RemoteAudio(RemoteAudioTrack),
    /// Somebody's pictures.
    RemoteVideo(RemoteVideoTrack),
}

impl Track {
    fn object(&self) -> &TrackObject {
        match self {
            Self::LocalAudio(track) => track.object(),
            Self::LocalVideo(track) => track.object(),
            Self::RemoteAudio(track) => track.object(),
            Self::RemoteVideo(track) => track.object(),
        }
    }

    object::getters!();

    /// The media side.
    pub fn rtc_track(&self) -> MediaStreamTrack {
        match self {
            Self::LocalAudio(track) => track.rtc_track().into(),
            Self::LocalVideo(track) => track.rtc_track().into(),
            Self::RemoteAudio(track) => track.rtc_track().into(),
            Self::RemoteVideo(track) => track.rtc_track().into(),
        }
    }
}

impl From<LocalTrack> for Track {
    fn from(track: LocalTrack) -> Self {
        match track {
            LocalTrack::Audio(track) => Self::LocalAudio(track),
            LocalTrack::Video(track) => Self::LocalVideo(track),
        }
    }
}

impl From<RemoteTrack> for Track {
    fn from(track: RemoteTrack) -> Self {
        match track {
            RemoteTrack::Audio(track) => Self::RemoteAudio(track),
            RemoteTrack::Video(track) => Self::RemoteVideo(track),
        }
    }
}
