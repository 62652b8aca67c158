//! The real LiveKit server, and whether it takes what the backend signs. Without the program these fail: install it with
//! `cargo xtask setup`.

use crate::app::{LIVEKIT_SECRET, ONE, ROOM, TestApp, http};
use pizoo_backend::livekit_server::{LocalServer, LocalServerConfig, LocalServerError};
use pizoo_backend::settings::{Calls, LiveKit};
use std::net::TcpListener;
use std::time::Duration;

const SOON: Duration = Duration::from_secs(10);

async fn start() -> LocalServer {
    LocalServer::start(LocalServerConfig::default()).await.unwrap()
}

fn address(server: &LocalServer) -> String {
    server.url().trim_start_matches("ws://").to_owned()
}

/// What LiveKit says about a token.
async fn validated(server: &LocalServer, token: &str) -> u16 {
    let url = format!("http://{}/rtc/validate?access_token={token}", address(server));
    http().get(url).send().await.unwrap().status().as_u16()
}

async fn call_token(calls: LiveKit) -> String {
    let app = TestApp::start_with(|settings| settings.calls = Calls::Configured(calls)).await;
    let one = app.sign_in(ONE).await;
    app.call_token(&one, ROOM).await.body["token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn real_server_takes_our_tokens_and_no_others() {
    let server = start().await;
    let token = call_token(LiveKit::from(&server)).await;
    assert_eq!(validated(&server, &token).await, 200);
    let forged = LiveKit::new(server.url(), server.key(), LIVEKIT_SECRET.into()).unwrap();
    assert_eq!(validated(&server, &call_token(forged).await).await, 401);
    server.stop().await;
}

#[tokio::test]
async fn stop_leaves_no_process_and_no_port() {
    let server = start().await;
    let (pid, address) = (server.pid(), address(&server));
    tokio::time::timeout(SOON, server.stop()).await.unwrap();
    drop(TcpListener::bind(address).unwrap());
    assert_gone(pid).await;
}

#[tokio::test]
async fn dropping_kills_it() {
    let server = start().await;
    let pid = server.pid();
    drop(server);
    assert_gone(pid).await;
}

#[tokio::test]
async fn two_servers_differ_in_everything() {
    let (a, b) = tokio::join!(start(), start());
    assert!(a.url() != b.url() && a.key() != b.key() && a.secret() != b.secret());
    assert!(a.secret().len() >= 32);
    assert!(!format!("{a:?}").contains(a.secret()));
    tokio::join!(a.stop(), b.stop());
}

#[tokio::test]
async fn program_that_is_none_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let missing = LocalServerConfig { binary: Some(folder.path().join("none")), ..Default::default() };
    let error = LocalServer::start(missing).await.unwrap_err();
    assert!(matches!(error, LocalServerError::Start(_) | LocalServerError::NotReady(_)), "{error}");
}

#[cfg(unix)]
#[tokio::test]
async fn unexpected_end_is_seen() {
    let server = start().await;
    let pid = rustix::process::Pid::from_raw(server.pid().try_into().unwrap()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
    let exit = tokio::time::timeout(SOON, server.exited()).await.unwrap();
    assert!(exit.contains("signal"), "{exit}");
    server.stop().await;
}

#[cfg(not(target_os = "linux"))]
async fn assert_gone(_pid: u32) {}

/// A process that has ended and only waits to be collected is gone: whose child it is by then is not in our hands.
#[cfg(target_os = "linux")]
pub(crate) async fn assert_gone(pid: u32) {
    let deadline = tokio::time::Instant::now() + SOON;
    let runs = || {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        stat.rsplit_once(") ").is_some_and(|(_, rest)| !rest.starts_with(['Z', 'X']))
    };
    while runs() {
        assert!(tokio::time::Instant::now() < deadline, "process {pid} is still there");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
