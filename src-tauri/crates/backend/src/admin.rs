//! What the person who runs the backend may do to an account, from the machine it runs on.

use crate::clock::UnixMs;
use crate::store::accounts::{self, User};
use crate::store::{Store, StoreError};

/// Why it was not done.
#[derive(Debug, thiserror::Error)]
pub enum AdminError {
    /// Neither an address nor a number of an account.
    #[error("nobody has signed up as {0}")]
    NoAccount(String),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// An account, as the person who runs the backend sees it.
#[derive(Clone, Debug)]
pub struct Account {
    /// Identifier.
    pub id: String,
    /// Display name.
    pub name: String,
    /// E-mail address.
    pub email: Option<String>,
    /// Phone number.
    pub phone: Option<String>,
    /// How it was verified, if it was.
    pub verified: Option<String>,
    /// ISO 8601 with a zone.
    pub created_at: String,
}

impl From<User> for Account {
    fn from(user: User) -> Self {
        let verified = user.is_verified().then(|| user.verified_method.unwrap_or_else(|| "unknown".into()));
        let created_at = UnixMs(user.created_at).iso();
        Self { id: user.id, name: user.name, email: user.email, phone: user.phone, verified, created_at }
    }
}

/// The account of an e-mail address or phone number.
///
/// # Errors
/// See [`AdminError`].
pub async fn account(store: &Store, who: &str) -> Result<Account, AdminError> {
    let found = accounts::by_address(store.read(), &address(who)).await?;
    found.map(Account::from).ok_or_else(|| AdminError::NoAccount(who.to_owned()))
}

/// Marks an account as verified (`admin`), so that it may call. One that is verified stays as it was.
///
/// # Errors
/// See [`AdminError`].
pub async fn verify(store: &Store, who: &str) -> Result<Account, AdminError> {
    let mut tx = store.write().await?;
    let found = accounts::verify(&mut tx, &address(who), "admin").await?;
    tx.commit().await?;
    found.map(Account::from).ok_or_else(|| AdminError::NoAccount(who.to_owned()))
}

/// As it stands in the database: addresses in their normal form, numbers without what people put between digits.
fn address(who: &str) -> String {
    if who.contains('@') {
        return crate::input::email(who).unwrap_or_default();
    }
    who.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect()
}
