//! The real app, driven through its user interface by WebDriver.
//!
//! On Linux WebKitGTK's own driver is spoken to directly: `tauri-driver` would only rename one capability there.

mod driver;
mod usage;

pub use driver::{App, AppSettings};
pub use usage::Usage;

use anyhow::{Context, Result, bail};
use std::path::PathBuf;

/// A file that cargo built: next to this program, or above it when it is a test.
///
/// # Errors
/// It was not built.
pub fn built(name: &str) -> Result<PathBuf> {
    let program = std::env::current_exe().context("this program's own path")?;
    let mut folders = program.ancestors().skip(1).take(2);
    match folders.find_map(|folder| Some(folder.join(name)).filter(|file| file.is_file())) {
        Some(file) => Ok(file),
        None => bail!("{name} is not built"),
    }
}
