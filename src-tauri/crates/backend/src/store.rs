//! The database: plain functions, one module a concept, one SQL text for SQLite and Postgres.
//!
//! SQLite in WAL mode: one write connection, so a transaction never meets `SQLITE_BUSY`, and readers beside it. Postgres:
//! one pool. `synchronous=FULL` and Postgres's default: what was answered with success survives a power failure. A
//! transaction that reads before it writes calls `lock` first; that is what makes races exact when several backends
//! share one Postgres. Ids are TEXT, times BIGINT milliseconds, booleans BIGINT, binds `$1`: what both engines take.

pub(crate) mod accounts;
pub(crate) mod audience;
pub(crate) mod blocks;
pub(crate) mod calling;
pub(crate) mod calls;
pub(crate) mod events;
pub(crate) mod export;
pub(crate) mod farewell;
pub(crate) mod gather;
pub(crate) mod links;
pub(crate) mod matches;
pub(crate) mod messages;
pub(crate) mod passwords;
pub(crate) mod people;
pub(crate) mod phone_codes;
pub(crate) mod photos;
pub(crate) mod presence;
pub(crate) mod push;
pub(crate) mod reports;
pub(crate) mod ringing;
pub(crate) mod rooms;
pub mod schema;
pub(crate) mod secrets;
pub(crate) mod sessions;
mod tx;

pub(crate) use tx::Tx;

use crate::bus::Bus;
use crate::settings::Database;
use secrecy::ExposeSecret as _;
use sqlx::any::AnyPoolOptions;
use sqlx::{AnyPool, AssertSqlSafe, Connection as _, Executor as _};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("./migrations");
/// Readers beside SQLite's one writer.
const READERS: u32 = 4;
/// Connections to Postgres; a transaction is a few round trips long.
const CONNECTIONS: u32 = 16;
/// A connection to Postgres that was not used for longer is tried first.
const RESTED: Duration = Duration::from_secs(1);
/// Takes the write lock at once.
const SQLITE_BEGIN: &str = "BEGIN IMMEDIATE";
/// Longer than any transaction here takes; a request gives up before.
const WAIT: Duration = Duration::from_secs(8);

/// The database said no.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The folder or file cannot be made.
    #[error("the database file cannot be made: {0}")]
    File(#[from] std::io::Error),
    /// A statement or the connection.
    #[error("the database failed: {0}")]
    Sql(#[from] sqlx::Error),
    /// The database is of another version.
    #[error("the database cannot be brought up to date: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// A statement of several callers failed.
    #[error("{0}")]
    Together(Arc<StoreError>),
    /// A statement of several callers ended without an answer.
    #[error("the database gave no answer")]
    Unanswered,
}

impl StoreError {
    /// Whether something was written that belongs to what had just gone: an account, a match.
    pub(crate) fn is_of_something_gone(&self) -> bool {
        matches!(self, Self::Sql(sqlx::Error::Database(error)) if error.is_foreign_key_violation())
    }
}

pub(crate) type Result<T> = std::result::Result<T, StoreError>;

/// An open database, and the bus that tells of what is written to it.
#[derive(Clone, Debug)]
pub struct Store {
    writer: AnyPool,
    reader: AnyPool,
    /// What begins a transaction that writes.
    begin: &'static str,
    bus: Bus,
    tokens: calls::Tokens,
}

impl Store {
    /// Opens the database, makes an SQLite file that is missing, and brings the schema up to date.
    ///
    /// # Errors
    /// The file cannot be made, Postgres cannot be reached, or it is no database of ours.
    pub async fn open(database: &Database) -> Result<Self> {
        sqlx::any::install_default_drivers();
        match database {
            Database::Sqlite(path) => Self::open_sqlite(path).await,
            Database::Postgres(url) => Self::open_postgres(url.expose_secret()).await,
        }
    }

    async fn open_sqlite(path: &Path) -> Result<Self> {
        make_private(path)?;
        let wait = WAIT.as_millis();
        let pragmas = format!(
            "PRAGMA busy_timeout = {wait}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
             PRAGMA secure_delete = ON"
        );
        // `secure_delete`: what is deleted is overwritten, not left in free pages.
        let address = sqlite_address(path);
        let writer = pool(1, pragmas.clone()).connect(&address).await?;
        MIGRATIONS.run(&writer).await?;
        let reader = pool(READERS, format!("{pragmas}; PRAGMA query_only = ON")).connect(&address).await?;
        Ok(Self::over(writer, reader, SQLITE_BEGIN))
    }

    async fn open_postgres(address: &str) -> Result<Self> {
        let pool = options(CONNECTIONS).before_acquire(|connection, known| {
            Box::pin(async move {
                if known.idle_for > RESTED {
                    connection.ping().await?;
                }
                Ok(true)
            })
        });
        let pool = pool.connect(address).await?;
        MIGRATIONS.run(&pool).await?;
        Ok(Self::over(pool.clone(), pool, "BEGIN"))
    }

    fn over(writer: AnyPool, reader: AnyPool, begin: &'static str) -> Self {
        let tokens = calls::Tokens::new(writer.clone());
        Self { writer, reader, begin, bus: Bus::default(), tokens }
    }

    /// Tells of what is committed.
    pub(crate) fn bus(&self) -> &Bus {
        &self.bus
    }

    pub(crate) fn read(&self) -> &AnyPool {
        &self.reader
    }

    /// Grants and counts call tokens.
    pub(crate) fn tokens(&self) -> &calls::Tokens {
        &self.tokens
    }

    /// A transaction; dropped without a commit it is undone. On SQLite it holds the only write lock.
    pub(crate) async fn write(&self) -> Result<Tx> {
        Ok(Tx::new(self.writer.begin_with(self.begin).await?, self.bus.clone()))
    }

    /// Whether it answers, with a schema at least as new as this program's.
    pub(crate) async fn is_up_to_date(&self) -> Result<bool> {
        Ok(schema::version(&self.reader).await? >= schema::newest())
    }

    /// For the numbers of who waits for what. Postgres has one pool for both.
    pub(crate) fn pools(&self) -> Vec<(&'static str, &AnyPool)> {
        match self.begin {
            SQLITE_BEGIN => vec![("write", &self.writer), ("read", &self.reader)],
            _ => vec![("all", &self.writer)],
        }
    }

    /// Waits for running statements and closes the files.
    pub async fn close(&self) {
        self.tokens.close().await;
        self.reader.close().await;
        self.writer.close().await;
    }
}

/// Not tried before each use, which takes as long as the use itself: after each they are.
fn options(connections: u32) -> AnyPoolOptions {
    AnyPoolOptions::new().acquire_timeout(WAIT).max_connections(connections).test_before_acquire(false)
}

fn pool(connections: u32, pragmas: String) -> AnyPoolOptions {
    options(connections).after_connect(move |connection, _| {
        let pragmas = pragmas.clone();
        Box::pin(async move { connection.execute(AssertSqlSafe(pragmas)).await.map(drop) })
    })
}

/// `?` and `%` have a meaning in the address.
fn sqlite_address(path: &Path) -> String {
    let path = path.to_string_lossy().replace('%', "%25").replace('?', "%3F").replace('#', "%23");
    format!("sqlite:{path}")
}

/// Sessions and, in development, the signing key are in it: nobody else on this computer may read it.
fn make_private(path: &Path) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut options = std::fs::OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

/// Makes transactions that take the same name run one after another. Several names are taken in their order.
pub(crate) async fn lock(tx: &mut Tx, name: &str) -> Result<()> {
    let take = "INSERT INTO locks (name) VALUES ($1) ON CONFLICT (name) DO UPDATE SET name = excluded.name";
    sqlx::query(take).bind(name).execute(&mut **tx).await?;
    Ok(())
}

/// The secret of that name; `new` becomes it if there is none.
pub(crate) async fn made_up_secret(store: &Store, name: &str, new: &str) -> Result<String> {
    let mut tx = store.write().await?;
    let add = "INSERT INTO made_up_secrets (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING";
    sqlx::query(add).bind(name).bind(new).execute(&mut *tx).await?;
    let get = "SELECT value FROM made_up_secrets WHERE name = $1";
    let value = sqlx::query_scalar(get).bind(name).fetch_one(&mut *tx).await?;
    tx.commit().await?;
    Ok(value)
}
