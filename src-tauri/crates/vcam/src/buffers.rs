//! The frame buffers that camera and program share: one memory file, mapped by both.

use crate::real::real;
use libc::{c_int, c_void, off_t, size_t};
use std::collections::VecDeque;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};

/// Who has a buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Holder {
    /// The program.
    Program,
    /// The camera, which will fill it.
    Camera,
    /// Filled, not fetched yet.
    Done,
}

/// One buffer.
#[derive(Clone, Copy)]
pub(crate) struct Buffer {
    pub(crate) holder: Holder,
    pub(crate) used: usize,
    pub(crate) sequence: u32,
    pub(crate) filled_at: libc::timespec,
}

/// All buffers of one stream.
pub(crate) struct Buffers {
    pub(crate) all: Vec<Buffer>,
    /// Bytes that a program may use of each.
    pub(crate) size: usize,
    stride: usize,
    queued: VecDeque<usize>,
    done: VecDeque<usize>,
    memory: Memory,
}

impl Buffers {
    pub(crate) fn new(count: usize, size: usize) -> Option<Self> {
        let stride = size.next_multiple_of(4096);
        let filled_at = libc::timespec { tv_sec: 0, tv_nsec: 0 };
        Some(Self {
            all: vec![Buffer { holder: Holder::Program, used: 0, sequence: 0, filled_at }; count],
            size,
            stride,
            queued: VecDeque::new(),
            done: VecDeque::new(),
            memory: Memory::new(stride * count)?,
        })
    }

    /// Where a buffer starts in the memory file.
    pub(crate) fn offset(&self, index: usize) -> usize {
        index * self.stride
    }

    /// The memory file, for the program's `mmap`.
    pub(crate) fn memory_fd(&self) -> RawFd {
        self.memory.file.as_raw_fd()
    }

    /// Gives a buffer to the camera; false when there is no such buffer or the program does not have it.
    pub(crate) fn queue(&mut self, index: usize) -> bool {
        let Some(buffer) = self.all.get_mut(index).filter(|buffer| buffer.holder == Holder::Program) else {
            return false;
        };
        buffer.holder = Holder::Camera;
        self.queued.push_back(index);
        true
    }

    pub(crate) fn wants_frame(&self) -> bool {
        !self.queued.is_empty()
    }

    /// Puts a picture into the buffer that waits longest; false when none waits.
    pub(crate) fn fill(&mut self, picture: &[u8], sequence: u32, filled_at: libc::timespec) -> bool {
        let Some(index) = self.queued.pop_front() else { return false };
        let used = picture.len().min(self.size);
        let start = index * self.stride;
        self.memory.bytes()[start..start + used].copy_from_slice(&picture[..used]);
        self.all[index] = Buffer { holder: Holder::Done, used, sequence, filled_at };
        self.done.push_back(index);
        true
    }

    /// Gives the oldest filled buffer to the program.
    pub(crate) fn fetch(&mut self) -> Option<usize> {
        let index = self.done.pop_front()?;
        self.all[index].holder = Holder::Program;
        Some(index)
    }

    /// Gives all buffers back to the program.
    pub(crate) fn reset(&mut self) {
        self.queued.clear();
        self.done.clear();
        self.all.iter_mut().for_each(|buffer| buffer.holder = Holder::Program);
    }
}

/// A memory file and our mapping of it.
struct Memory {
    file: OwnedFd,
    start: *mut c_void,
    length: usize,
}

// SAFETY: the mapping is shared memory with no owner thread, and reached through `&mut self` only.
unsafe impl Send for Memory {}

impl Memory {
    fn new(length: usize) -> Option<Self> {
        // SAFETY: the name is a C string; the flags are valid.
        let fd = unsafe { libc::memfd_create(c"vcam".as_ptr(), libc::MFD_CLOEXEC) };
        if fd < 0 {
            return None;
        }
        // SAFETY: the descriptor was just made, and nobody else has it.
        let file = unsafe { OwnedFd::from_raw_fd(fd) };
        // SAFETY: it acts on our own descriptor only.
        if unsafe { libc::ftruncate(fd, length as off_t) } != 0 {
            return None;
        }
        let mmap = real!(mmap: fn(*mut c_void, size_t, c_int, c_int, c_int, off_t) -> *mut c_void)?;
        let (access, kind) = (libc::PROT_READ | libc::PROT_WRITE, libc::MAP_SHARED);
        // SAFETY: a new mapping of our own file, at an address the kernel chooses.
        let start = unsafe { mmap(std::ptr::null_mut(), length, access, kind, fd, 0) };
        (start != libc::MAP_FAILED).then_some(Self { file, start, length })
    }

    fn bytes(&mut self) -> &mut [u8] {
        // SAFETY: `start` maps `length` bytes, readable and writable, until drop. The program maps the same file at
        // other addresses; as with a real driver, it does not touch a buffer that it has queued.
        unsafe { std::slice::from_raw_parts_mut(self.start.cast(), self.length) }
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        // SAFETY: the mapping is ours, and no slice of it outlives `self`.
        unsafe { libc::munmap(self.start, self.length) };
    }
}
