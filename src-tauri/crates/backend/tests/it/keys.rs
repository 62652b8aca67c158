//! `pizoo-backend keys rotate` as an operator runs it.

use std::path::Path;
use tokio::process::Command;

async fn rotate(folder: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pizoo-backend"));
    command
        .env_clear()
        .env("DATABASE_URL", format!("sqlite:{}", folder.join("b.sqlite").display()))
        .envs(variables.iter().copied())
        .current_dir(folder)
        .args(["keys", "rotate"])
        .args(arguments);
    let output = command.output().await.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[tokio::test]
async fn made_up_key_is_changed_in_the_database() {
    let folder = tempfile::tempdir().unwrap();
    assert!(rotate(folder.path(), &[], &[]).await.contains("started again"));
    assert!(rotate(folder.path(), &["--help"], &[]).await.contains("notices when it is started again"));
}

#[tokio::test]
async fn key_of_the_environment_is_left_alone_and_a_new_one_told() {
    let folder = tempfile::tempdir().unwrap();
    let secret = "3b9fD-kq0Zt7Wm2xYc5RjE8vLs1UaHgP";
    let told = rotate(folder.path(), &[], &[("SECRET_KEY", secret)]).await;
    let new = told.split("SECRET_KEY=").nth(1).unwrap().lines().next().unwrap();
    assert!(new.len() >= 32 && told.contains("SECRET_KEY_PREVIOUS") && !told.contains(secret), "{told}");
    assert!(!folder.path().join("b.sqlite").exists());
}
