//! `tauri-driver`, through which tests and the head-less demo press the buttons of the real app.

use crate::{place::Place, run};
use anyhow::Result;
use std::{env, fs};

/// Puts it into the cache, at `tauri-driver/bin`.
pub(super) fn install(place: &Place) -> Result<()> {
    let folder = place.cache.join("tauri-driver");
    if folder.join("bin").join(format!("tauri-driver{}", env::consts::EXE_SUFFIX)).is_file() {
        return Ok(());
    }
    run::heading("setup", "tauri-driver 2, compiled with cargo: speaks WebDriver with the app");
    // A target folder of its own: cargo would otherwise build what it shares with the project anew each time.
    let target = place.cache.join("tauri-driver-build");
    let mut cargo = run::cargo(place);
    cargo.args(["install", "tauri-driver", "--version", "^2", "--locked", "--root"]).arg(&folder);
    run::run(cargo.env("CARGO_TARGET_DIR", &target))?;
    Ok(fs::remove_dir_all(target)?)
}
