//! Obtains LiveKit's official shared library for the target and generates the code of its messages.
//!
//! Environment: `LIVEKIT_FFI_DIR` names a folder that already holds the library and `_proto/*_pb2.py` (offline builds);
//! `PIZOO_CACHE_DIR` moves the cache; `LIVEKIT_FFI_BUNDLED` (any value) leaves the build machine's path out of the
//! program, for bundles that carry the library themselves.

#[path = "build/bytes_literal.rs"]
mod bytes_literal;
#[path = "build/download.rs"]
mod download;
#[path = "build/messages.rs"]
mod messages;
#[path = "build/unpack.rs"]
mod unpack;
#[path = "build/wheel.rs"]
mod wheel;

use std::{
    env, fmt,
    path::{Path, PathBuf},
};

/// What went wrong and what to do next; printed as it is.
struct Failure(String);

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\n\n{}\n", self.0)
    }
}

impl<T: fmt::Display> From<T> for Failure {
    fn from(text: T) -> Self {
        Self(text.to_string())
    }
}

fn main() -> Result<(), Failure> {
    for variable in ["LIVEKIT_FFI_DIR", "PIZOO_CACHE_DIR", "LIVEKIT_FFI_BUNDLED"] {
        println!("cargo:rerun-if-env-changed={variable}");
    }
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=build");

    let wheel = wheel::for_target(&required("CARGO_CFG_TARGET_OS")?, &required("CARGO_CFG_TARGET_ARCH")?)?;
    let folder = match env::var_os("LIVEKIT_FFI_DIR") {
        Some(folder) => given_folder(PathBuf::from(folder), wheel)?,
        None => cached_folder(wheel)?,
    };
    println!("cargo:rerun-if-changed={}", folder.display());

    messages::generate(&folder.join("_proto"), &PathBuf::from(required("OUT_DIR")?))?;
    println!("cargo:rustc-env=LIVEKIT_FFI_VERSION={}", wheel::VERSION);
    println!("cargo:rustc-env=LIVEKIT_FFI_LIBRARY={}", wheel.library);
    if env::var_os("LIVEKIT_FFI_BUNDLED").is_none() {
        println!("cargo:rustc-env=LIVEKIT_FFI_BUILD_DIR={}", folder.display());
    }
    Ok(())
}

fn required(variable: &str) -> Result<String, String> {
    env::var(variable).map_err(|_| format!("{variable} is not set: run this through cargo"))
}

/// A folder prepared by the user; nothing is downloaded.
fn given_folder(folder: PathBuf, wheel: &wheel::Wheel) -> Result<PathBuf, String> {
    let missing = [folder.join(wheel.library), folder.join("_proto").join("ffi_pb2.py")];
    match missing.iter().find(|path| !path.is_file()) {
        None => Ok(folder),
        Some(path) => Err(format!(
            "LIVEKIT_FFI_DIR: {} does not exist.\nUnpack {} and put `livekit/rtc/resources/{}` and the folder \
             `livekit/rtc/_proto` into LIVEKIT_FFI_DIR.",
            path.display(),
            wheel.file,
            wheel.library
        )),
    }
}

/// The cache's folder for this target: downloaded when it has no wheel yet, verified and unpacked every time.
fn cached_folder(wheel: &wheel::Wheel) -> Result<PathBuf, String> {
    let cache = match env::var_os("PIZOO_CACHE_DIR") {
        Some(folder) => PathBuf::from(folder),
        None => Path::new(&required("CARGO_MANIFEST_DIR")?)
            .ancestors()
            .nth(3)
            .ok_or("the crate is not three folders below the repository's root; set PIZOO_CACHE_DIR")?
            .join(".cache"),
    };
    let folder = cache.join("livekit-ffi").join(wheel::VERSION).join(required("TARGET")?);
    let archive = folder.join(wheel.file);
    if !archive.is_file() {
        download::download(wheel, &folder)?;
    }
    unpack::unpack(wheel, &archive, &folder)?;
    Ok(folder)
}
