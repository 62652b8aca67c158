//! Which file descriptors are cameras.

use crate::camera::Camera;
use crate::node::node;
use libc::c_int;
use std::sync::atomic::{AtomicI32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

static CAMERAS: Mutex<Vec<Arc<Camera>>> = Mutex::new(Vec::new());
/// How many there are, so that nobody takes the lock until a camera is open.
static COUNT: AtomicUsize = AtomicUsize::new(0);
/// The process that opened them: a forked child that closes inherited descriptors must not wait for a lock that a
/// thread it does not have was holding.
static OWNER: AtomicI32 = AtomicI32::new(0);

/// Locks, also after a panic of another thread: a test camera goes on.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Opens the camera; the result is a descriptor, or an error number.
pub(crate) fn open(flags: c_int) -> Result<c_int, c_int> {
    let node = node().filter(|node| node.plugged_in()).ok_or(libc::ENOENT)?;
    let camera = Camera::open(node, flags & libc::O_NONBLOCK != 0)?;
    let fd = camera.fd();
    OWNER.store(std::process::id() as i32, Ordering::Relaxed);
    lock(&CAMERAS).push(Arc::new(camera));
    COUNT.fetch_add(1, Ordering::Release);
    Ok(fd)
}

/// The camera behind a descriptor.
pub(crate) fn find(fd: c_int) -> Option<Arc<Camera>> {
    if COUNT.load(Ordering::Acquire) == 0 || fd < 0 || OWNER.load(Ordering::Relaxed) != std::process::id() as i32 {
        return None;
    }
    lock(&CAMERAS).iter().find(|camera| camera.fd() == fd).cloned()
}

/// Takes the camera behind a descriptor out of the list; what it holds is released with the last reference.
pub(crate) fn forget(fd: c_int) {
    let Some(camera) = find(fd) else { return };
    camera.stop();
    lock(&CAMERAS).retain(|camera| camera.fd() != fd);
    COUNT.fetch_sub(1, Ordering::Release);
}
