//! Cameras on Windows: Media Foundation. COM ties everything to the thread that first asked, so a device is searched,
//! opened and read on the camera's own thread, and [`list`] uses one of its own.

use std::time::Duration;

use nokhwa::utils::{ApiBackend, CameraIndex};

use super::{CameraError, CameraInfo};

/// How long opening may take.
pub(super) const OPEN_LIMIT: Duration = Duration::from_secs(8);

/// What must have happened before anything else: nothing.
pub(super) fn prepare() -> Result<(), CameraError> {
    Ok(())
}

/// The cameras, for people.
pub(super) fn list() -> Vec<CameraInfo> {
    let asked = std::thread::Builder::new().name("pizoo-cameras".to_owned()).spawn(find);
    let found = asked.ok().and_then(|thread| thread.join().ok()).and_then(Result::ok);
    found.unwrap_or_default().into_iter().map(|(info, _)| info).collect()
}

/// The cameras, and what nokhwa calls them.
pub(super) fn find() -> Result<Vec<(CameraInfo, CameraIndex)>, CameraError> {
    let found = nokhwa::query(ApiBackend::Auto).map_err(|e| classify(&e.to_string()))?;
    Ok(found.iter().map(|c| (CameraInfo { id: c.misc(), name: c.human_name() }, c.index().clone())).collect())
}

/// What nokhwa's words mean: they carry the HRESULT.
pub(super) fn classify(message: &str) -> CameraError {
    let has = |codes: &[&str]| codes.iter().any(|code| message.to_uppercase().contains(code));
    if has(&["80070005"]) {
        CameraError::Denied // E_ACCESSDENIED
    } else if has(&["C00D3704", "C00D3EA3", "80070020", "800700AA"]) {
        CameraError::Busy // MF_E_HW_MFT_FAILED_START_STREAMING, MF_E_VIDEO_RECORDING_DEVICE_PREEMPTED, sharing, busy
    } else if has(&["C00D3EA2", "8007048F"]) {
        CameraError::NoCamera // MF_E_VIDEO_RECORDING_DEVICE_INVALIDATED, not connected
    } else {
        CameraError::Failed(message.to_owned())
    }
}
