//! Lines that the server has not confirmed, in a file of the profile: what was written is not lost with the app.
//!
//! Nobody else on this computer may read the file, and a line is out of it as soon as the server has it. A file that cannot
//! be understood is put aside. One that cannot be written is a warning; the lines are kept in memory, and written once they
//! can be.

use pizoo_api::MessageId;
use pizoo_api::chat::Message;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Result, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

const FILE: &str = "unsent.json";
/// After a disk was full, or the like.
const AGAIN: Duration = Duration::from_secs(30);

/// The lines in the order in which they were written, and those of them that the server did not take.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Lines {
    pub(super) lines: Vec<Message>,
    pub(super) failed: Vec<MessageId>,
}

/// The lines of each server, by its address.
type Kept = BTreeMap<String, Lines>;

/// What is to be in the file, for one server.
pub(crate) struct Unsent {
    /// None keeps nothing.
    folder: Option<PathBuf>,
    server: String,
    loaded: Lines,
    wanted: watch::Sender<Lines>,
}

impl Unsent {
    /// Reads the file, if there is one.
    pub(crate) fn load(folder: Option<PathBuf>, server: String) -> Self {
        let kept = folder.as_deref().map(read).unwrap_or_else(|| Ok(Kept::default()));
        let kept =
            kept.inspect_err(|error| tracing::warn!(%error, "the lines that waited for the server cannot be read"));
        let lines = kept.unwrap_or_default().remove(&server).unwrap_or_default();
        Self { folder, server, loaded: lines.clone(), wanted: watch::Sender::new(lines) }
    }

    pub(super) fn now(&self) -> Lines {
        self.wanted.borrow().clone()
    }

    pub(super) fn want(&self, lines: Lines) {
        self.wanted.send_if_modified(|wanted| {
            let changed = *wanted != lines;
            *wanted = lines;
            changed
        });
    }

    /// Keeps the file as it is to be, until `stop`, and also what was written right before that.
    pub(super) async fn keep(&self, stop: CancellationToken) {
        let Some(folder) = &self.folder else { return };
        let mut wanted = self.wanted.subscribe();
        // What this began with is what is in the file.
        let mut written = self.loaded.clone();
        loop {
            let last = stop.is_cancelled();
            let lines = wanted.borrow_and_update().clone();
            if lines != written && self.write(folder, lines.clone()).await {
                written.clone_from(&lines);
            }
            if last {
                return;
            }
            tokio::select! {
                changed = wanted.changed() => if changed.is_err() { return },
                () = tokio::time::sleep(AGAIN), if lines != written => {}
                () = stop.cancelled() => {}
            }
        }
    }

    /// Whether they are in the file now.
    async fn write(&self, folder: &Path, lines: Lines) -> bool {
        let (folder, server) = (folder.to_path_buf(), self.server.clone());
        let written = tokio::task::spawn_blocking(move || {
            // One that cannot be read is not overwritten: it may hold another server's lines.
            let mut kept = read(&folder)?;
            match lines.lines.is_empty() {
                true => kept.remove(&server),
                false => kept.insert(server, lines),
            };
            write(&folder, &kept)
        });
        let written = written.await.unwrap_or_else(|panicked| Err(std::io::Error::other(panicked)));
        let failed = written.inspect_err(|error| tracing::warn!(%error, "lines that wait are kept in memory only"));
        failed.is_ok()
    }
}

fn read(folder: &Path) -> Result<Kept> {
    let file = folder.join(FILE);
    let text = match std::fs::read(&file) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Kept::default()),
        Err(error) => return Err(error),
    };
    Ok(serde_json::from_slice(&text).unwrap_or_else(|error| {
        // The error's text may quote what was written.
        tracing::warn!(line = error.line(), "the lines that waited for the server cannot be understood; kept aside");
        if let Err(error) = std::fs::rename(&file, folder.join("unsent.unreadable.json")) {
            tracing::warn!(%error, "they cannot be put aside");
        }
        Kept::default()
    }))
}

/// Whole or not at all: a disk that is full, or a program that is killed, leaves the old file.
fn write(folder: &Path, kept: &Kept) -> Result<()> {
    let file = folder.join(FILE);
    if kept.is_empty() {
        return match std::fs::remove_file(file) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        };
    }
    std::fs::create_dir_all(folder)?;
    let new = folder.join("unsent.new.json");
    let mut out = create(&new)?;
    out.write_all(&serde_json::to_vec(kept)?)?;
    out.sync_all()?;
    std::fs::rename(new, file)
}

fn create(path: &Path) -> Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SERVER: &str = "http://one.example";

    fn line(id: &str) -> Message {
        Message {
            id: id.into(),
            match_id: "match".into(),
            sender_id: "alice".into(),
            receiver_id: "bob".into(),
            content: "hello".into(),
            message_type: "text".into(),
            status: "sending".into(),
            created_at: "2026-01-01T00:00:00Z".into(),
            read_at: None,
        }
    }

    fn lines(ids: &[&str]) -> Lines {
        Lines { lines: ids.iter().map(|id| line(id)).collect(), failed: Vec::new() }
    }

    /// Writes as the app that ends does.
    async fn written(folder: &Path, server: &str, lines: Lines) {
        let unsent = Unsent::load(Some(folder.to_path_buf()), server.into());
        unsent.want(lines);
        let stop = CancellationToken::new();
        stop.cancel();
        unsent.keep(stop).await;
    }

    fn at(folder: &Path, server: &str) -> Lines {
        Unsent::load(Some(folder.to_path_buf()), server.into()).now()
    }

    #[tokio::test]
    async fn lines_are_there_at_the_next_start_for_their_own_server() {
        let folder = tempfile::tempdir().unwrap();
        let inside = folder.path().join("not yet there");
        let failed = Lines { failed: vec!["b".into()], ..lines(&["a", "b"]) };
        written(&inside, SERVER, failed.clone()).await;
        written(&inside, "http://another.example", lines(&["c"])).await;
        assert_eq!((at(&inside, SERVER), at(&inside, "http://another.example")), (failed, lines(&["c"])));
        assert_eq!(at(&inside, "http://third.example"), Lines::default());
    }

    #[tokio::test]
    async fn nothing_is_left_of_lines_that_were_sent() {
        let folder = tempfile::tempdir().unwrap();
        written(folder.path(), SERVER, lines(&["a"])).await;
        written(folder.path(), SERVER, Lines::default()).await;
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[tokio::test]
    async fn line_is_in_the_file_while_the_app_runs() {
        let folder = tempfile::tempdir().unwrap();
        let unsent = Unsent::load(Some(folder.path().to_path_buf()), SERVER.into());
        let seen = async {
            unsent.want(lines(&["a"]));
            while at(folder.path(), SERVER) != lines(&["a"]) {
                tokio::task::yield_now().await;
            }
        };
        tokio::select! { () = unsent.keep(CancellationToken::new()) => {}, () = seen => {} }
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn nobody_else_may_read_them() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        written(folder.path(), SERVER, lines(&["a"])).await;
        assert_eq!(std::fs::metadata(folder.path().join(FILE)).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[tokio::test]
    async fn file_that_cannot_be_understood_is_put_aside() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(FILE), "{").unwrap();
        assert_eq!(at(folder.path(), SERVER), Lines::default());
        assert_eq!(std::fs::read(folder.path().join("unsent.unreadable.json")).unwrap(), b"{");
    }

    #[tokio::test]
    async fn lines_that_cannot_be_written_are_written_once_they_can_be() {
        let folder = tempfile::tempdir().unwrap();
        let taken = folder.path().join("taken");
        std::fs::write(&taken, "").unwrap();
        let unsent = Unsent::load(Some(taken.clone()), SERVER.into());
        unsent.want(lines(&["a"]));
        assert!(!unsent.write(&taken, unsent.now()).await);
        let stop = CancellationToken::new();
        std::fs::remove_file(&taken).unwrap();
        stop.cancel();
        unsent.keep(stop).await;
        assert_eq!(at(&taken, SERVER), lines(&["a"]));
    }

    #[tokio::test]
    async fn file_that_cannot_be_read_is_not_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join(FILE)).unwrap();
        written(folder.path(), SERVER, lines(&["a"])).await;
        assert!(folder.path().join(FILE).is_dir());
        assert!(!folder.path().join("unsent.new.json").exists(), "nothing was begun");
    }

    #[tokio::test]
    async fn folder_that_cannot_be_written_costs_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let taken = folder.path().join("a file");
        std::fs::write(&taken, "").unwrap();
        written(&taken, SERVER, lines(&["a"])).await;
        assert_eq!(at(&taken, SERVER), Lines::default());
    }
}
