//! Tracks of the other participants.

use super::{TrackKind, TrackObject, object};
use crate::{
    ffi::messages as pb,
    webrtc::{audio_track::RtcAudioTrack, media_stream_track::MediaStreamTrack, video_track::RtcVideoTrack},
};
use std::sync::Arc;

/// Somebody's sound.
#[derive(Clone, Debug)]
pub struct RemoteAudioTrack {
    object: Arc<TrackObject>,
}

/// Somebody's pictures.
#[derive(Clone, Debug)]
pub struct RemoteVideoTrack {
    object: Arc<TrackObject>,
}

impl RemoteAudioTrack {
    /// The media side: what a stream reads.
    pub fn rtc_track(&self) -> RtcAudioTrack {
        RtcAudioTrack::new(Arc::clone(&self.object))
    }
}

impl RemoteVideoTrack {
    /// The media side: what a stream reads.
    pub fn rtc_track(&self) -> RtcVideoTrack {
        RtcVideoTrack::new(Arc::clone(&self.object))
    }
}

macro_rules! remote_track {
    ($name:ident) => {
        impl $name {
            pub(crate) fn object(&self) -> &TrackObject {
                &self.object
            }

            object::getters!();

            /// Plays it again.
            pub fn enable(&self) {
                self.object.enable(true);
            }

            /// Gives silence or nothing, without telling anybody.
            pub fn disable(&self) {
                self.object.enable(false);
            }
        }
    };
}

remote_track!(RemoteAudioTrack);
remote_track!(RemoteVideoTrack);

/// A track of another participant.
#[derive(Clone, Debug)]
pub enum RemoteTrack {
    /// Sound.
    Audio(RemoteAudioTrack),
    /// Pictures.
    Video(RemoteVideoTrack),
}

impl RemoteTrack {
    /// Takes over a track that the library hands out.
    pub(crate) fn new(track: pb::OwnedTrack) -> Self {
        let object = Arc::new(TrackObject::new(track));
        match object.kind() {
            TrackKind::Audio => Self::Audio(RemoteAudioTrack { object }),
            TrackKind::Video => Self::Video(RemoteVideoTrack { object }),
        }
    }

    pub(crate) fn object(&self) -> &TrackObject {
        match self {
            Self::Audio(track) => track.object(),
            Self::Video(track) => track.object(),
        }
    }

    object::getters!();

    /// Plays it again.
    pub fn enable(&self) {
        self.object().enable(true);
    }

    /// Gives silence or nothing, without telling anybody.
    pub fn disable(&self) {
        self.object().enable(false);
    }

    /// The media side.
    pub fn rtc_track(&self) -> MediaStreamTrack {
        match self {
            Self::Audio(track) => track.rtc_track().into(),
            Self::Video(track) => track.rtc_track().into(),
        }
    }
}
