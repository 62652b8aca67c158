//! The thread that starts all children.
//!
//! On Linux a child is told to die with its parent, and the parent is the thread that started it. A thread of a test
//! or of the runtime may end early; this one lives as long as the process, which is why nobody joins it.

use anyhow::{Context, Result};
use std::sync::{OnceLock, mpsc};
use tokio::process::{Child, Command};
use tokio::runtime::Handle;
use tokio::sync::oneshot;

type Job = (Command, Handle, oneshot::Sender<std::io::Result<Child>>);

/// Starts a child, which dies with this process.
pub(super) async fn spawn(command: Command) -> Result<Child> {
    static JOBS: OnceLock<mpsc::Sender<Job>> = OnceLock::new();
    let jobs = JOBS.get_or_init(|| {
        let (sender, jobs) = mpsc::channel::<Job>();
        std::thread::spawn(move || {
            for (mut command, runtime, answer) in jobs {
                let _entered = runtime.enter();
                // Nobody waits for the child any more: it is killed when it is dropped here.
                let _ = answer.send(command.spawn());
            }
        });
        sender
    });
    let (answer, child) = oneshot::channel();
    jobs.send((command, Handle::current(), answer)).context("the thread that starts children is gone")?;
    Ok(child.await.context("the thread that starts children is gone")??)
}
