//! `pizoo-bench`: measures the app; see `pizoo_testbed::bench`. `cargo xtask bench app` builds what it needs.

use anyhow::Result;
use clap::Parser;
use pizoo_testbed::bench::{Plan, run};
use pizoo_testbed::{children, network};
use std::path::PathBuf;

/// Measures the app beside the same page in Chromium.
#[derive(Parser)]
#[command(version)]
struct Options {
    /// Starts of either.
    #[arg(long, default_value_t = 7)]
    starts: usize,
    /// Calls between two looks at the memory.
    #[arg(long, default_value_t = 100)]
    calls: usize,
    /// Chat switches between them.
    #[arg(long, default_value_t = 1000)]
    switches: usize,
    /// Key presses.
    #[arg(long, default_value_t = 200)]
    keys: usize,
    /// The UI's folder.
    #[arg(long)]
    ui: PathBuf,
    /// Where the page of figures goes.
    #[arg(long)]
    write: PathBuf,
    /// The command that measures in Chromium.
    #[arg(last = true, required = true)]
    browser: Vec<String>,
}

fn main() -> Result<()> {
    // Before any thread: it may replace this process.
    network::ensure()?;
    let Options { starts, calls, switches, keys, ui, write, browser } = Options::parse();
    let plan = Plan { starts, calls, switches, keys, browser: (browser, ui), write };
    tokio::runtime::Runtime::new()?.block_on(async {
        let outcome = run(&plan).await;
        let rest = if outcome.is_ok() { children::end_all().await } else { children::sweep().await };
        let page = outcome?;
        rest?;
        println!("\n{page}");
        Ok(())
    })
}
