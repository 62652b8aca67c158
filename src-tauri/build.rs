//! Prepares the app: which window may do what, the Windows resources, and a check that there is a page to embed.
//!
//! LiveKit's library needs nothing here: it is loaded at run time, from beside the program where it is installed.

use std::{env, fmt, fs, path::Path};
use tauri_build::{AppManifest, Attributes};

/// What went wrong and what to do next; printed as it is.
struct Failure(String);

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\n\n{}\n", self.0)
    }
}

fn main() -> Result<(), Failure> {
    for path in ["src-tauri/build.rs", "src-tauri/capabilities", "src-tauri/permissions"] {
        println!("cargo:rerun-if-changed={path}");
    }
    if env::var_os("CARGO_FEATURE_CUSTOM_PROTOCOL").is_some() {
        check_page()?;
    }
    let attributes = Attributes::new()
        .capabilities_path_pattern("src-tauri/capabilities/**/*.json")
        .app_manifest(AppManifest::new().permissions_path_pattern("src-tauri/permissions/**/*.toml"));
    tauri_build::try_build(attributes).map_err(|error| Failure(format!("{error:#}")))?;
    keep_schemas_off_the_top_level();
    Ok(())
}

/// The page is embedded, so it must have been built, and a new one must be embedded again.
fn check_page() -> Result<(), Failure> {
    println!("cargo:rerun-if-changed=ui/dist");
    if Path::new("ui/dist/index.html").is_file() {
        return Ok(());
    }
    Err(Failure(
        "The page to embed, ui/dist, is not there.\nBuild it with `npm ci && npm run build` in ui/, or let `cargo xtask \
         demo` do all that is needed. For a page that follows its sources, use `cargo tauri dev`."
            .to_owned(),
    ))
}

/// Tauri writes JSON schemas for editors into the current folder, which is the repository's root. They are of no use to
/// the build, so trouble with them is not an error.
fn keep_schemas_off_the_top_level() {
    if Path::new("gen").is_dir() {
        drop(fs::remove_dir_all("src-tauri/gen"));
        drop(fs::rename("gen", "src-tauri/gen"));
    }
}
