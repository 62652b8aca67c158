//! Kill -9 at a random moment under load, start again, and compare what was acknowledged with what is there.
//!
//! Each round has a pair of its own, which meets by two likes (where the backend has swipes), then writes messages with
//! keys, asks for call tokens and rings. What got an answer must be there once; what got none may be there once, and a
//! retry with the same key must not double it.

mod deeds;

use crate::Engine;
use crate::backend::{Database, Recipe};
use crate::person::{Person, http};
use anyhow::{Context, Result};
use clap::Args;
use deeds::Deeds;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use std::path::Path;
use std::time::Duration;

/// From the first request of a round to its kill, in milliseconds.
const MOMENTS: std::ops::Range<u64> = 5..400;

#[derive(Args)]
pub(crate) struct Options {
    /// Where the data are.
    #[arg(long, value_enum, default_value = "sqlite")]
    engine: Engine,
    /// How often it is killed.
    #[arg(long, default_value_t = 200)]
    rounds: u32,
    /// Decides the moments.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

pub(crate) async fn run(program: &Path, options: &Options) -> Result<()> {
    let database = Database::new(options.engine)?;
    let recipe = Recipe::new(program, &database)?;
    let http = http()?;
    let mut moments = StdRng::seed_from_u64(options.seed);
    let mut totals = deeds::Totals::default();
    let mut backend = recipe.start(&http).await?;
    for round in 1..=options.rounds {
        let sign_up = async |who: &str| Person::sign_up(&http, &backend.url, &format!("{who}{round}@trial.test")).await;
        let pair = [sign_up("a").await?, sign_up("b").await?];
        let deeds = Deeds::of(pair);
        let load = deeds.start();
        tokio::time::sleep(Duration::from_millis(moments.random_range(MOMENTS))).await;
        backend.kill().await?;
        let known = load.end().await?;
        database.is_whole().await.with_context(|| format!("round {round}"))?;
        backend = recipe.start(&http).await.with_context(|| format!("round {round}: it does not come back"))?;
        let told = deeds.check(known).await.with_context(|| format!("round {round}"))?;
        totals.add(told);
        if round % 20 == 0 || round == options.rounds {
            println!("{round} of {} rounds on {:?}: {totals}", options.rounds, options.engine);
        }
    }
    backend.kill().await?;
    anyhow::ensure!(totals.acknowledged() > 0, "nothing was acknowledged: the trial proves nothing");
    println!("nothing acknowledged was lost, nothing was doubled, the database opened each time");
    Ok(())
}
