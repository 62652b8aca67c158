//! PulseAudio without hardware: a loudspeaker whose sound can be recorded, a microphone that can be fed.

use super::Sound;
use crate::children::{Child, Program};
use crate::deadline;
use anyhow::Result;
use std::time::Duration;
use tempfile::TempDir;

const START: Duration = Duration::from_secs(10);

/// Which devices there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Devices {
    /// A loudspeaker and a microphone.
    Both,
    /// A loudspeaker only.
    SpeakerOnly,
    /// Nothing.
    None,
}

impl Devices {
    /// The server's start script. `norewinds` keeps null sinks from stalling for two seconds at their start.
    fn script(self, socket: &str) -> String {
        let protocol = format!("load-module module-native-protocol-unix auth-anonymous=1 socket={socket}\n");
        let speaker = "load-module module-null-sink sink_name=speaker rate=48000 channels=2 norewinds=1 \
                       sink_properties=device.description=TestSpeaker\nset-default-sink speaker\n";
        let microphone = "load-module module-null-sink sink_name=micfeed rate=48000 channels=1 norewinds=1 \
                          sink_properties=device.description=MicFeed\n\
                          load-module module-remap-source source_name=mic master=micfeed.monitor \
                          source_properties=device.description=TestMic\nset-default-source mic\n";
        match self {
            Self::Both => protocol + speaker + microphone,
            Self::SpeakerOnly => protocol + speaker,
            Self::None => protocol,
        }
    }
}

/// A running sound server of its own.
#[derive(Debug)]
pub struct SoundServer {
    child: Child,
    sound: Sound,
    dir: TempDir,
}

impl std::ops::Deref for SoundServer {
    type Target = Sound;
    fn deref(&self) -> &Sound {
        &self.sound
    }
}

impl SoundServer {
    /// Starts one.
    ///
    /// # Errors
    /// PulseAudio is missing or does not start.
    pub async fn start(devices: Devices) -> Result<Self> {
        let dir = TempDir::with_prefix("pizoo-sound-")?;
        let socket = dir.path().join("pulse.sock").display().to_string();
        std::fs::write(dir.path().join("start.pa"), devices.script(&socket))?;
        // Everybody may connect, but the protocol demands a cookie of this length all the same.
        std::fs::write(dir.path().join("cookie"), [0; 256])?;
        let child = Self::launch(&dir).await?;
        let server = Self { child, sound: Sound::new(dir.path(), &socket), dir };
        server.ready().await?;
        Ok(server)
    }

    async fn launch(dir: &TempDir) -> Result<Child> {
        let path = dir.path();
        Program::new("pulseaudio")
            .arg("-n")
            .arg("-F")
            .arg(path.join("start.pa"))
            .args(["--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no", "--realtime=no", "--high-priority=no"])
            .env("HOME", path)
            .env("XDG_RUNTIME_DIR", path)
            .env("PULSE_RUNTIME_PATH", path)
            .without_env("DISPLAY")
            .without_env("DBUS_SESSION_BUS_ADDRESS")
            .log(path.join("pulseaudio.log"))
            .spawn()
            .await
    }

    async fn ready(&self) -> Result<()> {
        deadline::until("the sound server", START, async || self.control(&["info"]).await.is_ok()).await
    }

    /// Dies at once, as after a crash, and comes back at the same address.
    ///
    /// # Errors
    /// It does not come back.
    pub async fn crash_and_restart(self) -> Result<Self> {
        let crashed = self.crash().await?;
        crashed.restart().await
    }

    /// Dies at once, as after a crash.
    ///
    /// # Errors
    /// It does not die.
    pub async fn crash(self) -> Result<Crashed> {
        self.child.kill().await?;
        Ok(Crashed { sound: self.sound, dir: self.dir })
    }

    /// Ends it.
    ///
    /// # Errors
    /// It does not end.
    pub async fn stop(self) -> Result<()> {
        self.child.stop().await
    }
}

/// A sound server that died.
#[derive(Debug)]
pub struct Crashed {
    sound: Sound,
    dir: TempDir,
}

impl Crashed {
    /// Starts it again at the same address.
    ///
    /// # Errors
    /// It does not start.
    pub async fn restart(self) -> Result<SoundServer> {
        let child = SoundServer::launch(&self.dir).await?;
        let server = SoundServer { child, sound: self.sound, dir: self.dir };
        server.ready().await?;
        Ok(server)
    }
}
