//! What end-to-end encryption says about a participant's tracks.

use crate::ffi::messages as pb;

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
