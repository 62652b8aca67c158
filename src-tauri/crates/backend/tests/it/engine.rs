//! The database that the tests of this run use. One Postgres and one Redis serve the whole program and end with it.

use pizoo_backend::{Database, Settings};
use pizoo_servers::{Durability, Postgres, PostgresDatabase, Redis};
use secrecy::ExposeSecret as _;
use std::path::Path;
use std::sync::LazyLock;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Engine {
    Sqlite,
    Postgres,
    Cluster,
}

static ENGINE: LazyLock<Engine> = LazyLock::new(|| match std::env::var("PIZOO_TEST_ENGINE").as_deref() {
    Err(_) | Ok("sqlite") => Engine::Sqlite,
    Ok("postgres") => Engine::Postgres,
    Ok("cluster") => Engine::Cluster,
    Ok(other) => panic!("PIZOO_TEST_ENGINE is {other}, not sqlite, postgres or cluster"),
});
static POSTGRES: LazyLock<Postgres> = LazyLock::new(|| Postgres::start(Durability::None).unwrap());
static REDIS: LazyLock<Redis> = LazyLock::new(|| Redis::start().unwrap());

/// A database of the test's own, which is gone when this is dropped. SQLite's goes with its folder.
pub(crate) struct Own(#[expect(dead_code, reason = "held")] Option<PostgresDatabase<'static>>);

/// Puts the run's engine into the settings.
#[must_use]
pub(crate) fn choose(settings: &mut Settings) -> Own {
    let own = (*ENGINE != Engine::Sqlite).then(|| POSTGRES.database().unwrap());
    if let Some(own) = &own {
        settings.database = Database::Postgres(own.url().into());
    }
    if *ENGINE == Engine::Cluster {
        settings.redis = Some(REDIS.url().into());
    }
    Own(own)
}

/// How many backends share the database.
pub(crate) fn instances() -> usize {
    if *ENGINE == Engine::Cluster { 2 } else { 1 }
}

/// For a connection of the test's own.
pub(crate) fn address(database: &Database) -> String {
    match database {
        Database::Sqlite(path) => format!("sqlite:{}", path.display()),
        Database::Postgres(url) => url.expose_secret().to_owned(),
    }
}

/// Everything that is stored.
pub(crate) fn dump(database: &Database, folder: &Path) -> Vec<Vec<u8>> {
    match database {
        Database::Sqlite(_) => {
            let files = std::fs::read_dir(folder).unwrap();
            files.map(|file| std::fs::read(file.unwrap().path()).unwrap()).collect()
        }
        Database::Postgres(url) => {
            let dump = std::process::Command::new("pg_dump").args(["--inserts", url.expose_secret()]).output().unwrap();
            assert!(dump.status.success(), "{}", String::from_utf8_lossy(&dump.stderr));
            vec![dump.stdout]
        }
    }
}
