//! The page that the figures are written on.

use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The app's side. Times in milliseconds, memory in megabytes (10^6 bytes).
#[derive(Debug, Default)]
pub(super) struct Figures {
    pub(super) cold: Vec<f64>,
    pub(super) switches: Vec<f64>,
    pub(super) keys: Vec<f64>,
    pub(super) memory_idle: f64,
    /// By program, as the two below.
    pub(super) memory_before: BTreeMap<String, f64>,
    /// After the calls.
    pub(super) memory_between: BTreeMap<String, f64>,
    /// After the chat switches.
    pub(super) memory_after: BTreeMap<String, f64>,
    pub(super) calls: usize,
    pub(super) chats: usize,
    /// Calls and chat switches before the first look.
    pub(super) warm: (usize, usize),
    /// Processor time by time.
    pub(super) idle_share: f64,
}

/// Chromium's side.
#[derive(Debug, Deserialize)]
pub(super) struct Browser {
    cold: Vec<f64>,
    switches: Vec<f64>,
    keys: Vec<f64>,
    /// Bytes.
    pss: f64,
}

impl Figures {
    pub(super) fn page(&self, browser: &Browser) -> String {
        let mut page = format!(
            "# The app, measured\n\n`cargo xtask bench app`, the whole page. Machine: {}.\n\n{}\n\n\
             | | app | Chromium | app / Chromium |\n|---|---|---|---|\n",
            machine(),
            "The release build with a real backend and session restored from the keychain, beside the same page in Chromium \
             over a scripted\nbackend, which answers at once and keeps nothing: the comparison favours the browser. Medians, \
             and the 95th percentile\nin brackets."
        );
        let mut row = |what: &str, own: &[f64], other: &[f64]| {
            let (a, b) = (spread(own), spread(other));
            let ratio = a.0 / b.0;
            writeln!(page, "| {what} | {:.1} ms ({:.1}) | {:.1} ms ({:.1}) | {ratio:.2} |", a.0, a.1, b.0, b.1)
        };
        let written = row("cold start until the conversations are shown", &self.cold, &browser.cold)
            .and_then(|()| row("chat switch, press to screen", &self.switches, &browser.switches))
            .and_then(|()| row("key press to screen", &self.keys, &browser.keys));
        let other = browser.pss / 1e6;
        let total = |memory: &BTreeMap<String, f64>| memory.values().sum::<f64>();
        let parts = |memory: &BTreeMap<String, f64>| {
            let parts: Vec<_> = memory.iter().map(|(program, mb)| format!("{program} {mb:.0}")).collect();
            parts.join(", ")
        };
        let growth = |memory: &BTreeMap<String, f64>| (total(memory) / total(&self.memory_before) - 1.0) * 100.0;
        let memory = writeln!(
            page,
            "| memory with a chat open (PSS, all processes) | {:.0} MB | {other:.0} MB | {:.2} |\n\n\
             | | | by program, MB |\n|---|---|---|\n\
             | memory after {} calls and {} chat switches | {:.0} MB | {} |\n\
             | after {} calls more | {:.0} MB ({:+.1} %) | {} |\n\
             | and {} chat switches more | {:.0} MB ({:+.1} %) | {} |\n\n\
             The lowest of a minute's rest each. Where the web view's heap stands at the first look differs from run to run by \
             more than\nten per cent, and the growth with it: one run proves little.\n\n\
             Processor time while idle with a chat open: {:.2} % of one core.",
            self.memory_idle,
            self.memory_idle / other,
            self.warm.0,
            self.warm.1,
            total(&self.memory_before),
            parts(&self.memory_before),
            self.calls,
            total(&self.memory_between),
            growth(&self.memory_between),
            parts(&self.memory_between),
            self.chats,
            total(&self.memory_after),
            growth(&self.memory_after),
            parts(&self.memory_after),
            self.idle_share * 100.0
        );
        debug_assert!(written.is_ok() && memory.is_ok(), "a text takes what is written into it");
        page
    }
}

/// Median and 95th percentile.
fn spread(times: &[f64]) -> (f64, f64) {
    let mut times = times.to_vec();
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times.get(((times.len().max(1) - 1) as f64 * share) as usize).copied().unwrap_or(f64::NAN);
    (at(0.5), at(0.95))
}

fn machine() -> String {
    let cpu = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model =
        cpu.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": ")).map_or("unknown", |m| m.1);
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    format!("{model}, {cores} cores, no GPU, Xvfb")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spread_is_median_and_95th_of_a_hundred() {
        let times: Vec<f64> = (1..=100).rev().map(f64::from).collect();
        assert_eq!(spread(&times), (50.0, 95.0));
        assert!(spread(&[]).0.is_nan());
    }
}
