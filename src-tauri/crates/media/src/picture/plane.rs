//! Scaling of one 8-bit plane: bilinear, after averaging pairs while the picture is more than twice too large, so that
//! a small preview of a large picture does not flicker.

use std::mem;

/// A plane of `width` x `height` bytes, tightly packed.
#[derive(Clone, Copy)]
pub(super) struct Plane<'a> {
    pub(super) data: &'a [u8],
    pub(super) width: usize,
    pub(super) height: usize,
}

/// A stretch of an axis, in pixels of the plane it is taken from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Span {
    pub(super) start: f64,
    pub(super) length: f64,
}

/// Buffers that are reused from frame to frame.
#[derive(Debug, Default)]
pub(super) struct PlaneScaler {
    row: Vec<u8>,
    columns: Vec<Tap>,
    rows: Vec<Tap>,
    halved: Vec<u8>,
    spare: Vec<u8>,
}

/// One output pixel on one axis: a neighbour and the weight, 0 to 256, of the one after it.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Tap {
    index: usize,
    weight: u16,
}

impl PlaneScaler {
    /// Scales the window `x`, `y` of `from` to `to`, whose rows are `width` bytes. `mirror` swaps left and right.
    pub(super) fn scale(&mut self, from: Plane<'_>, x: Span, y: Span, to: &mut [u8], width: usize, mirror: bool) {
        if width == 0 || to.len() < width || from.width == 0 || from.height == 0 {
            return;
        }
        let height = to.len() / width;
        let mut halved = mem::take(&mut self.halved);
        let (mut x, mut y, mut w, mut h, mut any) = (x, y, from.width, from.height, false);
        loop {
            // Each axis by itself: a tile may be far flatter than the picture.
            let wide = w >= 2 && x.length >= 2.0 * width as f64;
            let tall = h >= 2 && y.length >= 2.0 * height as f64;
            if !wide && !tall {
                break;
            }
            let source = Plane { data: if any { &halved } else { from.data }, width: w, height: h };
            (w, h) = halve(source, wide, tall, &mut self.spare);
            mem::swap(&mut halved, &mut self.spare);
            any = true;
            if wide {
                x = Span { start: x.start / 2.0, length: x.length / 2.0 };
            }
            if tall {
                y = Span { start: y.start / 2.0, length: y.length / 2.0 };
            }
        }
        let source = Plane { data: if any { &halved } else { from.data }, width: w, height: h };
        taps(&mut self.columns, w, x, width);
        taps(&mut self.rows, h, y, height);
        if mirror {
            self.columns.reverse();
        }
        self.interpolate(source, to, width);
        self.halved = halved;
    }

    fn interpolate(&mut self, from: Plane<'_>, to: &mut [u8], width: usize) {
        let w = from.width;
        self.row.resize(w + 1, 0);
        for (out, tap) in to.chunks_exact_mut(width).zip(&self.rows) {
            let above = &from.data[tap.index * w..][..w];
            let below_index = (tap.index + 1).min(from.height - 1);
            let below = &from.data[below_index * w..][..w];
            let weight = tap.weight;
            for ((mixed, a), b) in self.row[..w].iter_mut().zip(above).zip(below) {
                *mixed = ((u16::from(*a) * (256 - weight) + u16::from(*b) * weight + 128) >> 8) as u8;
            }
            self.row[w] = self.row[w - 1];
            for (out, tap) in out.iter_mut().zip(&self.columns) {
                let (a, b) = (u16::from(self.row[tap.index]), u16::from(self.row[tap.index + 1]));
                *out = ((a * (256 - tap.weight) + b * tap.weight + 128) >> 8) as u8;
            }
        }
    }
}

/// Averages pairs of columns, of rows, or both; a last odd one is paired with itself. Returns the new size.
fn halve(from: Plane<'_>, wide: bool, tall: bool, to: &mut Vec<u8>) -> (usize, usize) {
    let w = if wide { from.width.div_ceil(2) } else { from.width };
    let h = if tall { from.height.div_ceil(2) } else { from.height };
    to.resize(w * h, 0);
    for (row, out) in to.chunks_exact_mut(w).enumerate() {
        let first = if tall { 2 * row } else { row };
        let second = if tall { (first + 1).min(from.height - 1) } else { first };
        let a = &from.data[first * from.width..][..from.width];
        let b = &from.data[second * from.width..][..from.width];
        if wide {
            for ((out, a), b) in out.iter_mut().zip(a.chunks(2)).zip(b.chunks(2)) {
                let pair = |p: &[u8]| u16::from(p[0]) + u16::from(p[p.len() - 1]);
                *out = ((pair(a) + pair(b) + 2) / 4) as u8;
            }
        } else {
            for ((out, a), b) in out.iter_mut().zip(a).zip(b) {
                *out = (u16::from(*a) + u16::from(*b)).div_ceil(2) as u8;
            }
        }
    }
    (w, h)
}

/// Where each of `count` output pixels looks: pixel centres are mapped to pixel centres, the edge is repeated.
fn taps(to: &mut Vec<Tap>, size: usize, span: Span, count: usize) {
    let step = span.length / count as f64;
    let last = (size - 1) as f64;
    to.clear();
    to.extend((0..count).map(|i| {
        let position = (span.start + (i as f64 + 0.5) * step - 0.5).clamp(0.0, last);
        let index = position as usize;
        Tap { index, weight: ((position - index as f64) * 256.0).round() as u16 }
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scaled(data: &[u8], width: usize, to_width: usize, to_height: usize, mirror: bool) -> Vec<u8> {
        let height = data.len() / width;
        let mut to = vec![0; to_width * to_height];
        let span = |n: usize| Span { start: 0.0, length: n as f64 };
        PlaneScaler::default().scale(
            Plane { data, width, height },
            span(width),
            span(height),
            &mut to,
            to_width,
            mirror,
        );
        to
    }

    #[test]
    fn same_size_is_exact() {
        let data: Vec<u8> = (0..=254).collect();
        assert_eq!(scaled(&data, 15, 15, 17, false), data);
    }

    #[test]
    fn mirror_swaps_left_and_right() {
        assert_eq!(scaled(&[1, 2, 3, 4, 5, 6], 3, 3, 2, true), [3, 2, 1, 6, 5, 4]);
    }

    #[test]
    fn enlarging_interpolates_between_centres() {
        assert_eq!(scaled(&[0, 100], 2, 4, 1, false), [0, 25, 75, 100]);
        assert_eq!(scaled(&[0, 100], 1, 1, 4, false), [0, 25, 75, 100]);
    }

    #[test]
    fn shrinking_averages_what_it_leaves_out() {
        // One bright column in eight would be missed or flash if only two neighbours were looked at.
        let data: Vec<u8> = (0..64).map(|i| if i % 8 == 3 { 240 } else { 0 }).collect();
        assert_eq!(scaled(&data, 8, 1, 1, false), [30]);
    }

    #[test]
    fn one_pixel_fills_any_size() {
        assert_eq!(scaled(&[77], 1, 33, 7, true), [77; 231]);
    }

    #[test]
    fn any_size_to_any_size_keeps_an_even_grey() {
        for (w, h) in [(1, 1), (2, 3), (7, 5), (64, 1), (1, 64), (33, 32)] {
            for (tw, th) in [(1, 1), (2, 2), (3, 50), (50, 3), (31, 33)] {
                assert_eq!(scaled(&vec![90; w * h], w, tw, th, false), vec![90; tw * th], "{w}x{h} to {tw}x{th}");
            }
        }
    }
}
