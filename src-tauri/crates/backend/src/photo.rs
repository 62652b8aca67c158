//! A person's photo: kept here, so that nobody has to ask a server that a match chose.
//!
//! One a person. Its row and its address in the profile's list come and go in one transaction. What a route does with it
//! is in `routes`; which bytes are a picture is in [`picture`].

pub(crate) mod picture;

use crate::clock::UnixMs;
use crate::random;
use crate::state::Backend;
use crate::store::accounts::{self, Profile};
use crate::store::photos::{self, Photo};
use crate::store::{StoreError, Tx};
use picture::Kind;
use pizoo_api::photos::{address, id_in};
use sqlx::any::AnyExecutor;

/// Of one photo, in bytes. The app sends a tenth of it.
pub(crate) const LARGEST: usize = 512 * 1024;

/// Why a profile's photos stay as they are.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PhotoError {
    /// The list names a photo of this backend that is not the owner's, or not any more.
    #[error("a photo of this server must be the profile's own")]
    NotTheirs,
    #[error("there is no such profile")]
    NoProfile,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Where a user's photo is, if there is one.
pub(crate) async fn of(db: impl AnyExecutor<'_>, user: &str) -> Result<Option<String>, StoreError> {
    Ok(photos::of(db, user).await?.map(|id| address(&id)))
}

/// Keeps a photo in place of the one before. Its address, which is first in the profile's list.
pub(crate) async fn keep(backend: &Backend, user: &str, kind: Kind, content: Vec<u8>) -> Result<String, PhotoError> {
    let (id, now) = (random::photo(&*backend.random), backend.now());
    let mut tx = backend.store.write().await?;
    let mut profile = locked(&mut tx, user).await?;
    photos::remove(&mut tx, user).await?;
    photos::add(&mut tx, user, (&id, now), &Photo { kind: kind.mime().to_owned(), content }).await?;
    put_first(&mut tx, &mut profile, Some(&id), now).await?;
    tx.commit().await?;
    Ok(address(&id))
}

/// Deletes the photo, if there is one.
pub(crate) async fn remove(backend: &Backend, user: &str) -> Result<(), PhotoError> {
    let mut tx = backend.store.write().await?;
    let mut profile = locked(&mut tx, user).await?;
    photos::remove(&mut tx, user).await?;
    put_first(&mut tx, &mut profile, None, backend.now()).await?;
    Ok(tx.commit().await?)
}

/// The profile, which nobody else changes until the transaction ends.
async fn locked(tx: &mut Tx, user: &str) -> Result<Profile, PhotoError> {
    accounts::lock_user(tx, user).await?;
    accounts::profile(&mut **tx, user).await?.ok_or(PhotoError::NoProfile)
}

/// The kept photo stands before all other addresses of the list.
async fn put_first(tx: &mut Tx, profile: &mut Profile, id: Option<&str>, now: UnixMs) -> Result<(), StoreError> {
    let mut listed = profile.listed_photos();
    listed.retain(|address| id_in(address).is_none());
    listed.splice(0..0, id.map(address));
    profile.set_listed_photos(&listed);
    profile.updated_at = now.0;
    accounts::set_profile(tx, profile).await
}

/// Takes over a list as its owner wrote it: a kept photo in it must be their own, and one that is not in it any more is
/// deleted. The lock of [`accounts::lock_user`] is held.
pub(crate) async fn listed(tx: &mut Tx, user: &str, addresses: &[String]) -> Result<(), PhotoError> {
    let kept = photos::of(&mut **tx, user).await?;
    let named: Vec<&str> = addresses.iter().filter_map(|address| id_in(address)).collect();
    if named.iter().any(|id| Some(*id) != kept.as_deref()) {
        return Err(PhotoError::NotTheirs);
    }
    if kept.is_some() && named.is_empty() {
        photos::remove(tx, user).await?;
    }
    Ok(())
}
