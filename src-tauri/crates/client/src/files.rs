//! Files for the user: each is a new one, and nobody else on this computer reads it.

use std::fs::{File, OpenOptions};
use std::io::{Error, ErrorKind, Result, Write as _};
use std::path::{Path, PathBuf};

/// Files of one name before it is given up.
const MOST: u32 = 1000;

/// Writes `name.extension` into the folder, or `name-2.extension` and so on where that is taken.
///
/// # Errors
/// The folder is not there, is full, or may not be written to; then no file is left.
pub fn write_new(folder: &Path, name: &str, extension: &str, content: &[u8]) -> Result<PathBuf> {
    for number in 1..=MOST {
        let number = if number == 1 { String::new() } else { format!("-{number}") };
        let path = folder.join(format!("{name}{number}.{extension}"));
        let mut file = match create(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::AlreadyExists => continue,
            Err(error) => return Err(error),
        };
        return match file.write_all(content).and_then(|()| file.sync_all()) {
            Ok(()) => Ok(path),
            Err(error) => {
                // Half a file helps nobody; what matters is why it is half.
                let _ = std::fs::remove_file(&path);
                Err(error)
            }
        };
    }
    Err(Error::other(format!("there are {MOST} files of that name")))
}

fn create(path: &Path) -> Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let write = |content: &str| write_new(folder.path(), "mine", "json", content.as_bytes()).unwrap();
        let (first, second) = (write("one"), write("two"));
        assert_eq!(first.file_name().unwrap(), "mine.json");
        assert_eq!(second.file_name().unwrap(), "mine-2.json");
        assert_eq!(std::fs::read_to_string(first).unwrap(), "one");
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_may_read_it() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let file = write_new(folder.path(), "mine", "json", b"").unwrap();
        assert_eq!(std::fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn missing_folder_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        assert!(write_new(&folder.path().join("none"), "mine", "json", b"").is_err());
    }
}
