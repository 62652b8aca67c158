//! `pizoo-demo`: two people call each other; see `pizoo_testbed::demo`. `cargo xtask demo` builds what it needs.

use anyhow::{Context, Result};
use clap::Parser;
use pizoo_testbed::demo::{Headless, call_each_other, with_display};
use pizoo_testbed::{children, network};
use std::path::PathBuf;
use std::process::ExitCode;

/// Shows two Pizoo apps in a call.
#[derive(Parser)]
#[command(version)]
struct Options {
    /// Two apps on invisible screens call each other, and a report is written.
    #[arg(long, conflicts_with = "with_display")]
    headless: bool,
    /// The app on this screen; the other side waits for its call. The default where there is a screen.
    #[arg(long)]
    with_display: bool,
    /// Where report, pictures and logs go.
    #[arg(long, default_value = "target/demo")]
    out: PathBuf,
    /// How long installing and building took before, for the report.
    #[arg(long, env = "PIZOO_SETUP_SECONDS", default_value_t = 0.0)]
    setup_seconds: f64,
}

fn main() -> ExitCode {
    match show(Options::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn show(options: Options) -> Result<()> {
    // Before any thread: it may replace this process.
    network::ensure()?;
    let filter = tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "warn".into());
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    children::adopt_orphans();
    tokio::runtime::Runtime::new()?.block_on(async {
        let outcome = tokio::select! {
            outcome = run(options) => outcome,
            name = interrupted() => Err(anyhow::anyhow!("ended by {name}")),
        };
        // After a success nothing may be left; after a failure what was started is ended here.
        let rest = if outcome.is_ok() { children::end_all().await } else { children::sweep().await };
        outcome.and(rest)
    })
}

async fn run(options: Options) -> Result<()> {
    let screen = ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| std::env::var_os(name).is_some());
    if options.with_display || (!options.headless && (screen || !cfg!(target_os = "linux"))) {
        return with_display(&options.out).await;
    }
    let out = options.out.clone();
    let report = call_each_other(Headless { out: options.out, setup_seconds: options.setup_seconds }).await?;
    print!("{report}");
    let report = out.join("report.json");
    println!("{} and the pictures beside it tell more.", std::path::absolute(&report).context("the report")?.display());
    Ok(())
}

#[cfg(unix)]
async fn interrupted() -> &'static str {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut terminate), Ok(mut hang_up)) = (signal(SignalKind::terminate()), signal(SignalKind::hangup())) else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = terminate.recv() => "SIGTERM",
        _ = hang_up.recv() => "a hang-up",
        _ = tokio::signal::ctrl_c() => "Ctrl-C",
    }
}

#[cfg(not(unix))]
async fn interrupted() -> &'static str {
    // Without a handler the program just goes on.
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
    "Ctrl-C"
}
