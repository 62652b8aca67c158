//! Finds LiveKit's shared library, loads it once and never unloads it (its threads live until the process ends).

use super::router;
use libloading::Library as DynamicLibrary;
use parking_lot::Mutex;
use std::{
    env,
    ffi::{c_char, c_int},
    path::{Path, PathBuf},
    sync::OnceLock,
};

type InitializeFn = unsafe extern "C" fn(unsafe extern "C" fn(*const u8, usize), bool, *const c_char, *const c_char);
/// `livekit_ffi_request`: bytes in, bytes out; the answer lives until the returned handle is dropped, 0 means refused.
pub(super) type RequestFn = unsafe extern "C" fn(*const u8, usize, *mut *const u8, *mut usize) -> u64;
/// `livekit_ffi_drop_handle`.
pub(super) type DropHandleFn = unsafe extern "C" fn(u64) -> bool;

/// Why LiveKit's shared library is not available.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// It is in none of the places where it is looked for.
    #[error("LiveKit's library is missing; looked for {}", display(.searched))]
    Missing {
        /// Every file that was tried, in order.
        searched: Vec<PathBuf>,
    },
    /// A file is there but the system cannot load it.
    #[error("LiveKit's library {} cannot be loaded: {reason}", path.display())]
    Unloadable {
        /// The file.
        path: PathBuf,
        /// The system's explanation.
        reason: String,
    },
}

fn display(paths: &[PathBuf]) -> String {
    paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ")
}

/// The loaded library's entry points.
pub(super) struct Library {
    pub(super) request: RequestFn,
    pub(super) drop_handle: DropHandleFn,
    path: PathBuf,
}

static LOADED: OnceLock<Library> = OnceLock::new();
static LOADING: Mutex<()> = Mutex::new(());

/// The library, if it was loaded before.
pub(super) fn loaded() -> Option<&'static Library> {
    LOADED.get()
}

/// The file that was loaded.
pub(crate) fn loaded_path() -> Option<&'static Path> {
    LOADED.get().map(|library| library.path.as_path())
}

/// The library, loaded on first use. A failed attempt is repeated by the next caller.
pub(super) fn library() -> Result<&'static Library, LoadError> {
    if let Some(library) = LOADED.get() {
        return Ok(library);
    }
    let _one_at_a_time = LOADING.lock();
    if let Some(library) = LOADED.get() {
        return Ok(library);
    }
    let searched = candidates();
    let Some(path) = searched.iter().find(|path| path.is_file()).cloned() else {
        return Err(LoadError::Missing { searched });
    };
    limit_memory();
    let library = open(path)?;
    Ok(LOADED.get_or_init(|| library))
}

/// Where the library may be: with an installed app first, then where the developer or the build put it.
fn candidates() -> Vec<PathBuf> {
    let mut folders = Vec::new();
    if let Some(beside) = env::current_exe().ok().as_deref().and_then(Path::parent) {
        folders.extend([beside.to_owned(), beside.join("../lib/Pizoo"), beside.join("../Frameworks")]);
    }
    folders.extend(env::var_os("LIVEKIT_FFI_DIR").map(PathBuf::from));
    folders.extend(option_env!("LIVEKIT_FFI_BUILD_DIR").map(PathBuf::from));
    folders.into_iter().map(|folder| folder.join(env!("LIVEKIT_FFI_LIBRARY"))).collect()
}

/// glibc keeps about 37 MB of a call's memory in its per-thread arenas for good. Few arenas, and large blocks (frames)
/// mapped on their own, keep a process flat over any number of calls.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn limit_memory() {
    const MMAP_THRESHOLD_BYTES: c_int = 128 * 1024;
    const ARENAS: c_int = 2;
    // SAFETY: `mallopt` may be called at any time; it takes two integers and keeps no pointer.
    unsafe {
        libc::mallopt(libc::M_MMAP_THRESHOLD, MMAP_THRESHOLD_BYTES);
        libc::mallopt(libc::M_ARENA_MAX, ARENAS);
    }
}

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
fn limit_memory() {}

fn open(path: PathBuf) -> Result<Library, LoadError> {
    let failed = |error: libloading::Error| LoadError::Unloadable { path: path.clone(), reason: error.to_string() };
    // SAFETY: the file is LiveKit's own library: pinned by hash at build time, or named by the person who runs this. Its
    // initialisers start no thread and need nothing of ours.
    let dynamic = unsafe { DynamicLibrary::new(&path) }.map_err(failed)?;
    // SAFETY: the types are those of the library's C header, version 1.2.1.
    let (initialize, request, drop_handle) = unsafe {
        (
            *dynamic.get::<InitializeFn>(b"livekit_ffi_initialize\0").map_err(failed)?,
            *dynamic.get::<RequestFn>(b"livekit_ffi_request\0").map_err(failed)?,
            *dynamic.get::<DropHandleFn>(b"livekit_ffi_drop_handle\0").map_err(failed)?,
        )
    };
    let capture_logs = true;
    // SAFETY: called once (under `LOADING`, and never again after success); `on_callback` never unwinds; the strings are
    // null-terminated and copied by the library.
    unsafe { initialize(router::on_callback, capture_logs, c"rust".as_ptr(), c"0.1.0".as_ptr()) };
    // The callbacks keep coming until the process ends, so the library must stay mapped.
    std::mem::forget(dynamic);
    Ok(Library { request, drop_handle, path })
}
