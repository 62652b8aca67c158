//! Installs what is missing, saying what and why. What is there is only looked at: the second time it takes
//! milliseconds and no network.

mod go;
mod livekit_server;
pub(crate) mod node;
mod packages;
pub(crate) mod python;

use crate::{place::Place, run};
use anyhow::Result;

/// What it is for; each needs what those before it need.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Purpose {
    /// Building and using the app.
    App,
    /// Two apps on virtual displays.
    HeadlessDemo,
    /// Databases, and a browser that looks at the pages.
    Tests,
}

/// Installs everything that is needed.
pub(crate) fn setup(place: &Place, purpose: Purpose) -> Result<()> {
    packages::install(place, purpose)?;
    node::install_packages(place)?;
    livekit_server::install(place)?;
    media_library(place)
}

/// LiveKit's library is fetched by the build script of our crate `livekit`, through pip.
fn media_library(place: &Place) -> Result<()> {
    let fetched = place.cache.join("livekit-ffi").read_dir().is_ok_and(|mut entries| entries.next().is_some());
    if fetched || std::env::var_os("LIVEKIT_FFI_DIR").is_some() {
        return Ok(());
    }
    run::heading(
        "setup",
        "LiveKit's media library comes from PyPI with the first cargo build (12 to 20 MB, checked against its hash)",
    );
    python::pip(place).map(|_| ())
}
