//! A child that ends with its parent, also a killed one: a shell holds the server and reads from a pipe whose other end
//! is ours. When the pipe ends, it ends the server.

use crate::ServerError;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// Both servers are ready within a second on an idle machine.
const READY: Duration = Duration::from_secs(30);
const ASK_AGAIN: Duration = Duration::from_millis(20);

/// `$1` is the signal that ends the server at once, `$2` the folder that goes with it, the rest the command.
const SCRIPT: &str = r#"
signal=$1; folder=$2; shift 2
exec 3<&0 </dev/null
"$@" &
server=$!
cat <&3 >/dev/null
kill -s "$signal" "$server" 2>/dev/null
wait "$server" 2>/dev/null
rm -rf "$folder"
"#;

/// A running server.
#[derive(Debug)]
pub(crate) struct Keeper {
    shell: Child,
    /// Its end is the server's.
    pipe: Option<ChildStdin>,
}

impl Keeper {
    pub(crate) fn start(
        name: &'static str,
        signal: &str,
        folder: &Path,
        command: &mut dyn Iterator<Item = String>,
    ) -> Result<Self, ServerError> {
        let log = std::fs::File::create(folder.join("log")).map_err(|error| ServerError::Io(name, error))?;
        let mut shell = Command::new("sh");
        shell.args(["-c", SCRIPT, "keeper", signal]).arg(folder).args(command);
        shell.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(log);
        let mut shell = shell.spawn().map_err(|error| ServerError::Io(name, error))?;
        let pipe = shell.stdin.take();
        Ok(Self { shell, pipe })
    }

    /// Waits until it takes connections.
    pub(crate) fn listening(&mut self, name: &'static str, folder: &Path, port: u16) -> Result<(), ServerError> {
        let started = Instant::now();
        loop {
            if TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok() {
                return Ok(());
            }
            let ended = self.shell.try_wait().map_err(|error| ServerError::Io(name, error))?.is_some();
            if ended || started.elapsed() > READY {
                let log = std::fs::read_to_string(folder.join("log")).unwrap_or_default();
                return Err(ServerError::Failed(name, log));
            }
            pause(ASK_AGAIN);
        }
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        drop(self.pipe.take());
        // Its only failure is that it ended before.
        drop(self.shell.wait());
    }
}

/// Waits without a condition: nothing tells when another process listens.
pub(crate) fn pause(time: Duration) {
    let (_open, never) = mpsc::channel::<()>();
    let _ = never.recv_timeout(time);
}

/// A port that is free now.
pub(crate) fn free_port(name: &'static str) -> Result<u16, ServerError> {
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|listener| listener.local_addr());
    port.map(|address| address.port()).map_err(|error| ServerError::Io(name, error))
}

/// The first of these folders, then of the search path, that holds the program.
pub(crate) fn find(program: &str, folders: &[PathBuf]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    folders.iter().cloned().chain(std::env::split_paths(&path)).map(|folder| folder.join(program)).find(|p| p.is_file())
}
