//! The program `pizoo-backend` as a developer runs it, with its own LiveKit server.
#![cfg(target_os = "linux")]

use crate::app::http;
use crate::livekit_server::assert_gone;
use pizoo_backend::livekit_server::{VERSION, find_binary};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use std::process::Stdio;
use std::time::Duration;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStderr, Command};

const SOON: Duration = Duration::from_secs(15);

struct Program {
    child: Child,
    log: Lines<BufReader<ChildStderr>>,
    url: String,
    _folder: TempDir,
}

fn command(folder: &TempDir) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pizoo-backend"));
    let livekit = find_binary();
    assert!(livekit.is_some(), "livekit-server {VERSION} is missing: run `cargo xtask setup`");
    command
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("PIZOO_LIVEKIT_SERVER", livekit.unwrap())
        .env("PIZOO_ADDR", "127.0.0.1:0")
        .env("DATABASE_URL", format!("sqlite:{}", folder.path().join("b.sqlite").display()))
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

async fn start() -> Program {
    let folder = tempfile::tempdir().unwrap();
    let mut child = command(&folder).spawn().unwrap();
    let mut log = BufReader::new(child.stderr.take().unwrap()).lines();
    let line = tokio::time::timeout(SOON, line_with(&mut log, "listening on ")).await.unwrap();
    let url = line.split_once("listening on ").unwrap().1.to_owned();
    Program { child, log, url, _folder: folder }
}

async fn line_with(log: &mut Lines<BufReader<ChildStderr>>, text: &str) -> String {
    loop {
        let line = log.next_line().await.unwrap();
        assert!(line.is_some(), "the log ended without {text:?}");
        if let Some(line) = line.filter(|line| line.contains(text)) {
            return line;
        }
    }
}

impl Program {
    fn pid(&self) -> u32 {
        self.child.id().unwrap()
    }

    async fn status(&self) -> Value {
        let text = http().get(format!("{}/api/livekit/status", self.url)).send().await.unwrap().text().await.unwrap();
        serde_json::from_str(&text).unwrap()
    }

    /// Its only child.
    fn livekit(&self) -> u32 {
        let tasks = std::fs::read_dir(format!("/proc/{}/task", self.pid())).unwrap();
        let children = tasks.filter_map(|task| std::fs::read_to_string(task.unwrap().path().join("children")).ok());
        children.collect::<String>().split_whitespace().next().unwrap().parse().unwrap()
    }
}

fn send(pid: u32, signal: Signal) {
    kill_process(Pid::from_raw(pid.try_into().unwrap()).unwrap(), signal).unwrap();
}

#[tokio::test]
async fn terminating_it_ends_its_livekit_server() {
    for signal in [Signal::TERM, Signal::INT] {
        let mut program = start().await;
        let livekit = program.livekit();
        assert_eq!(program.status().await["message"], "LiveKit is ready");
        send(program.pid(), signal);
        let status = tokio::time::timeout(SOON, program.child.wait()).await.unwrap().unwrap();
        assert!(status.success(), "{status}");
        assert_gone(livekit).await;
    }
}

#[tokio::test]
async fn killing_it_ends_its_livekit_server() {
    let mut program = start().await;
    let livekit = program.livekit();
    send(program.pid(), Signal::KILL);
    program.child.wait().await.unwrap();
    assert_gone(livekit).await;
}

#[tokio::test]
async fn killed_livekit_server_is_replaced() {
    let mut program = start().await;
    let first = program.status().await["url"].clone();
    send(program.livekit(), Signal::KILL);
    tokio::time::timeout(SOON, line_with(&mut program.log, "a local LiveKit server runs")).await.unwrap();
    let deadline = tokio::time::Instant::now() + SOON;
    let second = loop {
        let status = program.status().await;
        if status["configured"] == true {
            break status["url"].clone();
        }
        assert!(tokio::time::Instant::now() < deadline, "{status}");
    };
    assert_ne!(first, second);
    send(program.pid(), Signal::TERM);
    tokio::time::timeout(SOON, program.child.wait()).await.unwrap().unwrap();
}

#[tokio::test]
async fn commands_make_matches_and_check_settings() {
    let folder = tempfile::tempdir().unwrap();
    let run = async |arguments: &[&str], variables: &[(&str, &str)]| {
        let mut command = command(&folder);
        command.args(arguments).envs(variables.iter().copied()).stdout(Stdio::piped());
        let output = command.output().await.unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (output.status.success(), text(output.stdout), text(output.stderr))
    };
    assert!(run(&["seed"], &[]).await.0);
    let pair = ["match", "user1@livekit-test.com", "User2@test.com", "--id", "my-room"];
    assert_eq!(run(&pair, &[]).await.1, "my-room\n");
    assert_eq!(run(&pair[..3], &[]).await.1, "my-room\n", "they are matched already");
    let (ok, _, error) = run(&["match", "user1@test.com", "nobody@test.com"], &[]).await;
    assert!(!ok && error.contains("nobody has signed up as nobody@test.com"), "{error}");
    assert!(run(&["check-config"], &[]).await.0);
    let secret = "a-secret-that-is-in-no-log-0123456789";
    let bad = [("LIVEKIT_URL", "http://x"), ("LIVEKIT_API_KEY", "k"), ("LIVEKIT_API_SECRET", secret)];
    let (ok, _, error) = run(&["check-config"], &bad).await;
    assert!(!ok && error.contains("ws:// or wss://") && !error.contains(secret), "{error}");
    let (ok, _, error) = run(&["serve"], &[("PIZOO_ENV", "production")]).await;
    assert!(!ok && error.contains("SECRET_KEY"), "{error}");
}
