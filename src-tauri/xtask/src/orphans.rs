//! Processes that a test or the demo left behind. On Linux this process adopts them, so they can be found, named and
//! ended; elsewhere nothing is looked for.

use std::{
    sync::mpsc,
    time::{Duration, Instant},
};

/// How long what is just ending may take.
const GRACE: Duration = Duration::from_secs(5);
/// Between two looks.
const PAUSE: Duration = Duration::from_millis(50);

/// Makes this process the parent of every descendant whose own parent ended.
pub(crate) fn adopt() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::set_child_subreaper(Some(rustix::process::getpid())) {
        eprintln!("note: processes left behind cannot be found ({error})");
    }
}

/// The children this process has now.
pub(crate) fn children() -> Vec<Process> {
    imp::children()
}

/// A running child.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Process {
    id: i32,
    name: String,
}

impl std::fmt::Display for Process {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({})", self.name, self.id)
    }
}

/// Ends every child that was not there `before`. Returns those that did not end by themselves.
pub(crate) fn sweep(before: &[Process]) -> Vec<Process> {
    let mut left: Vec<Process> = Vec::new();
    let started = Instant::now();
    loop {
        let now: Vec<_> =
            imp::children().into_iter().filter(|child| before.iter().all(|old| old.id != child.id)).collect();
        if now.is_empty() {
            return left;
        }
        if started.elapsed() > GRACE {
            for child in now {
                imp::kill(&child);
                if !left.contains(&child) {
                    left.push(child);
                }
            }
            if started.elapsed() > GRACE * 2 {
                return left;
            }
        }
        pause(PAUSE);
    }
}

/// Waits without a condition: nothing tells a process that it was given a child.
fn pause(time: Duration) {
    let (_open, never) = mpsc::channel::<()>();
    let _ = never.recv_timeout(time);
}

#[cfg(target_os = "linux")]
mod imp {
    use super::Process;
    use rustix::process::{Pid, Signal, WaitOptions, getpid, kill_process, waitpid};
    use std::fs;

    /// Children that run; those that ended are buried on the way.
    pub(super) fn children() -> Vec<Process> {
        let own = getpid().as_raw_nonzero().get();
        let Ok(entries) = fs::read_dir("/proc") else { return Vec::new() };
        entries
            .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<i32>().ok())
            .filter_map(|id| {
                let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
                let (parent, ended, name) = parse(&stat)?;
                if parent != own {
                    return None;
                }
                if ended {
                    let _ = waitpid(Some(Pid::from_raw(id)?), WaitOptions::NOHANG);
                    return None;
                }
                Some(Process { id, name: name.to_owned() })
            })
            .collect()
    }

    /// Parent, whether it only waits for its burial, and name. The name may hold spaces and brackets.
    pub(super) fn parse(stat: &str) -> Option<(i32, bool, &str)> {
        let (head, tail) = stat.rsplit_once(") ")?;
        let name = head.split_once(" (")?.1;
        let mut fields = tail.split(' ');
        let ended = fields.next()? == "Z";
        Some((fields.next()?.parse().ok()?, ended, name))
    }

    pub(super) fn kill(process: &Process) {
        if let Some(id) = Pid::from_raw(process.id) {
            // An error means that it is gone.
            let _ = kill_process(id, Signal::KILL);
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod imp {
    use super::Process;

    pub(super) fn children() -> Vec<Process> {
        Vec::new()
    }

    pub(super) fn kill(_: &Process) {}
}

/// Held by each test that starts a program: a sweep takes every child of this process for its own.
#[cfg(test)]
pub(crate) fn alone() -> std::sync::MutexGuard<'static, ()> {
    static FAMILY: std::sync::Mutex<()> = std::sync::Mutex::new(());
    FAMILY.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_brackets_and_spaces_is_read() {
        assert_eq!(imp::parse("12 (a) b (c) S 7 12 12 0"), Some((7, false, "a) b (c")));
        assert_eq!(imp::parse("12 (sleep) Z 7 12"), Some((7, true, "sleep")));
        assert_eq!(imp::parse(""), None);
    }

    #[test]
    fn a_process_left_behind_is_named_and_ended() {
        let _alone = alone();
        adopt();
        let before = children();
        // The shell ends at once and leaves its child to us.
        let shell = std::process::Command::new("sh").args(["-c", "sleep 600 & exit 0"]).status().unwrap();
        assert!(shell.success());
        let left = sweep(&before);
        assert!(left.iter().any(|process| process.name == "sleep"), "{left:?}");
        assert!(children().iter().all(|process| !left.contains(process)));
    }
}
