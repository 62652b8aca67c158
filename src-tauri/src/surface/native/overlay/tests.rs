//! Layers drawn on an image in place of a window, at the scale factors that screens have.

use super::*;
use crate::surface::native::pixels::Pool;
use pizoo_client::view::Picture;
use pizoo_media::picture::{Fit, Frame, Scaler};

const WHITE: [u8; 3] = [255, 255, 255];
const BLACK: [u8; 3] = [0, 0, 0];
/// What no layer paints.
const PAGE: [u8; 3] = [0, 255, 0];

/// A window of 200 x 100 of GTK's pixels, all green.
fn window(scale: i32) -> cairo::ImageSurface {
    let image = cairo::ImageSurface::create(cairo::Format::Rgb24, 200 * scale, 100 * scale).unwrap();
    image.set_device_scale(f64::from(scale), f64::from(scale));
    let context = cairo::Context::new(&image).unwrap();
    context.set_source_rgb(0.0, 1.0, 0.0);
    context.paint().unwrap();
    image
}

fn pixel(image: &cairo::ImageSurface, x: i32, y: i32) -> [u8; 3] {
    let at = usize::try_from(y * image.stride() + x * 4).unwrap();
    let mut pixel = [0; 3];
    image.with_data(|data| pixel.copy_from_slice(&data[at..at + 3])).unwrap();
    pixel
}

/// A white picture, as wide as its tile and half as high.
fn white(tile: DeviceTile, pool: &Pool) -> Update {
    let mut frame = Frame::new(tile.width, tile.height / 2);
    frame.planes_mut().0.fill(235);
    let mut pixels = pool.take();
    let placement = Scaler::new().to_bgrx(&frame, Fit::Contain, tile.width, tile.height, false, &mut pixels.bytes);
    Update::Show { tile, painted: Some((placement, pixels)) }
}

#[test]
fn a_picture_meets_its_device_pixels_at_scale_1_and_2() {
    for scale in [1, 2] {
        let side = u32::try_from(40 * scale).unwrap();
        let tile = DeviceTile { picture: Picture::Remote, x: 10 * scale + 1, y: 20, width: side, height: side };
        let (slot, image) = (Arc::new(Slot::default()), window(scale));
        slot.put(white(tile, &Pool::default()), true);
        let mut layer = Layer { slot, shown: None };
        layer.draw(&cairo::Context::new(&image).unwrap(), scale).unwrap();
        let (left, top, side) = (tile.x, tile.y, 40 * scale);
        let (middle, quarter) = (left + side / 2, side / 4);
        // Exactly to the edge: a picture that was resampled would be grey there.
        for (x, y, expected) in [
            (left, top + quarter, WHITE),
            (left + side - 1, top + quarter, WHITE),
            (left - 1, top + quarter, PAGE),
            (left + side, top + quarter, PAGE),
            (middle, top + quarter - 1, BLACK),
            (middle, top + side - quarter - 1, WHITE),
            (middle, top + side - quarter, BLACK),
            (middle, top, BLACK),
            (middle, top - 1, PAGE),
            (middle, top + side, PAGE),
        ] {
            assert_eq!(pixel(&image, x, y), expected, "({x}, {y}) at scale {scale}");
        }
    }
}

#[test]
fn a_picture_stays_until_it_is_hidden() {
    let tile = DeviceTile { picture: Picture::Remote, x: 0, y: 0, width: 20, height: 20 };
    let slot = Arc::new(Slot::default());
    let mut layer = Layer { slot: Arc::clone(&slot), shown: None };
    let mut seen = || {
        let image = window(1);
        layer.draw(&cairo::Context::new(&image).unwrap(), 1).unwrap();
        pixel(&image, 10, 10)
    };
    assert_eq!(seen(), PAGE);
    slot.put(white(tile, &Pool::default()), true);
    assert_eq!([seen(), seen()], [WHITE, WHITE]);
    slot.put(Update::Show { tile, painted: None }, false);
    assert_eq!(seen(), BLACK);
    slot.put(Update::Hide, true);
    assert_eq!(seen(), PAGE);
}

#[test]
fn pixels_that_are_too_few_are_an_error() {
    let placement = Placement { x: 0, y: 0, width: 8, height: 8 };
    assert!(surface(placement, Pool::default().take()).is_err());
}
