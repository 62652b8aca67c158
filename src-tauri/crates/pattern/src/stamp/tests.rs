//! Stamps survive what cameras, encoders and scaling do to them, and damaged ones are refused.

use super::*;
use crate::{Scene, draw_i420};

const SIZES: [(usize, usize); 4] = [(1280, 720), (640, 360), (640, 480), (400, 226)];
/// Small, large, and every bit in both states.
const STAMPS: [u32; 7] = [0, 1, 29, 1_000_000, 0x5555_5555, 0xAAAA_AAAA, u32::MAX];

struct Picture {
    width: usize,
    height: usize,
    y: Vec<u8>,
    u: Vec<u8>,
    v: Vec<u8>,
}

impl Picture {
    fn new(scene: Scene, stamp: u32, (width, height): (usize, usize)) -> Self {
        let chroma = width.div_ceil(2) * height.div_ceil(2);
        let (mut y, mut u, mut v) = (vec![0; width * height], vec![0; chroma], vec![0; chroma]);
        draw_i420(scene, Stamp(stamp), width, height, &mut y, &mut u, &mut v);
        Self { width, height, y, u, v }
    }

    fn read(&self) -> Option<Stamp> {
        read_luma(&self.y, self.width, self.width, self.height)
    }

    /// Bilinear, as the screen path does it.
    fn scaled(&self, width: usize, height: usize) -> Self {
        let sample = |x: f64, y: f64| {
            let (x, y) = (x.clamp(0.0, self.width as f64 - 1.0), y.clamp(0.0, self.height as f64 - 1.0));
            let (left, top) = (x as usize, y as usize);
            let (right, below) = ((left + 1).min(self.width - 1), (top + 1).min(self.height - 1));
            let at = |x: usize, y: usize| f64::from(self.y[y * self.width + x]);
            let (fx, fy) = (x.fract(), y.fract());
            (at(left, top) * (1.0 - fx) + at(right, top) * fx) * (1.0 - fy)
                + (at(left, below) * (1.0 - fx) + at(right, below) * fx) * fy
        };
        let step = (self.width as f64 / width as f64, self.height as f64 / height as f64);
        let pixel = |i: usize| {
            let (x, y) = (i % width, i / width);
            sample((x as f64 + 0.5) * step.0 - 0.5, (y as f64 + 0.5) * step.1 - 0.5) as u8
        };
        Self { width, height, y: (0..width * height).map(pixel).collect(), u: vec![], v: vec![] }
    }

    /// Each pixel becomes the mean of its 3 x 3 neighbourhood, plus noise of up to `amount`.
    fn blurred_and_noisy(&self, amount: i32) -> Self {
        let mut random = 0x2545_F491_u32;
        let mut noise = || {
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (random >> 16) as i32 % (2 * amount + 1) - amount
        };
        let pixel = |i: usize| {
            let (x, y) = (i % self.width, i / self.width);
            let rows = y.saturating_sub(1)..(y + 2).min(self.height);
            let near = rows.flat_map(|y| {
                let columns = x.saturating_sub(1)..(x + 2).min(self.width);
                columns.map(move |x| i32::from(self.y[y * self.width + x]))
            });
            let (sum, count) = near.fold((0, 0), |(sum, count), luma| (sum + luma, count + 1));
            (sum / count + noise()).clamp(0, 255) as u8
        };
        Self { y: (0..self.y.len()).map(pixel).collect(), u: vec![], v: vec![], ..*self }
    }
}

#[test]
fn stamp_survives_every_size() {
    for size in SIZES {
        for stamp in STAMPS {
            assert_eq!(Picture::new(Scene::One, stamp, size).read(), Some(Stamp(stamp)), "{size:?}");
        }
    }
}

#[test]
fn stamp_survives_scaling_blur_and_noise() {
    for stamp in STAMPS {
        let sent = Picture::new(Scene::Two, stamp, (1280, 720));
        for (width, height) in [(640, 360), (400, 226), (1100, 618)] {
            let seen = sent.scaled(width, height).blurred_and_noisy(30);
            assert_eq!(seen.read(), Some(Stamp(stamp)), "{width}x{height}");
        }
    }
}

#[test]
fn padded_rows_are_skipped() {
    let picture = Picture::new(Scene::One, 77, (400, 226));
    let padded: Vec<u8> = picture.y.chunks(400).flat_map(|row| row.iter().copied().chain([255; 24])).collect();
    assert_eq!(read_luma(&padded, 424, 400, 226), Some(Stamp(77)));
}

#[test]
fn damaged_bars_are_refused() {
    let clean = Picture::new(Scene::One, 123_456, (1280, 720));
    for first in 0..BARS {
        for second in first..BARS {
            let mut y = clean.y.clone();
            let bars = if first == second { vec![first] } else { vec![first, second] };
            for (row, bar) in (0..stamp_rows(720)).flat_map(|row| bars.iter().map(move |bar| (row, bar))) {
                let span = &mut y[row * 1280 + bar * 32..row * 1280 + (bar + 1) * 32];
                span.iter_mut().for_each(|luma| *luma = if *luma > 126 { BLACK } else { WHITE });
            }
            assert_eq!(read_luma(&y, 1280, 1280, 720), None, "bars {bars:?}");
        }
    }
}

#[test]
fn pictures_without_a_stamp_are_refused() {
    for luma in [0, 16, 128, 235, 255] {
        assert_eq!(read_luma(&vec![luma; 1280 * 720], 1280, 1280, 720), None);
    }
    let picture = Picture::new(Scene::One, 5, (1280, 720));
    let below = &picture.y[100 * 1280..];
    assert_eq!(read_luma(below, 1280, 1280, 620), None);
    assert_eq!(read_luma(&picture.y[..1000], 1280, 1280, 720), None, "a plane that is too short");
}

#[test]
fn mirrored_picture_is_read_backwards() {
    let picture = Picture::new(Scene::Two, 4_711, (640, 360));
    let mirrored: Vec<u8> = picture.y[4 * 640..5 * 640].iter().rev().copied().collect();
    assert_eq!(read_bars(|across| mirrored[(across * 639.0) as usize]), None);
    assert_eq!(read_bars(|across| mirrored[((1.0 - across) * 639.0) as usize]), Some(Stamp(4_711)));
}

#[test]
fn scenes_are_told_apart_by_colour() {
    for stamp in [0, 100, 1_000_000_000] {
        for scene in [Scene::One, Scene::Two] {
            let picture = Picture::new(scene, stamp, (640, 360));
            assert_eq!(Scene::recognise(&picture.u, &picture.v), Some(scene));
        }
    }
    assert_eq!(Scene::recognise(&[128; 64], &[128; 64]), None);
}

#[test]
fn picture_moves_with_the_stamp() {
    let below_bars = 1280 * stamp_rows(720);
    let (a, b) = (Picture::new(Scene::One, 30, (1280, 720)), Picture::new(Scene::One, 31, (1280, 720)));
    let moved = a.y[below_bars..].iter().zip(&b.y[below_bars..]).filter(|(a, b)| a != b).count();
    assert!(moved > 1_000, "{moved} pixels differ");
}

#[test]
fn odd_and_tiny_sizes_are_drawn_without_a_panic() {
    for size in [(1, 1), (3, 5), (39, 7), (641, 361)] {
        Picture::new(Scene::One, 9, size);
    }
    draw_i420(Scene::One, Stamp(1), 64, 64, &mut [0; 10], &mut [], &mut []);
    draw_i420(Scene::One, Stamp(1), 0, 0, &mut [], &mut [], &mut []);
}
