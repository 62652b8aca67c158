//! Postgres. Its programs refuse to run as root: there it runs as the user `postgres`, or `nobody`.

use crate::ServerError;
use crate::keeper::{Keeper, find, free_port, pause};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

const NAME: &str = "postgres";
/// It listens before it takes sessions.
const READY: Duration = Duration::from_secs(30);

/// A test's database lives for seconds: nobody restores it, analyses it or waits for the disk.
const FOR_TESTS: [&str; 7] = [
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "autovacuum=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "max_wal_size=128MB",
];
/// What of its log is told with an error.
const LAST_LINES: usize = 20;

/// Whether what is committed reaches the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// As a server should run: what is measured.
    Full,
    /// Nothing waits for the disk: for tests, whose data nobody needs again.
    None,
}

/// A running Postgres with databases of its own.
#[derive(Debug)]
pub struct Postgres {
    port: u16,
    psql: PathBuf,
    log: PathBuf,
    made: AtomicU64,
    _keeper: Keeper,
}

/// A database, gone when this is dropped.
#[derive(Debug)]
pub struct PostgresDatabase<'a> {
    server: &'a Postgres,
    name: String,
}

impl Postgres {
    /// Makes a cluster in a temporary folder, starts it and waits until it answers.
    ///
    /// # Errors
    /// See [`ServerError`].
    pub fn start(durability: Durability) -> Result<Self, ServerError> {
        let io = |error| ServerError::Io(NAME, error);
        let folders = installed();
        let program = |name| find(name, &folders).ok_or(ServerError::NotInstalled("Postgres"));
        let (initdb, server, psql) = (program("initdb")?, program("postgres")?, program("psql")?);
        let folder = tempfile::tempdir().map_err(io)?.keep();
        let user = other_user();
        if let Some(user) = &user {
            user.own(&folder).map_err(io)?;
        }
        let data = folder.join("data").display().to_string();
        let as_user = |command: Vec<String>| {
            let mut whole = Vec::new();
            if let Some(user) = &user {
                whole.extend(["setpriv".to_owned(), format!("--reuid={}", user.id), format!("--regid={}", user.group)]);
                whole.push("--clear-groups".to_owned());
            }
            whole.extend(command);
            whole
        };
        let make = ["-D", &data, "-U", "postgres", "--auth=trust", "--no-sync", "-E", "UTF8", "--locale=C"];
        let make = as_user(std::iter::once(initdb.display().to_string()).chain(make.map(str::to_owned)).collect());
        let made = Command::new(&make[0]).args(&make[1..]).current_dir(&folder).output().map_err(io)?;
        if !made.status.success() {
            return Err(ServerError::Failed("initdb", String::from_utf8_lossy(&made.stderr).into_owned()));
        }
        let port = free_port(NAME)?;
        let mut settings = vec![
            "listen_addresses=127.0.0.1".to_owned(),
            format!("port={port}"),
            format!("unix_socket_directories={}", folder.display()),
            "max_connections=200".to_owned(),
        ];
        if durability == Durability::None {
            settings.extend(FOR_TESTS.map(str::to_owned));
        }
        let mut run = vec![server.display().to_string(), "-D".to_owned(), data];
        run.extend(settings.into_iter().flat_map(|setting| ["-c".to_owned(), setting]));
        let mut keeper = Keeper::start(NAME, "INT", &folder, &mut as_user(run).into_iter())?;
        keeper.listening(NAME, &folder, port)?;
        let server = Self { port, psql, log: folder.join("log"), made: AtomicU64::new(0), _keeper: keeper };
        let started = Instant::now();
        while let Err(error) = server.execute("SELECT 1") {
            if started.elapsed() > READY {
                return Err(error);
            }
            pause(Duration::from_millis(20));
        }
        Ok(server)
    }

    /// Makes an empty database.
    ///
    /// # Errors
    /// The server said no.
    pub fn database(&self) -> Result<PostgresDatabase<'_>, ServerError> {
        let name = format!("pizoo{}", self.made.fetch_add(1, Ordering::Relaxed));
        self.execute(&format!("CREATE DATABASE {name} TEMPLATE template0"))?;
        Ok(PostgresDatabase { server: self, name })
    }

    fn execute(&self, statement: &str) -> Result<(), ServerError> {
        let port = self.port.to_string();
        let output = Command::new(&self.psql)
            .args(["-h", "127.0.0.1", "-p", &port, "-U", "postgres", "-q", "-v", "ON_ERROR_STOP=1", "-c", statement])
            .stdin(Stdio::null())
            .output()
            .map_err(|error| ServerError::Io("psql", error))?;
        if output.status.success() {
            Ok(())
        } else {
            let log = std::fs::read(&self.log).unwrap_or_default();
            let log = String::from_utf8_lossy(&log);
            let lines: Vec<&str> = log.lines().collect();
            let last = lines[lines.len().saturating_sub(LAST_LINES)..].join("\n");
            let said = String::from_utf8_lossy(&output.stderr);
            Err(ServerError::Failed("psql", format!("{said}the server's log ends with:\n{last}")))
        }
    }
}

impl PostgresDatabase<'_> {
    /// Its address: `postgres://postgres@127.0.0.1:PORT/NAME`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{}", self.server.port, self.name)
    }

    /// Its address; the database lives as long as its server.
    #[must_use]
    pub fn keep(self) -> String {
        std::mem::ManuallyDrop::new(self).url()
    }
}

impl Drop for PostgresDatabase<'_> {
    fn drop(&mut self) {
        // A server that has ended has no databases.
        drop(self.server.execute(&format!("DROP DATABASE {} WITH (FORCE)", self.name)));
    }
}

/// Debian keeps the programs off the search path, a folder a version.
fn installed() -> Vec<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = versions.map(|version| version.path().join("bin")).collect();
    folders.sort();
    folders.reverse();
    folders
}

struct User {
    id: u32,
    group: u32,
}

impl User {
    #[cfg(unix)]
    fn own(&self, folder: &Path) -> std::io::Result<()> {
        std::os::unix::fs::chown(folder, Some(self.id), Some(self.group))
    }

    #[cfg(not(unix))]
    fn own(&self, _folder: &Path) -> std::io::Result<()> {
        Ok(())
    }
}

#[cfg(unix)]
fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt as _;
    std::fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
}

#[cfg(not(unix))]
fn is_root() -> bool {
    false
}

/// Whom to be instead of root; nobody else if this is not root.
fn other_user() -> Option<User> {
    if !is_root() {
        return None;
    }
    let users = std::fs::read_to_string("/etc/passwd").ok()?;
    ["postgres", "nobody"].iter().find_map(|name| {
        let line = users.lines().find(|line| line.split(':').next() == Some(*name))?;
        let mut fields = line.split(':').skip(2);
        Some(User { id: fields.next()?.parse().ok()?, group: fields.next()?.parse().ok()? })
    })
}
