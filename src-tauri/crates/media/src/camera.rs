//! One camera on a thread of its own, as I420 frames.
//!
//! Drivers block, stall and vanish, so every camera has two threads: one that opens and reads the device and nothing
//! else may touch it (Windows ties it to the thread), and a watch that tells what happened and never waits for a driver.
//! A driver that never returns keeps the first of them: it is left behind, which is logged, delivers nothing any more,
//! and ends by itself if the driver ever returns.
//!
//! It is not an effect pipeline: frames are as the camera takes them, not mirrored, at most 1280x720, 30 a second where
//! the camera can. nokhwa is behind the small trait `device::Device`, so that a system can have its own code.

mod capture;
mod convert;
mod device;
mod format;
#[cfg_attr(target_os = "linux", path = "camera/linux.rs")]
#[cfg_attr(target_os = "macos", path = "camera/macos.rs")]
#[cfg_attr(not(any(target_os = "linux", target_os = "macos")), path = "camera/windows.rs")]
mod platform;
mod reader;
mod watch;

use std::fmt;
use std::time::{Duration, Instant};

use tracing::info;

use crate::picture::Frame;
use device::Opener;
use watch::{Limits, Watched};

/// How long closing may take.
pub(crate) const RELEASE_LIMIT: Duration = Duration::from_millis(450);

/// Called with each frame, on the camera's thread: what it takes too long for is lost by the camera.
pub type OnFrame = Box<dyn FnMut(Frame) + Send>;
/// Called with each event, on a thread of the camera.
pub type OnEvent = Box<dyn FnMut(CameraEvent) + Send>;

/// Which camera.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum CameraChoice {
    /// The first that works.
    #[default]
    Default,
    /// The one with this identifier or name ([`list`]).
    Named(String),
}

/// One camera, for people to choose from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CameraInfo {
    /// What the system calls it.
    pub id: String,
    /// What people call it.
    pub name: String,
}

/// Why there is no picture.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CameraError {
    /// There is no camera, or not this one.
    #[error("there is no camera")]
    NoCamera,
    /// Another program has it.
    #[error("the camera is in use by another program")]
    Busy,
    /// The user or the system forbids it.
    #[error("access to the camera is denied")]
    Denied,
    /// Anything else, in words for the log.
    #[error("the camera failed: {0}")]
    Failed(String),
}

/// What happens to an open camera.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CameraEvent {
    /// No frame for a while. It stays open: frames may come again, which is [`CameraEvent::Resumed`].
    Stalled,
    /// Frames come again.
    Resumed,
    /// It was unplugged. Nothing more will come; close it.
    Gone,
    /// It broke, in words for the log. Nothing more will come; close it.
    Failed(String),
}

/// Something that delivers pictures, until it is closed or dropped, which is the same.
pub trait VideoSource: Send {
    /// What people call it.
    fn name(&self) -> &str;
    /// Releases it. It blocks for half a second at most; no frame is delivered afterwards.
    fn close(self: Box<Self>);
}

/// The cameras there are right now. It blocks for some milliseconds.
#[must_use]
pub fn list() -> Vec<CameraInfo> {
    platform::list()
}

/// An open camera that delivers.
pub struct Camera {
    name: String,
    _watched: Watched,
}

impl Camera {
    /// Opens a camera and waits for its first frame. It blocks, for some seconds at worst (where the system asks the user
    /// for permission, for as long as a minute): not for an async thread.
    ///
    /// # Errors
    /// [`CameraError`]; the device is released then.
    pub fn open(choice: CameraChoice, on_frame: OnFrame, on_event: OnEvent) -> Result<Self, CameraError> {
        let open: Opener = Box::new(move || capture::open(&choice));
        Self::open_with(open, Limits::default(), on_frame, on_event)
    }

    fn open_with(open: Opener, limits: Limits, on_frame: OnFrame, on_event: OnEvent) -> Result<Self, CameraError> {
        let started = Instant::now();
        let (name, watched) = watch::start(open, limits, on_frame, on_event)?;
        info!(name, took = ?started.elapsed(), "camera open");
        Ok(Self { name, _watched: watched })
    }
}

impl VideoSource for Camera {
    fn name(&self) -> &str {
        &self.name
    }

    fn close(self: Box<Self>) {}
}

impl fmt::Debug for Camera {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Camera({})", self.name)
    }
}

#[cfg(test)]
mod tests;
