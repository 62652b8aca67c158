//! A publication of another participant.

use super::info::{self, Info};
use crate::{
    e2ee::EncryptionType,
    ffi::{
        handle::Handle,
        messages::{self as pb, Request},
        request::call,
    },
    track::{RemoteTrack, TrackDimension, VideoQuality},
};
use parking_lot::RwLock;
use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

/// A track that somebody else publishes; received only while subscribed.
#[derive(Clone)]
pub struct RemoteTrackPublication {
    inner: Arc<Inner>,
}

struct Inner {
    handle: Handle,
    info: RwLock<Info>,
    track: RwLock<Option<RemoteTrack>>,
    desired: AtomicBool,
    enabled: AtomicBool,
}

impl RemoteTrackPublication {
    pub(crate) fn new(publication: pb::OwnedTrackPublication, auto_subscribe: bool) -> Self {
        let inner = Inner {
            handle: Handle::new(publication.handle.id),
            info: RwLock::new(publication.info.into()),
            track: RwLock::new(None),
            desired: AtomicBool::new(auto_subscribe),
            enabled: AtomicBool::new(true),
        };
        Self { inner: Arc::new(inner) }
    }

    pub(super) fn info(&self) -> Info {
        self.inner.info.read().clone()
    }

    /// Remembers the track that is received now, or that none is.
    pub(crate) fn set_track(&self, track: Option<RemoteTrack>) -> Option<RemoteTrack> {
        if let Some(track) = &track {
            let info = self.info();
            track.object().published(info.sid, info.source);
            track.object().set_muted(info.muted);
            track.object().set_encrypted(info.encryption_type != EncryptionType::None);
        }
        std::mem::replace(&mut *self.inner.track.write(), track)
    }

    pub(crate) fn set_muted(&self, muted: bool) {
        self.inner.info.write().muted = muted;
        if let Some(track) = self.track() {
            track.object().set_muted(muted);
        }
    }

    info::getters!();

    /// Asks to receive the track, or not to. The room's events tell when it comes and goes.
    pub fn set_subscribed(&self, subscribed: bool) {
        self.inner.desired.store(subscribed, Ordering::Relaxed);
        let publication_handle = self.inner.handle.id();
        self.send(Request::SetSubscribed(pb::SetSubscribedRequest { subscribe: subscribed, publication_handle }));
    }

    /// Asks the server to send the track or to hold it back.
    pub fn set_enabled(&self, enabled: bool) {
        self.inner.enabled.store(enabled, Ordering::Relaxed);
        let track_publication_handle = self.inner.handle.id();
        self.send(Request::EnableRemoteTrackPublication(pb::EnableRemoteTrackPublicationRequest {
            track_publication_handle,
            enabled,
        }));
    }

    /// Asks for one of a simulcast track's sizes.
    pub fn set_video_quality(&self, quality: VideoQuality) {
        self.send(Request::SetRemoteTrackPublicationQuality(pb::SetRemoteTrackPublicationQualityRequest {
            track_publication_handle: self.inner.handle.id(),
            quality: pb::VideoQuality::from(quality).into(),
        }));
    }

    /// Tells how large the pictures are shown.
    pub fn update_video_dimensions(&self, dimension: TrackDimension) {
        self.send(Request::UpdateRemoteTrackPublicationDimension(pb::UpdateRemoteTrackPublicationDimensionRequest {
            track_publication_handle: self.inner.handle.id(),
            width: dimension.0,
            height: dimension.1,
        }));
    }

    /// Whether the track is received.
    pub fn is_subscribed(&self) -> bool {
        self.inner.track.read().is_some()
    }

    /// Whether we asked for it.
    pub fn is_desired(&self) -> bool {
        self.inner.desired.load(Ordering::Relaxed)
    }

    /// Whether the server was asked to send it.
    pub fn is_enabled(&self) -> bool {
        self.inner.enabled.load(Ordering::Relaxed)
    }

    /// The track, while it is received.
    pub fn track(&self) -> Option<RemoteTrack> {
        self.inner.track.read().clone()
    }

    /// True.
    pub fn is_remote(&self) -> bool {
        true
    }

    fn send(&self, request: Request) {
        if let Err(error) = call(request) {
            tracing::error!(target: "livekit", "the publication {} was not changed: {error}", self.sid());
        }
    }
}

impl fmt::Debug for RemoteTrackPublication {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RemoteTrackPublication").field("info", &self.info()).finish()
    }
}
