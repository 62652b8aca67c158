//! Where things are: the repository, its cache folder, cargo's target folder.

use anyhow::{Context, Result, ensure};
use std::{
    env,
    path::{Path, PathBuf},
};

/// The folders that tasks work in.
pub(crate) struct Place {
    /// The repository's root.
    pub(crate) root: PathBuf,
    /// What is fetched once and kept: `.cache`, or `PIZOO_CACHE_DIR`.
    pub(crate) cache: PathBuf,
    /// What cargo builds: `target`, or `CARGO_TARGET_DIR`.
    pub(crate) target: PathBuf,
}

impl Place {
    /// Finds the repository this task was started from.
    pub(crate) fn find() -> Result<Self> {
        let package = env::var_os("CARGO_MANIFEST_DIR").context("run this as `cargo xtask`")?;
        let root = Path::new(&package).ancestors().nth(2).context("the package lies two folders deep")?.to_owned();
        ensure!(root.join("Cargo.lock").is_file(), "{} is not the repository", root.display());
        let folder = |variable, default: &str| match env::var_os(variable) {
            Some(path) if !path.is_empty() => env::current_dir().map(|here| here.join(path)),
            _ => Ok(root.join(default)),
        };
        Ok(Self { cache: folder("PIZOO_CACHE_DIR", ".cache")?, target: folder("CARGO_TARGET_DIR", "target")?, root })
    }

    /// The UI's folder.
    pub(crate) fn ui(&self) -> PathBuf {
        self.root.join("ui")
    }

    /// A program that cargo built in the dev profile.
    pub(crate) fn built(&self, name: &str) -> PathBuf {
        self.target.join("debug").join(format!("{name}{}", env::consts::EXE_SUFFIX))
    }

    /// Where fingerprints of what was built are kept: with the build, so that they go when it goes.
    pub(crate) fn fingerprints(&self) -> PathBuf {
        self.target.join("xtask")
    }
}

/// Whether a program is on the search path.
pub(crate) fn on_path(program: &str) -> bool {
    let file = format!("{program}{}", env::consts::EXE_SUFFIX);
    env::var_os("PATH").is_some_and(|path| env::split_paths(&path).any(|folder| folder.join(&file).is_file()))
}
