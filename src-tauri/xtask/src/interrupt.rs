//! Ctrl-C and termination: passed on once to the program that runs, which cleans up; the second time it is killed.
//!
//! Programs run in a process group of their own, so that a terminal's Ctrl-C reaches them by this way only.

use anyhow::{Result, bail};
use std::sync::atomic::{AtomicU32, Ordering};

/// What a shell reports for a program that ended by Ctrl-C.
pub(crate) const EXIT_CODE: u8 = 130;

static COUNT: AtomicU32 = AtomicU32::new(0);
static GROUP: AtomicU32 = AtomicU32::new(0);

/// How a process group is asked to end.
#[derive(Clone, Copy)]
pub(crate) enum End {
    /// As by Ctrl-C.
    Interrupt,
    /// At once.
    Kill,
}

/// From now on signals do not end this process.
pub(crate) fn listen() -> Result<()> {
    ctrlc::set_handler(|| {
        let earlier = COUNT.fetch_add(1, Ordering::SeqCst);
        let group = GROUP.load(Ordering::SeqCst);
        end_group(group, if earlier == 0 { End::Interrupt } else { End::Kill });
    })?;
    Ok(())
}

/// Whether somebody wants this to end.
pub(crate) fn happened() -> bool {
    COUNT.load(Ordering::SeqCst) > 0
}

/// An error if somebody wants this to end.
pub(crate) fn check() -> Result<()> {
    if happened() {
        bail!("interrupted");
    }
    Ok(())
}

/// While this exists, signals are passed on to a process group.
pub(crate) struct Forwarding;

impl Forwarding {
    /// To the group that `leader` leads.
    pub(crate) fn to(leader: u32) -> Self {
        GROUP.store(leader, Ordering::SeqCst);
        if happened() {
            // It came between the start of the program and this line.
            end_group(leader, End::Interrupt);
        }
        Self
    }
}

impl Drop for Forwarding {
    fn drop(&mut self) {
        GROUP.store(0, Ordering::SeqCst);
    }
}

/// Signals every process of a group; nothing happens for 0 or a group that is gone.
pub(crate) fn end_group(leader: u32, end: End) {
    #[cfg(unix)]
    if let Some(group) = i32::try_from(leader).ok().and_then(rustix::process::Pid::from_raw) {
        use rustix::process::{Signal, kill_process_group};
        let signal = match end {
            End::Interrupt => Signal::INT,
            End::Kill => Signal::KILL,
        };
        // An error means that the group is gone, which is what was wanted.
        let _ = kill_process_group(group, signal);
    }
    // On Windows a console's Ctrl-C reaches every program in it.
    #[cfg(not(unix))]
    let _ = (leader, end);
}
