//! The backend beside a small FastAPI service with the same routes (`fastapi/app.py`), in one run, alternating.
//!
//! What counts is requests a processor second of the server process: the load comes from the same two cores. Figures are
//! medians over the pairs; nothing is asserted.

mod events;
mod figures;
mod load;
mod peer;
mod wire;

use crate::Engine;
use crate::backend::{Database, Recipe};
use crate::person::http;
use anyhow::{Context, Result};
use clap::Args;
use figures::{Cell, median};
use load::{Route, Target};
use peer::Peer;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

const CONNECTIONS: [usize; 3] = [1, 16, 64];

#[derive(Args)]
pub(crate) struct Options {
    /// The Python that has fastapi, uvicorn, livekit-api and PyJWT.
    #[arg(long)]
    python: PathBuf,
    /// The folder in which npm installed livekit-server-sdk.
    #[arg(long)]
    node_modules: PathBuf,
    /// This crate's folder, for `fastapi` and `sign`.
    #[arg(long)]
    sources: PathBuf,
    /// Runs of each; medians are taken over them.
    #[arg(long, default_value_t = 5)]
    pairs: usize,
    /// Requests of one run.
    #[arg(long, default_value_t = 3000)]
    requests: usize,
    /// Only routes whose names have this in them, for whoever works on one.
    #[arg(long, hide = true)]
    only: Option<String>,
    /// Where the tables go, beside standard output.
    #[arg(long)]
    write: Option<PathBuf>,
}

pub(crate) async fn run(program: &Path, options: &Options) -> Result<()> {
    let mut page = figures::preface();
    let sqlite = Database::new(Engine::Sqlite)?;
    let recipe = Recipe::new(program, &sqlite)?;
    if options.only.is_none() {
        cold_start(&recipe, options, &mut page).await?;
        signing(program, options, &mut page).await?;
    }
    let postgres = Database::new(Engine::Postgres)?;
    let ours = [
        ("SQLite", Target::backend(recipe.start(&http()?).await?)?),
        ("Postgres", Target::backend(Recipe::new(program, &postgres)?.start(&http()?).await?)?),
    ];
    let peer = Target::peer(Peer::start(options).await?)?;
    for route in Route::ALL.into_iter().filter(|route| route.name().contains(options.only.as_deref().unwrap_or(""))) {
        writeln!(page, "## {}\n", route.name())?;
        writeln!(page, "{}", Cell::HEAD)?;
        for connections in CONNECTIONS {
            let mut cells = vec![Vec::new(); 3];
            for pair in 0..options.pairs {
                for (index, target) in ours.iter().map(|(_, target)| target).chain([&peer]).enumerate() {
                    let requests = if index == 2 { options.requests / 5 } else { options.requests };
                    let cell = target.measure(route, connections, requests.max(connections * 5)).await;
                    cells[index].push(cell.with_context(|| format!("{} {connections} {pair}", route.name()))?);
                }
                println!("{} at {connections} connections: pair {} of {}", route.name(), pair + 1, options.pairs);
            }
            let cells: Vec<Cell> = cells.into_iter().map(Cell::median).collect();
            for (name, cell) in ["SQLite", "Postgres", "FastAPI"].iter().zip(&cells) {
                writeln!(page, "{}", cell.row(connections, name))?;
            }
            writeln!(page, "{}", cells[0].ratio(connections, &cells[2]))?;
        }
        writeln!(page)?;
    }
    if options.only.as_deref().is_none_or(|only| "GET /api/events".contains(only)) {
        told(program, &mut page).await?;
    }
    println!("\n{page}");
    if let Some(file) = &options.write {
        std::fs::write(file, &page).with_context(|| format!("cannot write {}", file.display()))?;
    }
    Ok(())
}

/// From the start of the program to its first answer.
async fn cold_start(recipe: &Recipe, options: &Options, page: &mut String) -> Result<()> {
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..options.pairs {
        let backend = recipe.start(&http()?).await?;
        ours.push(backend.cold_start);
        backend.kill().await?;
        theirs.push(Peer::start(options).await?.cold_start);
    }
    let (ours, theirs) = (median(ours), median(theirs));
    writeln!(page, "## Cold start\n\n| | to the first answer |\n|---|---|")?;
    writeln!(page, "| pizoo-backend, SQLite | {ours:.1?} |\n| FastAPI, uvicorn | {theirs:.1?} |")?;
    writeln!(page, "| ratio | {:.3} |\n", ours.as_secs_f64() / theirs.as_secs_f64())?;
    Ok(())
}

/// The event stream, which the peer does not have.
async fn told(program: &Path, page: &mut String) -> Result<()> {
    let (mut rows, mut memory) = (Vec::new(), Vec::new());
    for engine in [Engine::Sqlite, Engine::Postgres] {
        println!("GET /api/events: {engine:?}");
        let measured = events::measure(program, engine).await;
        let (some, one) = measured.with_context(|| format!("GET /api/events, {engine:?}"))?;
        rows.extend(some);
        memory.push(one);
    }
    writeln!(
        page,
        "## GET /api/events\n\nFrom the first byte of a written message to its event at each of four sockets: two"
    )?;
    writeln!(
        page,
        "people, two devices each. The first row of each is what a message takes, the second how many there can be.\n"
    )?;
    writeln!(page, "{}\n{}\n", events::HEAD, rows.join("\n"))?;
    writeln!(page, "| | sockets that wait | resident memory of each |\n|---|---|---|\n{}\n", memory.join("\n"))?;
    Ok(())
}

/// LiveKit tokens alone: this crate's signing beside LiveKit's npm package.
async fn signing(program: &Path, options: &Options, page: &mut String) -> Result<()> {
    const COUNT: &str = "20000";
    let seconds = async |command: &mut tokio::process::Command| -> Result<f64> {
        let output = command.output().await?;
        anyhow::ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim().parse().context("no number of seconds")
    };
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    // A package is looked for from the script's own folder upwards.
    let script = options.node_modules.join("sign.mjs");
    std::fs::copy(options.sources.join("sign").join("sign.mjs"), &script)?;
    for _ in 0..options.pairs {
        let took = seconds(tokio::process::Command::new(program).args(["bench-sign", COUNT])).await?;
        ours.push(Duration::from_secs_f64(took));
        let took = seconds(tokio::process::Command::new("node").arg(&script).arg(COUNT)).await?;
        theirs.push(Duration::from_secs_f64(took));
    }
    let count: f64 = COUNT.parse()?;
    let (ours, theirs) = (count / median(ours).as_secs_f64(), count / median(theirs).as_secs_f64());
    writeln!(page, "## Signing a LiveKit token\n\n| | tokens a second, one thread |\n|---|---|")?;
    writeln!(page, "| pizoo-backend | {ours:.0} |\n| livekit-server-sdk (npm) | {theirs:.0} |")?;
    writeln!(page, "| ratio | {:.1} |\n", ours / theirs)?;
    Ok(())
}
