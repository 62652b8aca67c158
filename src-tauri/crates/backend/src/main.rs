//! `pizoo-backend`: the backend alone. Settings come from the environment and `.env`; see `pizoo_backend::settings`.

mod cli;

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    match cli::run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("pizoo-backend: {error:#}");
            ExitCode::FAILURE
        }
    }
}
