//! Filled ellipses in I420, the one shape that scenes are made of.

/// A colour in limited-range BT.601.
#[derive(Clone, Copy)]
pub(crate) struct Colour {
    pub(crate) y: u8,
    pub(crate) u: u8,
    pub(crate) v: u8,
}

impl Colour {
    /// From 8-bit red, green, blue.
    pub(crate) const fn rgb(r: i32, g: i32, b: i32) -> Self {
        Self {
            y: (16 + (66 * r + 129 * g + 25 * b + 128) / 256) as u8,
            u: (128 + (-38 * r - 74 * g + 112 * b) / 256) as u8,
            v: (128 + (112 * r - 94 * g - 18 * b) / 256) as u8,
        }
    }

    /// This colour at 0, the other at 1.
    pub(crate) fn towards(self, other: Self, part: f32) -> Self {
        let mix = |a, b| blend(a, b, (part * 256.0) as i32);
        Self { y: mix(self.y, other.y), u: mix(self.u, other.u), v: mix(self.v, other.v) }
    }
}

/// Where an ellipse is and what it looks like; lengths in luma pixels.
#[derive(Clone, Copy)]
pub(crate) struct Ellipse {
    pub(crate) x: f32,
    pub(crate) y: f32,
    pub(crate) rx: f32,
    pub(crate) ry: f32,
    pub(crate) colour: Colour,
    /// 0 is invisible, 1 is solid.
    pub(crate) opacity: f32,
}

/// One plane, and the luma pixels that one of its samples stands for.
pub(crate) struct Plane<'a> {
    pub(crate) samples: &'a mut [u8],
    pub(crate) width: usize,
    pub(crate) step: f32,
}

impl Ellipse {
    pub(crate) fn draw(&self, planes: [Plane<'_>; 3]) {
        let Colour { y, u, v } = self.colour;
        for (plane, value) in planes.into_iter().zip([y, u, v]) {
            self.draw_plane(plane, value);
        }
    }

    fn draw_plane(&self, plane: Plane<'_>, value: u8) {
        let (cx, cy) = (self.x / plane.step, self.y / plane.step);
        let (rx, ry) = (self.rx / plane.step, self.ry / plane.step);
        if rx <= 0.0 || ry <= 0.0 {
            return;
        }
        let first = (cy - ry).max(0.0) as usize;
        for (index, row) in plane.samples.chunks_exact_mut(plane.width).enumerate().skip(first) {
            let up = (index as f32 + 0.5 - cy) / ry;
            if up >= 1.0 {
                break;
            }
            let half = rx * (1.0 - up * up).max(0.0).sqrt();
            fill(row, cx - half, cx + half, value, self.opacity);
        }
    }
}

/// Fills a row between two fractional columns; the samples at the ends are blended by how much of them is covered.
fn fill(row: &mut [u8], left: f32, right: f32, value: u8, opacity: f32) {
    let (left, right) = (left.max(0.0), right.min(row.len() as f32));
    if left >= right {
        return;
    }
    let (first, last) = (left as usize, (right as usize).min(row.len() - 1));
    let weight = |covered: f32| (covered * opacity * 256.0) as i32;
    if first == last {
        row[first] = blend(row[first], value, weight(right - left));
        return;
    }
    row[first] = blend(row[first], value, weight(first as f32 + 1.0 - left));
    row[last] = blend(row[last], value, weight(right - last as f32));
    let inner = &mut row[first + 1..last];
    match weight(1.0) {
        256.. => inner.fill(value),
        part => inner.iter_mut().for_each(|sample| *sample = blend(*sample, value, part)),
    }
}

fn blend(below: u8, above: u8, part: i32) -> u8 {
    (i32::from(below) + (i32::from(above) - i32::from(below)) * part / 256).clamp(0, 255) as u8
}
