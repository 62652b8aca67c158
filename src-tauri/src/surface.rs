//! Where decoded pictures meet the screen.
//!
//! Two ways behind one trait, chosen at the start: [`native`] draws under the transparent page (Linux), [`canvas`] hands
//! frames to the page. The page only says where its tiles are. Neither decodes, mirrors in the network or keeps more
//! than the newest frame.

mod canvas;
#[cfg(target_os = "linux")]
mod native;
mod tile;

pub(crate) use tile::device_tiles;

use crate::settings::Pictures;
use canvas::Canvas;
use pizoo_client::Client;
use pizoo_client::view::PicturePath;
use std::sync::Arc;
use tauri::{Builder, WebviewWindow, Wry};
use tile::DeviceTile;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// One way to get pictures on the screen.
pub(crate) trait Surface: Send + Sync {
    /// Which one; the page must know.
    fn path(&self) -> PicturePath;

    /// Registers what has to be there before the window.
    fn register(self: Arc<Self>, builder: Builder<Wry>) -> Builder<Wry> {
        builder
    }

    /// Prepares the window; on the main thread.
    fn attach(&self, _window: &WebviewWindow) -> tauri::Result<()> {
        Ok(())
    }

    /// Shows what the client gives, on tasks that end with `stop`.
    fn start(&self, client: &Client, tasks: &TaskTracker, stop: &CancellationToken);

    /// Where pictures go from now on. A picture without a tile is not shown, and costs nothing.
    fn place(&self, tiles: &[DeviceTile]);

    /// Shows no picture.
    fn hide(&self) {
        self.place(&[]);
    }
}

/// The way that was wished for, or the best of this system.
pub(crate) fn choose(wish: Option<Pictures>, tasks: &TaskTracker, stop: &CancellationToken) -> Arc<dyn Surface> {
    #[cfg(target_os = "linux")]
    if wish != Some(Pictures::Canvas) {
        return Arc::new(native::Native::new());
    }
    #[cfg(not(target_os = "linux"))]
    if wish == Some(Pictures::Native) {
        tracing::warn!("Pictures cannot be drawn natively on this system; the page draws them.");
    }
    Arc::new(Canvas::new(tasks.clone(), stop.clone()))
}
