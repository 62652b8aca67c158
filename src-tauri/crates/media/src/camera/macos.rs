//! Cameras on macOS: AVFoundation.

use std::sync::mpsc;
use std::time::Duration;

use nokhwa::utils::{ApiBackend, CameraIndex};

use super::{CameraError, CameraInfo};

/// How long opening may take: the user may be asked, and needs time to answer.
pub(super) const OPEN_LIMIT: Duration = Duration::from_secs(65);
const ANSWER_LIMIT: Duration = Duration::from_secs(60);

/// The user's permission. nokhwa may not be used before it has answered.
pub(super) fn prepare() -> Result<(), CameraError> {
    let (sender, answer) = mpsc::channel();
    nokhwa::nokhwa_initialize(move |granted| drop(sender.send(granted)));
    match answer.recv_timeout(ANSWER_LIMIT) {
        Ok(true) => Ok(()),
        Ok(false) | Err(_) => Err(CameraError::Denied),
    }
}

/// The cameras, for people.
pub(super) fn list() -> Vec<CameraInfo> {
    find().unwrap_or_default().into_iter().map(|(info, _)| info).collect()
}

/// The cameras, and what nokhwa calls them.
pub(super) fn find() -> Result<Vec<(CameraInfo, CameraIndex)>, CameraError> {
    let found = nokhwa::query(ApiBackend::AVFoundation).map_err(|e| classify(&e.to_string()))?;
    Ok(found.iter().map(|c| (CameraInfo { id: c.misc(), name: c.human_name() }, c.index().clone())).collect())
}

/// What nokhwa's words mean.
pub(super) fn classify(message: &str) -> CameraError {
    let lower = message.to_lowercase();
    if lower.contains("not authorized") || lower.contains("permission") {
        CameraError::Denied
    } else if lower.contains("in use") || lower.contains("lock") {
        CameraError::Busy
    } else if lower.contains("no such device") || lower.contains("disconnected") {
        CameraError::NoCamera
    } else {
        CameraError::Failed(message.to_owned())
    }
}
