//! From a frame to what a tile of the screen shows.

use tracing::error;
use yuv::{YuvPlanarImage, YuvRange, YuvStandardMatrix};

use super::fit::{Window, place};
use super::plane::{Plane, PlaneScaler, Span};
use super::{Fit, Frame, MAX_SIDE, Placement};

/// Pixels of a blurred picture's longer side.
const BLURRED: u32 = 18;

/// Scales frames and converts them for the screen. One for each tile: it keeps its buffers from frame to frame.
#[derive(Debug)]
pub struct Scaler {
    planes: PlaneScaler,
    scaled: Frame,
}

impl Default for Scaler {
    fn default() -> Self {
        Self::new()
    }
}

impl Scaler {
    /// A scaler without a picture yet.
    #[must_use]
    pub fn new() -> Self {
        Self { planes: PlaneScaler::default(), scaled: Frame::new(1, 1) }
    }

    /// Scales the whole frame to `width` x `height` (each brought into `1..=MAX_SIDE`).
    pub fn scale(&mut self, frame: &Frame, width: u32, height: u32) -> &Frame {
        let all = Window { x: 0.0, y: 0.0, width: f64::from(frame.width), height: f64::from(frame.height) };
        self.resample(frame, all, width, height, false);
        &self.scaled
    }

    /// The frame reduced to so few pixels that nobody can be made out; scaled up again, it is a blur.
    pub fn blur(&mut self, frame: &Frame) -> &Frame {
        let side = |of: u32| (of * BLURRED / frame.width.max(frame.height).max(1)).max(1);
        self.scale(frame, side(frame.width), side(frame.height))
    }

    /// Fits the frame into a tile, still as I420. The placement says where in the tile the picture belongs; where that
    /// is empty (a tile under 2 pixels), the frame means nothing.
    pub fn to_i420(
        &mut self,
        frame: &Frame,
        fit: Fit,
        tile_width: u32,
        tile_height: u32,
        mirror: bool,
    ) -> (Placement, &Frame) {
        let (placement, window) = place(fit, (frame.width, frame.height), (tile_width, tile_height));
        self.resample(frame, window, placement.width, placement.height, mirror);
        (placement, &self.scaled)
    }

    /// Fits the frame into a tile as 32-bit pixels, bytes B, G, R, 255, rows of `placement.width * 4` bytes, in `out`,
    /// whose memory is reused. `mirror` swaps left and right, as people expect of their own picture.
    pub fn to_bgrx(
        &mut self,
        frame: &Frame,
        fit: Fit,
        tile_width: u32,
        tile_height: u32,
        mirror: bool,
        out: &mut Vec<u8>,
    ) -> Placement {
        let (placement, _) = self.to_i420(frame, fit, tile_width, tile_height, mirror);
        let stride = placement.width * 4;
        out.resize(stride as usize * placement.height as usize, 0);
        if out.is_empty() {
            return placement;
        }
        let (y_plane, u_plane, v_plane) = self.scaled.planes();
        let (y_stride, u_stride, v_stride) = self.scaled.strides();
        let (width, height) = (placement.width, placement.height);
        let image = YuvPlanarImage { y_plane, y_stride, u_plane, u_stride, v_plane, v_stride, width, height };
        if let Err(e) = yuv::yuv420_to_bgra(&image, out, stride, YuvRange::Limited, YuvStandardMatrix::Bt601) {
            error!(%width, %height, "converting a picture for the screen: {e}");
            out.clear();
            return Placement::default();
        }
        placement
    }

    fn resample(&mut self, frame: &Frame, window: Window, width: u32, height: u32, mirror: bool) {
        let (width, height) = (width.clamp(1, MAX_SIDE), height.clamp(1, MAX_SIDE));
        if (self.scaled.width, self.scaled.height) != (width, height) {
            self.scaled = Frame::new(width, height);
        }
        self.scaled.timestamp_us = frame.timestamp_us;
        let (y, u, v) = frame.planes();
        let (w, h) = (frame.width as usize, frame.height as usize);
        let (cw, ch) = (w.div_ceil(2), h.div_ceil(2));
        let luma = (Span { start: window.x, length: window.width }, Span { start: window.y, length: window.height });
        // In chroma pixels; of an odd side, the last chroma pixel counts half.
        let chroma = (
            Span { start: window.x / 2.0, length: window.width / 2.0 },
            Span { start: window.y / 2.0, length: window.height / 2.0 },
        );
        let (to_w, to_cw) = (self.scaled.width as usize, self.scaled.width.div_ceil(2) as usize);
        let (to_y, to_u, to_v) = self.scaled.planes_mut();
        let planes = &mut self.planes;
        planes.scale(Plane { data: y, width: w, height: h }, luma.0, luma.1, to_y, to_w, mirror);
        planes.scale(Plane { data: u, width: cw, height: ch }, chroma.0, chroma.1, to_u, to_cw, mirror);
        planes.scale(Plane { data: v, width: cw, height: ch }, chroma.0, chroma.1, to_v, to_cw, mirror);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Left half `left`, right half `right`, as (Y, U, V).
    fn halves(width: u32, height: u32, left: (u8, u8, u8), right: (u8, u8, u8)) -> Frame {
        let mut frame = Frame::new(width, height);
        let (w, cw) = (width as usize, width.div_ceil(2) as usize);
        let (y, u, v) = frame.planes_mut();
        let side = |i: usize, w: usize, l: u8, r: u8| if i % w < w / 2 { l } else { r };
        y.iter_mut().enumerate().for_each(|(i, b)| *b = side(i, w, left.0, right.0));
        u.iter_mut().enumerate().for_each(|(i, b)| *b = side(i, cw, left.1, right.1));
        v.iter_mut().enumerate().for_each(|(i, b)| *b = side(i, cw, left.2, right.2));
        frame
    }

    const RED: (u8, u8, u8) = (81, 90, 240);
    const BLUE: (u8, u8, u8) = (41, 240, 110);

    fn pixel(out: &[u8], width: u32, x: u32, y: u32) -> [u8; 4] {
        let at = ((y * width + x) * 4) as usize;
        [out[at], out[at + 1], out[at + 2], out[at + 3]]
    }

    fn near(got: [u8; 4], want: [u8; 4]) -> bool {
        got.iter().zip(want).all(|(g, w)| g.abs_diff(w) <= 3)
    }

    #[test]
    fn colours_arrive_as_bgrx() {
        let mut out = Vec::new();
        let placement = Scaler::new().to_bgrx(&halves(64, 32, RED, BLUE), Fit::Contain, 64, 32, false, &mut out);
        assert_eq!(placement, Placement { x: 0, y: 0, width: 64, height: 32 });
        assert!(near(pixel(&out, 64, 4, 16), [0, 0, 255, 255]), "{:?}", pixel(&out, 64, 4, 16));
        assert!(near(pixel(&out, 64, 60, 16), [255, 0, 0, 255]), "{:?}", pixel(&out, 64, 60, 16));
    }

    #[test]
    fn mirrored_picture_has_its_sides_swapped() {
        let mut out = Vec::new();
        let placement = Scaler::new().to_bgrx(&halves(64, 32, RED, BLUE), Fit::Cover, 40, 40, true, &mut out);
        assert_eq!((placement.width, placement.height, out.len()), (40, 40, 6400));
        assert!(near(pixel(&out, 40, 2, 20), [255, 0, 0, 255]));
        assert!(near(pixel(&out, 40, 37, 20), [0, 0, 255, 255]));
    }

    #[test]
    fn every_size_of_picture_fits_every_tile() {
        let (mut scaler, mut out) = (Scaler::new(), Vec::new());
        for (w, h) in [(1, 1), (2, 1), (1, 720), (1279, 719), (3, 5), (4096, 2)] {
            let frame = halves(w, h, (128, 128, 128), (128, 128, 128));
            for (tw, th) in [(0, 0), (1, 1), (2, 2), (3, 3), (1023, 5), (7, 601), (400, 225)] {
                for fit in [Fit::Contain, Fit::Cover] {
                    let p = scaler.to_bgrx(&frame, fit, tw, th, true, &mut out);
                    assert_eq!(out.len(), (p.width * p.height * 4) as usize, "{w}x{h} in {tw}x{th}");
                    assert!(out.chunks_exact(4).all(|p| near([p[0], p[1], p[2], p[3]], [130, 130, 130, 255])));
                }
            }
        }
    }

    #[test]
    fn scaled_frame_keeps_time_and_has_the_size_asked_for() {
        let mut frame = halves(640, 360, RED, RED);
        frame.timestamp_us = 42;
        let mut scaler = Scaler::new();
        let scaled = scaler.scale(&frame, 5, 3);
        assert_eq!((scaled.width, scaled.height, scaled.timestamp_us), (5, 3, 42));
        assert!(scaled.planes().0.iter().all(|&y| y == RED.0) && scaled.planes().2.iter().all(|&v| v == RED.2));
        assert_eq!((scaler.scale(&frame, 0, 0).width, scaler.scale(&frame, 0, 0).height), (1, 1));
    }
}
