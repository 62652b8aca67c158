//! The tree of processes, as `/proc` tells it. Elsewhere than on Linux it looks empty.

use std::collections::HashSet;
use std::path::PathBuf;

/// A process at the moment it was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Process {
    /// Its id.
    pub pid: u32,
    /// Its parent's id.
    pub parent: u32,
    /// Its name, cut to 15 characters by the kernel.
    pub name: String,
    /// User and system time so far, in clock ticks (100 a second on Linux).
    pub ticks: u64,
    /// It has ended, and only nobody waited for it yet.
    dead: bool,
}

impl Process {
    /// Reads one; `None` when it is gone.
    fn read(pid: u32) -> Option<Self> {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        let (open, close) = (stat.find('(')?, stat.rfind(')')?);
        let fields: Vec<&str> = stat[close + 1..].split_whitespace().collect();
        let number = |index: usize| fields.get(index)?.parse::<u64>().ok();
        let dead = matches!(*fields.first()?, "Z" | "X");
        let ticks = number(11)? + number(12)?;
        Some(Self { pid, parent: number(1)? as u32, name: stat[open + 1..close].to_owned(), ticks, dead })
    }

    /// The program it runs.
    pub fn program(&self) -> Option<PathBuf> {
        std::fs::read_link(format!("/proc/{}/exe", self.pid)).ok()
    }

    /// Its share of memory, in bytes: its own pages, and of shared ones its part.
    pub fn proportional_set_size(&self) -> Option<u64> {
        let rollup = std::fs::read_to_string(format!("/proc/{}/smaps_rollup", self.pid)).ok()?;
        let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:"))?;
        line.split_whitespace().next()?.parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
    }

    /// Kills it, if it is still the process that was read.
    pub(super) fn kill(&self) {
        #[cfg(unix)]
        if let (Some(now), Some(pid)) = (Self::read(self.pid), rustix::process::Pid::from_raw(self.pid as i32))
            && now.name == self.name
        {
            // It may have ended between the two; the caller looks again.
            let _ = rustix::process::kill_process(pid, rustix::process::Signal::KILL);
        }
    }
}

/// This process's children, their children and so on, parents first.
pub fn descendants() -> Vec<Process> {
    processes_below(std::process::id())
}

/// The children of a process, their children and so on, parents first; without those that have ended.
///
/// The tree changes while it is read: a child may still name a parent that is dead by now, so the dead count as parents.
pub fn processes_below(root: u32) -> Vec<Process> {
    let Ok(entries) = std::fs::read_dir("/proc") else { return vec![] };
    let pids = entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    let mut others: Vec<Process> = pids.filter_map(Process::read).collect();
    let (mut found, mut family) = (vec![], HashSet::from([root]));
    loop {
        let (children, rest): (Vec<_>, Vec<_>) =
            others.into_iter().partition(|process| family.contains(&process.parent));
        if children.is_empty() {
            found.retain(|process: &Process| !process.dead);
            return found;
        }
        family.extend(children.iter().map(|process| process.pid));
        found.extend(children);
        others = rest;
    }
}
