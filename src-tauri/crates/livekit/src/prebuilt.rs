//! What only the prebuilt library has: loading, and looking after it.

pub use crate::ffi::library::LoadError;
use crate::ffi::{handle, library, request};
use std::path::Path;

/// The version of LiveKit's library that this crate was built for.
pub fn version() -> &'static str {
    env!("LIVEKIT_FFI_VERSION")
}

/// The library's file name on this platform, for those who bundle it.
pub fn library_file_name() -> &'static str {
    env!("LIVEKIT_FFI_LIBRARY")
}

/// Loads the library now instead of on first use. Takes some milliseconds; later calls are free.
///
/// It is looked for beside the program, in `../lib/Pizoo`, in `../Frameworks`, in the folder that the environment variable
/// `LIVEKIT_FFI_DIR` names, and where the build found it.
///
/// # Errors
/// When it is in none of these places, or the system cannot load it.
pub fn load() -> Result<(), LoadError> {
    request::load()
}

/// The file that was loaded, if it was loaded already.
pub fn loaded_from() -> Option<&'static Path> {
    library::loaded_path()
}

/// How many objects inside the library this process owns at the moment: 0 when every room, track, source, stream and
/// frame is gone.
pub fn live_objects() -> usize {
    handle::live()
}
