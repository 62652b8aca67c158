//! Tiles in device pixels: arithmetic only.

use pizoo_client::view::{Picture, Tile};
use pizoo_media::picture::{Fit, MAX_SIDE};

/// A tile on the screen, in device pixels from the page's top left corner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DeviceTile {
    pub(crate) picture: Picture,
    pub(crate) x: i32,
    pub(crate) y: i32,
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// Shown beyond recognition.
    pub(crate) blurred: bool,
}

impl DeviceTile {
    /// The other side is shown whole; the own picture fills its tile.
    pub(crate) fn fit(&self) -> Fit {
        match self.picture {
            // The blurred picture is a few pixels wide, so its shape is not quite the frame's.
            Picture::Remote if self.blurred => Fit::Cover,
            Picture::Remote => Fit::Contain,
            Picture::Own => Fit::Cover,
        }
    }

    /// People know themselves from the mirror.
    pub(crate) fn mirrored(&self) -> bool {
        self.picture == Picture::Own
    }
}

/// What the page said, in device pixels. `scale` is device pixels a CSS pixel. Edges, not sizes, are rounded, so that
/// tiles that touch on the page touch on the screen. Of each picture the first tile counts; one that cannot be on any
/// screen is left out.
pub(crate) fn device_tiles(tiles: &[Tile], scale: f64) -> Vec<DeviceTile> {
    let scale = if scale.is_finite() { scale.clamp(0.25, 8.0) } else { 1.0 };
    let mut found: Vec<DeviceTile> = Vec::new();
    for tile in tiles {
        if let Some(device) = device_tile(tile, scale)
            && found.iter().all(|other| other.picture != device.picture)
        {
            found.push(device);
        }
    }
    found
}

fn device_tile(tile: &Tile, scale: f64) -> Option<DeviceTile> {
    let (left, top) = (edge(tile.x * scale)?, edge(tile.y * scale)?);
    let (right, bottom) = (edge((tile.x + tile.width) * scale)?, edge((tile.y + tile.height) * scale)?);
    let side = |from: i32, to: i32| u32::try_from(to - from).ok().filter(|side| (2..=MAX_SIDE).contains(side));
    let (width, height) = (side(left, right)?, side(top, bottom)?);
    Some(DeviceTile { picture: tile.picture, x: left, y: top, width, height, blurred: tile.blurred })
}

#[expect(clippy::cast_possible_truncation, reason = "within the limit")]
fn edge(position: f64) -> Option<i32> {
    let limit = 4.0 * f64::from(MAX_SIDE);
    (-limit..=limit).contains(&position).then(|| position.round() as i32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tile(picture: Picture, x: f64, y: f64, width: f64, height: f64) -> Tile {
        Tile { picture, x, y, width, height, blurred: false }
    }

    fn placed(tile: Tile, scale: f64) -> Option<(i32, i32, u32, u32)> {
        device_tiles(&[tile], scale).first().map(|d| (d.x, d.y, d.width, d.height))
    }

    #[test]
    fn css_pixels_become_device_pixels() {
        let remote = tile(Picture::Remote, 10.0, 20.0, 640.0, 360.0);
        assert_eq!(placed(remote, 1.0), Some((10, 20, 640, 360)));
        assert_eq!(placed(remote, 2.0), Some((20, 40, 1280, 720)));
        assert_eq!(placed(remote, 1.25), Some((13, 25, 800, 450)));
    }

    #[test]
    fn tiles_that_touch_on_the_page_touch_on_the_screen() {
        let (left, right) = (tile(Picture::Remote, 0.3, 0.0, 100.4, 50.0), tile(Picture::Own, 100.7, 0.0, 99.8, 50.0));
        for scale in [1.0, 1.1, 1.5, 2.0, 3.0] {
            let tiles = device_tiles(&[left, right], scale);
            assert_eq!(tiles[0].x + i32::try_from(tiles[0].width).unwrap(), tiles[1].x, "at {scale}");
        }
    }

    #[test]
    fn tiles_off_every_screen_are_left_out() {
        for (x, width) in [(0.0, 0.0), (0.0, -5.0), (0.0, 1.0), (f64::NAN, 10.0), (1e9, 10.0), (0.0, f64::INFINITY)] {
            assert_eq!(placed(tile(Picture::Remote, x, 0.0, width, 100.0), 1.0), None, "{x} {width}");
        }
        assert_eq!(placed(tile(Picture::Remote, 0.0, 0.0, 9000.0, 100.0), 1.0), None);
    }

    #[test]
    fn a_picture_has_one_tile() {
        let (first, second) = (tile(Picture::Own, 0.0, 0.0, 10.0, 10.0), tile(Picture::Own, 5.0, 0.0, 10.0, 10.0));
        assert_eq!(device_tiles(&[first, second], 1.0).len(), 1);
    }

    #[test]
    fn an_absurd_scale_does_no_harm() {
        let remote = tile(Picture::Remote, 0.0, 0.0, 100.0, 100.0);
        assert_eq!(placed(remote, f64::NAN), Some((0, 0, 100, 100)));
        assert_eq!(placed(remote, 1e9), Some((0, 0, 800, 800)));
        assert_eq!(placed(remote, -1.0), Some((0, 0, 25, 25)));
    }

    #[test]
    fn only_the_own_picture_is_mirrored_and_cut() {
        let tiles = [tile(Picture::Remote, 0.0, 0.0, 9.0, 9.0), tile(Picture::Own, 0.0, 0.0, 9.0, 9.0)];
        let ways: Vec<_> = device_tiles(&tiles, 1.0).iter().map(|tile| (tile.fit(), tile.mirrored())).collect();
        assert_eq!(ways, [(Fit::Contain, false), (Fit::Cover, true)]);
    }
}
