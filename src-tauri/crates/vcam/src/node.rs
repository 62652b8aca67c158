//! The folder that plays `/dev` and `/sys/class/video4linux`, and the files in it that steer the camera.

use pizoo_pattern::Scene;
use std::ffi::{CStr, CString, OsStr};
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;
use std::sync::OnceLock;

/// Where the camera is and what it shows.
pub(crate) struct Node {
    dir: PathBuf,
    pub(crate) scene: Scene,
}

/// The camera that the environment describes, if it describes one.
pub(crate) fn node() -> Option<&'static Node> {
    static NODE: OnceLock<Option<Node>> = OnceLock::new();
    NODE.get_or_init(|| {
        let dir = PathBuf::from(std::env::var_os("VCAM_DIR")?);
        let scene =
            if std::env::var_os("VCAM_SCENE").is_some_and(|name| name == "two") { Scene::Two } else { Scene::One };
        Some(Node { dir, scene })
    })
    .as_ref()
}

impl Node {
    /// A camera over a folder that no other test uses; it stays until the system clears its temporary files.
    #[cfg(test)]
    pub(crate) fn for_test(scene: Scene) -> &'static Self {
        static COUNT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
        let number = COUNT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let dir = std::env::temp_dir().join(format!("pizoo-vcam-{}-{number}", std::process::id()));
        std::fs::create_dir_all(dir.join("dev")).expect("a temporary folder");
        let node = Self { dir, scene };
        std::fs::write(node.device(), "").expect("a temporary file");
        Box::leak(Box::new(node))
    }

    /// The file that stands for the device; it is there as long as the camera is plugged in.
    pub(crate) fn device(&self) -> PathBuf {
        self.dir.join("dev/video0")
    }

    pub(crate) fn plugged_in(&self) -> bool {
        self.device().exists()
    }

    pub(crate) fn stalled(&self) -> bool {
        self.dir.join("stall").exists()
    }

    pub(crate) fn busy(&self) -> bool {
        self.dir.join("busy").exists()
    }
}

/// Whether a path names the camera's device node.
///
/// It runs at the head of every `open` of the process, maybe inside an allocator that starts up: it only compares.
pub(crate) fn is_device(path: &CStr) -> bool {
    path.to_bytes() == b"/dev/video0" && node().is_some()
}

/// Where a path that tells about cameras leads instead; `None` for all others.
pub(crate) fn redirect(path: &CStr) -> Option<CString> {
    let path = path.to_bytes();
    if path == b"/dev" || path == b"/dev/" {
        return inside("dev", b"");
    }
    if let Some(rest) = path.strip_prefix(b"/sys/class/video4linux") {
        return inside("sys", rest);
    }
    inside("sys/video0", path.strip_prefix(b"/sys/dev/char/81:0")?)
}

fn inside(folder: &str, rest: &[u8]) -> Option<CString> {
    let rest = rest.strip_prefix(b"/").unwrap_or(rest);
    let path = node()?.dir.join(folder).join(OsStr::from_bytes(rest));
    CString::new(path.into_os_string().into_encoded_bytes()).ok()
}
