//! The thread of one picture: turns frames into pixels of its tile.

use super::pixels::Pool;
use super::slot::{Slot, Update};
use crate::surface::DeviceTile;
use pizoo_media::picture::{Frame, Scaler};
use std::sync::Arc;
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// Turns frames into pixels of a tile until it is stopped or the frames end.
pub(super) struct Painter {
    frames: watch::Receiver<Option<Arc<Frame>>>,
    tile: watch::Receiver<Option<DeviceTile>>,
    slot: Arc<Slot>,
    stop: CancellationToken,
    scaler: Scaler,
    blur: Scaler,
    pool: Pool,
}

impl Painter {
    pub(super) fn new(
        frames: watch::Receiver<Option<Arc<Frame>>>,
        tile: watch::Receiver<Option<DeviceTile>>,
        slot: Arc<Slot>,
        stop: CancellationToken,
    ) -> Self {
        Self { frames, tile, slot, stop, scaler: Scaler::new(), blur: Scaler::new(), pool: Pool::default() }
    }

    /// Blocks its thread.
    pub(super) fn run(mut self, runtime: &Handle) {
        let mut shown = None;
        while runtime.block_on(self.next(shown.is_some())) {
            let tile = *self.tile.borrow_and_update();
            let frame = self.frames.borrow_and_update().clone();
            let update = match tile {
                Some(tile) => self.paint(tile, frame.as_deref()),
                None => {
                    self.pool.clear();
                    Update::Hide
                }
            };
            self.slot.put(update, tile != shown);
            shown = tile;
        }
        self.slot.put(Update::Hide, true);
    }

    fn paint(&mut self, tile: DeviceTile, frame: Option<&Frame>) -> Update {
        let painted = frame.and_then(|frame| {
            let mut pixels = self.pool.take();
            let frame = if tile.blurred { self.blur.blur(frame) } else { frame };
            // Pictures have even sides. One that is a pixel too large loses it at the tile's edge; one that is too small
            // would leave a line there.
            let (width, height) = (tile.width.next_multiple_of(2), tile.height.next_multiple_of(2));
            let placement = self.scaler.to_bgrx(frame, tile.fit(), width, height, tile.mirrored(), &mut pixels.bytes);
            (placement.width > 0).then_some((placement, pixels))
        });
        Update::Show { tile, painted }
    }

    /// Waits for something to paint: another tile at any time, another frame while a tile is shown and the screen has
    /// drawn the one before. False at the end.
    async fn next(&mut self, shown: bool) -> bool {
        let frame = async {
            self.slot.emptied().await;
            self.frames.changed().await
        };
        tokio::select! {
            () = self.stop.cancelled() => false,
            changed = self.tile.changed() => changed.is_ok(),
            changed = frame, if shown => changed.is_ok(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pizoo_client::view::Picture;

    const TILE: DeviceTile = DeviceTile { picture: Picture::Remote, x: 0, y: 0, width: 32, height: 32, blurred: false };

    /// What the screen would get, once it differs from nothing.
    async fn taken(slot: &Slot) -> Update {
        loop {
            if let Some(update) = slot.take() {
                return update;
            }
            tokio::task::yield_now().await;
        }
    }

    fn is_painted(update: &Update) -> bool {
        matches!(update, Update::Show { painted: Some(_), .. })
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_tile_shows_the_newest_frame_until_it_is_taken_away() {
        let (frames, tile) = (watch::Sender::new(None), watch::Sender::new(None));
        let (slot, stop) = (Arc::new(Slot::default()), CancellationToken::new());
        let painter = Painter::new(frames.subscribe(), tile.subscribe(), Arc::clone(&slot), stop.clone());
        let runtime = Handle::current();
        let thread = tokio::task::spawn_blocking(move || painter.run(&runtime));

        tile.send_replace(Some(TILE));
        assert!(matches!(taken(&slot).await, Update::Show { painted: None, .. }), "a tile without a picture is empty");
        frames.send_replace(Some(Arc::new(Frame::new(64, 32))));
        let update = taken(&slot).await;
        let Update::Show { painted: Some((placement, pixels)), .. } = &update else { panic!("nothing is painted") };
        assert_eq!((placement.y, placement.width, placement.height), (8, 32, 16));
        assert_eq!(pixels.bytes.len(), 32 * 16 * 4);

        tile.send_replace(Some(DeviceTile { width: 64, ..TILE }));
        assert!(is_painted(&taken(&slot).await), "the last frame is painted again for another tile");
        tile.send_replace(Some(DeviceTile { width: 63, height: 31, ..TILE }));
        let Update::Show { painted: Some((placement, _)), .. } = taken(&slot).await else {
            panic!("nothing is painted")
        };
        assert_eq!((placement.width, placement.height), (64, 32), "a tile with odd sides is covered");
        tile.send_replace(None);
        assert!(matches!(taken(&slot).await, Update::Hide));

        stop.cancel();
        thread.await.unwrap();
    }
}
