//! A V4L2 camera faked inside a process, for tests on machines without one.
//!
//! Preloaded (`LD_PRELOAD=libpizoo_vcam.so`) it answers for `/dev/video0`: `open`, `ioctl`, `mmap` and their relatives
//! are defined here and win over the C library's, so the program under test runs its own, unchanged camera code. The
//! picture is `pizoo-pattern`'s. It offers YUYV and MJPEG, 1280x720 and 640x480, 30 frames a second.
//!
//! It is no part of the product, and nothing links it. Two variables, read once, steer it:
//! - `VCAM_DIR`: a folder with `dev/video0` (any file) and `sys/video0/name`. Without the variable nothing is faked.
//! - `VCAM_SCENE`: `one` (default) or `two`.
//!
//! While it runs, files in that folder are its cable: removing `dev/video0` unplugs the camera, a file `stall` makes it
//! freeze, a file `busy` makes it look taken by another program. A streaming camera holds an exclusive `flock` on
//! `dev/video0`, so a second program really finds it busy, and a test can see whether it was released.
//!
//! Stamps count frames: those a clock of 30 a second had counted at the start of the stream, then one each frame.
//! It works on Linux only; elsewhere the crate is empty.
#![cfg(target_os = "linux")]

mod buffers;
mod camera;
mod exports;
mod ioctl;
mod node;
mod open;
mod picture;
mod real;
