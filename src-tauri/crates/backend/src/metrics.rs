//! Numbers for whoever runs it, as Prometheus reads them.
//!
//! Each backend has a recorder of its own and calls it directly. The `metrics` macros write to one recorder a process,
//! and its thread-local override does not follow a task across `await`: two backends in one process (the app's tests,
//! several instances in one test) would write into each other's numbers.

use crate::clock::UnixMs;
use metrics::{Counter, Histogram, Key, KeyName, Label, Level, Metadata, Recorder as _, SharedString, Unit};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle, PrometheusRecorder};
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

const REQUESTS: &str = "pizoo_http_requests_total";
const SECONDS: &str = "pizoo_http_request_seconds";
const CONNECTIONS: &str = "pizoo_http_connections";
const CONNECTIONS_REFUSED: &str = "pizoo_http_connections_refused_total";
const SOCKETS: &str = "pizoo_sockets";
const TOKENS: &str = "pizoo_call_tokens_total";
const DATABASE: &str = "pizoo_database_connections";
const START: &str = "process_start_time_seconds";
const MEMORY: &str = "process_resident_memory_bytes";
const FILES: &str = "process_open_fds";

/// Seconds; from an answer out of memory to the longest request.
const BUCKETS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];
/// Latencies wait in lists until they are counted; a backend that nobody scrapes must do that, too.
const COUNT_EVERY: u64 = 1024;

const METADATA: Metadata<'static> = Metadata::new(module_path!(), Level::INFO, Some(module_path!()));

/// The numbers of one backend.
#[derive(Clone)]
pub(crate) struct Metrics(Arc<Parts>);

struct Parts {
    recorder: PrometheusRecorder,
    handle: PrometheusHandle,
    requests: AtomicU64,
    /// By route, then by method and status class. Kept, because a recorder makes a key of texts for each look.
    answers: RwLock<HashMap<String, Vec<Answers>>>,
    /// By status.
    call_tokens: RwLock<HashMap<u16, Counter>>,
}

struct Answers {
    method: &'static str,
    class: &'static str,
    count: Counter,
    seconds: Histogram,
}

/// Something that is open; dropped, it is not any more.
pub(crate) struct Gauge(metrics::Gauge);

impl Drop for Gauge {
    fn drop(&mut self) {
        self.0.decrement(1.0);
    }
}

impl Metrics {
    pub(crate) fn new(now: UnixMs) -> Self {
        let builder = PrometheusBuilder::new();
        // The buckets are neither empty nor the matcher a pattern: it cannot fail.
        let builder = builder.set_buckets_for_metric(Matcher::Full(SECONDS.into()), &BUCKETS).unwrap_or_default();
        let recorder = builder.build_recorder();
        let handle = recorder.handle();
        let metrics = Self(Arc::new(Parts {
            recorder,
            handle,
            requests: AtomicU64::new(0),
            answers: RwLock::default(),
            call_tokens: RwLock::default(),
        }));
        metrics.describe();
        metrics.gauge(SOCKETS, Vec::new()).set(0.0);
        metrics.gauge(START, Vec::new()).set(to_f64(now.seconds()));
        metrics
    }

    fn describe(&self) {
        let recorder = &self.0.recorder;
        let texts: [(&'static str, &'static str); 3] = [
            (REQUESTS, "Answers, by route and status class."),
            (CONNECTIONS_REFUSED, "Connections over the limits."),
            (TOKENS, "Answers to requests for a call token."),
        ];
        for (name, text) in texts {
            recorder.describe_counter(KeyName::from_const_str(name), None, SharedString::const_str(text));
        }
        let seconds = SharedString::const_str("From the head of a request to the head of its answer.");
        recorder.describe_histogram(KeyName::from_const_str(SECONDS), Some(Unit::Seconds), seconds);
        let texts: [(&'static str, &'static str); 6] = [
            (CONNECTIONS, "Open connections, sockets among them."),
            (SOCKETS, "Open WebSockets."),
            (DATABASE, "Connections to the database."),
            (START, "Start, in seconds since 1970."),
            (MEMORY, "Resident memory of the process."),
            (FILES, "Open file descriptors of the process."),
        ];
        for (name, text) in texts {
            recorder.describe_gauge(KeyName::from_const_str(name), None, SharedString::const_str(text));
        }
    }

    /// A request was answered. The route is its template; whatever matches none shares one name.
    pub(crate) fn request(&self, method: &'static str, route: &str, status: u16, took: Duration) {
        let class = match status / 100 {
            1 => "1xx",
            2 => "2xx",
            3 => "3xx",
            4 => "4xx",
            _ => "5xx",
        };
        let is_it = |answers: &&Answers| answers.method == method && answers.class == class;
        let count = |answers: &Answers| {
            answers.count.increment(1);
            answers.seconds.record(took.as_secs_f64());
        };
        let known = {
            let answers = self.0.answers.read().unwrap_or_else(PoisonError::into_inner);
            answers.get(route).and_then(|answers| answers.iter().find(is_it)).map(count).is_some()
        };
        if !known {
            let answers = self.answers(method, route, class);
            count(&answers);
            let mut all = self.0.answers.write().unwrap_or_else(PoisonError::into_inner);
            all.entry(route.to_owned()).or_default().push(answers);
        }
        if self.0.requests.fetch_add(1, Ordering::Relaxed) % COUNT_EVERY == COUNT_EVERY - 1 {
            self.0.handle.run_upkeep();
        }
    }

    fn answers(&self, method: &'static str, route: &str, class: &'static str) -> Answers {
        let labels = vec![
            Label::from_static_parts("method", method),
            Label::new("route", route.to_owned()),
            Label::from_static_parts("status", class),
        ];
        let count = self.counter(REQUESTS, labels.clone());
        let seconds = self.0.recorder.register_histogram(&Key::from_parts(SECONDS, labels), &METADATA);
        Answers { method, class, count, seconds }
    }

    /// A request for a call token was answered.
    pub(crate) fn call_token(&self, status: u16) {
        if let Some(counter) = self.0.call_tokens.read().unwrap_or_else(PoisonError::into_inner).get(&status) {
            return counter.increment(1);
        }
        let outcome = if status == 200 { "issued" } else { "refused" };
        let labels = vec![Label::from_static_parts("outcome", outcome), Label::new("status", status.to_string())];
        let counter = self.counter(TOKENS, labels);
        counter.increment(1);
        self.0.call_tokens.write().unwrap_or_else(PoisonError::into_inner).insert(status, counter);
    }

    pub(crate) fn connection_refused(&self) {
        self.counter(CONNECTIONS_REFUSED, Vec::new()).increment(1);
    }

    /// Counts until the answer is dropped.
    pub(crate) fn connection_opened(&self) -> Gauge {
        self.opened(CONNECTIONS)
    }

    /// Counts until the answer is dropped.
    pub(crate) fn socket_opened(&self) -> Gauge {
        self.opened(SOCKETS)
    }

    fn opened(&self, name: &'static str) -> Gauge {
        let gauge = self.gauge(name, Vec::new());
        gauge.increment(1.0);
        Gauge(gauge)
    }

    /// Everything as text, with what is only looked at now.
    pub(crate) fn render(&self, pools: &[(&'static str, &sqlx::AnyPool)]) -> String {
        for (pool, connections) in pools {
            let idle = connections.num_idle();
            let in_use = usize::try_from(connections.size()).unwrap_or(0).saturating_sub(idle);
            for (state, number) in [("idle", idle), ("in_use", in_use)] {
                let labels = vec![Label::from_static_parts("pool", pool), Label::from_static_parts("state", state)];
                self.gauge(DATABASE, labels).set(to_f64(number.try_into().unwrap_or(i64::MAX)));
            }
        }
        if let Some(bytes) = resident_memory() {
            self.gauge(MEMORY, Vec::new()).set(to_f64(bytes));
        }
        if let Ok(files) = std::fs::read_dir("/proc/self/fd") {
            self.gauge(FILES, Vec::new()).set(to_f64(files.count().try_into().unwrap_or(i64::MAX)));
        }
        self.0.handle.render()
    }

    fn counter(&self, name: &'static str, labels: Vec<Label>) -> Counter {
        self.0.recorder.register_counter(&Key::from_parts(name, labels), &METADATA)
    }

    fn gauge(&self, name: &'static str, labels: Vec<Label>) -> metrics::Gauge {
        self.0.recorder.register_gauge(&Key::from_parts(name, labels), &METADATA)
    }
}

/// Linux tells it in a text that is no file on a disk.
fn resident_memory() -> Option<i64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix(" kB")?.parse::<i64>().ok().map(|kilobytes| kilobytes * 1024)
}

#[expect(clippy::cast_precision_loss, reason = "Prometheus knows no other number, and 2^53 is far")]
fn to_f64(number: i64) -> f64 {
    number as f64
}
