//! End-to-end encryption of frames: keys that no server sees.

pub mod key_provider;
mod manager;

pub use manager::E2eeManager;

use crate::ffi::messages as pb;
use key_provider::KeyProvider;
use std::fmt;

/// How frames are encrypted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum EncryptionType {
    /// Not at all: the server reads them.
    #[default]
    None,
    /// AES-GCM.
    Gcm,
    /// In the application's own way.
    Custom,
}

impl From<pb::EncryptionType> for EncryptionType {
    fn from(kind: pb::EncryptionType) -> Self {
        match kind {
            pb::EncryptionType::None => Self::None,
            pb::EncryptionType::Gcm => Self::Gcm,
            pb::EncryptionType::Custom => Self::Custom,
        }
    }
}

impl From<EncryptionType> for pb::EncryptionType {
    fn from(kind: EncryptionType) -> Self {
        match kind {
            EncryptionType::None => Self::None,
            EncryptionType::Gcm => Self::Gcm,
            EncryptionType::Custom => Self::Custom,
        }
    }
}

/// Turns encryption on for a room.
#[derive(Clone)]
pub struct E2eeOptions {
    /// How.
    pub encryption_type: EncryptionType,
    /// With which keys.
    pub key_provider: KeyProvider,
}

impl fmt::Debug for E2eeOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("E2eeOptions").field("encryption_type", &self.encryption_type).finish_non_exhaustive()
    }
}

impl From<&E2eeOptions> for pb::E2eeOptions {
    fn from(options: &E2eeOptions) -> Self {
        Self {
            encryption_type: pb::EncryptionType::from(options.encryption_type).into(),
            key_provider_options: options.key_provider.message(),
        }
    }
}
