//! `/api/profile/photo` and `/api/photos/{id}`: pictures of people that the backend itself keeps. Only Pizoo's own backend
//! has them; see `features` of `/health`.
//!
//! A profile's list of photos may hold any address, as in the original. Whoever fetches a picture tells its server where
//! they are, so the app fetches none that a match chose: only those whose address is a path on the server that it talks
//! to anyway ([`id_in`]).

use serde::{Deserialize, Serialize};

/// `PUT` with a picture as its body, `DELETE`: the own photo.
pub const OWN_PATH: &str = "/api/profile/photo";
/// In front of the id in the address of a kept photo. The address is a path: the server is the one that says it.
pub const PREFIX: &str = "/api/photos/";
/// Of an id: 128 bits in hexadecimal.
const ID: usize = 32;

/// What `PUT` and `DELETE` of [`OWN_PATH`] answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PhotoResponse {
    /// Where the photo is by now, a path; null when there is none.
    pub photo: Option<String>,
}

/// The address of a kept photo.
pub fn address(id: &str) -> String {
    format!("{PREFIX}{id}")
}

/// The id in the address of a photo that the server itself keeps; `None` for every other address.
pub fn id_in(address: &str) -> Option<&str> {
    let id = address.strip_prefix(PREFIX)?;
    let good = id.len() == ID && id.bytes().all(|digit| digit.is_ascii_digit() || (b'a'..=b'f').contains(&digit));
    good.then_some(id)
}

/// The first of these photos that the server itself keeps.
pub fn first_kept<'a>(addresses: impl IntoIterator<Item = &'a String>) -> Option<&'a String> {
    addresses.into_iter().find(|address| id_in(address).is_some())
}

#[cfg(test)]
mod tests {
    use super::{address, first_kept, id_in};

    #[test]
    fn only_a_path_with_an_id_is_a_kept_photo() {
        let id = "0123456789abcdef0123456789abcdef";
        assert_eq!(id_in(&address(id)), Some(id));
        let others = [
            format!("https://evil.example/api/photos/{id}"),
            format!("//evil.example/api/photos/{id}"),
            format!("/api/photos/{id}/"),
            format!("/api/photos/{id}?x=1"),
            format!("/api/photos/{}", id.to_uppercase()),
            format!("/api/photos/../{id}"),
            "/api/photos/".to_owned(),
            String::new(),
        ];
        for other in &others {
            assert_eq!(id_in(other), None, "{other}");
        }
        let list = [others.to_vec(), vec![address(id)]].concat();
        assert_eq!(first_kept(&list), Some(&address(id)));
        assert_eq!(first_kept(&others), None);
    }
}
