//! From a camera's buffer to I420.

use nokhwa::utils::FrameFormat;
use yuv::{
    BufferStoreMut, YuvConversionMode, YuvPackedImage, YuvPlanarImageMut, YuvRange, YuvStandardMatrix, bgr_to_yuv420,
    rgb_to_yuv420, yuyv422_to_yuv420,
};
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use crate::picture::{Frame, MAX_SIDE};

/// Converts buffers; it keeps the memory that JPEG needs.
#[derive(Debug, Default)]
pub(super) struct Converter {
    rgb: Vec<u8>,
}

impl Converter {
    /// One buffer of `width` x `height` pixels. Buffers may be longer than the picture (V4L hands out all of its memory,
    /// so a JPEG has padding).
    pub(super) fn convert(
        &mut self,
        format: FrameFormat,
        width: u32,
        height: u32,
        raw: &[u8],
    ) -> Result<Frame, String> {
        if !(1..=MAX_SIDE).contains(&width) || !(1..=MAX_SIDE).contains(&height) {
            return Err(format!("a picture of {width}x{height}"));
        }
        let mut frame = Frame::new(width, height);
        let (w, h) = (width as usize, height as usize);
        let (chroma_w, chroma_h) = (w.div_ceil(2), h.div_ceil(2));
        let nv12_len = w * h + 2 * chroma_w * chroma_h;
        match format {
            // macOS calls its two-plane formats YUYV as well; they are told apart by their length.
            FrameFormat::YUYV if raw.len() >= chroma_w * 4 * h => yuyv(&mut frame, raw)?,
            FrameFormat::YUYV | FrameFormat::NV12 if raw.len() >= nv12_len => nv12(&mut frame, &raw[..nv12_len]),
            FrameFormat::GRAY if raw.len() >= w * h => frame.planes_mut().0.copy_from_slice(&raw[..w * h]),
            FrameFormat::RAWRGB | FrameFormat::RAWBGR if raw.len() >= w * h * 3 => {
                rgb(&mut frame, &raw[..w * h * 3], format == FrameFormat::RAWBGR)?;
            }
            FrameFormat::MJPEG => self.jpeg(&mut frame, raw)?,
            _ => return Err(format!("{} bytes of {format} for {width}x{height}", raw.len())),
        }
        Ok(frame)
    }

    fn jpeg(&mut self, frame: &mut Frame, raw: &[u8]) -> Result<(), String> {
        let options = DecoderOptions::new_fast().jpeg_set_out_colorspace(ColorSpace::RGB);
        let mut decoder = JpegDecoder::new_with_options(ZCursor::new(raw), options);
        decoder.decode_headers().map_err(|e| format!("JPEG header: {e}"))?;
        let (w, h) = (frame.width as usize, frame.height as usize);
        if decoder.dimensions() != Some((w, h)) {
            return Err(format!("JPEG of {:?} instead of {w}x{h}", decoder.dimensions()));
        }
        self.rgb.resize(w * h * 3, 0);
        decoder.decode_into(&mut self.rgb).map_err(|e| format!("JPEG: {e}"))?;
        rgb(frame, &self.rgb, false)
    }
}

/// Full-range RGB to the frame's limited range.
fn rgb(frame: &mut Frame, pixels: &[u8], bgr: bool) -> Result<(), String> {
    let (stride, range, matrix) = (frame.width * 3, YuvRange::Limited, YuvStandardMatrix::Bt601);
    let convert = if bgr { bgr_to_yuv420 } else { rgb_to_yuv420 };
    convert(&mut planar(frame), pixels, stride, range, matrix, YuvConversionMode::Balanced).map_err(|e| e.to_string())
}

fn yuyv(frame: &mut Frame, raw: &[u8]) -> Result<(), String> {
    let (width, height) = (frame.width, frame.height);
    let yuy_stride = width.div_ceil(2) * 4;
    let packed = YuvPackedImage { yuy: &raw[..yuy_stride as usize * height as usize], yuy_stride, width, height };
    yuyv422_to_yuv420(&mut planar(frame), &packed).map_err(|e| e.to_string())
}

fn nv12(frame: &mut Frame, raw: &[u8]) {
    let (y, u, v) = frame.planes_mut();
    let (luma, chroma) = raw.split_at(y.len());
    y.copy_from_slice(luma);
    for ((pair, u), v) in chroma.chunks_exact(2).zip(u).zip(v) {
        (*u, *v) = (pair[0], pair[1]);
    }
}

fn planar(frame: &mut Frame) -> YuvPlanarImageMut<'_, u8> {
    let (width, height) = (frame.width, frame.height);
    let (y_stride, u_stride, v_stride) = frame.strides();
    let (y, u, v) = frame.planes_mut();
    YuvPlanarImageMut {
        y_plane: BufferStoreMut::Borrowed(y),
        y_stride,
        u_plane: BufferStoreMut::Borrowed(u),
        u_stride,
        v_plane: BufferStoreMut::Borrowed(v),
        v_stride,
        width,
        height,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn convert(format: FrameFormat, width: u32, height: u32, raw: &[u8]) -> Result<Frame, String> {
        Converter::default().convert(format, width, height, raw)
    }

    fn is_flat(frame: &Frame, want: (u8, u8, u8)) -> bool {
        let (y, u, v) = frame.planes();
        let near = |plane: &[u8], want: u8| plane.iter().all(|p| p.abs_diff(want) <= 2);
        near(y, want.0) && near(u, want.1) && near(v, want.2)
    }

    #[test]
    fn yuyv_keeps_luma_and_halves_chroma() {
        let rows = [[10, 100, 20, 200], [30, 110, 40, 210]];
        let frame = convert(FrameFormat::YUYV, 2, 2, rows.as_flattened()).unwrap();
        let (y, u, v) = frame.planes();
        assert_eq!(y, [10, 20, 30, 40]);
        assert!((100..=110).contains(&u[0]) && (200..=210).contains(&v[0]));
    }

    #[test]
    fn nv12_is_taken_apart_also_when_called_yuyv() {
        let raw = [1, 2, 3, 4, 5, 6, 7, 8, 100, 200, 101, 201];
        for format in [FrameFormat::NV12, FrameFormat::YUYV] {
            let frame = convert(format, 4, 2, &raw).unwrap();
            assert_eq!(frame.planes(), (&raw[..8], &[100, 101][..], &[200, 201][..]));
        }
    }

    #[test]
    fn rgb_and_bgr_have_the_right_colours() {
        let red = [255, 0, 0].repeat(64 * 16);
        assert!(is_flat(&convert(FrameFormat::RAWRGB, 64, 16, &red).unwrap(), (81, 90, 240)));
        assert!(is_flat(&convert(FrameFormat::RAWBGR, 64, 16, &red).unwrap(), (41, 240, 110)));
    }

    #[test]
    fn odd_sizes_convert() {
        for format in [FrameFormat::YUYV, FrameFormat::NV12, FrameFormat::RAWRGB, FrameFormat::GRAY] {
            for (w, h) in [(1, 1), (3, 5), (7, 2), (5, 1)] {
                assert!(convert(format, w, h, &[128; 1024]).is_ok(), "{format} {w}x{h}");
            }
        }
    }

    #[test]
    fn short_and_senseless_buffers_are_errors() {
        for format in super::super::format::USABLE {
            assert!(convert(format, 64, 64, &[0; 100]).is_err(), "{format}");
            assert!(convert(format, 64, 64, &[]).is_err(), "{format}");
            assert!(convert(format, 0, 64, &[0; 100]).is_err(), "{format}");
            assert!(convert(format, u32::MAX, u32::MAX, &[0; 100]).is_err(), "{format}");
        }
        assert!(convert(FrameFormat::MJPEG, 8, 8, &[0xff, 0xd8, 0xff, 0xd9]).is_err());
    }
}
