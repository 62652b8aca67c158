//! `pizoo-network COMMAND...`: runs a command where calls can connect; see `pizoo_testbed::network`.

use anyhow::{Context, Result};

fn main() -> Result<()> {
    let mut command = std::env::args_os().skip(1);
    pizoo_testbed::network::replace(command.next().context("usage: pizoo-network COMMAND...")?, command)
}
