//! Where the program is.

use std::env::{self, consts::EXE_SUFFIX};
use std::path::{Path, PathBuf};

/// The tested version.
pub const VERSION: &str = "1.13.5";

/// Finds it: `PIZOO_LIVEKIT_SERVER`; the project's cache (`PIZOO_CACHE_DIR`, or `.cache` in the working directory or above
/// it), where `cargo xtask setup` puts it; the search path.
pub fn find_binary() -> Option<PathBuf> {
    let given = env::var_os("PIZOO_LIVEKIT_SERVER").filter(|path| !path.is_empty()).map(PathBuf::from);
    if given.is_some() {
        return given.filter(|path| path.is_file());
    }
    let name = format!("livekit-server{EXE_SUFFIX}");
    let cached = |cache: &Path| cache.join("livekit-server").join(VERSION).join(&name);
    let cache_dir = env::var_os("PIZOO_CACHE_DIR").map(PathBuf::from);
    let working = env::current_dir().unwrap_or_default();
    let above = working.ancestors().map(|folder| folder.join(".cache"));
    let path = env::var_os("PATH").unwrap_or_default();
    let on_path = env::split_paths(&path).map(|folder| folder.join(&name));
    let mut places = cache_dir.into_iter().chain(above).map(|cache| cached(&cache)).chain(on_path);
    places.find(|place| place.is_file())
}
