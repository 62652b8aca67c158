//! PulseAudio without hardware: a loudspeaker whose sound can be recorded, a microphone that can be fed.

use crate::children::{Child, Program};
use crate::deadline;
use anyhow::{Context, Result};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::task::JoinHandle;

const START: Duration = Duration::from_secs(10);
const ANSWER: Duration = Duration::from_secs(5);
const FORMAT: [&str; 4] = ["--raw", "--format=s16le", "--rate=48000", "--channels=1"];

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
    address: String,
    dir: TempDir,
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
        let child = Self::launch(&dir).await?;
        let server = Self { child, address: format!("unix:{socket}"), dir };
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
        Ok(Crashed { address: self.address, dir: self.dir })
    }

    /// The variables that let a program find it.
    pub fn env(&self) -> Vec<(String, String)> {
        vec![("PULSE_SERVER".into(), self.address.clone())]
    }

    async fn control(&self, arguments: &[&str]) -> Result<String> {
        let answer = Program::new("pactl").args(arguments).envs(&self.env()).run(ANSWER).await?;
        Ok(String::from_utf8_lossy(&answer).into_owned())
    }

    /// How many streams record from the microphone.
    ///
    /// # Errors
    /// The server does not answer.
    pub async fn microphone_users(&self) -> Result<usize> {
        self.users("sources", "source-outputs", "mic").await
    }

    /// How many streams play on the loudspeaker.
    ///
    /// # Errors
    /// The server does not answer.
    pub async fn speaker_users(&self) -> Result<usize> {
        self.users("sinks", "sink-inputs", "speaker").await
    }

    /// The short lists have a line each: index and name of a device; of a stream, its index and its device's.
    async fn users(&self, devices: &str, streams: &str, name: &str) -> Result<usize> {
        let fields = |line: &str| line.split('\t').map(str::to_owned).collect::<Vec<_>>();
        let devices = self.control(&["list", "short", devices]).await?;
        let device = devices.lines().map(fields).find(|fields| fields.get(1).is_some_and(|found| found == name));
        let index = device.and_then(|fields| fields.into_iter().next());
        let Some(index) = index else { return Ok(0) };
        let streams = self.control(&["list", "short", streams]).await?;
        Ok(streams.lines().map(fields).filter(|fields| fields.get(1) == Some(&index)).count())
    }

    /// Speaks into the microphone, over and over, until the result is stopped or dropped.
    ///
    /// # Errors
    /// `pacat` does not start.
    pub async fn feed(&self, samples: &[i16]) -> Result<Feed> {
        let mut child = Program::new("pacat")
            .args(["--playback", "--device=micfeed", "--latency-msec=40"])
            .args(FORMAT)
            .envs(&self.env())
            .piped_input()
            .log(self.dir.path().join("feed.log"))
            .spawn()
            .await?;
        let mut input = child.input().context("the player has no input")?;
        let bytes: Vec<u8> = samples.iter().flat_map(|sample| sample.to_le_bytes()).collect();
        // It ends with the player, which closes the pipe.
        let writer = tokio::spawn(async move { while input.write_all(&bytes).await.is_ok() {} });
        Ok(Feed { child, writer })
    }

    /// Records what the loudspeaker plays, from now on.
    ///
    /// # Errors
    /// `parec` does not start.
    pub async fn record(&self) -> Result<Recording> {
        let mut child = Program::new("parec")
            .args(["--device=speaker.monitor", "--latency-msec=20"])
            .args(FORMAT)
            .envs(&self.env())
            .piped_output()
            .log(self.dir.path().join("record.log"))
            .spawn()
            .await?;
        let mut output = child.output().context("the recorder has no output")?;
        let heard = Arc::new(Mutex::new(Vec::new()));
        let bytes = heard.clone();
        let reader = tokio::spawn(async move {
            let mut part = [0; 4096];
            while let Ok(count @ 1..) = output.read(&mut part).await {
                bytes.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(&part[..count]);
            }
        });
        Ok(Recording { child, reader, heard })
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
    address: String,
    dir: TempDir,
}

impl Crashed {
    /// Starts it again at the same address.
    ///
    /// # Errors
    /// It does not start.
    pub async fn restart(self) -> Result<SoundServer> {
        let child = SoundServer::launch(&self.dir).await?;
        let server = SoundServer { child, address: self.address, dir: self.dir };
        server.ready().await?;
        Ok(server)
    }
}

/// Somebody who speaks into the microphone.
#[derive(Debug)]
pub struct Feed {
    child: Child,
    writer: JoinHandle<()>,
}

impl Feed {
    /// Falls silent.
    ///
    /// # Errors
    /// The player does not end.
    pub async fn stop(self) -> Result<()> {
        self.child.stop().await?;
        Ok(self.writer.await?)
    }
}

/// A recording that goes on.
#[derive(Debug)]
pub struct Recording {
    child: Child,
    reader: JoinHandle<()>,
    heard: Arc<Mutex<Vec<u8>>>,
}

impl Recording {
    /// What was heard so far: 48 kHz mono.
    pub fn samples(&self) -> Vec<i16> {
        let heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        heard.chunks_exact(2).map(|bytes| i16::from_le_bytes([bytes[0], bytes[1]])).collect()
    }

    /// Ends the recording.
    ///
    /// # Errors
    /// The recorder does not end.
    pub async fn stop(self) -> Result<Vec<i16>> {
        self.child.stop().await?;
        self.reader.await?;
        let heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(heard.chunks_exact(2).map(|bytes| i16::from_le_bytes([bytes[0], bytes[1]])).collect())
    }
}
