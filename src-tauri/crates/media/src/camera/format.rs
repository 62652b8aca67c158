//! Which of a camera's formats to use.

use nokhwa::utils::{CameraFormat, FrameFormat};

/// What we can convert, cheapest first. MJPEG costs fifty times as much as the raw formats.
pub(super) const USABLE: [FrameFormat; 6] = [
    FrameFormat::NV12,
    FrameFormat::YUYV,
    FrameFormat::GRAY,
    FrameFormat::RAWRGB,
    FrameFormat::RAWBGR,
    FrameFormat::MJPEG,
];

const WIDTH: u32 = 1280;
const HEIGHT: u32 = 720;
const RATE: u32 = 30;

/// The best for a call: at most 1280x720, fluent before sharp, 30 a second, raw before compressed, colour before grey.
/// A camera that has only larger formats gives its smallest.
pub(super) fn choose(formats: &[CameraFormat]) -> Option<CameraFormat> {
    formats.iter().copied().filter(|f| USABLE.contains(&f.format()) && f.width() > 0 && f.height() > 0).min_by_key(
        |f| {
            let area = u64::from(f.width()) * u64::from(f.height());
            let fits = f.width() <= WIDTH && f.height() <= HEIGHT;
            let grey = f.format() == FrameFormat::GRAY;
            let cost = USABLE.iter().position(|u| *u == f.format());
            let size = if fits { u64::MAX - area } else { area };
            (!fits, grey, tier(f), size, f.frame_rate().abs_diff(RATE), cost)
        },
    )
}

/// Fluent and of useful size, tolerable, or neither.
fn tier(f: &CameraFormat) -> u8 {
    match (f.frame_rate(), f.width().min(f.height())) {
        (24.., 360..) => 0,
        (15.., 240..) => 1,
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use FrameFormat::{GRAY, MJPEG, NV12, YUYV};

    fn best(formats: &[(u32, u32, FrameFormat, u32)]) -> Option<(u32, u32, FrameFormat, u32)> {
        let formats: Vec<_> = formats.iter().map(|f| CameraFormat::new_from(f.0, f.1, f.2, f.3)).collect();
        choose(&formats).map(|f| (f.width(), f.height(), f.format(), f.frame_rate()))
    }

    #[test]
    fn raw_comes_before_compressed_where_both_are_fluent() {
        let raw = (1280, 720, YUYV, 30);
        assert_eq!(best(&[(1280, 720, MJPEG, 30), (640, 480, YUYV, 30), raw]), Some(raw));
        assert_eq!(best(&[raw, (1280, 720, NV12, 30)]), Some((1280, 720, NV12, 30)));
    }

    #[test]
    fn fluent_compressed_comes_before_jerky_raw() {
        let usb2 = [(1280, 720, YUYV, 10), (640, 480, YUYV, 30), (1280, 720, MJPEG, 30), (1920, 1080, MJPEG, 30)];
        assert_eq!(best(&usb2), Some((1280, 720, MJPEG, 30)));
        assert_eq!(best(&usb2[..2]), Some((640, 480, YUYV, 30)));
    }

    #[test]
    fn sixty_frames_are_not_wanted() {
        assert_eq!(best(&[(1280, 720, MJPEG, 60), (1280, 720, MJPEG, 30)]), Some((1280, 720, MJPEG, 30)));
    }

    #[test]
    fn tiny_formats_are_a_last_resort() {
        assert_eq!(best(&[(160, 120, YUYV, 30), (1280, 720, YUYV, 15)]), Some((1280, 720, YUYV, 15)));
        assert_eq!(best(&[(160, 120, YUYV, 30)]), Some((160, 120, YUYV, 30)));
    }

    #[test]
    fn only_large_formats_give_the_smallest_of_them() {
        assert_eq!(best(&[(3840, 2160, MJPEG, 30), (1920, 1080, MJPEG, 30)]), Some((1920, 1080, MJPEG, 30)));
    }

    #[test]
    fn grey_infrared_picture_comes_last_and_nothing_is_nothing() {
        assert_eq!(best(&[(1280, 720, GRAY, 30), (640, 480, MJPEG, 15)]), Some((640, 480, MJPEG, 15)));
        assert_eq!(best(&[]), None);
    }
}
