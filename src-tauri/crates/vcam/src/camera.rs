//! One open camera: its format, its buffers, and the thread that films while it streams.

mod film;

use crate::buffers::Buffers;
use crate::node::Node;
use crate::open::lock;
use crate::picture::Format;
use libc::c_int;
use std::fs::{File, TryLockError};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::JoinHandle;

/// What an `ioctl` gives: nothing, or an error number.
pub(crate) type Outcome = Result<(), c_int>;

/// One open descriptor of the camera. The descriptor is an event counter, readable while a filled buffer waits.
pub(crate) struct Camera {
    fd: c_int,
    node: &'static Node,
    nonblocking: bool,
    pub(crate) state: Mutex<State>,
    /// Something in `state` changed that somebody may wait for.
    changed: Condvar,
}

/// What calls and the filming thread share.
pub(crate) struct State {
    pub(crate) format: Format,
    pub(crate) brightness: i32,
    pub(crate) buffers: Option<Buffers>,
    streaming: bool,
    gone: bool,
    thread: Option<JoinHandle<()>>,
    /// The locked device file, from the request for buffers to their return.
    claim: Option<File>,
}

impl Camera {
    pub(crate) fn open(node: &'static Node, nonblocking: bool) -> Result<Self, c_int> {
        // SAFETY: it makes a new descriptor and touches no memory.
        let fd = unsafe { libc::eventfd(0, libc::EFD_SEMAPHORE | libc::EFD_CLOEXEC | libc::EFD_NONBLOCK) };
        if fd < 0 {
            return Err(libc::EMFILE);
        }
        let state = State {
            format: Format::default(),
            brightness: 128,
            buffers: None,
            streaming: false,
            gone: false,
            thread: None,
            claim: None,
        };
        Ok(Self { fd, node, nonblocking, state: Mutex::new(state), changed: Condvar::new() })
    }

    pub(crate) fn fd(&self) -> c_int {
        self.fd
    }

    /// Whether the camera was unplugged; for a real one, too, that is for ever.
    pub(crate) fn gone(&self) -> bool {
        lock(&self.state).gone || !self.node.plugged_in()
    }

    /// Fails while another program has the camera.
    pub(crate) fn check_free(&self) -> Outcome {
        if lock(&self.state).claim.is_some() { Ok(()) } else { self.claim().map(drop) }
    }

    fn claim(&self) -> Result<File, c_int> {
        if self.node.busy() {
            return Err(libc::EBUSY);
        }
        let file = File::open(self.node.device()).map_err(|_| libc::ENODEV)?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(TryLockError::WouldBlock) => Err(libc::EBUSY),
            Err(TryLockError::Error(_)) => Err(libc::EIO),
        }
    }

    /// Makes buffers for the present format and claims the camera; 0 gives both back.
    pub(crate) fn request_buffers(&self, count: usize) -> Outcome {
        self.stop();
        let mut state = lock(&self.state);
        state.buffers = None;
        if count == 0 {
            state.claim = None;
            return Ok(());
        }
        if state.claim.is_none() {
            state.claim = Some(self.claim()?);
        }
        state.buffers = Some(Buffers::new(count, state.format.buffer_size()).ok_or(libc::ENOMEM)?);
        Ok(())
    }

    /// Starts filming; nothing when it films already.
    pub(crate) fn start(self: &Arc<Self>) -> Outcome {
        if self.node.busy() {
            return Err(libc::EBUSY);
        }
        let mut state = lock(&self.state);
        if state.buffers.is_none() {
            return Err(libc::EINVAL);
        }
        if !state.streaming {
            state.streaming = true;
            let (camera, format, scene) = (self.clone(), state.format, self.node.scene);
            state.thread = Some(std::thread::spawn(move || film::film(&camera, format, scene)));
        }
        Ok(())
    }

    /// Stops filming and takes all buffers out of the queues.
    pub(crate) fn stop(&self) {
        let thread = {
            let mut state = lock(&self.state);
            state.streaming = false;
            state.thread.take()
        };
        self.changed.notify_all();
        if let Some(thread) = thread {
            // A panic of the filming thread was printed already; the camera just stands still.
            let _ = thread.join();
        }
        let mut state = lock(&self.state);
        while self.take_event() {}
        if let Some(buffers) = &mut state.buffers {
            buffers.reset();
        }
    }

    /// Fetches a filled buffer, waiting for one unless the camera was opened non-blocking.
    pub(crate) fn fetch(&self) -> Result<usize, c_int> {
        let mut state = lock(&self.state);
        loop {
            if state.gone {
                return Err(libc::ENODEV);
            }
            if !state.streaming {
                return Err(libc::EINVAL);
            }
            if let Some(index) = state.buffers.as_mut().and_then(Buffers::fetch) {
                self.take_event();
                return Ok(index);
            }
            if self.nonblocking {
                return Err(libc::EAGAIN);
            }
            state = self.changed.wait(state).unwrap_or_else(std::sync::PoisonError::into_inner);
        }
    }

    /// Makes the descriptor readable once more, and wakes whoever waits in [`Self::fetch`].
    fn raise_event(&self) {
        let one = 1u64;
        // SAFETY: eight bytes of a live integer are written to our own event counter.
        unsafe { libc::write(self.fd, (&raw const one).cast(), 8) };
        self.changed.notify_all();
    }

    fn take_event(&self) -> bool {
        let mut count = 0u64;
        // SAFETY: eight bytes of our own event counter are read into a live integer. It never blocks.
        unsafe { libc::read(self.fd, (&raw mut count).cast(), 8) == 8 }
    }
}
