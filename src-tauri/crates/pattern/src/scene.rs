//! Who is in the picture: a person in front of drifting lights, in one of two colour schemes.

use crate::ellipse::{Colour, Ellipse, Plane};
use crate::stamp::{self, Stamp};
use std::f32::consts::TAU;

/// Whose camera the picture claims to come from. The two are told apart at a glance and by [`Scene::recognise`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scene {
    /// Coral and plum.
    One,
    /// Teal and navy.
    Two,
}

struct Palette {
    top: Colour,
    bottom: Colour,
    lights: Colour,
    skin: Colour,
    hair: Colour,
    clothes: Colour,
}

const INK: Colour = Colour::rgb(40, 26, 32);
const MOUTH: Colour = Colour::rgb(150, 50, 56);

const ONE: Palette = Palette {
    top: Colour::rgb(244, 140, 110),
    bottom: Colour::rgb(122, 44, 92),
    lights: Colour::rgb(255, 206, 140),
    skin: Colour::rgb(240, 190, 160),
    hair: Colour::rgb(92, 40, 36),
    clothes: Colour::rgb(196, 52, 74),
};
const TWO: Palette = Palette {
    top: Colour::rgb(70, 186, 190),
    bottom: Colour::rgb(18, 52, 104),
    lights: Colour::rgb(160, 240, 220),
    skin: Colour::rgb(170, 122, 96),
    hair: Colour::rgb(20, 30, 44),
    clothes: Colour::rgb(24, 104, 140),
};

impl Scene {
    /// Which scene a picture shows, by the mean of its chroma planes; `None` when it looks like neither.
    pub fn recognise(u: &[u8], v: &[u8]) -> Option<Self> {
        let mean = |plane: &[u8]| {
            let sum: u64 = plane.iter().map(|sample| u64::from(*sample)).sum();
            sum as f64 / plane.len().max(1) as f64
        };
        // Red minus blue: scene one is warm, scene two is cold, grey is neither.
        match mean(v) - mean(u) {
            12.0.. => Some(Self::One),
            ..=-12.0 => Some(Self::Two),
            _ => None,
        }
    }

    fn palette(self) -> &'static Palette {
        match self {
            Self::One => &ONE,
            Self::Two => &TWO,
        }
    }
}

/// Draws one frame: `y` has `width` times `height` samples, `u` and `v` half of that each way, rounded up, all without
/// padding. Planes that are too short are drawn as far as they go.
pub fn draw_i420(scene: Scene, stamp: Stamp, width: usize, height: usize, y: &mut [u8], u: &mut [u8], v: &mut [u8]) {
    if width == 0 || height == 0 {
        return;
    }
    let palette = scene.palette();
    backdrop(palette, width, height, y, u, v);
    for ellipse in lights(palette, stamp, width as f32, height as f32) {
        ellipse.draw(planes(width, y, u, v));
    }
    for ellipse in person(palette, stamp, width as f32, height as f32) {
        ellipse.draw(planes(width, y, u, v));
    }
    stamp::draw(stamp, width, height, y, u, v);
}

fn planes<'a>(width: usize, y: &'a mut [u8], u: &'a mut [u8], v: &'a mut [u8]) -> [Plane<'a>; 3] {
    let chroma = width.div_ceil(2);
    [
        Plane { samples: y, width, step: 1.0 },
        Plane { samples: u, width: chroma, step: 2.0 },
        Plane { samples: v, width: chroma, step: 2.0 },
    ]
}

fn backdrop(palette: &Palette, width: usize, height: usize, y: &mut [u8], u: &mut [u8], v: &mut [u8]) {
    let at = |row: usize, rows: usize| palette.top.towards(palette.bottom, row as f32 / rows as f32);
    for (index, row) in y.chunks_exact_mut(width).enumerate() {
        row.fill(at(index, height).y);
    }
    let (chroma, rows) = (width.div_ceil(2), height.div_ceil(2));
    for (index, (u, v)) in u.chunks_exact_mut(chroma).zip(v.chunks_exact_mut(chroma)).enumerate() {
        let colour = at(index, rows);
        u.fill(colour.u);
        v.fill(colour.v);
    }
}

/// Where a swing that takes `frames` stands, -1 to 1. The remainder is taken first: a large stamp has no fraction left
/// in 32 bits.
fn swing(stamp: Stamp, frames: u32, ahead: f32) -> f32 {
    (((stamp.0 % frames) as f32 / frames as f32 + ahead) * TAU).sin()
}

fn lights(palette: &Palette, stamp: Stamp, width: f32, height: f32) -> [Ellipse; 5] {
    std::array::from_fn(|index| {
        let ahead = index as f32 * 0.37;
        let radius = height * (0.07 + 0.025 * index as f32);
        Ellipse {
            x: width * (0.1 + 0.2 * index as f32 + 0.08 * swing(stamp, 240 + 60 * index as u32, ahead)),
            y: height * (0.38 + 0.22 * swing(stamp, 300 - 30 * index as u32, ahead * 1.7)),
            rx: radius,
            ry: radius,
            colour: palette.lights,
            opacity: 0.22,
        }
    })
}

fn person(palette: &Palette, stamp: Stamp, width: f32, height: f32) -> [Ellipse; 8] {
    let x = width * 0.5 + height * 0.05 * swing(stamp, 150, 0.0);
    let y = height * (0.46 + 0.012 * swing(stamp, 75, 0.3));
    let part = |dx: f32, dy: f32, rx: f32, ry: f32, colour| Ellipse {
        x: x + height * dx,
        y: y + height * dy,
        rx: height * rx,
        ry: height * ry,
        colour,
        opacity: 1.0,
    };
    let talking = 0.012 + 0.010 * swing(stamp, 12, 0.0) * swing(stamp, 47, 0.2);
    let blinking = if stamp.0 % 110 < 4 { 0.003 } else { 0.018 };
    [
        part(0.0, 0.20, 0.062, 0.13, palette.skin),
        Ellipse {
            x: width * 0.5,
            y: height * 1.02,
            rx: height * 0.40,
            ry: height * 0.34,
            ..part(0.0, 0.0, 0.0, 0.0, palette.clothes)
        },
        part(0.0, -0.055, 0.150, 0.165, palette.hair),
        part(0.0, 0.02, 0.128, 0.160, palette.skin),
        part(0.0, -0.135, 0.120, 0.062, palette.hair),
        part(-0.048, 0.0, 0.013, blinking, INK),
        part(0.048, 0.0, 0.013, blinking, INK),
        part(0.0, 0.095, 0.036, talking, MOUTH),
    ]
}
