//! The fuzz targets (`src-tauri/fuzz`), on the stable toolchain: libFuzzer, and rustc's own coverage pass in place of a
//! sanitizer. They are built apart, because everything in them is instrumented.

use super::Fuzz;
use crate::{place::Place, run};
use anyhow::{Context, Result, ensure};
use std::path::PathBuf;

const TARGETS: [&str; 3] = ["session_token", "link", "event"];
const COVERAGE: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1";
/// Longer than anything that is read.
const LONGEST: u32 = 4096;

/// Builds them and runs one after the other; the first finding ends it, and its input is kept.
pub(crate) fn run(place: &Place, wanted: Fuzz) -> Result<()> {
    ensure!(cfg!(target_os = "linux"), "the fuzz targets run on Linux only");
    let folder = place.target.join("fuzz");
    let programs = build(place)?;
    for target in TARGETS {
        run::heading("fuzz", &format!("{target}, {} s", wanted.seconds));
        let corpus = folder.join("corpus").join(target);
        let findings = folder.join("findings").join(target);
        for folder in [&corpus, &findings] {
            std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        }
        let mut command = run::program(place, programs.join(target));
        command.arg(&corpus).arg(format!("-artifact_prefix={}/", findings.display()));
        command.args([format!("-max_total_time={}", wanted.seconds), format!("-seed={}", wanted.seed)]);
        command.args([format!("-max_len={LONGEST}"), "-verbosity=0".into(), "-print_final_stats=1".into()]);
        run::run(&mut command).with_context(|| format!("a finding, see {}", findings.display()))?;
    }
    Ok(())
}

fn build(place: &Place) -> Result<PathBuf> {
    run::heading("fuzz", "building the instrumented targets (some minutes the first time)");
    let about = run::output(run::program(place, "rustc").arg("-vV"))?;
    let host = about.lines().find_map(|line| line.strip_prefix("host: ")).context("rustc names no host")?;
    let target = place.target.join("fuzz").join("build");
    let mut cargo = run::cargo(place);
    // With a target named, build scripts and procedural macros are not instrumented.
    cargo.args(["build", "--release", "--target", host]).current_dir(place.root.join("src-tauri/fuzz"));
    run::run(cargo.env("CARGO_TARGET_DIR", &target).env("RUSTFLAGS", COVERAGE))?;
    Ok(target.join(host).join("release"))
}
