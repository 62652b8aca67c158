//! The page of the system's settings where the user allows camera and microphone. Written from the systems' documents;
//! not run on Windows and macOS yet. Linux has no such page: access goes by groups there.

use serde::Deserialize;
use std::io;

/// What may be forbidden.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Device {
    Camera,
    Microphone,
}

/// Opens it.
///
/// # Errors
/// This system has none, or it does not open.
pub(crate) async fn open_settings(device: Device) -> io::Result<()> {
    let Some((program, page)) = page(device) else { return Err(io::ErrorKind::Unsupported.into()) };
    let status = tokio::process::Command::new(program).arg(page).status().await?;
    // Windows' Explorer ends with 1 also when it has opened the page.
    if status.success() || cfg!(windows) { Ok(()) } else { Err(io::Error::other(status.to_string())) }
}

/// Apple documents no list of these; the names are those that its own help pages open.
#[cfg(target_os = "macos")]
fn page(device: Device) -> Option<(&'static str, &'static str)> {
    Some((
        "open",
        match device {
            Device::Camera => "x-apple.systempreferences:com.apple.preference.security?Privacy_Camera",
            Device::Microphone => "x-apple.systempreferences:com.apple.preference.security?Privacy_Microphone",
        },
    ))
}

/// <https://learn.microsoft.com/windows/apps/develop/launch/launch-settings-app>
#[cfg(windows)]
fn page(device: Device) -> Option<(&'static str, &'static str)> {
    Some((
        "explorer.exe",
        match device {
            Device::Camera => "ms-settings:privacy-webcam",
            Device::Microphone => "ms-settings:privacy-microphone",
        },
    ))
}

#[cfg(not(any(windows, target_os = "macos")))]
fn page(_: Device) -> Option<(&'static str, &'static str)> {
    None
}
