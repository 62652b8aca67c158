//! Saying where on the page the pictures go.

use crate::shell::Shell;
use crate::surface::device_tiles;
use pizoo_client::view::Tile;
use tauri::State;

/// Replaces all earlier places. It returns at once: the surface draws by itself.
#[tauri::command]
pub(super) fn place_pictures(shell: State<'_, Shell>, tiles: Vec<Tile>, scale: f64) {
    shell.surface.place(&device_tiles(&tiles, scale));
}
