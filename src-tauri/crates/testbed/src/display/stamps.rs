//! Counting the frames that really get on the screen.

use super::{Rectangle, Screen};
use anyhow::{Result, anyhow};
use pizoo_pattern::Stamp;
use std::collections::BTreeSet;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Two looks a frame at 60 frames a second: no stamp of a 30 frames a second picture is missed.
const INTERVAL: Duration = Duration::from_millis(8);

/// What was seen.
#[derive(Clone, Debug, PartialEq)]
pub struct StampsSeen {
    /// Different stamps, in order.
    pub stamps: Vec<Stamp>,
    /// How long was looked, in seconds.
    pub seconds: f64,
    /// How often was looked.
    pub looks: u32,
    /// How often no stamp could be read, as while a picture is being replaced.
    pub unreadable: u32,
}

impl StampsSeen {
    /// Different pictures a second.
    pub fn fps(&self) -> f64 {
        self.stamps.len() as f64 / self.seconds.max(f64::MIN_POSITIVE)
    }
}

/// A thread that reads the stamp in a part of the screen over and over.
#[derive(Debug)]
pub struct StampReader {
    stop: Sender<()>,
    thread: JoinHandle<Result<StampsSeen>>,
}

impl StampReader {
    /// Begins to read the bars that fill `bars`.
    pub fn start(screen: Screen, bars: Rectangle, mirrored: bool) -> Self {
        let (stop, stopped) = channel();
        let thread = std::thread::spawn(move || {
            let start = Instant::now();
            let (mut stamps, mut looks, mut unreadable) = (BTreeSet::new(), 0, 0);
            loop {
                looks += 1;
                match screen.look(bars)?.stamp(mirrored) {
                    Some(stamp) => _ = stamps.insert(stamp),
                    None => unreadable += 1,
                }
                if stopped.recv_timeout(INTERVAL) != Err(RecvTimeoutError::Timeout) {
                    let (stamps, seconds) = (stamps.into_iter().collect(), start.elapsed().as_secs_f64());
                    return Ok(StampsSeen { stamps, seconds, looks, unreadable });
                }
            }
        });
        Self { stop, thread }
    }

    /// Ends it.
    ///
    /// # Errors
    /// The screen could not be looked at.
    pub async fn stop(self) -> Result<StampsSeen> {
        drop(self.stop);
        let seen = tokio::task::spawn_blocking(|| self.thread.join()).await?;
        seen.map_err(|_| anyhow!("the thread that reads stamps panicked"))?
    }
}
