//! Threads that are joined within a time limit.
//!
//! Device drivers may block for ever. Whoever stops a device waits this long for its thread and not longer; a thread
//! that is stuck in a driver is left behind, which is logged, and ends by itself should the driver ever return.

use std::io;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Mutex, PoisonError};
use std::thread::{Builder, JoinHandle, Thread};
use std::time::{Duration, Instant};

use tracing::{error, warn};

/// A thread with an owner.
#[derive(Debug)]
pub(crate) struct BoundedThread {
    name: &'static str,
    handle: JoinHandle<()>,
    /// A mutex, so that threads may share its owner; only [`BoundedThread::join_until`] takes it.
    ended: Mutex<mpsc::Receiver<()>>,
}

impl BoundedThread {
    /// Starts `body` on a new thread.
    pub(crate) fn spawn(name: &'static str, body: impl FnOnce() + Send + 'static) -> io::Result<Self> {
        let (running, ended) = mpsc::channel::<()>();
        let handle = Builder::new().name(name.to_owned()).spawn(move || {
            // Dropped when the body returns or unwinds; the waiting side sees the channel close.
            let _running = running;
            body();
        })?;
        Ok(Self { name, handle, ended: Mutex::new(ended) })
    }

    /// What wakes the thread from `park_timeout`.
    pub(crate) fn thread(&self) -> &Thread {
        self.handle.thread()
    }

    /// Waits for the end of the thread until `deadline`. False if it is stuck and was left behind.
    pub(crate) fn join_until(self, deadline: Instant) -> bool {
        let left = deadline.saturating_duration_since(Instant::now());
        let ended = self.ended.into_inner().unwrap_or_else(PoisonError::into_inner);
        if ended.recv_timeout(left.max(Duration::from_millis(1))) == Err(RecvTimeoutError::Timeout) {
            warn!(thread = self.name, "stuck in a device driver, left behind");
            return false;
        }
        if self.handle.join().is_err() {
            error!(thread = self.name, "ended by a panic");
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ended_thread_is_joined() {
        let thread = BoundedThread::spawn("test-ends", || {}).unwrap();
        assert!(thread.join_until(Instant::now() + Duration::from_secs(10)));
    }

    #[test]
    fn stuck_thread_is_left_behind() {
        let (release, stuck) = mpsc::channel::<()>();
        let thread = BoundedThread::spawn("test-stuck", move || {
            let _ = stuck.recv();
        })
        .unwrap();
        assert!(!thread.join_until(Instant::now()));
        drop(release);
    }

    #[test]
    fn panicking_thread_counts_as_ended() {
        let thread = BoundedThread::spawn("test-panics", || panic!("on purpose")).unwrap();
        assert!(thread.join_until(Instant::now() + Duration::from_secs(10)));
    }
}
