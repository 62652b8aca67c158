//! The UI's TypeScript types, written from the Rust types they mirror.

use crate::{build::APP_FEATURES, place::Place, run};
use anyhow::{Context, Result};
use std::fs;

/// Writes `ui/src/backend/generated/types.ts`, only if it changed, so that nothing is built anew without need.
pub(crate) fn write(place: &Place) -> Result<()> {
    run::heading("types", "TypeScript from the Rust types");
    // The same packages and features as every other build: what they share is compiled once.
    run::run(run::cargo(place).args([
        "build",
        "--workspace",
        "--features",
        APP_FEATURES,
        "--example",
        "export_types",
    ]))?;
    let types = run::output(&mut run::program(place, place.built("examples/export_types")))?;
    let file = place.ui().join("src/backend/generated/types.ts");
    if fs::read_to_string(&file).is_ok_and(|old| old == types) {
        return Ok(());
    }
    fs::create_dir_all(place.ui().join("src/backend/generated"))?;
    fs::write(&file, types).with_context(|| format!("cannot write {}", file.display()))
}
