//! Photos of people: fetched from the own server only, and the own one kept there.
//!
//! A profile can name a picture anywhere. Whoever fetches it tells that place where they are, so an address that is not
//! one of the own server's photos is not followed, whatever it is. It knows nothing of how a picture is drawn.

mod kept;

use crate::client::Client;
use crate::error::RequestError;
use crate::view::{ErrorCode, UserError};
pub(crate) use kept::Kept;
use pizoo_api::photos::{PhotoResponse, id_in};
use reqwest::Method;
use reqwest::header::CONTENT_TYPE;
use std::fmt;

/// Twice what Pizoo's own backend keeps.
const LARGEST: usize = 1024 * 1024;
/// What a photo can be.
const KINDS: [&str; 3] = ["image/jpeg", "image/png", "image/webp"];
const OWN: [&str; 3] = ["api", "profile", "photo"];

/// A picture as the server gave it.
#[derive(Clone, PartialEq, Eq)]
pub struct Photo {
    /// Its content type: a JPEG, PNG or WebP.
    pub kind: &'static str,
    /// The file.
    pub bytes: Vec<u8>,
}

impl fmt::Debug for Photo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Photo").field("kind", &self.kind).field("bytes", &self.bytes.len()).finish()
    }
}

fn known(kind: &str) -> Option<&'static str> {
    KINDS.into_iter().find(|known| known.eq_ignore_ascii_case(kind))
}

impl Client {
    /// The photo at an address that a profile or conversation named.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] for one that is not kept by the own server, which is not asked then, or not to be seen by this
    /// account; offline; signed out.
    pub async fn photo(&self, address: &str) -> Result<Photo, UserError> {
        let id = id_in(address).ok_or(ErrorCode::NotFound)?;
        let me = self.inner.session.user().ok_or(ErrorCode::SignedOut)?.id;
        if let Some(photo) = self.kept_photos().get(&me, id) {
            return Ok(photo);
        }
        let path = ["api", "photos", id];
        let (kind, bytes) = self.inner.session.bytes(|http| http.request(Method::GET, &path), LARGEST).await?;
        let unknown = || RequestError::Malformed("it is no picture".into());
        let photo = Photo { kind: known(&kind).ok_or_else(unknown)?, bytes };
        self.kept_photos().put(&me, id, photo.clone());
        Ok(photo)
    }

    /// Has the server keep a picture as the own photo, in place of the one before; the session's view names it then.
    ///
    /// # Errors
    /// [`ErrorCode::Refused`] with the server's sentence for what it does not take; offline; too often.
    pub async fn set_photo(&self, bytes: Vec<u8>, kind: &str) -> Result<(), UserError> {
        let kind = known(kind).ok_or(ErrorCode::Refused)?;
        let sent = self.inner.session.authorized::<PhotoResponse>(|http| {
            http.request(Method::PUT, &OWN).header(CONTENT_TYPE, kind).body(bytes.clone())
        });
        sent.await.map_err(refused)?;
        Ok(self.inner.session.reload().await?)
    }

    /// Has the server delete the own photo.
    ///
    /// # Errors
    /// Offline or signed out.
    pub async fn remove_photo(&self) -> Result<(), UserError> {
        self.inner.session.authorized::<PhotoResponse>(|http| http.request(Method::DELETE, &OWN)).await?;
        Ok(self.inner.session.reload().await?)
    }
}

/// What the server does not take, it says why.
fn refused(error: RequestError) -> UserError {
    let told = UserError::from(&error);
    match error {
        RequestError::Status { status: 413 | 422, .. } => UserError { code: ErrorCode::Refused, ..told },
        _ => told,
    }
}
