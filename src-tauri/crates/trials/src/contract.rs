//! Requests generated from the OpenAPI document by schemathesis: no answer may be a 5xx, and none may be one that the
//! document does not know.

use crate::Engine;
use crate::backend::{Database, Recipe};
use crate::person::{Person, http};
use anyhow::{Context, Result, ensure};
use clap::Args;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use tokio::process::Command;

/// What an answer is checked for. Whether bad input is refused is our own tests' business: texts are cleaned here where a
/// schema could only say "string".
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance";

/// Routes that would end the session which the other requests need, and one whose body is a picture, which nobody can make
/// up from a schema. Their own tests cover them.
const LEFT_OUT: [&str; 5] =
    ["/api/auth/logout", "/api/auth/sessions/{id}", "/api/account", "/api/auth/password", "/api/profile/photo"];

#[derive(Args)]
pub(crate) struct Options {
    /// schemathesis.
    #[arg(long)]
    schemathesis: PathBuf,
    /// Where the data are.
    #[arg(long, value_enum, default_value = "sqlite")]
    engine: Engine,
    /// How long requests are generated.
    #[arg(long, default_value_t = 300)]
    seconds: u32,
    /// Decides the requests.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

pub(crate) async fn run(program: &Path, options: &Options) -> Result<()> {
    let database = Database::new(options.engine)?;
    let backend = Recipe::new(program, &database)?.start(&http()?).await?;
    // One of the seeded people: there is a match to find.
    let person = Person::sign_up(&http()?, &backend.url, "user1@livekit-test.com").await?;
    let mut command = Command::new(&options.schemathesis);
    command
        .args(["run", &format!("{}/api/openapi.json", backend.url)])
        .args(["--header", &format!("Authorization: Bearer {}", person.access)])
        .args(["--checks", CHECKS, "--phases", "examples,coverage,fuzzing", "--continue-on-failure"])
        .args(["--suppress-health-check", "all", "--warnings", "off", "--no-color"])
        .args(["--seed", &options.seed.to_string(), "--max-time", &options.seconds.to_string()]);
    for path in LEFT_OUT {
        command.args(["--exclude-path", path]);
    }
    let folder = tempfile::tempdir()?;
    command.current_dir(folder.path()).stdin(Stdio::null()).kill_on_drop(true);
    let status = command.status().await.context("schemathesis cannot be started")?;
    ensure!(person.get("/api/auth/me").await.is_ok(), "the session ended during the run: it proves little");
    backend.kill().await?;
    ensure!(status.success(), "schemathesis found something, or failed: {status}");
    Ok(())
}
