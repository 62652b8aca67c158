//! `pizoo-backend`: the backend alone. Settings come from the environment and `.env`; see `pizoo_backend::settings`.

use anyhow::{Context as _, Result, bail};
use clap::{Parser, Subcommand};
use pizoo_backend::clock::SystemClock;
use pizoo_backend::random::SystemRandom;
use pizoo_backend::settings::{Calls, Mode, Settings};
use pizoo_backend::store::Store;
use pizoo_backend::{keys, livekit_server, seed, serve};
use secrecy::ExposeSecret as _;
use std::io::IsTerminal as _;
use std::process::ExitCode;
use tracing_subscriber::EnvFilter;

/// Accounts, matches, chat and call tokens for Pizoo.
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
    /// Add the development accounts and matches.
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
    /// Read the settings, log them with secrets masked, and say what is missing.
    CheckConfig,
    /// The keys that sign sessions.
    Keys {
        #[command(subcommand)]
        command: KeysCommand,
    },
}

#[derive(Subcommand)]
enum KeysCommand {
    /// Change the key without signing anybody out.
    ///
    /// A key that a development backend made up for itself is changed in the database; a backend that runs notices when it
    /// is started again, and of several each must be. With SECRET_KEY set, nothing is changed: it prints a new key and
    /// what to do with both.
    Rotate,
}

#[tokio::main]
async fn main() -> ExitCode {
    match command().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("pizoo-backend: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn command() -> Result<()> {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let colours = std::io::stderr().is_terminal();
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(colours).init();
    let arguments = Arguments::parse();
    let settings = Settings::from_env()?;
    match arguments.command.unwrap_or(Command::Serve) {
        Command::Serve => run(settings).await,
        Command::Seed => {
            if settings.mode == Mode::Production {
                bail!("the seeded accounts are for development: anybody may know their addresses");
            }
            let store = open(&settings).await?;
            seed::seed(&store, &SystemClock, &SystemRandom).await?;
            store.close().await;
            Ok(())
        }
        Command::Match { first, second, id } => {
            let store = open(&settings).await?;
            let id = seed::pair(&store, &SystemClock, &SystemRandom, (&first, &second), id.as_deref()).await?;
            println!("{id}");
            store.close().await;
            Ok(())
        }
        Command::Keys { command: KeysCommand::Rotate } if settings.secret_key.is_some() => {
            println!(
                "SECRET_KEY comes from the environment. To change it, give every backend these two and start it again:"
            );
            println!("  SECRET_KEY={}", keys::new_key(&SystemRandom).expose_secret());
            println!("  SECRET_KEY_PREVIOUS=<the SECRET_KEY of now>");
            println!("Remove SECRET_KEY_PREVIOUS seven days later: by then no session needs it.");
            Ok(())
        }
        Command::Keys { command: KeysCommand::Rotate } => {
            let store = open(&settings).await?;
            keys::rotate(&store, &SystemRandom).await?;
            store.close().await;
            println!("A new key signs sessions once the backend is started again; those of before go on.");
            Ok(())
        }
        Command::CheckConfig => {
            settings.log();
            check(&settings)
        }
    }
}

async fn open(settings: &Settings) -> Result<Store> {
    Store::open(&settings.database).await.with_context(|| format!("cannot open {}", settings.database))
}

fn check(settings: &Settings) -> Result<()> {
    match &settings.calls {
        Calls::NotConfigured(why) => bail!("calls are off: {why}"),
        Calls::Local if livekit_server::find_binary().is_none() => {
            bail!("calls are off: {}", livekit_server::LocalServerError::NotFound)
        }
        Calls::Local | Calls::Configured(_) => Ok(()),
    }
}

async fn run(settings: Settings) -> Result<()> {
    let mut running = serve(settings).await?;
    let failed = tokio::select! {
        () = interrupted() => false,
        () = running.failed() => true,
    };
    running.shutdown().await;
    if failed { bail!("the server ended by itself") } else { Ok(()) }
}

/// Ends with the first SIGINT or SIGTERM.
async fn interrupted() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminated) => tokio::select! {
                _ = terminated.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            },
            Err(error) => {
                tracing::warn!(%error, "SIGTERM cannot be handled");
                drop(tokio::signal::ctrl_c().await);
            }
        }
    }
    #[cfg(not(unix))]
    drop(tokio::signal::ctrl_c().await);
}
