//! What the server says about a publication.

use crate::{
    e2ee::EncryptionType,
    ffi::messages as pb,
    id::TrackSid,
    track::{TrackDimension, TrackKind, TrackSource},
};

#[derive(Clone, Debug)]
pub(crate) struct Info {
    pub(crate) sid: TrackSid,
    pub(crate) name: String,
    pub(crate) kind: TrackKind,
    pub(crate) source: TrackSource,
    pub(crate) simulcasted: bool,
    pub(crate) dimension: TrackDimension,
    pub(crate) mime_type: String,
    pub(crate) muted: bool,
    pub(crate) encryption_type: EncryptionType,
}

impl From<pb::TrackPublicationInfo> for Info {
    fn from(info: pb::TrackPublicationInfo) -> Self {
        Self {
            kind: info.kind().into(),
            source: info.source().into(),
            encryption_type: info.encryption_type().into(),
            sid: TrackSid(info.sid),
            name: info.name,
            simulcasted: info.simulcasted,
            dimension: TrackDimension(info.width, info.height),
            mime_type: info.mime_type,
            muted: info.muted,
        }
    }
}

/// The getters that every kind of publication has.
macro_rules! getters {
    () => {
        /// The server's name of it.
        pub fn sid(&self) -> $crate::id::TrackSid {
            self.info().sid
        }

        /// The name its publisher gave it.
        pub fn name(&self) -> String {
            self.info().name
        }

        /// Sound or pictures.
        pub fn kind(&self) -> $crate::track::TrackKind {
            self.info().kind
        }

        /// What it shows.
        pub fn source(&self) -> $crate::track::TrackSource {
            self.info().source
        }

        /// Whether it is sent in several sizes.
        pub fn simulcasted(&self) -> bool {
            self.info().simulcasted
        }

        /// The size of its pictures.
        pub fn dimension(&self) -> $crate::track::TrackDimension {
            self.info().dimension
        }

        /// Its codec, such as `video/H264`.
        pub fn mime_type(&self) -> String {
            self.info().mime_type
        }

        /// Whether its publisher muted it.
        pub fn is_muted(&self) -> bool {
            self.info().muted
        }

        /// How its frames are encrypted, as the server says. `None` means that the server reads them, whatever was asked
        /// for: compare before sending or showing anything.
        pub fn encryption_type(&self) -> $crate::e2ee::EncryptionType {
            self.info().encryption_type
        }
    };
}
pub(super) use getters;
