//! A start that was handed to an instance which was just ending: nobody took it, so it is made once more.

use anyhow::{Context as _, bail};
use std::process::{Command, ExitCode};
use tracing::info;

/// How many starts came before this one, for the program itself.
const BEFORE: &str = "PIZOO_STARTS_BEFORE";
/// One is enough, unless a third instance was quicker.
const MOST: u32 = 3;

/// Starts this program anew, in its own place where the system can do that; `why` is what became of the hand-over.
///
/// # Errors
/// It has been tried before, or the program cannot be started.
pub(crate) fn start(why: &str) -> anyhow::Result<ExitCode> {
    let before = std::env::var(BEFORE).ok().and_then(|text| text.parse().ok()).unwrap_or(0);
    if before >= MOST {
        bail!("the instance that runs does not answer: {why}");
    }
    info!("The instance that ran was ending; starting once more.");
    let mut command = Command::new(std::env::current_exe().context("where this program is")?);
    command.args(std::env::args_os().skip(1)).env(BEFORE, (before + 1).to_string());
    replace(&mut command)
}

#[cfg(unix)]
fn replace(command: &mut Command) -> anyhow::Result<ExitCode> {
    use std::os::unix::process::CommandExt as _;
    Err(command.exec()).context("this program does not start once more")
}

#[cfg(not(unix))]
fn replace(command: &mut Command) -> anyhow::Result<ExitCode> {
    command.spawn().context("this program does not start once more")?;
    Ok(ExitCode::SUCCESS)
}
