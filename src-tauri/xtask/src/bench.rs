//! Measurements, of release builds, beside a peer in the same run. Not part of the tests: figures are for people.

use crate::{build::APP_FEATURES, generated, place::Place, run, setup, ui};
use anyhow::Result;
use clap::Subcommand;

/// LiveKit's package on npm, which signs tokens too.
const LIVEKIT_SDK: &str = "livekit-server-sdk@2.19.2";

/// What is measured.
#[derive(Clone, Copy, Subcommand)]
pub(crate) enum Bench {
    /// The backend beside a small FastAPI service; the table goes into `src-tauri/docs/benchmarks.md`.
    Backend {
        /// Runs of each; medians are taken over them.
        #[arg(long, default_value_t = 5)]
        pairs: usize,
    },
    /// The app beside its page in Chromium; the table goes into `src-tauri/docs/benchmarks-app.md`.
    App {
        /// Calls between the two looks at the memory.
        #[arg(long, default_value_t = 100)]
        calls: usize,
    },
}

/// Sets up, builds, measures.
pub(crate) fn run(place: &Place, bench: Bench) -> Result<()> {
    setup::setup(place, setup::Purpose::Tests)?;
    match bench {
        Bench::Backend { pairs } => backend(place, pairs),
        Bench::App { calls } => app(place, calls),
    }
}

fn app(place: &Place, calls: usize) -> Result<()> {
    generated::write(place)?;
    ui::build(place)?;
    run::heading("build", "the app as it is released (cargo, takes a quarter of an hour the first time)");
    run::run(run::cargo(place).args(["build", "--release", "--workspace", "--features", APP_FEATURES]))?;
    run::heading("bench", "close everything else: two cores serve all sides");
    let npm = setup::node::npm(place)?;
    let mut bench = run::program(place, place.target.join("release/pizoo-bench"));
    bench.args(["--calls", &calls.to_string(), "--ui"]).arg(place.ui());
    bench.arg("--write").arg(place.root.join("src-tauri/docs/benchmarks-app.md")).arg("--");
    bench.arg(npm.get_program()).args(npm.get_args()).args(["run", "--silent", "bench", "--"]);
    bench.envs(npm.get_envs().filter_map(|(name, value)| Some((name, value?))));
    run::run(&mut bench)
}

fn backend(place: &Place, pairs: usize) -> Result<()> {
    let sources = place.root.join("src-tauri/crates/trials");
    let python = setup::python::environment(place, "fastapi", &sources.join("fastapi/requirements.txt"))?;
    let modules = place.cache.join("livekit-server-sdk");
    if !modules.join("node_modules").is_dir() {
        std::fs::create_dir_all(&modules)?;
        run::heading("setup", "livekit-server-sdk from npm (the peer in signing)");
        run::run(setup::node::npm(place)?.current_dir(&modules).args([
            "install",
            "--silent",
            "--no-save",
            LIVEKIT_SDK,
        ]))?;
    }
    run::heading("build", "the backend as it is released (cargo, takes some minutes the first time)");
    run::run(run::cargo(place).args(["build", "--release", "-p", "pizoo-backend", "-p", "pizoo-trials"]))?;
    run::heading("bench", "close everything else: two cores serve both sides");
    let mut trials = run::program(place, place.target.join("release/pizoo-trials"));
    trials.arg("bench").arg("--python").arg(python).arg("--node-modules").arg(modules).arg("--sources").arg(sources);
    trials.args(["--pairs", &pairs.to_string(), "--write"]).arg(place.root.join("src-tauri/docs/benchmarks.md"));
    run::run(&mut trials)
}
