//! The place of what others must not get or change: the system's keychain, apart by profile and server.
//!
//! A keychain that is locked or missing is an error for the user to see. It is never replaced by a file.

use crate::config::KeychainChoice;
use crate::view::ErrorCode;
use secrecy::{ExposeSecret, SecretString};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use url::Url;

const SERVICE: &str = "app.pizoo.desktop";
/// A locked keychain may ask the user for its password meanwhile.
const PATIENCE: Duration = Duration::from_secs(20);

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum KeychainError {
    #[error("the keychain is locked")]
    Locked,
    #[error("there is no keychain: {0}")]
    Missing(String),
}

impl From<&KeychainError> for ErrorCode {
    fn from(error: &KeychainError) -> Self {
        match error {
            KeychainError::Locked => Self::KeychainLocked,
            KeychainError::Missing(_) => Self::KeychainMissing,
        }
    }
}

/// What is kept.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Entry {
    /// The refresh token.
    Session,
    /// This device's own key, for calls.
    Device,
    /// A person's devices whose code was compared, by one of the users of this profile.
    Compared(String),
}

impl Entry {
    pub(crate) fn compared(own: &str, partner: &str) -> Self {
        Self::Compared(format!("{own}/{partner}"))
    }

    /// `profile@scheme://host:port`, and what it is unless it is the session: entries never meet.
    fn account(&self, profile: &str) -> String {
        match self {
            Self::Session => profile.to_owned(),
            Self::Device => format!("{profile}#device"),
            Self::Compared(pair) => format!("{profile}#compared/{pair}"),
        }
    }
}

#[derive(Clone)]
pub(crate) enum Keychain {
    System { account: String },
    Memory(Arc<Mutex<BTreeMap<Entry, SecretString>>>),
}

impl Keychain {
    pub(crate) fn new(choice: KeychainChoice, profile: &str, server: &Url) -> Self {
        match choice {
            KeychainChoice::System => Self::System { account: account(profile, server) },
            KeychainChoice::Memory => Self::Memory(Arc::default()),
        }
    }

    /// What is stored, if anything is.
    pub(crate) async fn load(&self, entry: &Entry) -> Result<Option<SecretString>, KeychainError> {
        match self {
            Self::Memory(slots) => Ok(slots.lock().unwrap_or_else(PoisonError::into_inner).get(entry).cloned()),
            Self::System { account } => {
                let account = entry.account(account);
                off_thread(move || match open(&account)?.get_password() {
                    Ok(secret) => Ok(Some(SecretString::from(secret))),
                    Err(keyring::Error::NoEntry) => Ok(None),
                    Err(error) => Err(error),
                })
                .await
            }
        }
    }

    /// Stores a secret and reads it back: "no entry" does not prove that a store is usable.
    pub(crate) async fn store(&self, entry: &Entry, secret: SecretString) -> Result<(), KeychainError> {
        match self {
            Self::Memory(slots) => {
                slots.lock().unwrap_or_else(PoisonError::into_inner).insert(entry.clone(), secret);
                Ok(())
            }
            Self::System { account } => {
                let account = entry.account(account);
                off_thread(move || {
                    let entry = open(&account)?;
                    entry.set_password(secret.expose_secret())?;
                    match entry.get_password()? == secret.expose_secret() {
                        true => Ok(()),
                        false => Err(keyring::Error::BadStoreFormat("it gave back something else".into())),
                    }
                })
                .await
            }
        }
    }

    pub(crate) async fn forget(&self, entry: &Entry) -> Result<(), KeychainError> {
        match self {
            Self::Memory(slots) => {
                slots.lock().unwrap_or_else(PoisonError::into_inner).remove(entry);
                Ok(())
            }
            Self::System { account } => {
                let account = entry.account(account);
                off_thread(move || match open(&account)?.delete_credential() {
                    Err(keyring::Error::NoEntry) => Ok(()),
                    other => other,
                })
                .await
            }
        }
    }
}

/// An entry of the Secret Service, over a connection of its own: the service may have come, or been started again, since the
/// last one. `keyring::Entry` would keep the first connection, or the lack of one, for as long as the app runs.
#[cfg(all(unix, not(target_os = "macos")))]
fn open(account: &str) -> keyring::Result<keyring_core::Entry> {
    use keyring_core::api::CredentialStoreApi as _;
    zbus_secret_service_keyring_store::Store::new()?.build(SERVICE, account, None)
}

/// An entry of the Keychain or the Credential Manager.
#[cfg(not(all(unix, not(target_os = "macos"))))]
fn open(account: &str) -> keyring::Result<keyring::Entry> {
    keyring::Entry::new(SERVICE, account)
}

/// Secrets of two servers or profiles never meet.
fn account(profile: &str, server: &Url) -> String {
    format!("{profile}@{}", server.origin().ascii_serialization())
}

async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> keyring::Result<T> + Send + 'static,
) -> Result<T, KeychainError> {
    match tokio::time::timeout(PATIENCE, tokio::task::spawn_blocking(work)).await {
        Ok(Ok(result)) => result.map_err(|error| translate(&error)),
        Ok(Err(panicked)) => Err(KeychainError::Missing(panicked.to_string())),
        // Nobody answered its question for the password.
        Err(_) => Err(KeychainError::Locked),
    }
}

fn translate(error: &keyring::Error) -> KeychainError {
    match error {
        keyring::Error::NoStorageAccess(_) => KeychainError::Locked,
        // `Display` of these variants prints no secret; `BadEncoding` and `BadDataFormat` would in `Debug`.
        other => KeychainError::Missing(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_apart_by_profile_and_server() {
        let home: Url = "http://127.0.0.1:8001/".parse().unwrap();
        let away: Url = "https://pizoo.example/some/path".parse().unwrap();
        assert_eq!(account("default", &home), "default@http://127.0.0.1:8001");
        assert_eq!(account("work", &away), "work@https://pizoo.example");
    }

    #[test]
    fn entries_are_apart_by_what_they_hold() {
        let account = |entry: Entry| entry.account("default@http://x");
        // As it was before there were others: nobody is signed out by an update.
        assert_eq!(account(Entry::Session), "default@http://x");
        assert_eq!(account(Entry::Device), "default@http://x#device");
        assert_eq!(account(Entry::compared("a", "b")), "default@http://x#compared/a/b");
    }

    #[tokio::test]
    async fn memory_keeps_and_forgets() {
        let keychain = Keychain::new(KeychainChoice::Memory, "p", &"http://x".parse().unwrap());
        let entry = Entry::Session;
        assert!(keychain.load(&entry).await.unwrap().is_none());
        keychain.store(&entry, "secret".to_owned().into()).await.unwrap();
        assert_eq!(keychain.load(&entry).await.unwrap().unwrap().expose_secret(), "secret");
        assert!(keychain.load(&Entry::Device).await.unwrap().is_none());
        keychain.forget(&entry).await.unwrap();
        assert!(keychain.load(&entry).await.unwrap().is_none());
    }
}
