//! The keys of session tokens: where they come from, and changing them.

use crate::random::{self, Random};
use crate::serve::ServeError;
use crate::session::Keys;
use crate::settings::{Mode, Settings};
use crate::store::{Store, StoreError, secrets};
use secrecy::{ExposeSecret as _, SecretString};

/// `SECRET_KEY` if it is set; else what a development backend made up and keeps in its database.
pub(crate) async fn load(settings: &Settings, store: &Store, random: &dyn Random) -> Result<Keys, ServeError> {
    let given = |key: &Option<SecretString>| key.as_ref().map(|key| key.expose_secret().to_owned());
    let (current, made_up_before) = match (given(&settings.secret_key), settings.mode) {
        (Some(current), _) => (current, None),
        (None, Mode::Production) => return Err(ServeError::NoSecret),
        (None, Mode::Development) => secrets::session_keys(store, &random::token(random)).await?,
    };
    let previous = given(&settings.secret_key_previous).or(made_up_before);
    Ok(Keys::new(&current, previous.as_deref()))
}

/// Makes a new key the current one and the current one the previous one, for a key that is kept in the database. A
/// backend that runs signs with the old one until it is started again.
///
/// # Errors
/// The database failed.
pub async fn rotate(store: &Store, random: &dyn Random) -> Result<(), StoreError> {
    secrets::rotate_session_key(store, &random::token(random)).await
}

/// A new random value for `SECRET_KEY`.
pub fn new_key(random: &dyn Random) -> SecretString {
    random::token(random).into()
}
