//! What can be done with a sound server that runs: speak into its microphone, listen at its loudspeaker, see who uses them.

use crate::children::{Child, Program};
use anyhow::{Context, Result};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::task::JoinHandle;

const ANSWER: Duration = Duration::from_secs(5);
const FORMAT: [&str; 4] = ["--raw", "--format=s16le", "--rate=48000", "--channels=1"];

/// The address of a sound server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sound {
    env: Vec<(String, String)>,
}

impl Sound {
    /// The server whose files are in a folder.
    pub(super) fn new(dir: &Path, socket: &str) -> Self {
        let cookie = dir.join("cookie").display().to_string();
        Self { env: vec![("PULSE_SERVER".into(), format!("unix:{socket}")), ("PULSE_COOKIE".into(), cookie)] }
    }

    /// The server that this process itself uses.
    pub fn of_environment() -> Option<Self> {
        let variable = |name: &str| Some((name.to_owned(), std::env::var(name).ok()?));
        Some(Self { env: vec![variable("PULSE_SERVER")?, variable("PULSE_COOKIE")?] })
    }

    /// The variables that let a program find it.
    pub fn env(&self) -> Vec<(String, String)> {
        self.env.clone()
    }

    pub(super) async fn control(&self, arguments: &[&str]) -> Result<String> {
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
