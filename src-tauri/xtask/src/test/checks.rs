//! Checks that look at the code without running it, and the UI's own tests.

use super::summary::{Findings, Summary};
use crate::{
    build::APP_FEATURES,
    place::{Place, on_path},
    run, screens,
    setup::node,
};
use anyhow::{Result, ensure};
use std::{path::PathBuf, process::Command, time::Duration};

/// More than any check should take on a slow machine that compiles everything for the first time.
const LIMIT: Duration = Duration::from_secs(30 * 60);

/// Runs all of them.
pub(super) fn run(place: &Place, summary: &mut Summary) {
    let cargo = |arguments: &[&str]| {
        let mut cargo = run::cargo(place);
        cargo.args(arguments);
        cargo
    };
    let mut check = |name: &str, command: Command| summary.step("checks", name, || one(command));
    check("formatting", cargo(&["fmt", "--all", "--check"]));
    check(
        "clippy",
        cargo(&["clippy", "--workspace", "--all-targets", "--features", APP_FEATURES, "--", "-D", "warnings"]),
    );
    let mut documentation = cargo(&["doc", "--workspace", "--no-deps", "--features", APP_FEATURES]);
    documentation.env("RUSTDOCFLAGS", "-D warnings");
    check("documentation", documentation);
    // The variable keeps the crate's build script from downloading libwebrtc, which only linking would need.
    let mut source = cargo(&["check", "--workspace", "--features", &format!("{APP_FEATURES},pizoo/livekit-source")]);
    source.env("DOCS_RS", "1");
    check("livekit from source", source);
    match deny(place) {
        Some(program) => {
            let mut deny = run::program(place, program);
            deny.args(["--offline", "--config", ".deny.toml", "check", "bans", "licenses", "sources"]);
            check("licences and bans", deny);
        }
        None => summary.skip("checks", "licences and bans", "cargo-deny is not installed"),
    }
    for (name, script) in [("UI lint", "lint"), ("UI types", "check")] {
        summary.step("checks", name, || npm(place, script).and_then(one));
    }
    if on_path("chromium") || on_path("google-chrome") {
        summary.step("checks", "UI accessibility", || screens::command(place, true).and_then(one));
    } else {
        summary.skip("checks", "UI accessibility", "Chromium is not installed");
    }
    summary.step("fast", "UI", || npm(place, "test").and_then(ui_tests));
}

/// A check that passes as a whole or fails as a whole.
fn one(mut command: Command) -> Result<Findings> {
    let (status, _, ()) = run::watch(&mut command, LIMIT, || ())?;
    ensure!(status.success(), "{status}");
    Ok(Findings::one())
}

fn npm(place: &Place, script: &str) -> Result<Command> {
    let mut npm = node::npm(place)?;
    npm.args(["run", "--silent", script]).env("NO_COLOR", "1");
    Ok(npm)
}

fn ui_tests(mut command: Command) -> Result<Findings> {
    let (status, lines, ()) = run::watch(&mut command, LIMIT, || ())?;
    let mut findings = read_vitest(&lines);
    if !status.success() && findings.failed.is_empty() {
        findings.failed.push(format!("vitest ({status})"));
    }
    ensure!(findings.passed > 0 || !findings.failed.is_empty(), "vitest ran no test");
    Ok(findings)
}

/// From `Tests  2 failed | 31 passed (33)`, and ` FAIL  file > test` for the names.
fn read_vitest(lines: &[String]) -> Findings {
    let totals = lines.iter().rev().find_map(|line| line.trim().strip_prefix("Tests  ")).unwrap_or_default();
    let words: Vec<_> = totals.split_whitespace().collect();
    let number =
        |of: &str| words.windows(2).find(|pair| pair[1] == of).and_then(|pair| pair[0].parse().ok()).unwrap_or(0);
    let mut failed: Vec<_> =
        lines.iter().filter_map(|line| line.trim().strip_prefix("FAIL  ")).map(str::to_owned).collect();
    failed.sort();
    failed.dedup();
    Findings { passed: number("passed"), failed }
}

/// The cache's cargo-deny, or the machine's.
fn deny(place: &Place) -> Option<PathBuf> {
    let cached = place.cache.join("cargo-deny/bin").join(format!("cargo-deny{}", std::env::consts::EXE_SUFFIX));
    if cached.is_file() { Some(cached) } else { on_path("cargo-deny").then(|| "cargo-deny".into()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<String> {
        text.lines().map(str::to_owned).collect()
    }

    #[test]
    fn vitest_totals_and_names_are_read() {
        let output = " FAIL  src/chat.test.ts > sends\n Test Files  1 failed | 3 passed (4)\n      Tests  1 failed | 31 passed (32)\n";
        assert_eq!(
            read_vitest(&lines(output)),
            Findings { passed: 31, failed: vec!["src/chat.test.ts > sends".to_owned()] }
        );
        assert_eq!(read_vitest(&lines(" Test Files  4 passed (4)\n      Tests  33 passed (33)\n")).passed, 33);
        assert_eq!(read_vitest(&[]), Findings::default());
    }
}
