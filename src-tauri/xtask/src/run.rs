//! Starting other programs: from the repository's root, without what cargo put into this task's environment, ended
//! with this task.

use crate::{
    interrupt::{self, End, Forwarding},
    place::Place,
};
use anyhow::{Context, Result, bail, ensure};
use std::{
    env,
    ffi::{OsStr, OsString},
    io::{BufRead, BufReader, Read},
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::{Duration, Instant},
};

/// Says which part of a task begins.
pub(crate) fn heading(area: &str, text: &str) {
    println!("\n==> {area}: {text}");
}

/// A program that starts in the repository's root.
pub(crate) fn program(place: &Place, name: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(name);
    command.current_dir(&place.root).stdin(Stdio::null());
    // `cargo run` describes this package to it; build scripts that look at such variables would run again.
    for (name, _) in env::vars_os() {
        if name.to_str().is_some_and(describes_this_package) {
            command.env_remove(name);
        }
    }
    match library_path(place) {
        Some(path) if !path.is_empty() => command.env("LD_LIBRARY_PATH", path),
        Some(_) => command.env_remove("LD_LIBRARY_PATH"),
        None => &mut command,
    };
    command.env("PIZOO_CACHE_DIR", &place.cache);
    command
}

/// Cargo, the one that started this task.
pub(crate) fn cargo(place: &Place) -> Command {
    program(place, env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

fn describes_this_package(name: &str) -> bool {
    matches!(name, "CARGO" | "CARGO_MANIFEST_DIR" | "CARGO_MANIFEST_PATH") || name.starts_with("CARGO_PKG_")
}

/// The library path without the folders that `cargo run` put before it.
fn library_path(place: &Place) -> Option<OsString> {
    let path = env::var_os("LD_LIBRARY_PATH")?;
    let own = |folder: &Path| {
        folder.starts_with(&place.target) || folder.components().any(|part| part.as_os_str() == "rustlib")
    };
    let toolchain = |folder: &Path| folder.join("rustlib").is_dir();
    env::join_paths(env::split_paths(&path).filter(|folder| !own(folder) && !toolchain(folder))).ok()
}

/// Runs a program that shows its own progress; an error if it fails.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = wait(start(command)?, None)?;
    ensure!(status.success(), "`{}` failed ({status})", line(command));
    Ok(())
}

/// Runs a program that may ask for a password, so it keeps the terminal; an error if it fails.
#[cfg(target_os = "linux")]
pub(crate) fn run_at_terminal(command: &mut Command) -> Result<()> {
    interrupt::check()?;
    let status =
        command.stdin(Stdio::inherit()).status().with_context(|| format!("cannot start `{}`", line(command)))?;
    ensure!(status.success(), "`{}` failed ({status})", line(command));
    Ok(())
}

/// What a program prints; an error with its complaint if it fails.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    interrupt::check()?;
    let output = command.output().with_context(|| format!("cannot start `{}`", line(command)))?;
    ensure!(
        output.status.success(),
        "`{}` failed ({}): {}",
        line(command),
        output.status,
        String::from_utf8_lossy(&output.stderr).trim()
    );
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Runs a program and shows its lines while they come. `once_ended` is called when it ended, before the last lines are
/// awaited: it has to end whoever else holds the pipe. Returns how it ended, the lines, and what `once_ended` says.
pub(crate) fn watch<T>(
    command: &mut Command,
    limit: Duration,
    once_ended: impl FnOnce() -> T,
) -> Result<(ExitStatus, Vec<String>, T)> {
    let mut child = start(command.stdout(Stdio::piped()))?;
    let stdout = child.stdout.take().context("standard output is a pipe")?;
    let reader = thread::spawn(move || {
        BufReader::new(stdout).lines().map_while(Result::ok).inspect(|line| println!("{line}")).collect::<Vec<_>>()
    });
    let group = child.id();
    let status = wait(child, Some(limit));
    let said = once_ended();
    interrupt::end_group(group, End::Kill);
    let lines = reader.join().unwrap_or_default();
    Ok((status?, lines, said))
}

/// Adds what a program prints to `text`, while its progress is shown; an error if it fails.
pub(crate) fn collect(command: &mut Command, text: &mut String) -> Result<()> {
    let mut child = start(command.stdout(Stdio::piped()))?;
    let forwarding = Forwarding::to(child.id());
    child.stdout.take().context("standard output is a pipe")?.read_to_string(text)?;
    let status = child.wait()?;
    drop(forwarding);
    ensure!(status.success(), "`{}` failed ({status})", line(command));
    Ok(())
}

/// Runs a program to its end and returns how it ended.
pub(crate) fn status(command: &mut Command) -> Result<ExitStatus> {
    wait(start(command)?, None)
}

fn start(command: &mut Command) -> Result<Child> {
    interrupt::check()?;
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(command, 0);
    command.spawn().with_context(|| format!("cannot start `{}`", line(command)))
}

/// Waits for the end, passing signals on; past the limit the program and its group are killed.
fn wait(mut child: Child, limit: Option<Duration>) -> Result<ExitStatus> {
    let group = child.id();
    let _forwarding = Forwarding::to(group);
    let Some(limit) = limit else { return Ok(child.wait()?) };
    let (done, ended) = mpsc::channel();
    let waiter = thread::spawn(move || {
        let status = child.wait();
        // The receiver is there until this has come.
        let _ = done.send(());
        status
    });
    let deadline = Instant::now() + limit;
    let late = ended.recv_timeout(deadline.saturating_duration_since(Instant::now())) == Err(RecvTimeoutError::Timeout);
    if late {
        interrupt::end_group(group, End::Kill);
    }
    let status = waiter.join().map_err(|_| anyhow::anyhow!("waiting for a program failed"))??;
    if late {
        bail!("it took longer than {} minutes and was killed", limit.as_secs() / 60);
    }
    Ok(status)
}

fn line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use crate::orphans::alone;

    #[test]
    fn lines_and_failure_are_reported() {
        let _alone = alone();
        let mut shell = Command::new("sh");
        let (status, lines, ()) =
            watch(shell.args(["-c", "echo one; echo two; exit 3"]), Duration::from_secs(60), || ()).unwrap();
        assert_eq!((status.code(), lines), (Some(3), vec!["one".to_owned(), "two".to_owned()]));
    }

    #[test]
    fn a_program_past_its_limit_is_killed_with_its_children() {
        let _alone = alone();
        let error = watch(Command::new("sh").args(["-c", "sleep 600 & sleep 600"]), Duration::from_millis(50), || ())
            .unwrap_err();
        assert!(error.to_string().contains("killed"), "{error}");
    }

    #[test]
    fn only_what_cargo_run_sets_is_left_out() {
        assert!(describes_this_package("CARGO_PKG_NAME"));
        assert!(!describes_this_package("CARGO_TARGET_DIR"));
        assert!(!describes_this_package("CARGO_HOME"));
    }
}
