//! The media side of an audio track: what a stream reads.

use crate::track::TrackObject;
use std::{fmt, sync::Arc};

/// The media side of an audio track.
#[derive(Clone)]
pub struct RtcAudioTrack {
    object: Arc<TrackObject>,
}

impl RtcAudioTrack {
    pub(crate) fn new(object: Arc<TrackObject>) -> Self {
        Self { object }
    }

    /// The track's name inside this process.
    pub fn id(&self) -> String {
        self.object.media_id()
    }

    pub(crate) fn is_encrypted(&self) -> bool {
        self.object.is_encrypted()
    }

    pub(crate) fn handle(&self) -> Option<u64> {
        self.object.handle()
    }
}

impl fmt::Debug for RtcAudioTrack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RtcAudioTrack").field("id", &self.id()).finish()
    }
}
