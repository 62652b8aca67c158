//! `pizoo-backend`: the backend alone. Settings come from the environment and `.env`; see `pizoo_backend::settings`.

mod cli;

use std::process::ExitCode;

/// What one thread allocates here, another frees: most allocators make the two wait for each other.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

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
