//! Ownership of one object inside the library.

use super::library;
use std::sync::atomic::{AtomicUsize, Ordering};

static LIVE: AtomicUsize = AtomicUsize::new(0);

/// How many objects of the library this process owns at the moment.
pub(crate) fn live() -> usize {
    LIVE.load(Ordering::Relaxed)
}

/// Owns one object; dropping it frees the object. Safe from any thread, the library's callback included.
#[derive(Debug)]
pub(crate) struct Handle(u64);

impl Handle {
    /// Takes over an id that the library has just given away.
    pub(crate) fn new(id: u64) -> Self {
        LIVE.fetch_add(1, Ordering::Relaxed);
        Self(id)
    }

    /// The id to name the object in requests; valid as long as `self`.
    pub(crate) fn id(&self) -> u64 {
        self.0
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        if let Some(library) = library::loaded() {
            // SAFETY: the id was given to us to own and is dropped exactly once; an unknown id only returns false.
            unsafe { (library.drop_handle)(self.0) };
        }
        LIVE.fetch_sub(1, Ordering::Relaxed);
    }
}
