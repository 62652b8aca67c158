//! The others.

use super::object::{self, ParticipantObject};
use crate::{e2ee::EncryptionType, ffi::messages as pb, id::TrackSid, publication::RemoteTrackPublication};
use parking_lot::RwLock;
use std::{collections::HashMap, fmt, sync::Arc};

/// Another participant. A full reconnect makes a new one of the same identity.
#[derive(Clone)]
pub struct RemoteParticipant {
    inner: Arc<Inner>,
}

struct Inner {
    object: ParticipantObject,
    publications: RwLock<HashMap<TrackSid, RemoteTrackPublication>>,
}

impl RemoteParticipant {
    pub(crate) fn new(participant: pb::OwnedParticipant) -> Self {
        let inner = Inner { object: ParticipantObject::new(participant), publications: RwLock::default() };
        Self { inner: Arc::new(inner) }
    }

    pub(crate) fn object(&self) -> &ParticipantObject {
        &self.inner.object
    }

    pub(crate) fn add(&self, publication: RemoteTrackPublication) {
        let old = self.inner.publications.write().insert(publication.sid(), publication);
        drop(old);
    }

    pub(crate) fn remove(&self, sid: &TrackSid) -> Option<RemoteTrackPublication> {
        self.inner.publications.write().remove(sid)
    }

    object::getters!();

    /// Its publications.
    pub fn track_publications(&self) -> HashMap<TrackSid, RemoteTrackPublication> {
        self.inner.publications.read().clone()
    }

    /// One of its publications.
    pub fn get_track_publication(&self, sid: &TrackSid) -> Option<RemoteTrackPublication> {
        self.inner.publications.read().get(sid).cloned()
    }

    /// Whether it publishes something and all of it is encrypted end to end.
    pub fn is_encrypted(&self) -> bool {
        let publications = self.inner.publications.read();
        let encrypted = |track: &RemoteTrackPublication| track.encryption_type() != EncryptionType::None;
        !publications.is_empty() && publications.values().all(encrypted)
    }
}

impl fmt::Debug for RemoteParticipant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("RemoteParticipant");
        debug.field("sid", &self.sid()).field("identity", &self.identity()).field("name", &self.name()).finish()
    }
}
