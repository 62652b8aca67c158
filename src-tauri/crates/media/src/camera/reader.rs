//! The thread that opens a camera and reads it until it is closed or dead.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::mpsc::Sender;

use tracing::debug;

use super::device::{Opener, ReadError};
use super::{CameraError, CameraEvent, OnFrame};

/// So many broken frames in a row are a broken camera. A few are usual when it starts.
const BROKEN_LIMIT: u32 = 60;

/// What the reader and the watch share.
#[derive(Debug, Default)]
pub(super) struct Link {
    /// Nothing is to be delivered any more.
    pub(super) closed: AtomicBool,
    /// Frames delivered.
    pub(super) frames: AtomicU32,
}

/// What the reader tells the watch.
#[derive(Debug)]
pub(super) enum Report {
    /// The device is open, under this name.
    Opened(String),
    /// The device did not open.
    Refused(CameraError),
    /// The first frame was delivered.
    Delivering,
    /// The device is lost.
    Ended(CameraEvent),
    /// The owner closes the camera (not sent by the reader).
    Close,
}

/// Says that the thread is gone, should it end without a word: the drivers' crates panic now and then.
struct LastWord(Sender<Report>);

impl Drop for LastWord {
    fn drop(&mut self) {
        let _ = self.0.send(Report::Ended(CameraEvent::Failed("the camera's thread ended".to_owned())));
    }
}

/// Opens and reads. Returns when closed or when the device is lost.
pub(super) fn run(open: Opener, link: &Arc<Link>, reports: Sender<Report>, mut on_frame: OnFrame) {
    let last_word = LastWord(reports);
    // Whoever listens is gone if sending fails; then `closed` is set as well.
    let report = |report| drop(last_word.0.send(report));
    let mut device = match open() {
        Ok(device) => device,
        Err(e) => return report(Report::Refused(e)),
    };
    report(Report::Opened(device.name().to_owned()));
    let mut broken = 0;
    loop {
        let read = device.read();
        if link.closed.load(Ordering::Acquire) {
            return;
        }
        let lost = match read {
            Ok(frame) => {
                on_frame(frame);
                if link.frames.fetch_add(1, Ordering::Relaxed) == 0 {
                    report(Report::Delivering);
                }
                broken = 0;
                continue;
            }
            Err(ReadError::Broken(e)) => {
                debug!("broken frame: {e}");
                broken += 1;
                if broken < BROKEN_LIMIT {
                    continue;
                }
                CameraEvent::Failed(e)
            }
            Err(ReadError::Gone) => CameraEvent::Gone,
            Err(ReadError::Failed(e)) => CameraEvent::Failed(e),
        };
        drop(device);
        return report(Report::Ended(lost));
    }
}
