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
    /// From the press on the call button to the other side's first picture, with a partner who answers at once.
    pub(super) pictures: Vec<f64>,
    pub(super) memory_idle: f64,
    pub(super) memory_before: Look,
    /// After the calls.
    pub(super) memory_between: Look,
    /// After the chat switches.
    pub(super) memory_after: Look,
    pub(super) calls: usize,
    pub(super) chats: usize,
    /// Calls and chat switches before the first look.
    pub(super) warm: (usize, usize),
    /// Processor time by time.
    pub(super) idle_share: f64,
}

/// Megabytes by program.
#[derive(Debug, Default)]
pub(super) struct Look {
    pub(super) at_rest: BTreeMap<String, f64>,
    /// After a collection of the page's whole heap.
    pub(super) collected: BTreeMap<String, f64>,
}

impl Look {
    /// A row of the table, with the growth since an earlier look.
    fn row(&self, what: &str, since: Option<&Self>) -> String {
        let total = |memory: &BTreeMap<String, f64>| memory.values().sum::<f64>();
        let cell = |own: &BTreeMap<String, f64>, earlier: Option<&BTreeMap<String, f64>>| match earlier {
            Some(earlier) => format!("{:.0} MB ({:+.1} %)", total(own), (total(own) / total(earlier) - 1.0) * 100.0),
            None => format!("{:.0} MB", total(own)),
        };
        let parts: Vec<_> = self.collected.iter().map(|(program, mb)| format!("{program} {mb:.0}")).collect();
        let collected = cell(&self.collected, since.map(|look| &look.collected));
        let at_rest = cell(&self.at_rest, since.map(|look| &look.at_rest));
        format!("| {what} | {collected} | {} | {at_rest} |", parts.join(", "))
    }
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
        let before = &self.memory_before;
        let memory = writeln!(
            page,
            "| memory with a chat open (PSS, all processes) | {:.0} MB | {other:.0} MB | {:.2} |\n\n\
             | memory | kept | by program, MB | as it stands |\n|---|---|---|---|\n{}\n{}\n{}\n\n\
             The lowest of a minute's rest each. Kept: after a collection of the page's whole heap. WebKit looks at the old \
             part of it rarely, and\nwhat lies in there until then comes and goes by some 50 MB: how the figures stand \
             without one differs from run to run.\n\n\
             A video call, from the press to the other side's first picture, both on this machine and the partner answering at \
             once: {:.0} ms ({:.0}).\n\n\
             Processor time while idle with a chat open: {:.2} % of one core.",
            self.memory_idle,
            self.memory_idle / other,
            before.row(&format!("after {} calls and {} chat switches", self.warm.0, self.warm.1), None),
            self.memory_between.row(&format!("after {} calls more", self.calls), Some(before)),
            self.memory_after.row(&format!("and {} chat switches more", self.chats), Some(before)),
            spread(&self.pictures).0,
            spread(&self.pictures).1,
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
    fn row_tells_growth_of_what_is_kept_and_of_what_stands() {
        let look = |at_rest, collected| Look {
            at_rest: BTreeMap::from([("app".to_owned(), at_rest)]),
            collected: BTreeMap::from([("app".to_owned(), collected), ("web".to_owned(), 100.0)]),
        };
        let later = look(450.0, 320.0);
        assert_eq!(later.row("later", None), "| later | 420 MB | app 320, web 100 | 450 MB |");
        assert_eq!(
            later.row("later", Some(&look(500.0, 300.0))),
            "| later | 420 MB (+5.0 %) | app 320, web 100 | 450 MB (-10.0 %) |"
        );
    }

    #[test]
    fn spread_is_median_and_95th_of_a_hundred() {
        let times: Vec<f64> = (1..=100).rev().map(f64::from).collect();
        assert_eq!(spread(&times), (50.0, 95.0));
        assert!(spread(&[]).0.is_nan());
    }
}
