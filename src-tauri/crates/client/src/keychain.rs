//! The refresh token's place: the system's keychain, one entry a profile and server.
//!
//! A keychain that is locked or missing is an error for the user to see. It is never replaced by a file.

use crate::config::KeychainChoice;
use crate::view::ErrorCode;
use secrecy::{ExposeSecret, SecretString};
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

#[derive(Clone)]
pub(crate) enum Keychain {
    System { account: String },
    Memory(Arc<Mutex<Option<SecretString>>>),
}

impl Keychain {
    pub(crate) fn new(choice: KeychainChoice, profile: &str, server: &Url) -> Self {
        match choice {
            KeychainChoice::System => Self::System { account: account(profile, server) },
            KeychainChoice::Memory => Self::Memory(Arc::default()),
        }
    }

    /// The stored refresh token, if there is one.
    pub(crate) async fn load(&self) -> Result<Option<SecretString>, KeychainError> {
        match self {
            Self::Memory(slot) => Ok(slot.lock().unwrap_or_else(PoisonError::into_inner).clone()),
            Self::System { account } => {
                let account = account.clone();
                off_thread(move || match keyring::Entry::new(SERVICE, &account)?.get_password() {
                    Ok(token) => Ok(Some(SecretString::from(token))),
                    Err(keyring::Error::NoEntry) => Ok(None),
                    Err(error) => Err(error),
                })
                .await
            }
        }
    }

    /// Stores the token and reads it back: "no entry" does not prove that a store is usable.
    pub(crate) async fn store(&self, token: SecretString) -> Result<(), KeychainError> {
        match self {
            Self::Memory(slot) => {
                *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(token);
                Ok(())
            }
            Self::System { account } => {
                let account = account.clone();
                off_thread(move || {
                    let entry = keyring::Entry::new(SERVICE, &account)?;
                    entry.set_password(token.expose_secret())?;
                    match entry.get_password()? == token.expose_secret() {
                        true => Ok(()),
                        false => Err(keyring::Error::BadStoreFormat("it gave back something else".into())),
                    }
                })
                .await
            }
        }
    }

    pub(crate) async fn forget(&self) -> Result<(), KeychainError> {
        match self {
            Self::Memory(slot) => {
                *slot.lock().unwrap_or_else(PoisonError::into_inner) = None;
                Ok(())
            }
            Self::System { account } => {
                let account = account.clone();
                off_thread(move || match keyring::Entry::new(SERVICE, &account)?.delete_credential() {
                    Err(keyring::Error::NoEntry) => Ok(()),
                    other => other,
                })
                .await
            }
        }
    }
}

/// `profile@scheme://host:port`: tokens of two servers or profiles never meet.
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

    #[tokio::test]
    async fn memory_keeps_and_forgets() {
        let keychain = Keychain::new(KeychainChoice::Memory, "p", &"http://x".parse().unwrap());
        assert!(keychain.load().await.unwrap().is_none());
        keychain.store("secret".to_owned().into()).await.unwrap();
        assert_eq!(keychain.load().await.unwrap().unwrap().expose_secret(), "secret");
        keychain.forget().await.unwrap();
        assert!(keychain.load().await.unwrap().is_none());
    }
}
