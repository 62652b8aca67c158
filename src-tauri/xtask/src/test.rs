//! The test command: checks, then the tests, tier by tier, then a table of what ran.
//!
//! A step that fails does not hide the later ones. Test programs are built by cargo but run from here: each has a time
//! limit, and what it leaves running is a failure.

mod checks;
mod programs;
mod summary;
mod trials;

use crate::{Tiers, build, generated, interrupt, place::Place, setup, setup::Purpose, ui};
use anyhow::Result;
use programs::Tier;
use std::process::ExitCode;
use summary::Summary;

/// Runs the tiers that were asked for.
pub(crate) fn test(place: &Place, tiers: Tiers) -> Result<ExitCode> {
    let all = !(tiers.fast || tiers.real || tiers.e2e);
    setup::setup(place, if tiers.fast { Purpose::App } else { Purpose::Tests })?;
    generated::write(place)?;
    ui::build(place)?;
    let mut summary = Summary::default();
    if all || tiers.fast {
        checks::run(place, &mut summary);
    }
    if !tiers.fast {
        // The tests start these programs.
        build::products(place)?;
    }
    let wanted = |tier: Tier| match tier {
        Tier::Fast => all || tiers.fast,
        Tier::Real => all || tiers.real,
        Tier::App => all || tiers.e2e,
    };
    programs::run(place, &wanted, &mut summary);
    if wanted(Tier::Real) {
        trials::run(place, &mut summary);
    }
    if wanted(Tier::Fast) {
        programs::run_examples_in_documentation(place, &mut summary);
    }
    summary.print();
    Ok(if interrupt::happened() {
        ExitCode::from(interrupt::EXIT_CODE)
    } else if summary.passed() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
