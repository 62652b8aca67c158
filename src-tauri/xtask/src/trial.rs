//! Long runs against the real backend program (`pizoo-trials`) and of the fuzz targets, with what they need installed first.

pub(crate) mod fuzz;

use crate::{build, place::Place, run, setup, setup::Purpose};
use anyhow::Result;
use clap::{Args, Subcommand, ValueEnum};
use std::process::Command;

/// schemathesis on PyPI.
const SCHEMATHESIS: &str = "4.32.5";

/// Which one.
#[derive(Clone, Copy, Subcommand)]
pub(crate) enum Trial {
    /// Kills the backend under load, again and again, and looks for what was lost or doubled.
    Crash {
        /// Where the data are.
        #[arg(long, value_enum, default_value = "sqlite")]
        engine: Engine,
        /// How often it is killed.
        #[arg(long, default_value_t = 200)]
        rounds: u32,
        /// Decides the moments.
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// Generates requests from the OpenAPI document with schemathesis.
    Contract {
        /// Where the data are.
        #[arg(long, value_enum, default_value = "sqlite")]
        engine: Engine,
        /// How long.
        #[arg(long, default_value_t = 300)]
        seconds: u32,
        /// Decides the requests.
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// Throws made-up tokens, texts and event frames at what reads them (libFuzzer); Linux only.
    Fuzz(Fuzz),
}

/// How the fuzz targets run.
#[derive(Clone, Copy, Args)]
pub(crate) struct Fuzz {
    /// How long, for each target.
    #[arg(long, default_value_t = 300)]
    pub(crate) seconds: u32,
    /// Decides what is made up.
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u32,
}

/// Where the data are.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }
}

/// Sets up, builds, and runs it with its progress shown.
pub(crate) fn run(place: &Place, trial: Trial) -> Result<()> {
    setup::setup(place, Purpose::Tests)?;
    if let Trial::Fuzz(wanted) = trial {
        return fuzz::run(place, wanted);
    }
    build::products(place)?;
    run::heading("trial", "the backend program, as a stranger meets it");
    run::run(&mut command(place, trial)?)
}

/// The run itself, of programs that are built. Its standard error says what is wrong.
pub(crate) fn command(place: &Place, trial: Trial) -> Result<Command> {
    let mut command = run::program(place, place.built("pizoo-trials"));
    match trial {
        Trial::Crash { engine, rounds, seed } => {
            command.args(["crash", "--engine", engine.name()]);
            command.args(["--rounds", &rounds.to_string(), "--seed", &seed.to_string()]);
        }
        Trial::Contract { engine, seconds, seed } => {
            let schemathesis = setup::python::program(place, "schemathesis", SCHEMATHESIS, "generated requests")?;
            command.args(["contract", "--engine", engine.name(), "--schemathesis"]).arg(schemathesis);
            command.args(["--seconds", &seconds.to_string(), "--seed", &seed.to_string()]);
        }
        Trial::Fuzz(_) => anyhow::bail!("the fuzz targets are programs of their own"),
    }
    Ok(command)
}
