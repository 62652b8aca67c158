//! A media track of either kind.

use super::{audio_track::RtcAudioTrack, video_track::RtcVideoTrack};

/// A media track of either kind.
#[derive(Debug, Clone)]
pub enum MediaStreamTrack {
    /// Pictures.
    Video(RtcVideoTrack),
    /// Sound.
    Audio(RtcAudioTrack),
}

impl MediaStreamTrack {
    /// The track's name inside this process.
    pub fn id(&self) -> String {
        match self {
            Self::Video(track) => track.id(),
            Self::Audio(track) => track.id(),
        }
    }
}

impl From<RtcAudioTrack> for MediaStreamTrack {
    fn from(track: RtcAudioTrack) -> Self {
        Self::Audio(track)
    }
}

impl From<RtcVideoTrack> for MediaStreamTrack {
    fn from(track: RtcVideoTrack) -> Self {
        Self::Video(track)
    }
}
