//! Where a picture goes inside a tile, and which part of it: arithmetic only.

/// How a picture fills a tile of another shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fit {
    /// All of the picture is seen; the tile keeps a margin.
    Contain,
    /// All of the tile is filled; the picture is cut.
    Cover,
}

/// Where the picture lies inside its tile: pixels from the tile's top left corner. Width and height are even; both are
/// 0 if the tile is too small to show anything.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Placement {
    /// Left edge.
    pub x: u32,
    /// Top edge.
    pub y: u32,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
}

/// The part of a picture that is shown, in luma pixels, fractions included.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Window {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

/// Fits a picture of `picture` pixels (width, height) into a tile.
pub(super) fn place(fit: Fit, picture: (u32, u32), tile: (u32, u32)) -> (Placement, Window) {
    let (w, h) = (f64::from(picture.0.max(1)), f64::from(picture.1.max(1)));
    let all = Window { x: 0.0, y: 0.0, width: w, height: h };
    let (tile_w, tile_h) = (tile.0.min(super::MAX_SIDE), tile.1.min(super::MAX_SIDE));
    if tile_w < 2 || tile_h < 2 {
        return (Placement::default(), all);
    }
    let scale_x = f64::from(tile_w) / w;
    let scale_y = f64::from(tile_h) / h;
    match fit {
        Fit::Contain => {
            let scale = scale_x.min(scale_y);
            let width = even(w * scale, tile_w);
            let height = even(h * scale, tile_h);
            (Placement { x: (tile_w - width) / 2, y: (tile_h - height) / 2, width, height }, all)
        }
        Fit::Cover => {
            let (width, height) = (tile_w & !1, tile_h & !1);
            let scale = scale_x.max(scale_y);
            let seen_w = (f64::from(tile_w) / scale).min(w);
            let seen_h = (f64::from(tile_h) / scale).min(h);
            let window = Window { x: (w - seen_w) / 2.0, y: (h - seen_h) / 2.0, width: seen_w, height: seen_h };
            (Placement { x: 0, y: 0, width, height }, window)
        }
    }
}

/// The even number next below (or at) `length`, from 2 to `limit`. Products such as 1280 * 0.3 come out a hair low.
fn even(length: f64, limit: u32) -> u32 {
    ((length + 1e-6) as u32).clamp(2, limit) & !1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn placed(fit: Fit, picture: (u32, u32), tile: (u32, u32)) -> (u32, u32, u32, u32) {
        let (p, _) = place(fit, picture, tile);
        (p.x, p.y, p.width, p.height)
    }

    #[test]
    fn contain_keeps_the_shape_and_centres() {
        assert_eq!(placed(Fit::Contain, (1280, 720), (1280, 720)), (0, 0, 1280, 720));
        assert_eq!(placed(Fit::Contain, (1280, 720), (640, 640)), (0, 140, 640, 360));
        assert_eq!(placed(Fit::Contain, (720, 1280), (640, 640)), (140, 0, 360, 640));
        assert_eq!(placed(Fit::Contain, (1280, 720), (384, 999)), (0, 391, 384, 216));
    }

    #[test]
    fn cover_fills_the_tile_and_cuts_the_picture() {
        assert_eq!(placed(Fit::Cover, (1280, 720), (300, 301)), (0, 0, 300, 300));
        let (_, window) = place(Fit::Cover, (1280, 720), (360, 360));
        assert_eq!(window, Window { x: 280.0, y: 0.0, width: 720.0, height: 720.0 });
        let (_, window) = place(Fit::Cover, (400, 800), (200, 100));
        assert_eq!(window, Window { x: 0.0, y: 300.0, width: 400.0, height: 200.0 });
    }

    #[test]
    fn extremes_stay_inside_the_tile() {
        for fit in [Fit::Contain, Fit::Cover] {
            for picture in [(1, 1), (1, 8192), (8192, 1), (3, 5), (0, 0)] {
                for tile in [(2, 2), (3, 2), (1, 100), (0, 0), (101, 99), (u32::MAX, 7), (8192, 8192)] {
                    let (p, window) = place(fit, picture, tile);
                    assert!(p.width % 2 == 0 && p.height % 2 == 0, "{picture:?} in {tile:?}: {p:?}");
                    assert!(p.x + p.width <= tile.0 && p.y + p.height <= tile.1, "{picture:?} in {tile:?}: {p:?}");
                    assert_eq!(p.width == 0, tile.0 < 2 || tile.1 < 2, "{picture:?} in {tile:?}: {p:?}");
                    assert!(window.width > 0.0 && window.height > 0.0);
                }
            }
        }
    }
}
