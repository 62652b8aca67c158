//! A picture in which nobody can be made out.

use super::{Frame, Scaler};

/// Blurs frames beyond recognition, at their own size. One for each source: it keeps its buffers from frame to frame.
///
/// What is taken away is gone: the result is computed from some 18x10 pixels, so no filter brings a face back.
#[derive(Debug, Default)]
pub struct Blur {
    few: Scaler,
    large: Scaler,
}

impl Blur {
    /// The same picture with nobody in it, of the same size and time.
    pub fn apply(&mut self, frame: &Frame) -> &Frame {
        self.large.scale(self.few.blur(frame), frame.width, frame.height)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Squares of `side` pixels, black and white in turn, on a grey left half.
    fn squares(width: u32, height: u32, side: u32) -> Frame {
        let mut frame = Frame::new(width, height);
        frame.timestamp_us = 42;
        for (at, y) in (0u32..).zip(frame.planes_mut().0) {
            let (x, row) = (at % width, at / width);
            *y = match (x / side + row / side) % 2 {
                _ if x < width / 2 => 100,
                0 => 16,
                _ => 235,
            };
        }
        frame
    }

    #[test]
    fn size_and_time_stay() {
        let mut blur = Blur::default();
        for (width, height) in [(1280, 720), (641, 359), (1, 1), (2, 900)] {
            let frame = squares(width, height, 1);
            let blurred = blur.apply(&frame);
            assert_eq!((blurred.width, blurred.height, blurred.timestamp_us), (width, height, 42));
        }
    }

    #[test]
    fn detail_is_gone_and_what_is_bright_stays_bright() {
        let mut blur = Blur::default();
        let frame = squares(1280, 720, 16);
        let blurred = blur.apply(&frame);
        let row = &blurred.planes().0[360 * 1280..][..1280];
        assert!(row[..500].iter().all(|y| y.abs_diff(100) <= 2), "the even half stays as it is");
        let steps = row[700..].windows(2).map(|pair| pair[0].abs_diff(pair[1])).max().unwrap();
        assert!(steps <= 2, "an edge of 219 steps is one of {steps}");
        assert!(row[700..].iter().all(|y| y.abs_diff(125) <= 12), "squares are their middle grey");
    }

    #[test]
    fn what_was_taken_away_cannot_be_told_apart_any_more() {
        // The same squares, black for white: two faces in the same light.
        let (one, mut other) = (squares(1280, 720, 16), squares(1280, 720, 16));
        for (at, y) in (0u32..).zip(other.planes_mut().0) {
            *y = if at % 1280 < 640 { *y } else { 251 - *y };
        }
        let (mut first, mut second) = (Blur::default(), Blur::default());
        let (one, other) = (first.apply(&one), second.apply(&other));
        let most = one.planes().0.iter().zip(other.planes().0).map(|(a, b)| a.abs_diff(*b)).max().unwrap();
        assert!(most <= 24, "they differ by {most} of 219");
    }
}
