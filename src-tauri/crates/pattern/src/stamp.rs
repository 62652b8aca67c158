//! A number as 40 black and white bars: 32 bits, least significant first, then an 8-bit checksum.
//!
//! The bars span the whole width, so a picture may be scaled to a third, blurred and compressed and still be read.

/// The number of a frame. Cameras count frames, 30 a second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Stamp(pub u32);

const BARS: usize = 40;
const WHITE: u8 = 235;
const BLACK: u8 = 16;
/// Darkest and brightest bar of a readable stamp differ by at least this much luma.
const CONTRAST: u8 = 60;

impl Stamp {
    /// CRC-8 (polynomial 0x07): every error of up to three bars is noticed. Its start value makes sure that neither a
    /// black nor a white picture reads as a stamp.
    fn checksum(self) -> u8 {
        self.0.to_le_bytes().iter().fold(0xA5, |crc, byte| {
            (0..8).fold(crc ^ byte, |crc: u8, _| if crc & 0x80 != 0 { (crc << 1) ^ 0x07 } else { crc << 1 })
        })
    }

    fn word(self) -> u64 {
        u64::from(self.0) | u64::from(self.checksum()) << 32
    }

    fn of_word(word: u64) -> Option<Self> {
        let stamp = Self(word as u32);
        (stamp.word() == word).then_some(stamp)
    }
}

/// How many rows at the top of a picture of this height the bars take.
pub fn stamp_rows(height: usize) -> usize {
    (height * 16 / 720).max(8).min(height)
}

/// Draws the bars over the top of tightly packed I420 planes.
pub(crate) fn draw(stamp: Stamp, width: usize, height: usize, y: &mut [u8], u: &mut [u8], v: &mut [u8]) {
    let (rows, word, chroma_width) = (stamp_rows(height), stamp.word(), width.div_ceil(2));
    let Some((first, rest)) = y.split_at_mut_checked(width) else { return };
    for bar in 0..BARS {
        let colour = if word >> bar & 1 == 1 { WHITE } else { BLACK };
        first[bar * width / BARS..(bar + 1) * width / BARS].fill(colour);
    }
    for row in rest.chunks_exact_mut(width).take(rows - 1) {
        row.copy_from_slice(first);
    }
    for plane in [u, v] {
        let end = (chroma_width * rows.div_ceil(2)).min(plane.len());
        plane[..end].fill(128);
    }
}

/// Reads the stamp of a luma plane whose rows are `stride` bytes apart; `None` when there is none or it is damaged.
pub fn read_luma(y: &[u8], stride: usize, width: usize, height: usize) -> Option<Stamp> {
    if width < BARS || stride < width || y.len() < stride * (height.max(1) - 1) + width {
        return None;
    }
    // A picture that was scaled down has fewer rows of bars than one that was drawn at its size.
    let rows = (height * 16 / 720).max(3);
    let at = |row: usize, across: f64| y[row * stride + ((across * width as f64) as usize).min(width - 1)];
    let votes: Vec<u64> = (1..=3)
        .map(|quarter| rows * quarter / 4)
        .filter(|row| *row < height)
        .filter_map(|row| word(&|across| at(row, across)))
        .collect();
    // One whole row is enough; a majority mends what noise did to each of them.
    votes.iter().find_map(|word| Stamp::of_word(*word)).or_else(|| {
        let [a, b, c] = votes[..] else { return None };
        Stamp::of_word((a & b) | (a & c) | (b & c))
    })
}

/// Reads the stamp along one line of brightnesses; `luma` gets 0 to 1, from the picture's left edge to its right.
pub fn read_bars(luma: impl Fn(f64) -> u8) -> Option<Stamp> {
    Stamp::of_word(word(&luma)?)
}

/// The 40 bits along one line, before any check.
fn word(luma: &dyn Fn(f64) -> u8) -> Option<u64> {
    let mut bars = [0u8; BARS];
    for (index, bar) in bars.iter_mut().enumerate() {
        let mut around = [-0.15, 0.0, 0.15].map(|off| luma((index as f64 + 0.5 + off) / BARS as f64));
        around.sort_unstable();
        *bar = around[1];
    }
    let (low, high) = bars.iter().fold((u8::MAX, u8::MIN), |(low, high), bar| (low.min(*bar), high.max(*bar)));
    if high - low < CONTRAST {
        return None;
    }
    let middle = low + (high - low) / 2;
    Some(bars.iter().enumerate().fold(0, |word, (index, bar)| word | u64::from(*bar > middle) << index))
}

#[cfg(test)]
mod tests;
