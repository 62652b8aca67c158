//! What the user chose, in a file of the profile.
//!
//! A file that cannot be read is put aside, not overwritten: the app starts with what everybody gets, and nothing is lost.

use crate::view::{ErrorCode, Preferences, UserError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use tokio::sync::{Mutex, watch};

const FILE: &str = "preferences.json";

pub(crate) struct Chosen {
    /// None keeps them in memory only.
    folder: Option<PathBuf>,
    view: watch::Sender<Preferences>,
    writing: Mutex<()>,
}

impl Chosen {
    /// Reads the file, if there is one.
    pub(crate) fn load(folder: Option<PathBuf>) -> Self {
        let preferences = folder.as_deref().map(read).unwrap_or_default();
        Self { folder, view: watch::Sender::new(preferences), writing: Mutex::default() }
    }

    pub(crate) fn view(&self) -> watch::Receiver<Preferences> {
        self.view.subscribe()
    }

    pub(crate) fn now(&self) -> Preferences {
        self.view.borrow().clone()
    }

    /// Takes them over at once, then keeps them.
    ///
    /// # Errors
    /// [`ErrorCode::Internal`] when the file cannot be written; they hold until the app ends.
    pub(crate) async fn set(&self, mut new: Preferences) -> Result<(), UserError> {
        new.volume = new.volume.min(100);
        let _turn = self.writing.lock().await;
        self.view.send_if_modified(|old| {
            let changed = *old != new;
            old.clone_from(&new);
            changed
        });
        let Some(folder) = self.folder.clone() else { return Ok(()) };
        let written = tokio::task::spawn_blocking(move || write(&folder, &new)).await;
        match written {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => {
                tracing::warn!(%error, "the preferences are not kept");
                Err(ErrorCode::Internal.into())
            }
            Err(error) => {
                tracing::warn!(%error, "the preferences are not kept");
                Err(ErrorCode::Internal.into())
            }
        }
    }
}

fn read(folder: &Path) -> Preferences {
    let file = folder.join(FILE);
    let text = match std::fs::read(&file) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Preferences::default(),
        Err(error) => {
            tracing::warn!(%error, "the preferences cannot be read");
            return Preferences::default();
        }
    };
    serde_json::from_slice(&text).unwrap_or_else(|error| {
        let aside = folder.join("preferences.unreadable.json");
        tracing::warn!(%error, "the preferences cannot be understood; they are kept aside");
        if let Err(error) = std::fs::rename(&file, aside) {
            tracing::warn!(%error, "they cannot be put aside");
        }
        Preferences::default()
    })
}

/// Whole or not at all: a disk that is full, or a program that is killed, leaves the old file.
fn write(folder: &Path, preferences: &Preferences) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let (file, new) = (folder.join(FILE), folder.join("preferences.new.json"));
    std::fs::write(&new, serde_json::to_vec_pretty(preferences)?)?;
    std::fs::rename(new, file)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::Theme;

    #[tokio::test]
    async fn what_was_chosen_is_there_at_the_next_start() {
        let folder = tempfile::tempdir().unwrap();
        let inside = folder.path().join("not yet there");
        let chosen = Chosen::load(Some(inside.clone()));
        assert_eq!(chosen.now(), Preferences::default());
        let new = Preferences { theme: Theme::Dark, volume: 200, ..Preferences::default() };
        chosen.set(new).await.unwrap();
        let again = Chosen::load(Some(inside)).now();
        assert_eq!((again.theme, again.volume), (Theme::Dark, 100));
    }

    #[test]
    fn file_of_an_older_version_keeps_what_it_has() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(FILE), r#"{"theme":"light","forgotten":1}"#).unwrap();
        let read = read(folder.path());
        assert_eq!((read.theme, read.read_receipts), (Theme::Light, true));
    }

    #[test]
    fn file_that_cannot_be_understood_is_put_aside() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(FILE), "{").unwrap();
        assert_eq!(read(folder.path()), Preferences::default());
        assert_eq!(std::fs::read(folder.path().join("preferences.unreadable.json")).unwrap(), b"{");
    }

    #[tokio::test]
    async fn folder_that_cannot_be_written_is_told_and_the_choice_holds() {
        let folder = tempfile::tempdir().unwrap();
        let taken = folder.path().join("a file");
        std::fs::write(&taken, "").unwrap();
        let chosen = Chosen::load(Some(taken));
        let new = Preferences { do_not_disturb: true, ..Preferences::default() };
        assert!(chosen.set(new).await.is_err());
        assert!(chosen.now().do_not_disturb);
    }
}
