//! What ran, with counts and times, as a table at the end.

use crate::interrupt;
use anyhow::Result;
use std::time::{Duration, Instant};

/// What a step found: how many passed, and what failed.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Findings {
    /// How many passed.
    pub(super) passed: usize,
    /// A name for each that did not.
    pub(super) failed: Vec<String>,
}

impl Findings {
    /// A step that is one check, which passed.
    pub(super) fn one() -> Self {
        Self { passed: 1, failed: Vec::new() }
    }
}

/// The rows so far.
#[derive(Default)]
pub(super) struct Summary {
    rows: Vec<Row>,
}

struct Row {
    tier: &'static str,
    name: String,
    findings: Findings,
    /// None for a step that did not run, with the reason in `note`.
    time: Option<Duration>,
    note: String,
}

impl Summary {
    /// Runs a step and notes what it found. An error is a failure of the whole step.
    pub(super) fn step(
        &mut self,
        tier: &'static str,
        name: impl Into<String>,
        step: impl FnOnce() -> Result<Findings>,
    ) {
        let name = name.into();
        if interrupt::happened() {
            self.skip(tier, name, "interrupted");
            return;
        }
        println!("\n==> {tier}: {name}");
        let started = Instant::now();
        let (findings, note) = match step() {
            Ok(findings) => (findings, String::new()),
            Err(error) => (Findings { passed: 0, failed: vec![name.clone()] }, format!("{error:#}")),
        };
        if !note.is_empty() {
            eprintln!("error: {note}");
        }
        self.rows.push(Row { tier, name, findings, time: Some(started.elapsed()), note });
    }

    /// Notes a step that is not run, and why.
    pub(super) fn skip(&mut self, tier: &'static str, name: impl Into<String>, why: &str) {
        self.rows.push(Row {
            tier,
            name: name.into(),
            findings: Findings::default(),
            time: None,
            note: format!("not run: {why}"),
        });
    }

    /// Whether nothing failed.
    pub(super) fn passed(&self) -> bool {
        self.rows.iter().all(|row| row.findings.failed.is_empty())
    }

    /// Prints the table, what failed, and the totals alone on the last line.
    pub(super) fn print(&self) {
        println!("\n{}", self.table());
    }

    fn table(&self) -> String {
        let width = self.rows.iter().map(|row| row.name.chars().count()).max().unwrap_or(0).max(4);
        let mut lines =
            vec![format!("{:<8} {:<width$} {:>7} {:>7} {:>8}", "tier", "what", "passed", "failed", "seconds")];
        for row in &self.rows {
            let time = row.time.map_or_else(|| "-".to_owned(), |time| format!("{:.1}", time.as_secs_f64()));
            let (passed, failed) = (row.findings.passed, row.findings.failed.len());
            let line = format!(
                "{:<8} {:<width$} {passed:>7} {failed:>7} {time:>8}  {}",
                row.tier,
                row.name,
                row.note.lines().next().unwrap_or_default()
            );
            lines.push(line.trim_end().to_owned());
        }
        let failures: Vec<_> = self
            .rows
            .iter()
            .flat_map(|row| row.findings.failed.iter().map(|what| format!("    {} {}: {what}", row.tier, row.name)))
            .collect();
        if !failures.is_empty() {
            lines.push(format!("\nfailed:\n{}", failures.join("\n")));
        }
        let passed: usize = self.rows.iter().map(|row| row.findings.passed).sum();
        lines.push(format!("\n{passed} passed, {} failed", failures.len()));
        lines.join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_stand_alone_on_the_last_line() {
        let mut summary = Summary::default();
        summary.step("checks", "formatting", || Ok(Findings::one()));
        summary.step("fast", "call", || Ok(Findings { passed: 7, failed: vec!["late_accept".to_owned()] }));
        summary.step("real", "media", || anyhow::bail!("it hung\nand more"));
        summary.skip("checks", "licences", "cargo-deny is not installed");
        assert!(!summary.passed());
        let table = summary.table();
        assert_eq!(table.lines().last(), Some("8 passed, 2 failed"));
        assert!(table.contains("    fast call: late_accept"), "{table}");
        assert!(table.contains("it hung") && !table.contains("and more"), "{table}");
        assert!(table.contains("not run: cargo-deny is not installed"), "{table}");
    }

    #[test]
    fn steps_that_did_not_run_are_no_failures() {
        let mut summary = Summary::default();
        summary.skip("checks", "licences", "cargo-deny is not installed");
        assert!(summary.passed());
        assert_eq!(summary.table().lines().last(), Some("0 passed, 0 failed"));
    }
}
