//! The thread that never waits for a driver: it notices when frames stop, and tells.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

use super::device::Opener;
use super::reader::{self, Link, Report};
use super::{CameraError, CameraEvent, OnEvent, OnFrame, RELEASE_LIMIT, platform};
use crate::thread::BoundedThread;

/// How often frames are counted.
const LOOK: Duration = Duration::from_millis(100);

/// How long a camera may take.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// To open.
    pub(super) open: Duration,
    /// From then to the first frame.
    pub(super) first_frame: Duration,
    /// Looks ([`LOOK`]) without a frame until it counts as stalled. Looks, not time: a computer that slept looks once.
    pub(super) stall_looks: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { open: platform::OPEN_LIMIT, first_frame: Duration::from_secs(4), stall_looks: 20 }
    }
}

/// The two threads of an open camera. Dropping it closes the camera.
pub(super) struct Watched {
    link: Arc<Link>,
    reports: Sender<Report>,
    reader: Option<BoundedThread>,
    watch: Option<BoundedThread>,
}

/// Opens a camera and waits for its first frame.
pub(super) fn start(
    open: Opener,
    limits: Limits,
    on_frame: OnFrame,
    on_event: OnEvent,
) -> Result<(String, Watched), CameraError> {
    let no_thread = |e: std::io::Error| CameraError::Failed(e.to_string());
    let link = Arc::new(Link::default());
    let (reports, inbox) = mpsc::channel();
    let reader = BoundedThread::spawn("pizoo-camera", {
        let (link, reports) = (Arc::clone(&link), reports.clone());
        move || reader::run(open, &link, reports, on_frame)
    })
    .map_err(no_thread)?;
    // From here on, returning early closes the camera.
    let mut watched = Watched { link: Arc::clone(&link), reports, reader: Some(reader), watch: None };
    let name = wait_for_frame(&inbox, limits)?;
    let watch = BoundedThread::spawn("pizoo-camera-watch", move || watch(&inbox, &link, limits, on_event));
    watched.watch = Some(watch.map_err(no_thread)?);
    Ok((name, watched))
}

fn wait_for_frame(inbox: &Receiver<Report>, limits: Limits) -> Result<String, CameraError> {
    let (mut name, mut deadline) = (None, Instant::now() + limits.open);
    loop {
        match inbox.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            Ok(Report::Opened(opened)) => {
                (name, deadline) = (Some(opened), Instant::now() + limits.first_frame);
            }
            Ok(Report::Delivering) => return Ok(name.unwrap_or_default()),
            Ok(Report::Refused(e)) => return Err(e),
            Ok(Report::Ended(CameraEvent::Gone)) => return Err(CameraError::NoCamera),
            // A camera that another program holds may open and then refuse to stream.
            Ok(Report::Ended(CameraEvent::Failed(e))) => return Err(platform::classify(&e)),
            Ok(Report::Ended(_) | Report::Close) | Err(RecvTimeoutError::Disconnected) => {
                return Err(CameraError::Failed("the camera ended".to_owned()));
            }
            Err(RecvTimeoutError::Timeout) => {
                let what = if name.is_some() { "it delivers no picture" } else { "it does not open" };
                return Err(CameraError::Failed(what.to_owned()));
            }
        }
    }
}

fn watch(inbox: &Receiver<Report>, link: &Link, limits: Limits, mut on_event: OnEvent) {
    let mut stall = Stall::new(limits.stall_looks);
    loop {
        match inbox.recv_timeout(LOOK) {
            Ok(Report::Ended(event)) => return on_event(event),
            Ok(Report::Close) | Err(RecvTimeoutError::Disconnected) => return,
            Ok(Report::Opened(_) | Report::Refused(_) | Report::Delivering) | Err(RecvTimeoutError::Timeout) => {}
        }
        if let Some(event) = stall.look(link.frames.load(Ordering::Relaxed)) {
            on_event(event);
        }
    }
}

/// Counts looks without a new frame.
#[derive(Debug)]
struct Stall {
    limit: u32,
    frames: u32,
    quiet: u32,
}

impl Stall {
    fn new(limit: u32) -> Self {
        Self { limit, frames: 0, quiet: 0 }
    }

    fn look(&mut self, frames: u32) -> Option<CameraEvent> {
        let was_stalled = self.quiet >= self.limit;
        if frames != self.frames {
            (self.frames, self.quiet) = (frames, 0);
            return was_stalled.then_some(CameraEvent::Resumed);
        }
        self.quiet = self.quiet.saturating_add(1);
        (!was_stalled && self.quiet >= self.limit).then_some(CameraEvent::Stalled)
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        let deadline = Instant::now() + RELEASE_LIMIT;
        self.link.closed.store(true, Ordering::Release);
        // The watch has ended by itself if nobody receives this.
        let _ = self.reports.send(Report::Close);
        for thread in [self.watch.take(), self.reader.take()].into_iter().flatten() {
            thread.join_until(deadline);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stall_and_resumption_are_told_once_each() {
        let mut stall = Stall::new(3);
        assert_eq!([1, 2, 2, 2].map(|n| stall.look(n)), [None, None, None, None]);
        assert_eq!([2, 2, 2].map(|n| stall.look(n)), [Some(CameraEvent::Stalled), None, None]);
        assert_eq!([3, 4, 4].map(|n| stall.look(n)), [Some(CameraEvent::Resumed), None, None]);
    }
}
