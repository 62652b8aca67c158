//! The file that says where the backend of this computer listens.

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use tracing::warn;

/// A file with an address in it. It may be outdated, so whoever reads it asks at that address.
pub(super) struct Note {
    path: PathBuf,
}

impl Note {
    pub(super) fn in_folder(folder: &Path) -> Self {
        Self { path: folder.join("backend.address") }
    }

    pub(super) async fn read(&self) -> Option<SocketAddr> {
        let address: SocketAddr = tokio::fs::read_to_string(&self.path).await.ok()?.trim().parse().ok()?;
        address.ip().is_loopback().then_some(address)
    }

    pub(super) async fn write(&self, address: SocketAddr) -> io::Result<()> {
        if let Some(folder) = self.path.parent() {
            tokio::fs::create_dir_all(folder).await?;
        }
        tokio::fs::write(&self.path, format!("{address}\n")).await
    }

    pub(super) async fn erase(self) {
        if let Err(error) = tokio::fs::remove_file(&self.path).await
            && error.kind() != io::ErrorKind::NotFound
        {
            warn!("{} is outdated but stays: {error}", self.path.display());
        }
    }
}
