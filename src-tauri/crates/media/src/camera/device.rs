//! What a camera is to the rest: something that opens and is read, both on one thread.

use super::CameraError;
use crate::picture::Frame;

/// An open camera. It never leaves the thread that opened it.
pub(super) trait Device {
    /// What people call it.
    fn name(&self) -> &str;
    /// Waits for the next frame, for as long as the driver pleases.
    fn read(&mut self) -> Result<Frame, ReadError>;
}

/// Why there is no frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ReadError {
    /// This one was broken; the next may be whole.
    Broken(String),
    /// The device is not there any more.
    Gone,
    /// The device does not work any more.
    Failed(String),
}

/// Opens a device, on the thread that is going to read it.
pub(super) type Opener = Box<dyn FnOnce() -> Result<Box<dyn Device>, CameraError> + Send>;
