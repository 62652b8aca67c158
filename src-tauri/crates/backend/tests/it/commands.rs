//! The program's commands, each as a person types it. None needs a LiveKit server.

use crate::{app, engine};
use pizoo_backend::Settings;
use serde_json::Value;
use std::process::Stdio;
use std::time::Duration;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::Command;

const SOON: Duration = Duration::from_secs(20);
const STRONG: &str = "3b9fD-kq0Zt7Wm2xYc5RjE8vLs1UaHgP";
const LIVEKIT: [(&str, &str); 3] =
    [("LIVEKIT_URL", "wss://calls.example"), ("LIVEKIT_API_KEY", "key"), ("LIVEKIT_API_SECRET", STRONG)];

/// A folder and a database of its own.
struct Desk {
    folder: TempDir,
    database: String,
    _own: engine::Own,
}

struct Output {
    ok: bool,
    out: String,
    error: String,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut settings = Settings::development(&folder.path().join("b.sqlite"));
        let own = engine::choose(&mut settings);
        Self { database: engine::address(&settings.database), folder, _own: own }
    }

    fn command(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pizoo-backend"));
        command
            .args(arguments)
            .env_clear()
            .env("PIZOO_ADDR", "127.0.0.1:0")
            .env("DATABASE_URL", &self.database)
            .envs(LIVEKIT)
            .envs(variables.iter().copied())
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        command
    }

    async fn run(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Output {
        let output = tokio::time::timeout(SOON, self.command(arguments, variables).output()).await.unwrap().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Output { ok: output.status.success(), out: text(output.stdout), error: text(output.stderr) }
    }
}

#[tokio::test]
async fn every_command_explains_itself() {
    let desk = Desk::new();
    for command in [
        &["serve"][..],
        &["check-config"],
        &["seed"],
        &["match"],
        &["migrate"],
        &["user"],
        &["user", "verify"],
        &["user", "show"],
        &["openapi"],
        &["health"],
    ] {
        let help = desk.run(&[command, &["--help"]].concat(), &[]).await;
        assert!(help.ok && help.out.contains("Usage: pizoo-backend"), "{command:?} {}", help.error);
    }
}

#[tokio::test]
async fn migrate_says_from_where_to_where_and_a_dry_run_changes_nothing() {
    let desk = Desk::new();
    for _ in 0..2 {
        let dry = desk.run(&["migrate", "--dry-run"], &[]).await;
        assert!(dry.ok && dry.out.starts_with("would migrate from version 0 to "), "{} {}", dry.out, dry.error);
    }
    assert!(!desk.folder.path().join("b.sqlite").exists());
    let done = desk.run(&["migrate"], &[]).await;
    assert!(done.ok && done.out.starts_with("migrated from version 0 to "), "{} {}", done.out, done.error);
    for arguments in [&["migrate"][..], &["migrate", "--dry-run"]] {
        assert!(desk.run(arguments, &[]).await.out.ends_with("is up to date\n"));
    }
    let unreachable = [("DATABASE_URL", "postgres://nobody@127.0.0.1:1/x")];
    let failed = desk.run(&["migrate", "--dry-run"], &unreachable).await;
    assert!(!failed.ok && failed.error.contains("cannot bring"), "{}", failed.error);
}

#[tokio::test]
async fn user_is_shown_and_verified_by_hand() {
    let desk = Desk::new();
    assert!(desk.run(&["seed"], &[]).await.ok);
    let newcomer = "Newcomer@livekit-test.com";
    let shown = desk.run(&["user", "show", newcomer], &[]).await;
    assert!(shown.out.contains("verified: no\n") && shown.out.contains("newcomer@livekit-test.com"), "{}", shown.out);
    for _ in 0..2 {
        let verified = desk.run(&["user", "verify", newcomer], &[]).await;
        assert!(verified.ok && verified.out.contains("verified: admin\n"), "{}", verified.out);
    }
    let before = desk.run(&["user", "verify", app::ONE], &[]).await;
    assert!(before.out.contains("verified: email_link\n"), "who was verified stays so: {}", before.out);
    for command in ["verify", "show"] {
        let nobody = desk.run(&["user", command, "nobody@test.com"], &[]).await;
        assert!(!nobody.ok && nobody.error.contains("nobody has signed up as nobody@test.com"), "{}", nobody.error);
    }
}

#[tokio::test]
async fn check_config_shows_sources_and_hides_secrets() {
    let desk = Desk::new();
    std::fs::write(desk.folder.path().join(".env"), "SMTP_URL=\nPIZOO_DRAIN=3\nPIZOO_ENV=production\n").unwrap();
    let more = [("PIZOO_ENV", "development"), ("SECRET_KEY", STRONG), ("PIZOO_ADRR", "x")];
    let checked = desk.run(&["check-config"], &more).await;
    assert!(checked.ok, "{}", checked.error);
    assert!(checked.out.contains("warning: PIZOO_ADRR is no setting; did you mean PIZOO_ADDR?"), "{}", checked.out);
    assert!(!checked.out.contains(STRONG) && !checked.error.contains(STRONG));
    let json = desk.run(&["check-config", "--json"], &more).await;
    let report: Value = serde_json::from_str(&json.out).unwrap();
    let of = |name: &str| {
        let settings = report["settings"].as_array().unwrap();
        let entry = settings.iter().find(|entry| entry["name"] == name).unwrap();
        (entry["value"].as_str().unwrap().to_owned(), entry["source"].as_str().unwrap().to_owned())
    };
    let pair = |value: &str, source: &str| (value.to_owned(), source.to_owned());
    assert_eq!(of("PIZOO_DRAIN"), pair("3", ".env"));
    assert_eq!(of("PIZOO_ENV"), pair("development", "environment"));
    assert_eq!(of("SECRET_KEY"), pair("(set)", "environment"));
    assert_eq!(of("PIZOO_IDLE_TIMEOUT"), pair("75 s", "default"));
    assert_eq!(of("REDIS_URL"), pair("not set", "default"));
    assert!(report["problem"].is_null() && report["warnings"].as_array().unwrap().len() == 1, "{report}");
}

#[tokio::test]
async fn weak_secrets_start_no_production() {
    let desk = Desk::new();
    let good = [("PIZOO_ENV", "production"), ("SECRET_KEY", STRONG), ("FRONTEND_URL", "https://pizoo.example")];
    assert!(desk.run(&["check-config"], &good).await.ok);
    for (name, value) in [
        ("SECRET_KEY", ""),
        ("SECRET_KEY", "secret"),
        ("SECRET_KEY", "changeme-changeme-changeme-0123456789"),
        ("LIVEKIT_API_SECRET", "secret"),
        ("LIVEKIT_API_SECRET", "devkey"),
        ("FRONTEND_URL", "http://pizoo.example"),
        ("CORS_ORIGINS", "*"),
    ] {
        let bad = [&good[..], &[(name, value)]].concat();
        for command in ["serve", "check-config"] {
            let refused = desk.run(&[command], &bad).await;
            assert!(!refused.ok && refused.error.contains(name), "{command} {name}={value}: {}", refused.error);
        }
    }
}

#[tokio::test]
async fn openapi_is_printed_without_settings() {
    let desk = Desk::new();
    for (arguments, development) in [(&["openapi"][..], false), (&["openapi", "--development"], true)] {
        let printed = desk.run(arguments, &[("PIZOO_ENV", "nonsense")]).await;
        let document: Value = serde_json::from_str(&printed.out).unwrap();
        assert!(document["paths"]["/api/livekit/status"].is_object());
        assert_eq!(document["paths"]["/api/development/mail"].is_object(), development);
    }
}

#[tokio::test]
async fn log_in_json_has_one_plain_line_a_request_and_health_asks_it() {
    let desk = Desk::new();
    let mut child = desk.command(&["serve"], &[("PIZOO_LOG_FORMAT", "json")]).spawn().unwrap();
    let mut log = BufReader::new(child.stderr.take().unwrap()).lines();
    let mut line_with = async |text: &str| {
        let found = async {
            loop {
                let line = log.next_line().await.unwrap().expect("the log ended");
                if line.contains(text) {
                    return serde_json::from_str::<Value>(&line).unwrap();
                }
            }
        };
        tokio::time::timeout(SOON, found).await.unwrap()
    };
    let listening = line_with("listening on ").await["message"].as_str().unwrap().to_owned();
    let url = listening.split_once("listening on ").unwrap().1;
    let asked = format!("{url}/api/matches/a-private-id?token=private");
    app::http().get(asked).header("x-request-id", "asked-1").send().await.unwrap();
    let line = line_with("asked-1").await;
    assert_eq!(
        (&line["route"], &line["method"], &line["status"]),
        (&"/api/matches/{id}".into(), &"GET".into(), &403.into())
    );
    assert!(line["ms"].is_number() && line["span"]["id"] == "asked-1", "{line}");
    assert!(!line.to_string().contains("private"), "{line}");
    let addr = url.trim_start_matches("http://");
    let ready = desk.run(&["health", "--addr", addr], &[]).await;
    assert!(ready.ok && ready.out.contains("\"status\":\"ready\""), "{} {}", ready.out, ready.error);
    child.kill().await.unwrap();
    let gone = desk.run(&["health", "--addr", addr], &[]).await;
    assert!(!gone.ok && gone.error.contains("cannot ask"), "{}", gone.error);
}
