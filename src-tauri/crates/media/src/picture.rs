//! One picture as I420 in memory: no file formats, no codec, no drawing.
//!
//! I420 is full-size luma and two quarter-size chroma planes; colours are limited-range BT.601, as WebRTC has them.

mod blur;
mod fit;
mod plane;
mod scaler;

pub use blur::Blur;
pub use fit::{Fit, Placement};
pub use scaler::Scaler;

use std::fmt;

/// The longest side of a [`Frame`], pixels.
pub const MAX_SIDE: u32 = 8192;

/// A picture: three tightly packed planes. Chroma planes have half the width and height, rounded up.
#[derive(Clone, PartialEq, Eq)]
pub struct Frame {
    /// Pixels across. Set by [`Frame::new`]; the planes do not follow a change.
    pub width: u32,
    /// Pixels down. Set by [`Frame::new`]; the planes do not follow a change.
    pub height: u32,
    /// When it was taken: microseconds on the source's own monotonic clock.
    pub timestamp_us: i64,
    luma: usize,
    chroma: usize,
    data: Vec<u8>,
}

impl Frame {
    /// A black picture. Sides are brought into `1..=MAX_SIDE`.
    #[must_use]
    pub fn new(width: u32, height: u32) -> Self {
        let (width, height) = (width.clamp(1, MAX_SIDE), height.clamp(1, MAX_SIDE));
        let luma = width as usize * height as usize;
        let chroma = width.div_ceil(2) as usize * height.div_ceil(2) as usize;
        let mut data = vec![16; luma + 2 * chroma];
        data[luma..].fill(128);
        Self { width, height, timestamp_us: 0, luma, chroma, data }
    }

    /// Copies planes whose rows may be longer than the picture (strides in bytes), as codecs deliver them.
    /// `None` if a plane is too short or a side is outside `1..=MAX_SIDE`.
    #[must_use]
    pub fn from_strided(
        width: u32,
        height: u32,
        timestamp_us: i64,
        y: (&[u8], u32),
        u: (&[u8], u32),
        v: (&[u8], u32),
    ) -> Option<Self> {
        let sides = 1..=MAX_SIDE;
        if !sides.contains(&width) || !sides.contains(&height) {
            return None;
        }
        let mut frame = Self::new(width, height);
        frame.timestamp_us = timestamp_us;
        let (w, h) = (width as usize, height as usize);
        let (cw, ch) = (w.div_ceil(2), h.div_ceil(2));
        let (to_y, to_u, to_v) = frame.planes_mut();
        copy_rows(y, to_y, w, h)?;
        copy_rows(u, to_u, cw, ch)?;
        copy_rows(v, to_v, cw, ch)?;
        Some(frame)
    }

    /// Y, U and V.
    #[must_use]
    pub fn planes(&self) -> (&[u8], &[u8], &[u8]) {
        let (y, chroma) = self.data.split_at(self.luma);
        let (u, v) = chroma.split_at(self.chroma);
        (y, u, v)
    }

    /// Y, U and V.
    pub fn planes_mut(&mut self) -> (&mut [u8], &mut [u8], &mut [u8]) {
        let (y, chroma) = self.data.split_at_mut(self.luma);
        let (u, v) = chroma.split_at_mut(self.chroma);
        (y, u, v)
    }

    /// Bytes a row of Y, U and V.
    #[must_use]
    pub fn strides(&self) -> (u32, u32, u32) {
        let chroma = self.width.div_ceil(2);
        (self.width, chroma, chroma)
    }

    /// All three planes, one after the other.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.data
    }
}

impl fmt::Debug for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Frame({}x{} at {} us)", self.width, self.height, self.timestamp_us)
    }
}

fn copy_rows((from, stride): (&[u8], u32), to: &mut [u8], width: usize, height: usize) -> Option<()> {
    let stride = stride as usize;
    if stride < width || from.len() < stride.checked_mul(height - 1)?.checked_add(width)? {
        return None;
    }
    for (from, to) in from.chunks(stride).zip(to.chunks_exact_mut(width)) {
        to.copy_from_slice(&from[..width]);
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn new_frame_is_black_and_packed() {
        let frame = Frame::new(5, 3);
        let (y, u, v) = frame.planes();
        assert_eq!((y.len(), u.len(), v.len()), (15, 6, 6));
        assert!(y.iter().all(|&b| b == 16) && u.iter().chain(v).all(|&b| b == 128));
        assert_eq!(frame.strides(), (5, 3, 3));
        assert_eq!(frame.as_bytes().len(), 27);
    }

    #[test]
    fn sides_are_limited() {
        assert_eq!((Frame::new(0, 0).width, Frame::new(0, 0).height), (1, 1));
        assert_eq!(Frame::new(u32::MAX, 1).width, MAX_SIDE);
    }

    #[test]
    fn strided_planes_are_packed() {
        let y = [1, 2, 3, 0, 4, 5, 6, 0, 7, 8, 9]; // 3x3, stride 4, last row without padding
        let u = [10, 11, 0, 12, 13];
        let frame = Frame::from_strided(3, 3, 7, (&y, 4), (&u, 3), (&u, 3)).unwrap();
        assert_eq!(frame.planes(), (&[1, 2, 3, 4, 5, 6, 7, 8, 9][..], &[10, 11, 12, 13][..], &[10, 11, 12, 13][..]));
        assert_eq!(frame.timestamp_us, 7);
    }

    #[test]
    fn short_planes_are_refused() {
        let full = [0u8; 16];
        let make = |y: &[u8], stride| Frame::from_strided(4, 4, 0, (y, stride), (&full, 2), (&full, 2));
        assert!(make(&full, 4).is_some());
        assert!(make(&full[..15], 4).is_none());
        assert!(make(&full, 3).is_none(), "rows shorter than the picture");
        assert!(Frame::from_strided(0, 4, 0, (&full, 4), (&full, 2), (&full, 2)).is_none());
        assert!(Frame::from_strided(MAX_SIDE + 1, 1, 0, (&full, u32::MAX), (&full, 2), (&full, 2)).is_none());
    }
}
