//! Buffers of pixels that come back when the screen is done with them.

use std::sync::{Arc, Mutex, PoisonError};

/// One on the screen, one waiting, one being painted.
const KEPT: usize = 3;

/// Buffers of one picture.
#[derive(Clone, Default)]
pub(super) struct Pool {
    free: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl Pool {
    /// A buffer with any content; it returns to the pool when it is dropped, on whatever thread.
    pub(super) fn take(&self) -> Pixels {
        let bytes = self.free.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default();
        Pixels { bytes, pool: self.clone() }
    }

    /// Gives the memory back: nothing is shown for a while.
    pub(super) fn clear(&self) {
        self.free.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// One buffer.
pub(super) struct Pixels {
    /// Rows of 32-bit pixels.
    pub(super) bytes: Vec<u8>,
    pool: Pool,
}

impl AsMut<[u8]> for Pixels {
    fn as_mut(&mut self) -> &mut [u8] {
        &mut self.bytes
    }
}

impl Drop for Pixels {
    fn drop(&mut self) {
        let mut free = self.pool.free.lock().unwrap_or_else(PoisonError::into_inner);
        if free.len() < KEPT {
            free.push(std::mem::take(&mut self.bytes));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buffers_come_back_and_are_limited() {
        let pool = Pool::default();
        let mut pixels = pool.take();
        pixels.bytes.resize(100, 0);
        let address = pixels.bytes.as_ptr();
        drop(pixels);
        assert_eq!(pool.take().bytes.as_ptr(), address);
        drop((0..10).map(|_| pool.take()).collect::<Vec<_>>());
        assert_eq!(pool.free.lock().unwrap().len(), KEPT);
        pool.clear();
        assert!(pool.take().bytes.is_empty());
    }
}
