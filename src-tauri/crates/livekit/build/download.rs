//! Downloads a wheel with the machine's own pip, so that its registry, proxy and certificate settings apply.

use crate::wheel::{VERSION, Wheel};
use std::{fs, path::Path, process::Command};

/// How pip is called on different systems, in the order of trying.
const PIPS: [&[&str]; 5] =
    [&["python3", "-m", "pip"], &["python", "-m", "pip"], &["py", "-m", "pip"], &["pip3"], &["pip"]];

/// Puts the wheel into `folder`. What pip brought is checked where it is unpacked.
pub(crate) fn download(wheel: &Wheel, folder: &Path) -> Result<(), String> {
    fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut attempts = Vec::new();
    for pip in PIPS {
        match run(pip, wheel, folder) {
            Ok(()) if folder.join(wheel.file).is_file() => return Ok(()),
            Ok(()) => attempts.push(format!("{}: it did not bring {}", pip.join(" "), wheel.file)),
            Err(error) => attempts.push(format!("{}: {error}", pip.join(" "))),
        }
    }
    Err(format!(
        "LiveKit's library ({}, from PyPI) could not be downloaded:\n  {}\n\nDo one of these:\n  - install Python 3 with pip \
         (Debian: apt install python3-pip) and build again while online;\n  - put {} into {};\n  - unpack it somewhere and set \
         LIVEKIT_FFI_DIR to a folder with `livekit/rtc/resources/{}` and the folder `livekit/rtc/_proto`.",
        wheel.file,
        attempts.join("\n  "),
        wheel.file,
        folder.display(),
        wheel.library
    ))
}

fn run(pip: &[&str], wheel: &Wheel, folder: &Path) -> Result<(), String> {
    let Some((program, arguments)) = pip.split_first() else { return Ok(()) };
    let output = Command::new(program)
        .args(arguments)
        .args(["download", "--quiet", "--no-input", "--disable-pip-version-check", "--no-deps", "--only-binary=:all:"])
        .args(["--platform", wheel.tag, "--dest"])
        .arg(folder)
        .arg(format!("livekit=={VERSION}"))
        .output()
        .map_err(|error| error.to_string())?;
    if output.status.success() {
        return Ok(());
    }
    let text = String::from_utf8_lossy(&output.stderr);
    Err(text.lines().rfind(|line| !line.trim().is_empty()).unwrap_or("it failed").trim().to_owned())
}
