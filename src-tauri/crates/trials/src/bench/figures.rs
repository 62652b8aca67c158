//! One measured cell, medians of several, and how they are written down.

use std::time::Duration;

/// What a run of one route at one number of connections gave.
#[derive(Clone, Debug)]
pub(super) struct Cell {
    /// Requests a second.
    pub(super) rate: f64,
    /// Requests a processor second of the server.
    pub(super) per_processor: f64,
    pub(super) p50: Duration,
    pub(super) p99: Duration,
}

impl Cell {
    pub(super) const HEAD: &str =
        "| connections | | requests/s | requests/processor second | p50 | p99 |\n|---|---|---|---|---|---|";

    pub(super) fn new(mut latencies: Vec<Duration>, wall: Duration, processor: Duration) -> Self {
        latencies.sort();
        let count = latencies.len() as f64;
        let at = |share: f64| latencies[((count - 1.0) * share) as usize];
        let (rate, per_processor) = (count / wall.as_secs_f64(), count / processor.as_secs_f64());
        Self { rate, per_processor, p50: at(0.5), p99: at(0.99) }
    }

    pub(super) fn median(cells: Vec<Self>) -> Self {
        let middle = |value: fn(&Self) -> f64| {
            let mut values: Vec<f64> = cells.iter().map(value).collect();
            values.sort_by(f64::total_cmp);
            values[values.len() / 2]
        };
        Self {
            rate: middle(|cell| cell.rate),
            per_processor: middle(|cell| cell.per_processor),
            p50: Duration::from_secs_f64(middle(|cell| cell.p50.as_secs_f64())),
            p99: Duration::from_secs_f64(middle(|cell| cell.p99.as_secs_f64())),
        }
    }

    pub(super) fn row(&self, connections: usize, name: &str) -> String {
        let Self { rate, per_processor, p50, p99 } = self;
        format!("| {connections} | {name} | {rate:.0} | {per_processor:.0} | {p50:.2?} | {p99:.2?} |")
    }

    pub(super) fn ratio(&self, connections: usize, peer: &Self) -> String {
        let times = |ours: f64, theirs: f64| ours / theirs;
        format!(
            "| {connections} | SQLite / FastAPI | {:.1} | {:.1} | {:.2} | {:.2} |",
            times(self.rate, peer.rate),
            times(self.per_processor, peer.per_processor),
            times(self.p50.as_secs_f64(), peer.p50.as_secs_f64()),
            times(self.p99.as_secs_f64(), peer.p99.as_secs_f64()),
        )
    }
}

pub(super) fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

/// What, how and where.
pub(super) fn preface() -> String {
    let read = |file: &str| std::fs::read_to_string(file).unwrap_or_default();
    let (cpu, memory) = (read("/proc/cpuinfo"), read("/proc/meminfo"));
    let field = |text: &str, name: &str| {
        let line = text.lines().find(|line| line.starts_with(name)).unwrap_or_default();
        line.split_once(':').map(|(_, value)| value.trim().to_owned()).unwrap_or_default()
    };
    let cores = cpu.lines().filter(|line| line.starts_with("processor")).count();
    format!(
        "# Benchmarks: the backend\n\n\
         `cargo xtask bench backend`, the whole page. Machine: {}, {cores} cores, {}, Linux {}.\n\n\
         The release build beside a small FastAPI service with the same routes over SQLite (`src-tauri/crates/trials/fastapi`,\n\
         uvicorn with uvloop and httptools, one worker), in one run, alternating; medians. Both write with WAL and\n\
         `synchronous=FULL`; ours also with `secure_delete` and foreign keys, the peer without. The load comes from the same\n\
         machine, so requests a second say less than requests a processor second of the server process, which on Postgres\n\
         leaves Postgres itself out. The two count the hour's tokens differently: ours in one row a user, the peer in rows.\n\n",
        field(&cpu, "model name"),
        field(&memory, "MemTotal"),
        read("/proc/sys/kernel/osrelease").trim(),
    )
}
