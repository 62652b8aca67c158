//! The database: plain functions, one module a concept, one SQL text that Postgres will take too.
//!
//! SQLite in WAL mode. One write connection, so a transaction never meets `SQLITE_BUSY`; readers beside it.
//! `synchronous=FULL`: what was answered with success survives a power failure. A transaction that reads before it writes
//! calls `lock` first; on SQLite the single writer would do, elsewhere it is what makes the race exact.

pub(crate) mod accounts;
pub(crate) mod calls;
pub(crate) mod links;
pub(crate) mod matches;
pub(crate) mod messages;
pub(crate) mod sessions;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Sqlite, Transaction};
use std::path::Path;
use std::time::Duration;

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("./migrations");
const READERS: u32 = 4;
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
}

pub(crate) type Result<T> = std::result::Result<T, StoreError>;

/// An open database.
#[derive(Clone, Debug)]
pub struct Store {
    writer: SqlitePool,
    reader: SqlitePool,
}

impl Store {
    /// Opens the file, makes it if it is missing, and brings it up to date.
    ///
    /// # Errors
    /// The file cannot be made or is no database of ours.
    pub async fn open(path: &Path) -> Result<Self> {
        make_private(path)?;
        let options = SqliteConnectOptions::new()
            .filename(path)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(WAIT);
        let pool = SqlitePoolOptions::new().acquire_timeout(WAIT);
        let writer = pool.clone().max_connections(1).connect_with(options.clone()).await?;
        MIGRATIONS.run(&writer).await?;
        let reader = pool.max_connections(READERS).connect_with(options.read_only(true)).await?;
        Ok(Self { writer, reader })
    }

    pub(crate) fn read(&self) -> &SqlitePool {
        &self.reader
    }

    /// A transaction that holds the only write lock until it is committed or dropped, which undoes it.
    pub(crate) async fn write(&self) -> Result<Transaction<'static, Sqlite>> {
        Ok(self.writer.begin_with("BEGIN IMMEDIATE").await?)
    }

    /// Waits for running statements and closes the files.
    pub async fn close(&self) {
        self.reader.close().await;
        self.writer.close().await;
    }
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

/// Makes transactions that take the same name run one after another.
pub(crate) async fn lock(tx: &mut Transaction<'static, Sqlite>, name: &str) -> Result<()> {
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
