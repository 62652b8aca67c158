//! Whether files are still those that something was made from, by their names and contents.

use anyhow::{Context, Result};
use std::{
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    path::{Path, PathBuf},
};

/// A note beside something made from files: what they were then.
pub(crate) struct Fingerprint {
    note: PathBuf,
    now: String,
}

impl Fingerprint {
    /// Reads `sources` (files, or folders with all that is in them) for what the note at `note` is about.
    pub(crate) fn of(sources: &[PathBuf], note: PathBuf) -> Result<Self> {
        let mut hasher = DefaultHasher::new();
        for source in sources {
            add(source, &mut hasher)?;
        }
        Ok(Self { note, now: format!("{:016x}", hasher.finish()) })
    }

    /// Whether the note says the same.
    pub(crate) fn is_current(&self) -> bool {
        fs::read_to_string(&self.note).is_ok_and(|then| then == self.now)
    }

    /// Writes the note.
    pub(crate) fn keep(&self) -> Result<()> {
        if let Some(folder) = self.note.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&self.note, &self.now).with_context(|| format!("cannot write {}", self.note.display()))
    }
}

fn add(path: &Path, hasher: &mut DefaultHasher) -> Result<()> {
    let context = || format!("cannot read {}", path.display());
    path.file_name().hash(hasher);
    if path.is_dir() {
        let mut entries = fs::read_dir(path)?
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<Result<Vec<_>, _>>()
            .with_context(context)?;
        entries.sort();
        entries.len().hash(hasher);
        entries.iter().try_for_each(|entry| add(entry, hasher))
    } else {
        fs::read(path).with_context(context)?.hash(hasher);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_file_and_a_renamed_file_are_noticed() {
        let folder = std::env::temp_dir().join(format!("pizoo-fingerprint-{}", std::process::id()));
        let sources = folder.join("sources/inner");
        fs::create_dir_all(&sources).unwrap();
        fs::write(sources.join("a"), "one").unwrap();
        let read = || Fingerprint::of(&[folder.join("sources")], folder.join("note")).unwrap();
        assert!(!read().is_current());
        read().keep().unwrap();
        assert!(read().is_current());
        fs::write(sources.join("a"), "two").unwrap();
        assert!(!read().is_current());
        fs::write(sources.join("a"), "one").unwrap();
        assert!(read().is_current());
        fs::rename(sources.join("a"), sources.join("b")).unwrap();
        assert!(!read().is_current());
        fs::remove_dir_all(folder).unwrap();
    }
}
