//! Which version the schema has. Opening a database brings it up to date; here is only what that means.

use super::{MIGRATIONS, Result, Store, sqlite_address};
use crate::settings::Database;
use secrecy::ExposeSecret as _;
use sqlx::any::AnyExecutor;
use sqlx::{AnyConnection, Connection as _};

/// A schema before and after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Migrated {
    /// 0 for a database without our tables, also for one that does not exist yet.
    pub from: i64,
    /// This program's version.
    pub to: i64,
}

/// This program's version.
pub(crate) fn newest() -> i64 {
    MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or(0)
}

pub(crate) async fn version(db: impl AnyExecutor<'_>) -> Result<i64> {
    let version: Option<i64> =
        sqlx::query_scalar("SELECT CAST(MAX(version) AS BIGINT) FROM _sqlx_migrations").fetch_one(db).await?;
    Ok(version.unwrap_or(0))
}

/// What opening the database would do. Nothing is changed or made.
///
/// # Errors
/// It cannot be reached.
pub async fn pending(database: &Database) -> Result<Migrated> {
    sqlx::any::install_default_drivers();
    let to = newest();
    let (address, tables) = match database {
        Database::Sqlite(path) if !path.exists() => return Ok(Migrated { from: 0, to }),
        Database::Sqlite(path) => {
            (format!("{}?mode=ro", sqlite_address(path)), "SELECT COUNT(*) FROM sqlite_master WHERE name = $1")
        }
        Database::Postgres(url) => (
            url.expose_secret().to_owned(),
            "SELECT COUNT(*) FROM information_schema.tables WHERE table_name = $1 AND table_schema = current_schema()",
        ),
    };
    let mut connection = AnyConnection::connect(&address).await?;
    let found: i64 = sqlx::query_scalar(tables).bind("_sqlx_migrations").fetch_one(&mut connection).await?;
    let from = if found == 0 { 0 } else { version(&mut connection).await? };
    connection.close().await?;
    Ok(Migrated { from, to })
}

/// Brings it up to date.
///
/// # Errors
/// It cannot be reached, or it is no database of ours.
pub async fn migrate(database: &Database) -> Result<Migrated> {
    let migrated = pending(database).await?;
    Store::open(database).await?.close().await;
    Ok(migrated)
}
