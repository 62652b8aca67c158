//! `user`: accounts, by e-mail address or phone number.

use super::open;
use anyhow::Result;
use clap::Subcommand;
use pizoo_backend::Settings;
use pizoo_backend::admin::{self, Account};

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Mark an account as verified, so that it may call.
    Verify {
        /// Its e-mail address, or its phone number with the country's code.
        who: String,
    },
    /// Print an account.
    Show {
        /// Its e-mail address, or its phone number with the country's code.
        who: String,
    },
}

pub(super) async fn run(settings: &Settings, command: Command) -> Result<()> {
    let store = open(settings).await?;
    let account = match &command {
        Command::Verify { who } => admin::verify(&store, who).await,
        Command::Show { who } => admin::account(&store, who).await,
    };
    store.close().await;
    print(&account?);
    Ok(())
}

fn print(account: &Account) {
    let or_none = |text: &Option<String>| text.as_deref().unwrap_or("none").to_owned();
    println!("id:       {}", account.id);
    println!("name:     {}", account.name);
    println!("email:    {}", or_none(&account.email));
    println!("phone:    {}", or_none(&account.phone));
    println!("verified: {}", account.verified.as_deref().unwrap_or("no"));
    println!("since:    {}", account.created_at);
}
