//! The event stream under many sockets: how long from a write to every device that is told, how many a second, and what
//! a socket that waits costs.

use super::load::{Route, Someone, Target, processor};
use super::wire::Wire;
use crate::Engine;
use crate::backend::{Database, Recipe};
use crate::person::http;
use anyhow::{Context, Result, ensure};
use futures_util::StreamExt as _;
use serde_json::Value;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// Sockets in all.
const SOCKETS: usize = 1000;
/// Devices of one person.
const DEVICES: usize = 2;
/// Each message is told to both sides.
const TOLD: usize = 2 * DEVICES;
/// Sockets before memory is looked at.
const FIRST: usize = 40;
/// Files that either side opens beside the sockets.
const OTHER_FILES: u64 = 200;
/// Connections that write.
const WRITERS: usize = 16;
/// What is told comes long before.
const LONGEST: Duration = Duration::from_secs(60);

/// How quickly is written.
#[derive(Clone, Copy)]
enum Pace {
    /// So many messages a second.
    Steady(u32),
    /// Each connection writes on when it is answered.
    Full,
}

/// One row.
struct Told {
    pace: String,
    /// Events that arrived a second.
    rate: f64,
    /// And a processor second of the server.
    per_processor: f64,
    p50: Duration,
    p99: Duration,
}

/// People with open sockets.
struct Audience {
    people: Vec<Someone>,
    sockets: Vec<AbortHandle>,
    /// Content of a message as a socket was told it, and when.
    told: mpsc::UnboundedReceiver<(Duration, Instant)>,
    began: Instant,
}

pub(super) const HEAD: &str =
    "| | messages | events/s | events/processor second | p50 | p99 |\n|---|---|---|---|---|---|";

/// The rows of one engine, and memory a socket.
pub(super) async fn measure(program: &Path, engine: Engine) -> Result<(Vec<String>, String)> {
    let name = match engine {
        Engine::Sqlite => "SQLite",
        Engine::Postgres => "Postgres",
    };
    let database = Database::new(engine)?;
    let recipe = Recipe::new(program, &database)?;
    let target = Target::backend(recipe.start(&http()?).await?)?;
    let people = target.people(affordable()? / DEVICES).await?;
    // A fresh process, whose memory is not what signing up has left free.
    target.stop().await?;
    let target = Target::backend(recipe.start(&http()?).await?)?;
    let (mut audience, each) = Audience::open(&target, people).await?;
    let memory = format!("| {name} | {} | {:.1} kB |", audience.sockets.len(), each / 1000.0);
    let mut rows = Vec::new();
    for (pace, messages) in [(Pace::Steady(100), 500), (Pace::Full, 2000)] {
        let Told { pace, rate, per_processor, p50, p99 } = audience.tell(&target, pace, messages).await?;
        rows.push(format!("| {name} | {pace} | {rate:.0} | {per_processor:.0} | {p50:.2?} | {p99:.2?} |"));
    }
    audience.sockets.iter().for_each(AbortHandle::abort);
    target.stop().await?;
    Ok((rows, memory))
}

/// As many sockets as this process and its children may have files.
fn affordable() -> Result<usize> {
    let limits = std::fs::read_to_string("/proc/self/limits")?;
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files")).context("no limit of files")?;
    let files = line.split_whitespace().next().and_then(|files| files.parse().ok()).unwrap_or(u64::MAX);
    let sockets = usize::try_from(files.saturating_sub(OTHER_FILES))?.min(SOCKETS);
    ensure!(sockets >= 2 * FIRST, "{files} open files are too few: ulimit -n {}", SOCKETS as u64 + OTHER_FILES);
    // Whole pairs.
    Ok(sockets / TOLD * TOLD)
}

impl Audience {
    /// Also tells how many bytes one socket takes.
    async fn open(target: &Target, people: Vec<Someone>) -> Result<(Self, f64)> {
        let (tell, told) = mpsc::unbounded_channel();
        let mut sockets = Vec::new();
        let mut before = 0;
        for person in people.iter().flat_map(|person| [person; DEVICES]) {
            let mut request =
                format!("{}/api/events", target.url().replace("http://", "ws://")).into_client_request()?;
            request.headers_mut().insert("authorization", format!("Bearer {}", person.access).parse()?);
            // The first ones load code and open connections to the database, once for all.
            if sockets.len() == FIRST {
                before = resident(target.pid())?;
            }
            let (mut socket, _) = connect_async(request).await?;
            let hello = socket.next().await.context("the socket ended")??;
            ensure!(hello.to_text()?.contains("hello"), "{hello}");
            sockets.push(tokio::spawn(listen(socket, tell.clone())).abort_handle());
        }
        let each = resident(target.pid())?.saturating_sub(before) as f64 / (sockets.len() - FIRST) as f64;
        Ok((Self { people, sockets, told, began: Instant::now() }, each))
    }

    async fn tell(&mut self, target: &Target, pace: Pace, messages: usize) -> Result<Told> {
        let (started, before) = (Instant::now(), processor(target.pid())?);
        let next = Arc::new(AtomicUsize::new(0));
        let mut writers = JoinSet::new();
        for own in self.people.chunks(self.people.len().div_ceil(WRITERS)) {
            let wire = Wire::connect(target.address()).await?;
            writers.spawn(write(wire, own.to_vec(), self.began, (pace, started), (next.clone(), messages)));
        }
        let mut latencies = Vec::with_capacity(messages * TOLD);
        let mut last = started;
        while latencies.len() < messages * TOLD {
            let told = timeout(LONGEST, self.told.recv()).await.ok().flatten();
            let (written, at) =
                told.with_context(|| format!("{} events never came", messages * TOLD - latencies.len()))?;
            latencies.push(at.saturating_duration_since(self.began + written));
            last = last.max(at);
        }
        while let Some(done) = writers.join_next().await {
            done??;
        }
        let (wall, spent) = (last - started, processor(target.pid())? - before);
        latencies.sort();
        let at = |share: f64| latencies[((latencies.len() - 1) as f64 * share) as usize];
        let pace = match pace {
            Pace::Steady(rate) => format!("{rate} a second"),
            Pace::Full => format!("from {WRITERS} connections, one after the other"),
        };
        let count = latencies.len() as f64;
        let (rate, per_processor) = (count / wall.as_secs_f64(), count / spent.as_secs_f64());
        Ok(Told { pace, rate, per_processor, p50: at(0.5), p99: at(0.99) })
    }
}

/// Writes when it is time, until all together have written so many.
async fn write(
    mut wire: Wire,
    people: Vec<Someone>,
    began: Instant,
    (pace, started): (Pace, Instant),
    (next, messages): (Arc<AtomicUsize>, usize),
) -> Result<()> {
    for person in people.iter().cycle() {
        let n = next.fetch_add(1, Ordering::Relaxed);
        if n >= messages {
            break;
        }
        if let Pace::Steady(rate) = pace {
            let due = started + Duration::from_secs(n as u64) / rate;
            tokio::time::sleep_until(due.into()).await;
        }
        // The message itself says when it was written.
        let content = began.elapsed().as_nanos().to_string();
        wire.ask(&Route::Message.saying(person, &content)).await?;
    }
    Ok(())
}

/// Tells of each message, also answering pings.
async fn listen(
    mut socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    tell: mpsc::UnboundedSender<(Duration, Instant)>,
) {
    while let Some(Ok(frame)) = socket.next().await {
        let at = Instant::now();
        let Message::Text(text) = frame else { continue };
        let Ok(event) = serde_json::from_str::<Value>(&text) else { continue };
        let written = event["message"]["content"].as_str().and_then(|content| content.parse().ok());
        if let Some(written) = written
            && tell.send((Duration::from_nanos(written), at)).is_err()
        {
            return;
        }
    }
}

/// Memory of the process that is not swapped out, in bytes.
fn resident(pid: u32) -> Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no resident memory")?;
    Ok(line.trim().trim_end_matches(" kB").parse::<u64>()? * 1024)
}
