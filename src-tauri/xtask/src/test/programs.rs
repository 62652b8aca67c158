//! The Rust tests: built by cargo all at once, then run one program after the other.

use super::summary::{Findings, Summary};
use crate::{build::APP_FEATURES, orphans, place::Place, run};
use anyhow::{Context, Result, ensure};
use serde_json::Value;
use std::{
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

/// A program that takes longer hangs.
const LIMIT: Duration = Duration::from_secs(20 * 60);
/// The package whose contract tests run on every engine.
const BACKEND: &str = "pizoo-backend";
/// Beside SQLite, which a plain `cargo test` uses.
const ENGINES: [&str; 2] = ["postgres", "cluster"];
/// The package whose tests start real servers, devices and apps.
const TESTBED: &str = "pizoo-testbed";

/// What a test program needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Tier {
    /// Nothing but itself.
    Fast,
    /// Real servers and devices.
    Real,
    /// The built app, driven through its windows.
    App,
}

impl Tier {
    fn name(self) -> &'static str {
        match self {
            Self::Fast => "fast",
            Self::Real => "real",
            Self::App => "app",
        }
    }
}

/// A test program.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Program {
    tier: Tier,
    name: String,
    file: PathBuf,
    /// Where cargo would start it.
    folder: PathBuf,
    /// The database, where the same tests run on several.
    engine: Option<&'static str>,
}

/// Builds all and runs those of the tiers that are wanted.
pub(super) fn run(place: &Place, wanted: &dyn Fn(Tier) -> bool, summary: &mut Summary) {
    let mut programs = Vec::new();
    summary.step("build", "test programs", || {
        let mut cargo = run::cargo(place);
        cargo.args([
            "test",
            "--workspace",
            "--features",
            APP_FEATURES,
            "--no-run",
            "--message-format",
            "json-render-diagnostics",
        ]);
        let mut messages = String::new();
        run::collect(&mut cargo, &mut messages)?;
        programs = read(&messages)?;
        Ok(Findings::one())
    });
    programs.retain(|program| wanted(program.tier));
    for program in &programs {
        let name = program.engine.map_or_else(|| program.name.clone(), |engine| format!("{} ({engine})", program.name));
        summary.step(program.tier.name(), name, || run_one(place, program));
    }
}

/// The examples in the documentation.
pub(super) fn run_examples_in_documentation(place: &Place, summary: &mut Summary) {
    summary.step("fast", "examples in documentation", || {
        let mut cargo = run::cargo(place);
        cargo.args(["test", "--workspace", "--features", APP_FEATURES, "--doc", "--quiet"]);
        let (status, lines, ()) = run::watch(&mut cargo, LIMIT, || ())?;
        let findings = read_libtest(&lines);
        ensure!(status.success() || !findings.failed.is_empty(), "{status}");
        Ok(findings)
    });
}

fn run_one(place: &Place, program: &Program) -> Result<Findings> {
    let before = orphans::children();
    let mut command = in_network(place, program);
    command.current_dir(&program.folder).env("CARGO_MANIFEST_DIR", &program.folder);
    if let Some(engine) = program.engine {
        command.env("PIZOO_TEST_ENGINE", engine);
    } else if program.tier != Tier::Fast {
        // They measure, and two cores carry one call at a time.
        command.env("RUST_TEST_THREADS", "1");
    }
    let (status, lines, left) = run::watch(&mut command, LIMIT, || orphans::sweep(&before))?;
    let mut findings = read_libtest(&lines);
    if !status.success() && findings.failed.is_empty() {
        findings.failed.push(format!("the program ended with {status}"));
    }
    findings.failed.extend(left.iter().map(|process| format!("left {process} running")));
    Ok(findings)
}

/// Calls do not connect over the loopback interface; where there is no other, `pizoo-network` makes one.
fn in_network(place: &Place, program: &Program) -> Command {
    let network = place.built("pizoo-network");
    if cfg!(target_os = "linux") && program.tier != Tier::Fast && program.engine.is_none() && network.is_file() {
        let mut command = run::program(place, network);
        command.arg(&program.file);
        command
    } else {
        run::program(place, &program.file)
    }
}

/// The test programs among cargo's messages.
fn read(messages: &str) -> Result<Vec<Program>> {
    let mut programs = Vec::new();
    for line in messages.lines().filter(|line| line.starts_with('{')) {
        let message: Value = serde_json::from_str(line).context("cargo's messages cannot be read")?;
        let Some(file) = message["executable"].as_str().filter(|_| message["profile"]["test"] == true) else {
            continue;
        };
        let manifest = message["manifest_path"].as_str().context("a message without a manifest")?;
        let folder = Path::new(manifest).parent().context("a manifest without a folder")?.to_owned();
        let target = message["target"]["name"].as_str().context("a target without a name")?;
        // `path+file:///.../crates/api#pizoo-api@0.1.0`, without the name where it is the folder's.
        let package = message["package_id"].as_str().and_then(|id| id.split('#').nth(1)).unwrap_or_default();
        let is_test = message["target"]["kind"][0] == "test";
        let tier = match package.split('@').next() {
            Some(TESTBED) if is_test && target.starts_with("app") => Tier::App,
            Some(TESTBED) if is_test => Tier::Real,
            _ => Tier::Fast,
        };
        let program = |tier, engine| {
            let (name, file, folder) = (target.to_owned(), PathBuf::from(file), folder.clone());
            Program { tier, name, file, folder, engine }
        };
        if is_test && package.split('@').next() == Some(BACKEND) && cfg!(target_os = "linux") {
            programs.extend(ENGINES.map(|engine| program(Tier::Real, Some(engine))));
        }
        programs.push(program(tier, None));
    }
    programs.sort();
    Ok(programs)
}

/// From libtest's lines: `test name ... FAILED` and `test result: ok. 7 passed; 0 failed; ...`.
fn read_libtest(lines: &[String]) -> Findings {
    let mut findings = Findings::default();
    for line in lines {
        if let Some(totals) = line.strip_prefix("test result: ") {
            let passed =
                totals.split_once(" passed;").and_then(|(head, _)| head.rsplit(' ').next()?.parse::<usize>().ok());
            findings.passed += passed.unwrap_or(0);
        } else if let Some(name) = line.strip_prefix("test ").and_then(|line| line.strip_suffix(" ... FAILED")) {
            findings.failed.push(name.to_owned());
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiers_follow_from_package_and_name() {
        let message = |package: &str, kind: &str, name: &str| {
            format!(
                r#"{{"reason":"compiler-artifact","package_id":"{package}","manifest_path":"/p/{name}/Cargo.toml","target":{{"kind":["{kind}"],"name":"{name}"}},"profile":{{"test":true}},"executable":"/t/{name}"}}"#
            )
        };
        let messages = [
            message("path+file:///p/testbed#pizoo-testbed@0.1.0", "test", "app_call"),
            message("path+file:///p/testbed#pizoo-testbed@0.1.0", "test", "media"),
            message("path+file:///p/testbed#pizoo-testbed@0.1.0", "lib", "pizoo_testbed"),
            message("path+file:///p/xtask#0.1.0", "bin", "xtask"),
            message("path+file:///p/backend#pizoo-backend@0.1.0", "test", "it"),
            r#"{"reason":"compiler-artifact","executable":null,"profile":{"test":true}}"#.to_owned(),
            r#"{"reason":"build-finished","success":true}"#.to_owned(),
        ];
        let found = read(&messages.join("\n")).unwrap();
        let tiers: Vec<_> = found.iter().map(|program| (program.tier, program.name.as_str())).collect();
        assert_eq!(
            tiers,
            [
                (Tier::Fast, "it"),
                (Tier::Fast, "pizoo_testbed"),
                (Tier::Fast, "xtask"),
                (Tier::Real, "it"),
                (Tier::Real, "it"),
                (Tier::Real, "media"),
                (Tier::App, "app_call")
            ]
        );
        let engines: Vec<_> = found.iter().filter_map(|program| program.engine).collect();
        assert_eq!(engines, ["cluster", "postgres"]);
        assert_eq!(found[1].folder, Path::new("/p/pizoo_testbed"));
    }

    #[test]
    fn libtest_totals_and_names_are_read() {
        let output = "running 3 tests\ntest a ... ok\ntest b::c ... FAILED\n\ntest result: FAILED. 2 passed; 1 failed; 0 ignored\n";
        let lines: Vec<_> = output.lines().map(str::to_owned).collect();
        assert_eq!(read_libtest(&lines), Findings { passed: 2, failed: vec!["b::c".to_owned()] });
    }
}
