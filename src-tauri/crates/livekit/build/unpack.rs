//! Checks a wheel's hash and takes the library, its licence and the message descriptors out of it.

use crate::wheel::Wheel;
use sha2::{Digest, Sha256};
use std::{
    fs,
    io::{Cursor, Read},
    path::Path,
};
use zip::ZipArchive;

const RESOURCES: &str = "livekit/rtc/resources/";
const LICENCE: &str = "LICENSE.md";
const DESCRIPTORS: &str = "livekit/rtc/_proto/";

/// Writes the library, `LICENSE.md` and `_proto/*_pb2.py` into `folder`; files that are already right are left alone.
pub(crate) fn unpack(wheel: &Wheel, archive: &Path, folder: &Path) -> Result<(), String> {
    let bytes = fs::read(archive).map_err(|error| format!("{}: {error}", archive.display()))?;
    let found: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    if found != wheel.sha256 {
        return Err(format!(
            "{} is not LiveKit's file: its SHA-256 is {found}, expected {}.\nDelete it and build again; if it stays \
             wrong, something between this machine and PyPI changes downloads.",
            archive.display(),
            wheel.sha256
        ));
    }
    let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(|error| format!("{}: {error}", archive.display()))?;
    let names: Vec<String> = zip.file_names().map(str::to_owned).collect();
    for name in names {
        let target = if name.strip_prefix(RESOURCES) == Some(wheel.library) {
            folder.join(wheel.library)
        } else if name.strip_prefix(RESOURCES) == Some(LICENCE) {
            folder.join(LICENCE)
        } else if let Some(file) = name.strip_prefix(DESCRIPTORS).filter(|file| file.ends_with("_pb2.py")) {
            folder.join("_proto").join(file)
        } else {
            continue;
        };
        let mut content = Vec::new();
        zip.by_name(&name)
            .map_err(|error| error.to_string())
            .and_then(|mut file| file.read_to_end(&mut content).map_err(|error| error.to_string()))
            .map_err(|error| format!("{name} in {}: {error}", archive.display()))?;
        place(&target, &content).map_err(|error| format!("{}: {error}", target.display()))?;
    }
    Ok(())
}

/// Replaces the file in one step: another build, or a running program, may be using the old one.
fn place(target: &Path, content: &[u8]) -> std::io::Result<()> {
    if fs::read(target).is_ok_and(|old| old == content) {
        return Ok(());
    }
    if let Some(folder) = target.parent() {
        fs::create_dir_all(folder)?;
    }
    let unfinished = target.with_extension(format!("{}.part", std::process::id()));
    fs::write(&unfinished, content)?;
    fs::rename(&unfinished, target)
}
