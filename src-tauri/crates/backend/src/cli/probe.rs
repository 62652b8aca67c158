//! `health`: asks a running backend whether it is ready, over plain TCP: no TLS library has to wake up for it.

use anyhow::{Context as _, Result, bail};
use pizoo_backend::Settings;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const WAIT: Duration = Duration::from_secs(5);
/// Our own answer is far shorter.
const LONGEST: u64 = 16 * 1024;
const REQUEST: &[u8] = b"GET /ready HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";

pub(super) async fn run(settings: &Settings, addr: Option<String>) -> Result<()> {
    let addr = addr.unwrap_or_else(|| reachable(settings.addr).to_string());
    let answer = tokio::time::timeout(WAIT, ask(&addr)).await.with_context(|| format!("{addr} does not answer"))?;
    let answer = answer.with_context(|| format!("cannot ask {addr}"))?;
    let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body.trim());
    println!("{body}");
    if answer.starts_with("HTTP/1.1 200 ") { Ok(()) } else { bail!("not ready") }
}

async fn ask(addr: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(addr).await?;
    stream.write_all(REQUEST).await?;
    let mut answer = String::new();
    stream.take(LONGEST).read_to_string(&mut answer).await?;
    Ok(answer)
}

/// Whoever listens everywhere listens on loopback, too.
fn reachable(addr: SocketAddr) -> SocketAddr {
    match addr.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => (Ipv4Addr::LOCALHOST, addr.port()).into(),
        IpAddr::V6(ip) if ip.is_unspecified() => (Ipv6Addr::LOCALHOST, addr.port()).into(),
        _ => addr,
    }
}
