//! Building the UI that the app carries inside.

use crate::{fingerprint::Fingerprint, place::Place, run, setup::node};
use anyhow::{Context, Result};
use std::fs;

/// Builds `ui/dist`, if a file of the UI changed since.
pub(crate) fn build(place: &Place) -> Result<()> {
    let ui = place.ui();
    let mut sources = fs::read_dir(&ui)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>()
        .with_context(|| format!("cannot read {}", ui.display()))?;
    sources.retain(|path| !path.ends_with("node_modules") && !path.ends_with("dist"));
    sources.sort();
    let built = Fingerprint::of(&sources, place.fingerprints().join("ui"))?;
    if built.is_current() && ui.join("dist/index.html").is_file() {
        return Ok(());
    }
    run::heading("ui", "building the pages");
    run::run(node::npm(place)?.args(["run", "--silent", "build"]))?;
    built.keep()
}
