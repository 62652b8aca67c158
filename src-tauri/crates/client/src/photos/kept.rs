//! The photos that were used last, in memory and nowhere else.

use super::Photo;
use pizoo_api::UserId;
use std::collections::VecDeque;

/// Photos at most.
const MOST: usize = 64;
/// Bytes of all together. The app's own photos are a twentieth of it.
const MOST_BYTES: usize = 16 * 1024 * 1024;

#[derive(Default)]
pub(crate) struct Kept {
    /// Who saw them. Another account may not be shown the same ones.
    owner: Option<UserId>,
    /// By id, the last used one last.
    photos: VecDeque<(String, Photo)>,
}

impl Kept {
    pub(crate) fn get(&mut self, owner: &UserId, id: &str) -> Option<Photo> {
        self.of(owner);
        let at = self.photos.iter().position(|(kept, _)| kept == id)?;
        let used = self.photos.remove(at)?;
        let photo = used.1.clone();
        self.photos.push_back(used);
        Some(photo)
    }

    /// Keeps it in place of those that were not used for longest.
    pub(crate) fn put(&mut self, owner: &UserId, id: &str, photo: Photo) {
        self.of(owner);
        self.photos.retain(|(kept, _)| kept != id);
        self.photos.push_back((id.to_owned(), photo));
        let mut bytes: usize = self.photos.iter().map(|(_, photo)| photo.bytes.len()).sum();
        while self.photos.len() > MOST || bytes > MOST_BYTES {
            let Some((_, gone)) = self.photos.pop_front() else { return };
            bytes -= gone.bytes.len();
        }
    }

    fn of(&mut self, owner: &UserId) {
        if self.owner.as_ref() != Some(owner) {
            self.photos.clear();
            self.owner = Some(owner.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn photo(size: usize) -> Photo {
        Photo { kind: "image/png", bytes: vec![0; size] }
    }

    #[test]
    fn what_was_not_used_for_longest_goes_first() {
        let (mut kept, me) = (Kept::default(), UserId::from("me"));
        for n in 0..MOST {
            kept.put(&me, &n.to_string(), photo(n));
        }
        assert_eq!(kept.get(&me, "0"), Some(photo(0)));
        kept.put(&me, "new", photo(1));
        assert_eq!(kept.get(&me, "1"), None);
        assert!(kept.get(&me, "0").is_some() && kept.get(&me, "2").is_some() && kept.get(&me, "new").is_some());
    }

    #[test]
    fn bytes_are_bounded_too() {
        let (mut kept, me) = (Kept::default(), UserId::from("me"));
        for n in 0..5 {
            kept.put(&me, &n.to_string(), photo(MOST_BYTES / 4));
        }
        assert_eq!(kept.get(&me, "0"), None);
        assert!(kept.get(&me, "1").is_some());
        kept.put(&me, "1", photo(1));
        assert_eq!(
            (kept.get(&me, "1"), kept.photos.len()),
            (Some(photo(1)), 4),
            "the same id again takes its own place"
        );
    }

    #[test]
    fn another_account_is_given_nothing_of_it() {
        let mut kept = Kept::default();
        kept.put(&UserId::from("me"), "one", photo(1));
        assert_eq!(kept.get(&UserId::from("another"), "one"), None);
        assert_eq!(kept.get(&UserId::from("me"), "one"), None);
    }
}
