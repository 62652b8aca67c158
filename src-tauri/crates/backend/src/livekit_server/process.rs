//! A child process that cannot outlive this one.
//!
//! On Linux the kernel kills it (`PR_SET_PDEATHSIG`, set by util-linux's `setpriv`) when the THREAD that spawned it ends: so
//! a thread of its own spawns it and stays until it is gone. On Windows it lives in a job object. On macOS nothing of the kind
//! exists: there it is ended by `stop` and by dropping only.

use process_wrap::tokio::{ChildWrapper, CommandWrap, KillOnDrop};
use std::ffi::OsString;
use std::fs::File;
use std::io;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;
use tokio::process::Command;
use tokio::runtime::Handle;
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// Between two requests to end. The first may come too early to be heard, and the second is what ends a busy server.
const ASK_AGAIN: Duration = Duration::from_millis(250);
const ASKS: u32 = 6;

#[derive(Debug)]
pub(super) struct Process {
    pid: u32,
    end: CancellationToken,
    exit: watch::Receiver<Option<String>>,
    owner: JoinHandle<()>,
}

impl Process {
    pub(super) async fn spawn(binary: &Path, configuration: &str, log: Option<&Path>) -> io::Result<Self> {
        let command = command(binary, configuration, log)?;
        let (send, spawned) = oneshot::channel();
        // Its other end is held for as long as the child lives.
        let (hold, held) = oneshot::channel::<()>();
        let runtime = Handle::current();
        let thread = std::thread::Builder::new().name("livekit-server".into()).spawn(move || {
            let _entered = runtime.enter();
            if send.send(wrapped(command).spawn()).is_ok() {
                // An error is the sender's end, which is what is waited for.
                drop(held.blocking_recv());
            }
        })?;
        let child = spawned.await.map_err(io::Error::other)??;
        let pid = child.id().unwrap_or_default();
        let end = CancellationToken::new();
        let (tell, exit) = watch::channel(None);
        let asked = end.clone();
        let owner = tokio::spawn(async move {
            let status = own(child, asked).await;
            drop(hold);
            if thread.join().is_err() {
                tracing::error!("the thread that started livekit-server panicked");
            }
            tell.send_replace(Some(status));
        });
        Ok(Self { pid, end, exit, owner })
    }

    pub(super) fn pid(&self) -> u32 {
        self.pid
    }

    pub(super) async fn exited(&self) -> String {
        let mut exit = self.exit.clone();
        match exit.wait_for(Option::is_some).await {
            Ok(status) => status.clone().unwrap_or_default(),
            Err(_) => "its owner is gone".into(),
        }
    }

    pub(super) async fn stop(mut self) {
        self.end.cancel();
        if let Err(error) = (&mut self.owner).await {
            tracing::error!(%error, "livekit-server's owner failed");
        }
    }
}

impl Drop for Process {
    /// The owner, dropped with the child in it, kills it.
    fn drop(&mut self) {
        self.owner.abort();
    }
}

/// Waits for the child's end, or brings it about.
async fn own(mut child: Box<dyn ChildWrapper>, end: CancellationToken) -> String {
    tokio::select! {
        status = child.wait() => return told(status),
        () = end.cancelled() => {}
    }
    for _ in 0..ASKS {
        ask_to_end(&*child);
        if let Ok(status) = tokio::time::timeout(ASK_AGAIN, child.wait()).await {
            return told(status);
        }
    }
    tracing::warn!("livekit-server does not end by itself and is killed");
    if let Err(error) = child.start_kill() {
        return format!("it cannot be killed: {error}");
    }
    told(child.wait().await)
}

fn told(status: io::Result<std::process::ExitStatus>) -> String {
    status.map_or_else(|error| error.to_string(), |status| status.to_string())
}

#[cfg(unix)]
fn ask_to_end(child: &dyn ChildWrapper) {
    if let Err(error) = child.signal(rustix::process::Signal::TERM.as_raw()) {
        tracing::debug!(%error, "livekit-server cannot be signalled");
    }
}

/// There is no such request here; it is killed after the same patience.
#[cfg(not(unix))]
fn ask_to_end(_child: &dyn ChildWrapper) {}

fn command(binary: &Path, configuration: &str, log: Option<&Path>) -> io::Result<Command> {
    let mut command = tied(binary);
    // Its own variables (LIVEKIT_KEYS, NODE_IP, ...) would win over the configuration.
    command.env_clear();
    for name in ["PATH", "HOME", "SystemRoot", "TEMP"] {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    // Not an argument: those can be read by everybody on this computer.
    command.env("LIVEKIT_CONFIG", configuration).stdin(Stdio::null());
    match log {
        None => command.stdout(Stdio::null()).stderr(Stdio::null()),
        Some(path) => {
            let file = File::create(path)?;
            command.stdout(file.try_clone()?).stderr(file)
        }
    };
    Ok(command)
}

#[cfg(target_os = "linux")]
fn tied(binary: &Path) -> Command {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let setpriv = std::env::split_paths(&path).map(|folder| folder.join("setpriv")).find(|place| place.is_file());
    match setpriv {
        Some(setpriv) => {
            let mut command = Command::new(setpriv);
            command.args([OsString::from("--pdeathsig"), "KILL".into(), "--".into(), binary.into()]);
            command
        }
        None => {
            tracing::warn!("there is no setpriv: livekit-server will not end if this program is killed");
            Command::new(binary)
        }
    }
}

#[cfg(not(target_os = "linux"))]
fn tied(binary: &Path) -> Command {
    Command::new(binary)
}

/// A group of its own, so that a Ctrl-C in the terminal reaches this program only, which then ends it in order.
fn wrapped(command: Command) -> CommandWrap {
    let mut wrap = CommandWrap::from(command);
    wrap.wrap(KillOnDrop);
    #[cfg(unix)]
    wrap.wrap(process_wrap::tokio::ProcessGroup::leader());
    #[cfg(windows)]
    wrap.wrap(process_wrap::tokio::JobObject);
    wrap
}
