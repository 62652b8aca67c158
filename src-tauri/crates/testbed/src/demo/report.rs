//! What the head-less demo writes down.

use crate::sfu;
use anyhow::{Result, ensure};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt;

/// The whole report, as `report.json`.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// What ran.
    pub versions: Versions,
    /// How long installing and building took before.
    pub setup_seconds: f64,
    /// Both sides.
    pub apps: Vec<AppReport>,
}

/// What ran.
#[derive(Clone, Debug, Serialize)]
pub struct Versions {
    /// The app.
    pub pizoo: String,
    /// LiveKit's client library.
    pub livekit_library: String,
    /// LiveKit's server.
    pub livekit_server: String,
}

impl Versions {
    /// Asks each.
    ///
    /// # Errors
    /// The server is not installed.
    pub async fn ask() -> Result<Self> {
        Ok(Self {
            pizoo: env!("CARGO_PKG_VERSION").into(),
            livekit_library: livekit::prebuilt::version().into(),
            livekit_server: sfu::version().await?,
        })
    }
}

/// One side of the call, as measured in it.
#[derive(Clone, Debug, Serialize)]
pub struct AppReport {
    /// Whose app.
    pub name: String,
    /// From the button to the room.
    pub press_to_joined_ms: f64,
    /// From the button to the other's first decoded frame.
    pub press_to_first_frame_ms: f64,
    /// Frames decoded.
    pub frames_received: u64,
    /// Of the newest frame.
    pub width: u32,
    /// Of the newest frame.
    pub height: u32,
    /// Frames decoded a second.
    pub fps: f64,
    /// Different stamps read on the screen.
    pub stamps_read: usize,
    /// Root mean square of what the loudspeaker played.
    pub audio_rms: f64,
    /// Whether what the other side said is recognised in what the loudspeaker played.
    pub audio_matches: bool,
    /// Different pictures a second on the screen.
    pub fps_on_screen: f64,
    /// CPU time of the call, by program.
    pub cpu_seconds: BTreeMap<String, f64>,
    /// Proportional set size in the call, by program.
    pub pss_mb: BTreeMap<String, f64>,
    /// The screen's picture, a file beside the report.
    pub picture: String,
}

impl AppReport {
    /// Fails with a sentence if something that makes a call is missing.
    ///
    /// # Errors
    /// No frames, no stamps on the screen, no sound, or not the other's sound.
    pub fn check(&self) -> Result<()> {
        let name = &self.name;
        ensure!(self.frames_received > 0, "{name}: no picture arrived");
        ensure!(self.stamps_read > 0, "{name}: {} frames arrived, but none was on the screen", self.frames_received);
        ensure!(self.audio_rms >= 30.0, "{name}: the loudspeaker was silent");
        ensure!(self.audio_matches, "{name}: the loudspeaker played something else than what the other side said");
        Ok(())
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut line = |title: &str, value: &dyn Fn(&AppReport) -> String| -> fmt::Result {
            write!(f, "{title:<28}")?;
            self.apps.iter().try_for_each(|app| write!(f, "{:>18}", value(app)))?;
            writeln!(f)
        };
        let total = |parts: &BTreeMap<String, f64>| parts.values().sum::<f64>();
        line("", &|app| app.name.clone())?;
        line("button to room", &|app| format!("{:.0} ms", app.press_to_joined_ms))?;
        line("button to first picture", &|app| format!("{:.0} ms", app.press_to_first_frame_ms))?;
        line("picture", &|app| format!("{}x{}", app.width, app.height))?;
        line("pictures received", &|app| format!("{} ({:.1}/s)", app.frames_received, app.fps))?;
        line("pictures on the screen", &|app| format!("{} ({:.1}/s)", app.stamps_read, app.fps_on_screen))?;
        line("sound", &|app| {
            format!("{} ({:.0})", if app.audio_matches { "recognised" } else { "wrong" }, app.audio_rms)
        })?;
        line("processor time", &|app| format!("{:.1} s", total(&app.cpu_seconds)))?;
        line("memory", &|app| format!("{:.0} MB", total(&app.pss_mb)))
    }
}
