//! The C functions that programs reach cameras through, defined in front of the C library's.
//!
//! Each asks whether the call is about the camera and passes all others on unchanged. Variadic C functions are defined
//! with fixed arguments here: on x86-64 and AArch64 Linux both sit in the same registers, and an argument that the
//! caller did not pass is only ever passed on.

use crate::{ioctl, node, open, real::real};
use libc::{DIR, FILE, c_char, c_int, c_long, c_uint, c_ulong, c_void, mode_t, off_t, size_t};
use std::ffi::CStr;

/// Number of the character device: V4L2's major, the first minor.
const MAJOR: u32 = 81;

fn fail(error: c_int) -> c_int {
    // SAFETY: the C library gives the address of this thread's `errno`.
    unsafe { *libc::__errno_location() = error };
    -1
}

fn finish(outcome: Result<c_int, c_int>) -> c_int {
    outcome.unwrap_or_else(fail)
}

/// A path argument; `None` for a null pointer.
///
/// # Safety
/// `path` is null or a C string that outlives the call.
unsafe fn text<'a>(path: *const c_char) -> Option<&'a CStr> {
    // SAFETY: as this function demands.
    (!path.is_null()).then(|| unsafe { CStr::from_ptr(path) })
}

/// `path`, or what is to be opened instead, kept alive by the first part of the result.
///
/// # Safety
/// As for [`text`].
unsafe fn elsewhere(path: *const c_char) -> (Option<std::ffi::CString>, *const c_char) {
    // SAFETY: as this function demands.
    let other = unsafe { text(path) }.and_then(node::redirect);
    let pointer = other.as_ref().map_or(path, |other| other.as_ptr());
    (other, pointer)
}

/// # Safety
/// As for [`text`].
unsafe fn is_device(path: *const c_char) -> bool {
    // SAFETY: as this function demands.
    unsafe { text(path) }.is_some_and(node::is_device)
}

macro_rules! opens {
    ($($name:ident),*) => {$(
        /// # Safety
        /// As in C.
        #[unsafe(no_mangle)]
        unsafe extern "C" fn $name(path: *const c_char, flags: c_int, mode: mode_t) -> c_int {
            // SAFETY: the caller keeps the C function's contract.
            if unsafe { is_device(path) } {
                return finish(open::open(flags));
            }
            let Some(real) = real!($name: fn(*const c_char, c_int, mode_t) -> c_int) else { return fail(libc::ENOSYS) };
            // SAFETY: likewise; `_kept` outlives the call.
            unsafe {
                let (_kept, path) = elsewhere(path);
                real(path, flags, mode)
            }
        }
    )*};
}
opens!(open, open64);

macro_rules! opens_at {
    ($($name:ident),*) => {$(
        /// # Safety
        /// As in C.
        #[unsafe(no_mangle)]
        unsafe extern "C" fn $name(folder: c_int, path: *const c_char, flags: c_int, mode: mode_t) -> c_int {
            // SAFETY: the caller keeps the C function's contract.
            if unsafe { is_device(path) } {
                return finish(open::open(flags));
            }
            let Some(real) = real!($name: fn(c_int, *const c_char, c_int, mode_t) -> c_int) else {
                return fail(libc::ENOSYS);
            };
            // SAFETY: likewise; `_kept` outlives the call.
            unsafe {
                let (_kept, path) = elsewhere(path);
                real(folder, path, flags, mode)
            }
        }
    )*};
}
opens_at!(openat, openat64);

/// # Safety
/// As in C.
#[unsafe(no_mangle)]
unsafe extern "C" fn opendir(path: *const c_char) -> *mut DIR {
    let Some(real) = real!(opendir: fn(*const c_char) -> *mut DIR) else { return std::ptr::null_mut() };
    // SAFETY: the caller keeps the C function's contract; `_kept` outlives the call.
    unsafe {
        let (_kept, path) = elsewhere(path);
        real(path)
    }
}

macro_rules! opens_stream {
    ($($name:ident),*) => {$(
        /// # Safety
        /// As in C.
        #[unsafe(no_mangle)]
        unsafe extern "C" fn $name(path: *const c_char, mode: *const c_char) -> *mut FILE {
            let Some(real) = real!($name: fn(*const c_char, *const c_char) -> *mut FILE) else {
                return std::ptr::null_mut();
            };
            // SAFETY: the caller keeps the C function's contract; `_kept` outlives the call.
            unsafe {
                let (_kept, path) = elsewhere(path);
                real(path, mode)
            }
        }
    )*};
}
opens_stream!(fopen, fopen64);

macro_rules! looks {
    ($($name:ident($structure:ty)),*) => {$(
        /// # Safety
        /// As in C.
        #[unsafe(no_mangle)]
        unsafe extern "C" fn $name(path: *const c_char, answer: *mut $structure) -> c_int {
            // SAFETY: the caller keeps the C function's contract.
            if unsafe { is_device(path) } {
                if !node::node().is_some_and(node::Node::plugged_in) {
                    return fail(libc::ENOENT);
                }
                // SAFETY: the caller gives a structure to fill, of which every bit pattern is a value.
                unsafe {
                    answer.write(std::mem::zeroed());
                    (*answer).st_mode = libc::S_IFCHR | 0o660;
                    (*answer).st_rdev = libc::makedev(MAJOR, 0);
                }
                return 0;
            }
            let Some(real) = real!($name: fn(*const c_char, *mut $structure) -> c_int) else { return fail(libc::ENOSYS) };
            // SAFETY: likewise; `_kept` outlives the call.
            unsafe {
                let (_kept, path) = elsewhere(path);
                real(path, answer)
            }
        }
    )*};
}
looks!(stat(libc::stat), stat64(libc::stat64), lstat(libc::stat), lstat64(libc::stat64));

macro_rules! looks_at_open {
    ($($name:ident($structure:ty)),*) => {$(
        /// # Safety
        /// As in C.
        #[unsafe(no_mangle)]
        unsafe extern "C" fn $name(fd: c_int, answer: *mut $structure) -> c_int {
            let Some(real) = real!($name: fn(c_int, *mut $structure) -> c_int) else { return fail(libc::ENOSYS) };
            // SAFETY: the caller keeps the C function's contract.
            let result = unsafe { real(fd, answer) };
            if result == 0 && open::find(fd).is_some() {
                // SAFETY: the call succeeded, so it filled the caller's structure.
                unsafe {
                    (*answer).st_mode = libc::S_IFCHR | 0o660;
                    (*answer).st_rdev = libc::makedev(MAJOR, 0);
                }
            }
            result
        }
    )*};
}
looks_at_open!(fstat(libc::stat), fstat64(libc::stat64));

/// What Rust's standard library asks for the existence of a path.
///
/// # Safety
/// As in C.
#[unsafe(no_mangle)]
unsafe extern "C" fn statx(
    folder: c_int,
    path: *const c_char,
    flags: c_int,
    mask: c_uint,
    answer: *mut libc::statx,
) -> c_int {
    // SAFETY: the caller keeps the C function's contract.
    if unsafe { is_device(path) } && !node::node().is_some_and(node::Node::plugged_in) {
        return fail(libc::ENOENT);
    }
    type Statx = unsafe extern "C" fn(c_int, *const c_char, c_int, c_uint, *mut libc::statx) -> c_int;
    let real: Option<Statx> = real!(statx: fn(c_int, *const c_char, c_int, c_uint, *mut libc::statx) -> c_int);
    let Some(real) = real else { return fail(libc::ENOSYS) };
    // A plugged-in device is told like the null device: a character device that may be opened.
    // SAFETY: likewise; `_kept` outlives the call.
    unsafe {
        if is_device(path) {
            return real(folder, c"/dev/null".as_ptr(), flags, mask, answer);
        }
        let (_kept, path) = elsewhere(path);
        real(folder, path, flags, mask, answer)
    }
}

/// # Safety
/// As in C.
#[unsafe(no_mangle)]
unsafe extern "C" fn ioctl(fd: c_int, request: c_ulong, argument: *mut c_void) -> c_int {
    if let Some(camera) = open::find(fd) {
        // SAFETY: the caller keeps the contract of `ioctl`.
        return finish(unsafe { ioctl::answer(&camera, request as u32, argument) }.map(|()| 0));
    }
    let Some(real) = real!(ioctl: fn(c_int, c_ulong, *mut c_void) -> c_int) else { return fail(libc::ENOSYS) };
    // SAFETY: likewise.
    unsafe { real(fd, request, argument) }
}

macro_rules! maps {
    ($($name:ident),*) => {$(
        /// # Safety
        /// As in C.
        #[unsafe(no_mangle)]
        unsafe extern "C" fn $name(
            start: *mut c_void,
            length: size_t,
            access: c_int,
            kind: c_int,
            fd: c_int,
            offset: off_t,
        ) -> *mut c_void {
            // The buffers' memory file stands in for the camera.
            let fd = if fd < 0 {
                fd
            } else {
                open::find(fd).map_or(fd, |camera| {
                    open::lock(&camera.state).buffers.as_ref().map_or(-1, |buffers| buffers.memory_fd())
                })
            };
            let Some(real) = real!($name: fn(*mut c_void, size_t, c_int, c_int, c_int, off_t) -> *mut c_void) else {
                fail(libc::ENOSYS);
                return libc::MAP_FAILED;
            };
            // SAFETY: the caller keeps the C function's contract.
            unsafe { real(start, length, access, kind, fd, offset) }
        }
    )*};
}
maps!(mmap, mmap64);

/// # Safety
/// As in C.
#[unsafe(no_mangle)]
unsafe extern "C" fn close(fd: c_int) -> c_int {
    open::forget(fd);
    let Some(real) = real!(close: fn(c_int) -> c_int) else { return fail(libc::ENOSYS) };
    // SAFETY: the caller keeps the C function's contract.
    unsafe { real(fd) }
}

/// The `v4l` crate makes its requests through `syscall(SYS_ioctl, ...)`.
///
/// # Safety
/// As in C.
#[unsafe(no_mangle)]
unsafe extern "C" fn syscall(
    number: c_long,
    a: c_long,
    b: c_long,
    c: c_long,
    d: c_long,
    e: c_long,
    f: c_long,
) -> c_long {
    let real = real!(syscall: fn(c_long, c_long, c_long, c_long, c_long, c_long, c_long) -> c_long);
    // SAFETY: the caller passes what the call with that number takes, so each argument has the type it is cast to.
    unsafe {
        match number {
            libc::SYS_ioctl if open::find(a as c_int).is_some() => {
                return c_long::from(ioctl(a as c_int, b as c_ulong, c as *mut c_void));
            }
            libc::SYS_openat if is_device(b as *const c_char) => {
                return c_long::from(openat(a as c_int, b as *const c_char, c as c_int, d as mode_t));
            }
            libc::SYS_close if open::find(a as c_int).is_some() => return c_long::from(close(a as c_int)),
            libc::SYS_mmap if open::find(e as c_int).is_some() => {
                return mmap(a as *mut c_void, b as size_t, c as c_int, d as c_int, e as c_int, f) as c_long;
            }
            _ => {}
        }
        match real {
            Some(real) => real(number, a, b, c, d, e, f),
            None => c_long::from(fail(libc::ENOSYS)),
        }
    }
}
