//! What says that a device is the same one as in an earlier call: its own key, and the keys of others that were compared.
//!
//! Both are in the keychain. Without one, this device is new in every call and so is every other: nothing is ever held to be
//! compared that was not. With one that does not open, everybody may have been compared, so nobody is met in plain.

use crate::keychain::{Entry, Keychain, KeychainError};
use secrecy::{ExposeSecret, SecretString};
use std::fmt;
use std::sync::Arc;
use vodozemac::Ed25519SecretKey;

/// More devices of one person are not kept; the oldest goes.
const MOST: usize = 8;

/// This device's key, Ed25519. Clones are one key.
#[derive(Clone)]
pub(crate) struct DeviceKey(Arc<Ed25519SecretKey>);

impl fmt::Debug for DeviceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("DeviceKey").field(&self.public()).finish()
    }
}

impl DeviceKey {
    pub(super) fn new() -> Self {
        Self(Arc::new(Ed25519SecretKey::new()))
    }

    fn stored(secret: &SecretString) -> Option<Self> {
        Ed25519SecretKey::from_base64(secret.expose_secret()).ok().map(|key| Self(Arc::new(key)))
    }

    pub(super) fn public(&self) -> String {
        self.0.public_key().to_base64()
    }

    pub(super) fn sign(&self, text: &str) -> String {
        self.0.sign(text.as_bytes()).to_base64()
    }
}

/// What is known before a call.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) device: DeviceKey,
    /// The other person's devices whose code was compared.
    pub(crate) compared: Vec<String>,
    /// There may be more, in a keychain that does not open.
    pub(crate) locked: bool,
}

impl Known {
    /// Where the keychain does not say. In one that is missing nothing was ever kept.
    pub(crate) fn without(error: &KeychainError) -> Self {
        Self { device: DeviceKey::new(), compared: Vec::new(), locked: *error == KeychainError::Locked }
    }
}

/// The keychain's part of it.
#[derive(Clone)]
pub(crate) struct Devices {
    keychain: Keychain,
}

impl Devices {
    pub(crate) fn new(keychain: Keychain) -> Self {
        Self { keychain }
    }

    /// This device's key, which is made the first time, and what is known of that person.
    ///
    /// # Errors
    /// The keychain is locked or missing.
    pub(crate) async fn known(&self, own: &str, partner: &str) -> Result<Known, KeychainError> {
        let stored = self.keychain.load(&Entry::Device).await?;
        let device = match stored.as_ref().and_then(DeviceKey::stored) {
            Some(device) => device,
            None => {
                let device = DeviceKey::new();
                self.keychain.store(&Entry::Device, SecretString::from(device.0.to_base64())).await?;
                device
            }
        };
        let compared = self.compared(own, partner).await?;
        Ok(Known { device, compared, locked: false })
    }

    /// Keeps a device as compared.
    ///
    /// # Errors
    /// The keychain is locked or missing.
    pub(crate) async fn keep(&self, own: &str, partner: &str, device: &str) -> Result<(), KeychainError> {
        let mut devices = self.compared(own, partner).await?;
        devices.retain(|known| known != device);
        devices.insert(0, device.to_owned());
        devices.truncate(MOST);
        let entry = Entry::compared(own, partner);
        self.keychain.store(&entry, devices.join("\n").into()).await
    }

    async fn compared(&self, own: &str, partner: &str) -> Result<Vec<String>, KeychainError> {
        let stored = self.keychain.load(&Entry::compared(own, partner)).await?;
        Ok(stored.map(|list| list.expose_secret().lines().map(str::to_owned).collect()).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::KeychainChoice;

    fn devices() -> Devices {
        Devices::new(Keychain::new(KeychainChoice::Memory, "p", &"http://x".parse().unwrap()))
    }

    #[tokio::test]
    async fn device_is_the_same_in_every_call() {
        let devices = devices();
        let first = devices.known("a", "b").await.unwrap().device.public();
        assert_eq!(devices.known("a", "c").await.unwrap().device.public(), first);
    }

    #[tokio::test]
    async fn compared_devices_are_kept_by_pair_newest_first() {
        let devices = devices();
        for device in ["one", "two", "one"] {
            devices.keep("a", "b", device).await.unwrap();
        }
        assert_eq!(devices.known("a", "b").await.unwrap().compared, ["one", "two"]);
        assert!(devices.known("a", "c").await.unwrap().compared.is_empty());
        assert!(devices.known("b", "a").await.unwrap().compared.is_empty());
        for device in 0..20 {
            devices.keep("a", "b", &device.to_string()).await.unwrap();
        }
        assert_eq!(devices.known("a", "b").await.unwrap().compared.len(), MOST);
    }

    #[test]
    fn key_that_is_not_one_is_replaced_not_used() {
        assert!(DeviceKey::stored(&"not a key".to_owned().into()).is_none());
        let key = DeviceKey::new();
        let stored = DeviceKey::stored(&key.0.to_base64().into()).unwrap();
        assert_eq!((stored.public(), stored.sign("x")), (key.public(), key.sign("x")));
        assert!(!format!("{key:?}").contains(&key.0.to_base64()));
    }
}
