//! The test picture in the two pixel formats that webcams use.

use jpeg_encoder::{Encoder, ImageBuffer, JpegColorType, SamplingFactor};
use pizoo_pattern::{Scene, Stamp, draw_i420};

/// What a camera can be set to: sizes in order of preference, and frames a second.
pub(crate) const SIZES: [(u32, u32); 2] = [(1280, 720), (640, 480)];
pub(crate) const RATES: [u32; 2] = [30, 15];
const JPEG_QUALITY: u8 = 85;

/// How pixels are laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    /// Two pixels in four bytes: luma, blue, luma, red.
    Yuyv,
    /// A JPEG image each frame.
    Mjpeg,
}

impl Layout {
    pub(crate) const ALL: [Self; 2] = [Self::Yuyv, Self::Mjpeg];

    /// Its code in V4L2.
    pub(crate) fn fourcc(self) -> u32 {
        match self {
            Self::Yuyv => u32::from_le_bytes(*b"YUYV"),
            Self::Mjpeg => u32::from_le_bytes(*b"MJPG"),
        }
    }

    pub(crate) fn of_fourcc(code: u32) -> Option<Self> {
        Self::ALL.into_iter().find(|layout| layout.fourcc() == code)
    }
}

/// What a camera is set to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Format {
    pub(crate) layout: Layout,
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) fps: u32,
}

impl Default for Format {
    fn default() -> Self {
        Self { layout: Layout::Yuyv, width: 640, height: 480, fps: 30 }
    }
}

impl Format {
    /// The nearest that the camera can do, as a driver chooses it.
    pub(crate) fn nearest(self, layout: Layout, width: u32, height: u32) -> Self {
        let far = |size: &(u32, u32)| size.0.abs_diff(width) + size.1.abs_diff(height);
        let (width, height) = SIZES.into_iter().min_by_key(far).unwrap_or(SIZES[0]);
        Self { layout, width, height, ..self }
    }

    /// Bytes that a frame takes at most.
    pub(crate) fn buffer_size(self) -> usize {
        self.width as usize * self.height as usize * 2
    }
}

/// Draws frames of one format.
pub(crate) struct Film {
    scene: Scene,
    format: Format,
    y: Vec<u8>,
    u: Vec<u8>,
    v: Vec<u8>,
    out: Vec<u8>,
}

impl Film {
    pub(crate) fn new(scene: Scene, format: Format) -> Self {
        let luma = format.width as usize * format.height as usize;
        let plane = |length| vec![0; length];
        Self { scene, format, y: plane(luma), u: plane(luma / 4), v: plane(luma / 4), out: Vec::new() }
    }

    /// One frame, encoded.
    pub(crate) fn frame(&mut self, stamp: Stamp) -> &[u8] {
        let (width, height) = (self.format.width as usize, self.format.height as usize);
        draw_i420(self.scene, stamp, width, height, &mut self.y, &mut self.u, &mut self.v);
        self.out.clear();
        match self.format.layout {
            Layout::Yuyv => self.pack(width),
            Layout::Mjpeg => self.compress(),
        }
        &self.out
    }

    fn pack(&mut self, width: usize) {
        let chroma = self.u.chunks_exact(width / 2).zip(self.v.chunks_exact(width / 2));
        for (rows, (u, v)) in self.y.chunks_exact(width * 2).zip(chroma) {
            for row in rows.chunks_exact(width) {
                let pixels = row.chunks_exact(2).zip(u.iter().zip(v));
                self.out.extend(pixels.flat_map(|(luma, (u, v))| [luma[0], *u, luma[1], *v]));
            }
        }
    }

    fn compress(&mut self) {
        let mut out = std::mem::take(&mut self.out);
        let mut encoder = Encoder::new(&mut out, JPEG_QUALITY);
        encoder.set_sampling_factor(SamplingFactor::R_4_2_2);
        // It writes to memory; a frame that fails all the same stays empty, which a program takes for a bad frame.
        let _ = encoder.encode_image(FullRange(self));
        self.out = out;
    }
}

/// The picture as JPEG wants it: full range, where cameras' YUYV is limited.
struct FullRange<'a>(&'a Film);

impl ImageBuffer for FullRange<'_> {
    fn get_jpeg_color_type(&self) -> JpegColorType {
        JpegColorType::Ycbcr
    }
    fn width(&self) -> u16 {
        self.0.format.width as u16
    }
    fn height(&self) -> u16 {
        self.0.format.height as u16
    }
    fn fill_buffers(&self, row: u16, buffers: &mut [Vec<u8>; 4]) {
        let (film, width, row) = (self.0, self.0.format.width as usize, row as usize);
        let luma = &film.y[row * width..(row + 1) * width];
        let chroma = row / 2 * (width / 2)..(row / 2 + 1) * (width / 2);
        let stretch = |sample: u8, zero: i32, span: i32, to: i32| {
            ((i32::from(sample) - zero) * 255 / span + to).clamp(0, 255) as u8
        };
        buffers[0].extend(luma.iter().map(|sample| stretch(*sample, 16, 219, 0)));
        for (buffer, plane) in buffers[1..].iter_mut().zip([&film.u, &film.v]) {
            buffer.extend(
                plane[chroma.clone()].iter().map(|sample| stretch(*sample, 128, 224, 128)).flat_map(|c| [c, c]),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pizoo_pattern::read_luma;

    #[test]
    fn packed_picture_carries_stamp_and_scene() {
        let format = Format { layout: Layout::Yuyv, width: 1280, height: 720, fps: 30 };
        let mut film = Film::new(Scene::Two, format);
        let frame = film.frame(Stamp(99)).to_vec();
        assert_eq!(frame.len(), format.buffer_size());
        let luma: Vec<u8> = frame.iter().step_by(2).copied().collect();
        assert_eq!(read_luma(&luma, 1280, 1280, 720), Some(Stamp(99)));
        let every_fourth = |first| frame.iter().skip(first).step_by(4).copied().collect::<Vec<u8>>();
        assert_eq!(Scene::recognise(&every_fourth(1), &every_fourth(3)), Some(Scene::Two));
    }

    #[test]
    fn compressed_picture_is_a_jpeg_that_fits() {
        let format = Format { layout: Layout::Mjpeg, width: 640, height: 480, fps: 30 };
        let mut film = Film::new(Scene::One, format);
        let frame = film.frame(Stamp(1));
        assert!(frame.starts_with(&[0xFF, 0xD8]) && frame.ends_with(&[0xFF, 0xD9]));
        assert!(frame.len() < format.buffer_size());
    }
}
