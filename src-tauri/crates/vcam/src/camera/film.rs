//! The thread that films: a picture into the next waiting buffer, thirty times a second.

use super::{Camera, State};
use crate::buffers::Buffers;
use crate::open::lock;
use crate::picture::{Film, Format};
use pizoo_pattern::{Scene, Stamp};
use std::sync::{MutexGuard, PoisonError};
use std::time::{Duration, Instant};

const STALL_POLL: Duration = Duration::from_millis(20);

/// Films until the stream is stopped or the camera unplugged.
pub(super) fn film(camera: &Camera, format: Format, scene: Scene) {
    let mut film = Film::new(scene, format);
    let (start, first) = (Instant::now(), frames_so_far(format.fps));
    let mut sequence = 0u32;
    while lock(&camera.state).streaming {
        if !camera.node.plugged_in() {
            lock(&camera.state).gone = true;
            camera.raise_event();
            return;
        }
        if camera.node.stalled() {
            wait(camera, Instant::now() + STALL_POLL);
            continue;
        }
        if lock(&camera.state).buffers.as_ref().is_some_and(Buffers::wants_frame) {
            let picture = film.frame(Stamp(first.wrapping_add(sequence)));
            let mut state = lock(&camera.state);
            let streaming = state.streaming;
            let filled =
                state.buffers.as_mut().filter(|_| streaming).is_some_and(|b| b.fill(picture, sequence, monotonic()));
            drop(state);
            if filled {
                camera.raise_event();
            }
        }
        sequence = sequence.wrapping_add(1);
        wait(camera, start + Duration::from_secs_f64(f64::from(sequence) / f64::from(format.fps)));
    }
}

/// Waits for an instant, or for the end of the stream.
fn wait(camera: &Camera, until: Instant) {
    let mut state: MutexGuard<'_, State> = lock(&camera.state);
    while state.streaming {
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return;
        }
        state = camera.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
    }
}

/// The system's monotonic clock, which V4L2 time stamps use.
fn monotonic() -> libc::timespec {
    let mut now = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the clock exists on every Linux, and `now` is a live time stamp.
    unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC, &raw mut now) };
    now
}

/// How many frames a camera that never stopped would have filmed: stamps go on rising over a restart of the stream.
fn frames_so_far(fps: u32) -> u32 {
    let now = monotonic();
    let fps = i64::from(fps);
    (now.tv_sec.wrapping_mul(fps) + now.tv_nsec * fps / 1_000_000_000) as u32
}
