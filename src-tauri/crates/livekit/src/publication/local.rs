//! A publication of ours.

use super::info::{self, Info};
use crate::{
    ffi::{handle::Handle, messages as pb},
    options::TrackPublishOptions,
    track::LocalTrack,
};
use parking_lot::RwLock;
use std::{fmt, sync::Arc};

/// A track that we publish. The same object over reconnects, though its sid changes.
#[derive(Clone)]
pub struct LocalTrackPublication {
    inner: Arc<Inner>,
}

struct Inner {
    _handle: Handle,
    info: RwLock<Info>,
    track: RwLock<Option<LocalTrack>>,
    options: TrackPublishOptions,
}

impl LocalTrackPublication {
    pub(crate) fn new(publication: pb::OwnedTrackPublication, track: LocalTrack, options: TrackPublishOptions) -> Self {
        let info = Info::from(publication.info);
        track.object().published(info.sid.clone(), info.source);
        let inner = Inner {
            _handle: Handle::new(publication.handle.id),
            info: RwLock::new(info),
            track: RwLock::new(Some(track)),
            options,
        };
        Self { inner: Arc::new(inner) }
    }

    pub(super) fn info(&self) -> Info {
        let mut info = self.inner.info.read().clone();
        if let Some(track) = self.inner.track.read().as_ref() {
            info.muted = track.is_muted();
        }
        info
    }

    /// The server knows it anew, after a reconnect.
    pub(crate) fn republished(&self, info: pb::TrackPublicationInfo) {
        let info = Info::from(info);
        if let Some(track) = self.track() {
            track.object().published(info.sid.clone(), info.source);
        }
        *self.inner.info.write() = info;
    }

    /// It is no longer published.
    pub(crate) fn unpublished(&self) {
        let track = self.inner.track.write().take();
        drop(track);
    }

    pub(crate) fn set_muted(&self, muted: bool) {
        self.inner.info.write().muted = muted;
        if let Some(track) = self.track() {
            track.object().set_muted(muted);
        }
    }

    info::getters!();

    /// How it was published.
    pub fn publish_options(&self) -> TrackPublishOptions {
        self.inner.options.clone()
    }

    /// Sends silence or black, and tells the others.
    pub fn mute(&self) {
        if let Some(track) = self.track() {
            track.mute();
        }
    }

    /// Sends again, and tells the others.
    pub fn unmute(&self) {
        if let Some(track) = self.track() {
            track.unmute();
        }
    }

    /// The track, until it is unpublished.
    pub fn track(&self) -> Option<LocalTrack> {
        self.inner.track.read().clone()
    }

    /// False.
    pub fn is_remote(&self) -> bool {
        false
    }
}

impl fmt::Debug for LocalTrackPublication {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalTrackPublication").field("info", &self.info()).finish()
    }
}
