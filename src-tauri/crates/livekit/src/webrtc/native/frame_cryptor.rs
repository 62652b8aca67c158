//! What end-to-end encryption says about a participant's tracks.

use crate::ffi::{
    handle::Handle,
    messages::{self as pb, Request},
    request::call,
};
use std::{fmt, sync::Arc};

/// How a media key is derived from the key that was set.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyDerivationAlgorithm {
    /// PBKDF2 with 100,000 rounds of SHA-256: what browsers use for passphrases.
    PBKDF2,
    /// HKDF: for keys that are random already.
    HKDF,
}

impl From<KeyDerivationAlgorithm> for pb::KeyDerivationFunction {
    fn from(algorithm: KeyDerivationAlgorithm) -> Self {
        match algorithm {
            KeyDerivationAlgorithm::PBKDF2 => Self::Pbkdf2,
            KeyDerivationAlgorithm::HKDF => Self::Hkdf,
        }
    }
}

/// The state of one participant's frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EncryptionState {
    /// No frame yet.
    New,
    /// Frames are encrypted or decrypted.
    Ok,
    /// Frames cannot be encrypted.
    EncryptionFailed,
    /// Frames cannot be decrypted: the key is another one.
    DecryptionFailed,
    /// No key is set.
    MissingKey,
    /// The sender moved its key on.
    KeyRatcheted,
    /// The library failed.
    InternalError,
}

impl From<pb::EncryptionState> for EncryptionState {
    fn from(state: pb::EncryptionState) -> Self {
        match state {
            pb::EncryptionState::New => Self::New,
            pb::EncryptionState::Ok => Self::Ok,
            pb::EncryptionState::EncryptionFailed => Self::EncryptionFailed,
            pb::EncryptionState::DecryptionFailed => Self::DecryptionFailed,
            pb::EncryptionState::MissingKey => Self::MissingKey,
            pb::EncryptionState::KeyRatcheted => Self::KeyRatcheted,
            pb::EncryptionState::InternalError => Self::InternalError,
        }
    }
}

/// What encrypts or decrypts one track's frames.
#[derive(Clone)]
pub struct FrameCryptor {
    room: Arc<Handle>,
    participant_identity: String,
    track_sid: String,
    key_index: i32,
}

impl FrameCryptor {
    pub(crate) fn new(room: Arc<Handle>, listed: pb::FrameCryptor) -> Self {
        let pb::FrameCryptor { participant_identity, track_sid, key_index, .. } = listed;
        Self { room, participant_identity, track_sid, key_index }
    }

    /// Which of the participant's keys the next frames are encrypted with. Received frames say it themselves.
    pub fn set_key_index(&self, index: i32) {
        let message = pb::e2ee_request::Message::CryptorSetKeyIndex(pb::FrameCryptorSetKeyIndexRequest {
            participant_identity: self.participant_identity.clone(),
            track_sid: self.track_sid.clone(),
            key_index: index,
        });
        let asked = Request::E2ee(pb::E2eeRequest { room_handle: self.room.id(), message: Some(message) });
        if let Err(error) = call(asked) {
            tracing::error!(target: "livekit", "the key of {} was not changed: {error}", self.track_sid);
        }
    }

    /// The key in use when it was listed.
    pub fn key_index(&self) -> i32 {
        self.key_index
    }

    /// Whose track it is.
    pub fn participant_id(&self) -> String {
        self.participant_identity.clone()
    }
}

impl fmt::Debug for FrameCryptor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FrameCryptor").field("track_sid", &self.track_sid).finish_non_exhaustive()
    }
}
