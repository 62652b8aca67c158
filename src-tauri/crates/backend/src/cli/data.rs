//! Commands that fill or change the database.

use super::open;
use anyhow::{Context as _, Result, bail};
use pizoo_backend::clock::SystemClock;
use pizoo_backend::random::SystemRandom;
use pizoo_backend::store::schema;
use pizoo_backend::{Mode, Settings, seed};

pub(super) async fn seed(settings: &Settings) -> Result<()> {
    if settings.mode == Mode::Production {
        bail!("the seeded accounts are for development: anybody may know their addresses");
    }
    let store = open(settings).await?;
    seed::seed(&store, &SystemClock, &SystemRandom).await?;
    store.close().await;
    Ok(())
}

pub(super) async fn pair(settings: &Settings, emails: (&str, &str), id: Option<&str>) -> Result<()> {
    let store = open(settings).await?;
    let id = seed::pair(&store, &SystemClock, &SystemRandom, emails, id).await?;
    println!("{id}");
    store.close().await;
    Ok(())
}

pub(super) async fn migrate(settings: &Settings, dry_run: bool) -> Result<()> {
    let what = || format!("cannot bring {} up to date", settings.database);
    let (migrated, done) = if dry_run {
        (schema::pending(&settings.database).await.with_context(what)?, "would migrate")
    } else {
        (schema::migrate(&settings.database).await.with_context(what)?, "migrated")
    };
    let schema::Migrated { from, to } = migrated;
    match from.cmp(&to) {
        std::cmp::Ordering::Less => println!("{done} from version {from} to {to}"),
        std::cmp::Ordering::Equal => println!("version {to} is up to date"),
        std::cmp::Ordering::Greater => bail!("the database has version {from}, this program only {to}"),
    }
    Ok(())
}
