//! Project tasks: what a person types, and what continuous integration runs.
//!
//! `cargo xtask setup | types | demo | test | screens | trial | bench`. It starts other programs (cargo, npm, go, pip, the system's package
//! manager) and holds no product code. It depends on none of the project's crates, so that it compiles on a machine
//! where nothing is installed yet.

mod bench;
mod build;
mod demo;
mod fingerprint;
mod generated;
mod interrupt;
mod licences;
mod orphans;
mod place;
mod run;
mod screens;
mod setup;
mod test;
mod trial;
mod types;
mod ui;

use clap::{Args, Parser, Subcommand};
use place::Place;
use setup::Purpose;
use std::process::ExitCode;

/// Pizoo's project tasks.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Installs what is missing: system packages, UI packages, livekit-server.
    Setup {
        /// Also what the head-less demo and the tests need: a virtual display, sound and keychain servers.
        #[arg(long)]
        headless: bool,
    },
    /// Writes what the UI is built with: TypeScript types from the Rust types, and the licences of all parts.
    Types,
    /// Sets up, builds, and shows a call between two users on this machine.
    Demo {
        /// Two apps on virtual displays that call each other; also chosen where there is no display.
        #[arg(long)]
        headless: bool,
    },
    /// Sets up, then runs the checks and every test.
    Test(Tiers),
    /// Draws every screen of the app's page in every look into `target/screens`, and asks axe-core about each.
    Screens,
    /// Measurements beside a peer.
    #[command(subcommand)]
    Bench(bench::Bench),
    /// Long runs against the backend program.
    #[command(subcommand)]
    Trial(trial::Trial),
}

/// Which part of the tests; without an option all of them and the checks.
#[derive(Args, Clone, Copy)]
#[group(multiple = false)]
struct Tiers {
    /// Only the checks and the tests that start no server.
    #[arg(long)]
    fast: bool,
    /// Only the tests with real servers and devices.
    #[arg(long)]
    real: bool,
    /// Only the tests that drive the built app.
    #[arg(long)]
    e2e: bool,
}

fn main() -> ExitCode {
    match perform(Arguments::parse().task) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            if interrupt::happened() { ExitCode::from(interrupt::EXIT_CODE) } else { ExitCode::FAILURE }
        }
    }
}

fn perform(task: Task) -> anyhow::Result<ExitCode> {
    let place = Place::find()?;
    interrupt::listen()?;
    orphans::adopt();
    match task {
        Task::Setup { headless } => {
            setup::setup(&place, if headless { Purpose::Tests } else { Purpose::App }).map(|()| ExitCode::SUCCESS)
        }
        Task::Types => generated::write(&place).map(|()| ExitCode::SUCCESS),
        Task::Demo { headless } => demo::demo(&place, headless),
        Task::Test(tiers) => test::test(&place, tiers),
        Task::Screens => screens::draw(&place).map(|()| ExitCode::SUCCESS),
        Task::Bench(bench) => bench::run(&place, bench).map(|()| ExitCode::SUCCESS),
        Task::Trial(trial) => trial::run(&place, trial).map(|()| ExitCode::SUCCESS),
    }
}
