//! `pizoo-trials`: long runs against the real backend program, as a stranger would meet it: crashes, generated
//! requests, measurements. It starts the program, talks HTTP to it, and knows none of its code.
//!
//! `cargo xtask trial` and `cargo xtask bench` start it with what it needs.

mod backend;
mod bench;
mod contract;
mod crash;
mod person;

use anyhow::Result;
use clap::{Parser, Subcommand, ValueEnum};
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Parser)]
#[command(version, about)]
struct Arguments {
    /// The backend's program; by default the one beside this.
    #[arg(long, global = true)]
    backend: Option<PathBuf>,
    #[command(subcommand)]
    trial: Trial,
}

#[derive(Subcommand)]
enum Trial {
    /// Kills the backend under load, again and again, and looks for what was lost or doubled.
    Crash(crash::Options),
    /// Generates requests from the OpenAPI document with schemathesis.
    Contract(contract::Options),
    /// Measures the backend beside a small FastAPI service.
    Bench(bench::Options),
}

/// Where the data are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Engine {
    Sqlite,
    Postgres,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("pizoo-trials: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<()> {
    // Nobody else in this process chooses.
    drop(rustls::crypto::ring::default_provider().install_default());
    let program = match arguments.backend {
        Some(program) => program,
        None => std::env::current_exe()?.with_file_name(format!("pizoo-backend{}", std::env::consts::EXE_SUFFIX)),
    };
    match arguments.trial {
        Trial::Crash(options) => crash::run(&program, &options).await,
        Trial::Contract(options) => contract::run(&program, &options).await,
        Trial::Bench(options) => bench::run(&program, &options).await,
    }
}
