//! Child processes: started so that they cannot outlive this one, ended by process id, counted at the end.

mod program;
mod spawner;
mod tree;

pub use program::{Child, Program};
pub use tree::{Process, descendants, processes_below};

use crate::deadline;
use anyhow::{Result, bail};
use std::time::Duration;

/// How long a process may take to end on a request before it is killed.
const GRACE: Duration = Duration::from_secs(5);

/// Makes orphaned descendants children of this process instead of the system's first one, so that they are found.
/// Without effect on systems other than Linux.
pub fn adopt_orphans() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::set_child_subreaper(Some(rustix::process::getpid())) {
        tracing::warn!(%error, "orphans cannot be adopted");
    }
}

/// Fails, naming them, if descendants of this process are still there after a moment; they are killed then.
pub async fn end_all() -> Result<()> {
    let left = deadline::until("the end of all child processes", GRACE, async || nobody_is_left().await).await;
    if left.is_ok() {
        return Ok(());
    }
    let names: Vec<String> =
        descendants().iter().map(|process| format!("{} ({})", process.name, process.pid)).collect();
    sweep().await?;
    bail!("processes were left behind: {}", names.join(", "))
}

/// Kills every descendant, first of them the newest, until none is there.
pub async fn sweep() -> Result<()> {
    deadline::until("the end of killed processes", GRACE, async || {
        descendants().iter().rev().for_each(Process::kill);
        nobody_is_left().await
    })
    .await
}

/// Two looks, a moment apart: one alone may miss a process that is just changing its parent, or just being started.
async fn nobody_is_left() -> bool {
    const MOMENT: Duration = Duration::from_millis(50);
    let first = descendants().is_empty();
    if first {
        tokio::time::sleep(MOMENT).await;
    }
    first && descendants().is_empty()
}
