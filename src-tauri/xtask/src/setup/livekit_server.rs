//! The LiveKit server that calls go through on this machine, compiled from its published source.

use super::go;
use crate::{place::Place, run};
use anyhow::{Context, Result};
use std::{env, fs};

/// The tested version.
const VERSION: &str = "1.13.5";

/// Puts it where `pizoo_backend::livekit_server` looks for it.
pub(super) fn install(place: &Place) -> Result<()> {
    let folder = place.cache.join("livekit-server").join(VERSION);
    let name = |stem: &str| format!("{stem}{}", env::consts::EXE_SUFFIX);
    let program = folder.join(name("livekit-server"));
    if program.is_file() {
        return Ok(());
    }
    run::heading(
        "setup",
        &format!("livekit-server {VERSION}, compiled with Go (takes a few minutes): carries the calls"),
    );
    let mut go = go::go(place)?;
    // `go install` cannot name what it builds, so it builds beside the place.
    let bin = folder.join("bin");
    go.args(["install", "-trimpath"]).arg(format!("github.com/livekit/livekit-server/cmd/server@v{VERSION}"));
    run::run(go.env("GOBIN", &bin).env("CGO_ENABLED", "0"))?;
    fs::rename(bin.join(name("server")), &program).with_context(|| format!("cannot make {}", program.display()))?;
    fs::remove_dir(&bin)?;
    Ok(())
}
