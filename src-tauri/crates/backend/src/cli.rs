//! The commands, a module each. What a command prints on standard output is its answer; the log goes to standard error.

mod accounts;
mod check;
mod data;
mod keys;
mod log;
mod probe;
mod serve;

use anyhow::{Context as _, Result};
use clap::{Parser, Subcommand};
use pizoo_backend::settings::{Mode, Settings};
use pizoo_backend::store::Store;

/// Accounts, matches, chat and call tokens for Pizoo.
///
/// Settings are read from the environment and from a file `.env` in this folder or above it; the environment wins.
/// `pizoo-backend check-config` shows them all.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Answer requests (the default).
    Serve,
    /// Show every setting, where it comes from, and what is missing.
    ///
    /// Secrets are masked. The exit status is 0 if a backend with these settings starts and calls work, else 1.
    CheckConfig {
        /// As one JSON object.
        #[arg(long)]
        json: bool,
    },
    /// Add the development accounts and matches.
    ///
    /// Adding them twice adds them once. Refused in production: anybody knows their addresses.
    Seed,
    /// Match two accounts by their e-mail addresses and print the match's id.
    Match {
        /// The one.
        first: String,
        /// The other.
        second: String,
        /// The new match's id; made up if it is not given.
        #[arg(long)]
        id: Option<String>,
    },
    /// Bring the database's schema up to date and print from which version to which.
    ///
    /// `serve` does the same when it starts. There is no way back: make a backup first.
    Migrate {
        /// Only print it; change nothing.
        #[arg(long)]
        dry_run: bool,
    },
    /// Look at an account, or verify it by hand.
    #[command(subcommand)]
    User(accounts::Command),
    /// The keys that sign sessions.
    #[command(subcommand)]
    Keys(keys::Command),
    /// Print the OpenAPI document.
    Openapi {
        /// With the routes that only a development backend has.
        #[arg(long)]
        development: bool,
    },
    /// Sign that many LiveKit tokens and print the seconds; for the benchmark.
    #[command(hide = true)]
    BenchSign {
        /// How many.
        count: u32,
    },
    /// Ask a running backend whether it is ready; the exit status tells. For a container's health check.
    Health {
        /// Its address, if it is not `PIZOO_ADDR` on this computer.
        #[arg(long, value_name = "HOST:PORT")]
        addr: Option<String>,
    },
}

pub(crate) async fn run() -> Result<()> {
    let command = Arguments::parse().command.unwrap_or(Command::Serve);
    // These need no settings, or look at them even if they cannot be used.
    match &command {
        Command::CheckConfig { json } => return check::run(*json),
        Command::Openapi { development } => {
            let mode = if *development { Mode::Development } else { Mode::Production };
            println!("{:#}", pizoo_backend::openapi::document(mode));
            return Ok(());
        }
        Command::BenchSign { count } => {
            println!("{}", pizoo_backend::measuring::sign(*count)?.as_secs_f64());
            return Ok(());
        }
        _ => {}
    }
    let settings = Settings::from_env()?;
    log::init(settings.log_format);
    match command {
        Command::Serve => serve::run(settings).await,
        Command::Seed => data::seed(&settings).await,
        Command::Match { first, second, id } => data::pair(&settings, (&first, &second), id.as_deref()).await,
        Command::Migrate { dry_run } => data::migrate(&settings, dry_run).await,
        Command::Keys(command) => keys::run(&settings, command).await,
        Command::User(command) => accounts::run(&settings, command).await,
        Command::Health { addr } => probe::run(&settings, addr).await,
        Command::CheckConfig { .. } | Command::Openapi { .. } | Command::BenchSign { .. } => Ok(()),
    }
}

async fn open(settings: &Settings) -> Result<Store> {
    Store::open(&settings.database).await.with_context(|| format!("cannot open {}", settings.database))
}
