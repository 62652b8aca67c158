//! Switches a room's encryption.

use super::{E2eeOptions, EncryptionType, key_provider::KeyProvider};
use crate::{
    ffi::{
        handle::Handle,
        messages::{self as pb, Request, Response},
        request::call,
    },
    id::{ParticipantIdentity, TrackSid},
    webrtc::native::frame_cryptor::FrameCryptor,
};
use std::{
    collections::HashMap,
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

/// A room's encryption.
#[derive(Clone)]
pub struct E2eeManager {
    options: Option<E2eeOptions>,
    room: Arc<Handle>,
    enabled: Arc<AtomicBool>,
}

impl E2eeManager {
    pub(crate) fn new(options: Option<E2eeOptions>, room: Arc<Handle>) -> Self {
        let enabled = Arc::new(AtomicBool::new(options.is_some()));
        Self { options, room, enabled }
    }

    /// Whether frames are encrypted and decrypted.
    pub fn enabled(&self) -> bool {
        self.enabled.load(Ordering::Relaxed) && self.options.is_some()
    }

    /// Switches encryption off and on again; without effect in a room that was connected without it.
    pub fn set_enabled(&self, enabled: bool) {
        if self.options.is_none() {
            return;
        }
        let message = pb::e2ee_request::Message::ManagerSetEnabled(pb::E2eeManagerSetEnabledRequest { enabled });
        match call(Request::E2ee(pb::E2eeRequest { room_handle: self.room.id(), message: Some(message) })) {
            Ok(_) => self.enabled.store(enabled, Ordering::Relaxed),
            Err(error) => tracing::error!(target: "livekit", "encryption was not switched: {error}"),
        }
    }

    /// What encrypts our tracks' frames and decrypts those that we receive; nothing in a room without encryption.
    pub fn frame_cryptors(&self) -> HashMap<(ParticipantIdentity, TrackSid), FrameCryptor> {
        if self.options.is_none() {
            return HashMap::new();
        }
        let message =
            pb::e2ee_request::Message::ManagerGetFrameCryptors(pb::E2eeManagerGetFrameCryptorsRequest::default());
        let asked = Request::E2ee(pb::E2eeRequest { room_handle: self.room.id(), message: Some(message) });
        let listed = match call(asked) {
            Ok(Response::E2ee(pb::E2eeResponse {
                message: Some(pb::e2ee_response::Message::ManagerGetFrameCryptors(answer)),
            })) => answer.frame_cryptors,
            Ok(_) => Vec::new(),
            Err(error) => {
                tracing::error!(target: "livekit", "the tracks' encryption is not known: {error}");
                Vec::new()
            }
        };
        let keyed = |listed: pb::FrameCryptor| {
            let key = (ParticipantIdentity(listed.participant_identity.clone()), TrackSid(listed.track_sid.clone()));
            (key, FrameCryptor::new(Arc::clone(&self.room), listed))
        };
        listed.into_iter().map(keyed).collect()
    }

    /// The keys.
    pub fn key_provider(&self) -> Option<KeyProvider> {
        self.options.as_ref().map(|options| options.key_provider.clone())
    }

    /// How frames are encrypted.
    pub fn encryption_type(&self) -> EncryptionType {
        self.options.as_ref().map_or(EncryptionType::None, |options| options.encryption_type)
    }
}

impl fmt::Debug for E2eeManager {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("E2eeManager").field("enabled", &self.enabled()).finish_non_exhaustive()
    }
}
