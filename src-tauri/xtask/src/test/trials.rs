//! The short forms of the long runs, with fixed seeds.

use super::summary::{Findings, Summary};
use crate::place::Place;
use crate::run;
use crate::trial::{Engine, Fuzz, Trial, command, fuzz};

/// Kills of the short form.
const ROUNDS: u32 = 8;
/// Seconds of generated requests.
const SECONDS: u32 = 40;
const SEED: u64 = 1;
/// Seconds of each fuzz target.
const FUZZ: u32 = 10;

pub(super) fn run(place: &Place, summary: &mut Summary) {
    let trials = [
        ("crash (sqlite)", Trial::Crash { engine: Engine::Sqlite, rounds: ROUNDS, seed: SEED }),
        ("crash (postgres)", Trial::Crash { engine: Engine::Postgres, rounds: ROUNDS, seed: SEED }),
        ("generated requests", Trial::Contract { engine: Engine::Sqlite, seconds: SECONDS, seed: SEED }),
    ];
    summary.step("real", "fuzz targets", || {
        fuzz::run(place, Fuzz { seconds: FUZZ, seed: 1 })?;
        Ok(Findings::one())
    });
    for (name, trial) in trials {
        summary.step("real", name, || {
            run::run(&mut command(place, trial)?)?;
            Ok(Findings::one())
        });
    }
}
