//! Publications: tracks as the room knows them, whether or not they are received.

mod info;
mod local;
mod remote;

pub(crate) use info::Info;
pub use local::LocalTrackPublication;
pub use remote::RemoteTrackPublication;

use crate::track::Track;

/// A publication of ours or of somebody else.
#[derive(Clone, Debug)]
pub enum TrackPublication {
    /// Ours.
    Local(LocalTrackPublication),
    /// Somebody else's.
    Remote(RemoteTrackPublication),
}

impl TrackPublication {
    fn info(&self) -> Info {
        match self {
            Self::Local(publication) => publication.info(),
            Self::Remote(publication) => publication.info(),
        }
    }

    info::getters!();

    /// The track, when there is one.
    pub fn track(&self) -> Option<Track> {
        match self {
            Self::Local(publication) => publication.track().map(Into::into),
            Self::Remote(publication) => publication.track().map(Into::into),
        }
    }

    /// Whether it is somebody else's.
    pub fn is_remote(&self) -> bool {
        matches!(self, Self::Remote(_))
    }
}
