//! Between a painter and the screen: one picture at most waits here.

use super::pixels::Pixels;
use crate::surface::DeviceTile;
use gtk::glib::{self, SendWeakRef};
use gtk::prelude::*;
use pizoo_media::picture::Placement;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use tokio::sync::Notify;

/// What the screen is to show of one picture.
pub(super) enum Update {
    /// Nothing.
    Hide,
    /// A tile, with the picture in it, if there is one.
    Show {
        /// Where.
        tile: DeviceTile,
        /// What, and where in the tile.
        painted: Option<(Placement, Pixels)>,
    },
}

/// The place for one update, and the way to have it drawn.
#[derive(Default)]
pub(super) struct Slot {
    waiting: Mutex<Waiting>,
    taken: Notify,
    area: OnceLock<SendWeakRef<gtk::DrawingArea>>,
}

#[derive(Default)]
struct Waiting {
    update: Option<Update>,
    /// What to redraw when the main thread comes by; None when it has not been called.
    dirty: Option<Dirty>,
}

/// Which part of the window changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Dirty {
    Tile(DeviceTile),
    Everything,
}

impl Slot {
    /// Where to draw.
    pub(super) fn bind(&self, area: &gtk::DrawingArea) {
        drop(self.area.set(area.downgrade().into()));
    }

    /// Puts an update here in place of one that waits, and calls the main thread, unless that was done already. `moved`
    /// says that the tile is not where it was.
    pub(super) fn put(self: &Arc<Self>, update: Update, moved: bool) {
        let mut waiting = self.waiting();
        let called = waiting.dirty.is_some();
        waiting.dirty = Some(match &update {
            Update::Show { tile, .. } if !moved && waiting.dirty != Some(Dirty::Everything) => Dirty::Tile(*tile),
            _ => Dirty::Everything,
        });
        let replaced = waiting.update.replace(update);
        drop(waiting);
        drop(replaced);
        if !called {
            let slot = Arc::clone(self);
            // Not `invoke`, which may run on this thread. GTK redraws at a lower priority than this, so not without it.
            let call = glib::source::idle_source_new(None, glib::Priority::DEFAULT, move || {
                slot.redraw();
                glib::ControlFlow::Break
            });
            call.attach(None);
        }
    }

    /// The update that waits; for the screen.
    pub(super) fn take(&self) -> Option<Update> {
        let update = self.waiting().update.take();
        if update.is_some() {
            self.taken.notify_one();
        }
        update
    }

    /// Returns once no update waits. One caller at a time.
    pub(super) async fn emptied(&self) {
        while self.waiting().update.is_some() {
            self.taken.notified().await;
        }
    }

    /// Has GTK draw what changed; on the main thread.
    fn redraw(&self) {
        let dirty = self.waiting().dirty.take();
        let Some(area) = self.area.get().and_then(|area| area.upgrade()) else { return };
        match dirty {
            Some(Dirty::Tile(tile)) => {
                let (x, y, width, height) = logical(&tile, area.scale_factor());
                let (y, height) = mirrored(y, height, area.allocated_height());
                area.queue_draw_area(x, y, width, height);
            }
            Some(Dirty::Everything) => area.queue_draw(),
            None => {}
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The tile in GTK's pixels (x, y, width, height), rounded outwards.
fn logical(tile: &DeviceTile, scale: i32) -> (i32, i32, i32, i32) {
    let scale = scale.max(1);
    let far = |from: i32, side: u32| from.saturating_add_unsigned(side).div_euclid(scale) + 1;
    let (x, y) = (tile.x.div_euclid(scale), tile.y.div_euclid(scale));
    (x, y, far(tile.x, tile.width) - x, far(tile.y, tile.height) - y)
}

/// The rows that hold these (top, number) and, as far from the other edge of all those rows, their mirror image.
///
/// WebKitGTK (seen: 2.50 without a GPU) draws the page only into the mirror image of what is redrawn, as if the view were
/// upside down. Were less than both redrawn, the page would be missing above a strip of the picture.
fn mirrored(y: i32, height: i32, all: i32) -> (i32, i32) {
    let margin = y.min(all.saturating_sub(y).saturating_sub(height)).max(0);
    (margin, all - 2 * margin)
}

#[cfg(test)]
mod tests {
    use super::*;
    use pizoo_client::view::Picture;

    const TILE: DeviceTile = DeviceTile { picture: Picture::Own, x: 11, y: 20, width: 100, height: 51, blurred: false };

    #[test]
    fn the_redrawn_part_covers_the_tile_at_every_scale() {
        for scale in [1, 2, 3] {
            let (x, y, width, height) = logical(&TILE, scale);
            assert!(x * scale <= 11 && (x + width) * scale >= 111, "at {scale}: {x} {width}");
            assert!(y * scale <= 20 && (y + height) * scale >= 71, "at {scale}: {y} {height}");
            assert!((width - 2) * scale <= 100 && (height - 2) * scale <= 51, "at {scale}: {width} {height}");
        }
    }

    #[test]
    fn the_redrawn_rows_are_their_own_mirror_image() {
        assert_eq!(mirrored(64, 532, 700), (64, 572));
        assert_eq!(mirrored(455, 125, 700), (120, 460));
        assert_eq!(mirrored(0, 700, 700), (0, 700));
        assert_eq!(mirrored(680, 40, 700), (0, 700), "a tile that reaches beyond the window");
        assert_eq!(mirrored(-10, 50, 700), (0, 700));
    }

    #[tokio::test]
    async fn a_picture_that_was_not_drawn_holds_the_next_one_back() {
        let slot = Arc::new(Slot::default());
        slot.emptied().await;
        slot.put(Update::Hide, false);
        let emptied = tokio::spawn({
            let slot = Arc::clone(&slot);
            async move { slot.emptied().await }
        });
        tokio::task::yield_now().await;
        assert!(!emptied.is_finished());
        assert!(slot.take().is_some());
        emptied.await.unwrap();
        assert!(slot.take().is_none());
    }

    #[test]
    fn the_newest_update_wins_and_a_move_redraws_everything() {
        let slot = Arc::new(Slot::default());
        slot.put(Update::Show { tile: TILE, painted: None }, false);
        assert_eq!(slot.waiting().dirty, Some(Dirty::Tile(TILE)));
        slot.put(Update::Show { tile: TILE, painted: None }, true);
        slot.put(Update::Show { tile: TILE, painted: None }, false);
        assert_eq!(slot.waiting().dirty, Some(Dirty::Everything));
        slot.put(Update::Hide, false);
        assert!(matches!(slot.take(), Some(Update::Hide)));
        assert!(slot.take().is_none());
    }
}
