//! Commands about the keys that sign sessions.

use super::open;
use anyhow::Result;
use clap::Subcommand;
use pizoo_backend::random::SystemRandom;
use pizoo_backend::{Settings, keys};
use secrecy::ExposeSecret as _;

#[derive(Subcommand)]
pub(super) enum Command {
    /// Change the key without signing anybody out.
    ///
    /// A key that a development backend made up for itself is changed in the database; a backend that runs notices when it
    /// is started again, and of several each must be. With SECRET_KEY set, nothing is changed: it prints a new key and
    /// what to do with both.
    Rotate,
}

pub(super) async fn run(settings: &Settings, Command::Rotate: Command) -> Result<()> {
    if settings.secret_key.is_some() {
        println!(
            "SECRET_KEY comes from the environment. To change it, give every backend these two and start it again:"
        );
        println!("  SECRET_KEY={}", keys::new_key(&SystemRandom).expose_secret());
        println!("  SECRET_KEY_PREVIOUS=<the SECRET_KEY of now>");
        println!("Remove SECRET_KEY_PREVIOUS seven days later: by then no session needs it.");
        return Ok(());
    }
    let store = open(settings).await?;
    keys::rotate(&store, &SystemRandom).await?;
    store.close().await;
    println!("A new key signs sessions once the backend is started again; those of before go on.");
    Ok(())
}
