//! Tracks that this program publishes.

use super::{TrackKind, TrackObject, object};
use crate::{
    ffi::{
        messages::{self as pb, Request, Response},
        request::{CallError, call},
    },
    webrtc::{
        audio_source::RtcAudioSource, audio_track::RtcAudioTrack, media_stream_track::MediaStreamTrack,
        video_source::RtcVideoSource, video_track::RtcVideoTrack,
    },
};
use std::sync::Arc;

/// Our sound.
#[derive(Clone, Debug)]
pub struct LocalAudioTrack {
    object: Arc<TrackObject>,
    source: RtcAudioSource,
}

/// Our pictures.
#[derive(Clone, Debug)]
pub struct LocalVideoTrack {
    object: Arc<TrackObject>,
    source: RtcVideoSource,
}

fn created(name: &str, kind: TrackKind, track: Result<pb::OwnedTrack, CallError>) -> Arc<TrackObject> {
    Arc::new(match track {
        Ok(track) => TrackObject::new(track),
        Err(error) => {
            tracing::error!(target: "livekit", "no track {name}: {error}");
            TrackObject::inert(name, kind)
        }
    })
}

impl LocalAudioTrack {
    /// A track that carries what `source` captures. Inert when the source is, or without the library.
    pub fn create_audio_track(name: &str, source: RtcAudioSource) -> LocalAudioTrack {
        let RtcAudioSource::Native(native) = &source;
        let track = native.handle().ok_or(CallError::Refused).and_then(|source_handle| {
            let request = pb::CreateAudioTrackRequest { name: name.to_owned(), source_handle };
            match call(Request::CreateAudioTrack(request))? {
                Response::CreateAudioTrack(answer) => Ok(answer.track),
                _ => Err(CallError::Failed),
            }
        });
        Self { object: created(name, TrackKind::Audio, track), source }
    }

    /// The media side: what a stream reads.
    pub fn rtc_track(&self) -> RtcAudioTrack {
        RtcAudioTrack::new(Arc::clone(&self.object))
    }

    /// Where its sound comes from.
    pub fn rtc_source(&self) -> RtcAudioSource {
        self.source.clone()
    }
}

impl LocalVideoTrack {
    /// A track that carries what `source` captures. Inert when the source is, or without the library.
    pub fn create_video_track(name: &str, source: RtcVideoSource) -> LocalVideoTrack {
        let RtcVideoSource::Native(native) = &source;
        let track = native.handle().ok_or(CallError::Refused).and_then(|source_handle| {
            let request = pb::CreateVideoTrackRequest { name: name.to_owned(), source_handle };
            match call(Request::CreateVideoTrack(request))? {
                Response::CreateVideoTrack(answer) => Ok(answer.track),
                _ => Err(CallError::Failed),
            }
        });
        Self { object: created(name, TrackKind::Video, track), source }
    }

    /// The media side: what a stream reads.
    pub fn rtc_track(&self) -> RtcVideoTrack {
        RtcVideoTrack::new(Arc::clone(&self.object))
    }

    /// Where its pictures come from.
    pub fn rtc_source(&self) -> RtcVideoSource {
        self.source.clone()
    }
}

macro_rules! local_track {
    ($name:ident) => {
        impl $name {
            pub(crate) fn object(&self) -> &TrackObject {
                &self.object
            }

            object::getters!();

            /// Sends silence or black, and tells the others.
            pub fn mute(&self) {
                self.object.mute(true);
            }

            /// Sends again, and tells the others.
            pub fn unmute(&self) {
                self.object.mute(false);
            }
        }
    };
}

local_track!(LocalAudioTrack);
local_track!(LocalVideoTrack);

/// A track that this program publishes.
#[derive(Clone, Debug)]
pub enum LocalTrack {
    /// Sound.
    Audio(LocalAudioTrack),
    /// Pictures.
    Video(LocalVideoTrack),
}

impl LocalTrack {
    pub(crate) fn object(&self) -> &TrackObject {
        match self {
            Self::Audio(track) => track.object(),
            Self::Video(track) => track.object(),
        }
    }

    object::getters!();

    /// Sends silence or black, and tells the others.
    pub fn mute(&self) {
        self.object().mute(true);
    }

    /// Sends again, and tells the others.
    pub fn unmute(&self) {
        self.object().mute(false);
    }

    /// The media side.
    pub fn rtc_track(&self) -> MediaStreamTrack {
        match self {
            Self::Audio(track) => track.rtc_track().into(),
            Self::Video(track) => track.rtc_track().into(),
        }
    }
}
