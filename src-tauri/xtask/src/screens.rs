//! Pictures of every screen, and what axe-core says about them (`ui/screens/run.js`).

use crate::{generated, place::Place, run, setup, setup::node};
use anyhow::Result;
use std::process::Command;

/// All of it, into `target/screens`; its `index.html` shows them.
pub(crate) fn draw(place: &Place) -> Result<()> {
    setup::setup(place, setup::Purpose::Tests)?;
    generated::write(place)?;
    run::heading("screens", "every screen, light and dark, left-to-right and right-to-left, in two sizes");
    run::run(&mut command(place, false)?)
}

/// `quick` looks at one size, in the dark at whole screens only, and keeps pictures of complaints only.
pub(crate) fn command(place: &Place, quick: bool) -> Result<Command> {
    let mut command = node::npm(place)?;
    command.args(["run", "--silent", "screens", "--", "--out"]).arg(place.target.join(if quick {
        "screens-quick"
    } else {
        "screens"
    }));
    if quick {
        command.arg("--quick");
    }
    Ok(command)
}
