//! Switches a room's encryption.

use super::{E2eeOptions, EncryptionType, key_provider::KeyProvider};
use crate::ffi::{
    handle::Handle,
    messages::{self as pb, Request},
    request::call,
};
use std::{
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
