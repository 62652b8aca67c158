//! Cameras on Linux: V4L2 device nodes.

use std::fs;
use std::path::Path;
use std::time::Duration;

use nokhwa::utils::CameraIndex;
use v4l::capability::Flags;

use super::{CameraError, CameraInfo};

/// How long opening may take.
pub(super) const OPEN_LIMIT: Duration = Duration::from_secs(5);

/// What must have happened before anything else: nothing.
pub(super) fn prepare() -> Result<(), CameraError> {
    Ok(())
}

/// The cameras, for people.
pub(super) fn list() -> Vec<CameraInfo> {
    nodes().into_iter().map(|(info, _)| info).collect()
}

/// The cameras, and what nokhwa calls them.
pub(super) fn find() -> Result<Vec<(CameraInfo, CameraIndex)>, CameraError> {
    Ok(nodes())
}

/// nokhwa's own query panics at names without a number, and lists the metadata node of every USB camera as a camera.
fn nodes() -> Vec<(CameraInfo, CameraIndex)> {
    let Ok(entries) = fs::read_dir("/dev") else { return Vec::new() };
    let mut numbers: Vec<u32> =
        entries.flatten().filter_map(|entry| node_number(entry.file_name().to_str()?)).collect();
    numbers.sort_unstable();
    let cameras = numbers.into_iter().filter(|number| takes_pictures(*number));
    cameras
        .map(|number| {
            let id = format!("/dev/video{number}");
            let name = fs::read_to_string(format!("/sys/class/video4linux/video{number}/name"));
            let name = name.map(|n| n.trim().to_owned()).ok().filter(|n| !n.is_empty());
            (CameraInfo { name: name.unwrap_or_else(|| id.clone()), id }, CameraIndex::Index(number))
        })
        .collect()
}

/// The number in `video12`; `None` for anything else.
fn node_number(name: &str) -> Option<u32> {
    let digits = name.strip_prefix("video")?;
    let canonical = digits == "0" || !digits.starts_with('0');
    (canonical && digits.bytes().all(|b| b.is_ascii_digit())).then(|| digits.parse().ok()).flatten()
}

/// Whether a node delivers pictures. One that cannot be asked counts: opening it tells what is wrong.
fn takes_pictures(number: u32) -> bool {
    let path = format!("/dev/video{number}");
    v4l::Device::with_path(Path::new(&path))
        .and_then(|device| device.query_caps())
        .map_or(true, |caps| caps.capabilities.contains(Flags::VIDEO_CAPTURE))
}

/// What nokhwa's words mean.
pub(super) fn classify(message: &str) -> CameraError {
    let is = |errno: u32| message.contains(&format!("(os error {errno})"));
    if is(2) || is(6) || is(19) {
        CameraError::NoCamera // ENOENT, ENXIO, ENODEV
    } else if is(16) {
        CameraError::Busy // EBUSY
    } else if is(1) || is(13) {
        CameraError::Denied // EPERM, EACCES
    } else {
        CameraError::Failed(message.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_numbered_nodes_are_asked() {
        assert_eq!(node_number("video0"), Some(0));
        assert_eq!(node_number("video12"), Some(12));
        for name in ["video", "video-codec", "video0a", "video01", "video+1", "vbi0", "video99999999999", ""] {
            assert_eq!(node_number(name), None, "{name}");
        }
    }

    #[test]
    fn errors_of_the_kernel_are_told_apart() {
        let error = |errno| classify(&format!("Could not open: {}", std::io::Error::from_raw_os_error(errno)));
        assert_eq!(error(19), CameraError::NoCamera);
        assert_eq!(error(2), CameraError::NoCamera);
        assert_eq!(error(16), CameraError::Busy);
        assert_eq!(error(13), CameraError::Denied);
        assert!(matches!(error(5), CameraError::Failed(text) if text.contains("Could not open")));
    }
}
