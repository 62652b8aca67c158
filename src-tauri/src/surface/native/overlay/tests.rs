//! Layers drawn on an image in place of a window, at the scale factors that screens have.

use super::*;
use crate::surface::native::pixels::Pool;
use pizoo_client::view::Picture;
use pizoo_media::picture::{Fit, Frame, Scaler};

const WHITE: [u8; 3] = [255, 255, 255];
const STAGE: [u8; 3] = [0x17, 0x12, 0x17];
/// What is seen without any picture.
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

/// A screen with two empty slots, bottom first.
fn screen() -> (Screen, [Arc<Slot>; 2]) {
    let slots = [Arc::new(Slot::default()), Arc::new(Slot::default())];
    (Screen { layers: slots.clone().map(|slot| Layer { slot, shown: None }), has_ground: false }, slots)
}

fn drawn(screen: &mut Screen, scale: i32) -> cairo::ImageSurface {
    let image = window(scale);
    screen.draw(&cairo::Context::new(&image).unwrap(), scale).unwrap();
    image
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
        let tile = DeviceTile {
            picture: Picture::Remote,
            x: 10 * scale + 1,
            y: 20,
            width: side,
            height: side,
            blurred: false,
        };
        let (mut screen, [remote, _]) = screen();
        remote.put(white(tile, &Pool::default()), true);
        let image = drawn(&mut screen, scale);
        let (left, top, side) = (tile.x, tile.y, 40 * scale);
        let (middle, quarter) = (left + side / 2, side / 4);
        // Exactly to the edge: a picture that was resampled would be grey there.
        for (x, y, expected) in [
            (left, top + quarter, WHITE),
            (left + side - 1, top + quarter, WHITE),
            (left - 1, top + quarter, STAGE),
            (left + side, top + quarter, STAGE),
            (middle, top + quarter - 1, STAGE),
            (middle, top + side - quarter - 1, WHITE),
            (middle, top + side - quarter, STAGE),
        ] {
            assert_eq!(pixel(&image, x, y), expected, "({x}, {y}) at scale {scale}");
        }
    }
}

#[test]
fn a_picture_stays_until_it_is_hidden() {
    let tile = DeviceTile { picture: Picture::Remote, x: 0, y: 0, width: 20, height: 20, blurred: false };
    let (mut screen, [slot, _]) = screen();
    let mut seen = || pixel(&drawn(&mut screen, 1), 10, 10);
    assert_eq!(seen(), PAGE);
    slot.put(white(tile, &Pool::default()), true);
    assert_eq!([seen(), seen()], [WHITE, WHITE]);
    slot.put(Update::Show { tile, painted: None }, false);
    assert_eq!(seen(), STAGE);
    slot.put(Update::Hide, true);
    assert_eq!(seen(), STAGE, "the page may not cover it yet");
}

#[test]
fn the_own_tile_lies_on_the_other_one() {
    let remote = DeviceTile { picture: Picture::Remote, x: 0, y: 0, width: 100, height: 80, blurred: false };
    let own = DeviceTile { picture: Picture::Own, x: 60, y: 30, width: 20, height: 20, blurred: false };
    let (mut screen, [below, above]) = screen();
    below.put(white(remote, &Pool::default()), true);
    above.put(Update::Show { tile: own, painted: None }, true);
    let image = drawn(&mut screen, 1);
    assert_eq!([pixel(&image, 50, 40), pixel(&image, 70, 40)], [WHITE, STAGE]);
    // The seam that the page leaves at the right and below is covered, the corner is not.
    assert_eq!([pixel(&image, 80, 40), pixel(&image, 81, 40), pixel(&image, 70, 50)], [STAGE, WHITE, STAGE]);
    assert_eq!([pixel(&image, 59, 40), pixel(&image, 80, 50)], [WHITE, WHITE]);
    above.put(Update::Hide, true);
    assert_eq!(pixel(&drawn(&mut screen, 1), 70, 40), WHITE);
}

#[test]
fn pixels_that_are_too_few_are_an_error() {
    let placement = Placement { x: 0, y: 0, width: 8, height: 8 };
    assert!(surface(placement, Pool::default().take()).is_err());
}
