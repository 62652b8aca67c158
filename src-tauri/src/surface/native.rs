//! Pictures drawn by GTK under the transparent page (Linux; X11 and Wayland alike).
//!
//! ```text
//! page (transparent where a picture is) over a drawing area over the window
//! painter, a thread a picture: newest frame > scaled, BGRx > slot > main thread draws it, once, at the next redraw
//! ```
//!
//! The main thread only paints finished pixels. A picture that was not painted yet holds the next one back, so a hidden
//! window costs nothing. On a machine whose graphics driver does not blend a transparent web view, `PIZOO_PICTURES=canvas`
//! is the way out.

mod overlay;
mod painter;
mod pixels;
mod slot;

use super::{DeviceTile, Surface};
use painter::Painter;
use pizoo_client::Client;
use pizoo_client::view::{Picture, PicturePath};
use slot::Slot;
use std::sync::Arc;
use tauri::WebviewWindow;
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::error;

/// From the bottom to the top.
const LAYERS: [Picture; 2] = [Picture::Remote, Picture::Own];

/// The drawing area's side of the app.
pub(super) struct Native {
    layers: [Layer; 2],
}

/// One of the two pictures.
struct Layer {
    picture: Picture,
    tile: watch::Sender<Option<DeviceTile>>,
    slot: Arc<Slot>,
}

impl Native {
    pub(super) fn new() -> Self {
        let layer = |picture| Layer { picture, tile: watch::Sender::new(None), slot: Arc::default() };
        Self { layers: LAYERS.map(layer) }
    }
}

impl Surface for Native {
    fn path(&self) -> PicturePath {
        PicturePath::Native
    }

    fn attach(&self, window: &WebviewWindow) -> tauri::Result<()> {
        let slots = self.layers.each_ref().map(|layer| Arc::clone(&layer.slot));
        window.with_webview(move |view| {
            if let Err(failure) = overlay::build(&view.inner(), slots) {
                error!("Pictures cannot be drawn under the page: {failure}");
            }
        })
    }

    fn start(&self, client: &Client, tasks: &TaskTracker, stop: &CancellationToken) {
        for layer in &self.layers {
            let (frames, tile) = (client.picture(layer.picture), layer.tile.subscribe());
            let painter = Painter::new(frames, tile, Arc::clone(&layer.slot), stop.clone());
            let runtime = Handle::current();
            tasks.spawn_blocking(move || painter.run(&runtime));
        }
    }

    fn place(&self, tiles: &[DeviceTile]) {
        for layer in &self.layers {
            let tile = tiles.iter().find(|tile| tile.picture == layer.picture).copied();
            layer.tile.send_if_modified(|old| std::mem::replace(old, tile) != tile);
        }
    }
}
