//! The own picture made unrecognisable before it goes anywhere.

use pizoo_media::picture::{Blur, Frame};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether pictures are blurred; all clones are one. A frame that is taken after [`Veil::set`] follows it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Veil(Arc<AtomicBool>);

impl Veil {
    pub(crate) fn set(&self, on: bool) {
        self.0.store(on, Ordering::Release);
    }

    /// What of a frame may be seen.
    pub(super) fn over(&self, frame: Frame, blur: &mut Blur) -> Frame {
        match self.0.load(Ordering::Acquire) {
            true => blur.apply(&frame).clone(),
            false => frame,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frame_is_blurred_from_the_moment_that_it_is_wanted() {
        let (veil, mut blur) = (Veil::default(), Blur::default());
        let mut frame = Frame::new(64, 64);
        frame.planes_mut().0[64 * 32 + 32] = 235;
        let seen = |frame: &Frame| frame.planes().0.iter().any(|y| *y > 200);
        assert!(seen(&veil.over(frame.clone(), &mut blur)));
        veil.clone().set(true);
        assert!(!seen(&veil.over(frame.clone(), &mut blur)));
        veil.set(false);
        assert!(seen(&veil.over(frame, &mut blur)));
    }
}
