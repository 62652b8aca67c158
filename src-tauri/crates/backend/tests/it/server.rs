//! Connections: how many, how slow, how large, and how they end.

use crate::app::TestApp;
use pizoo_backend::Settings;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

const SOON: Duration = Duration::from_secs(10);
const SHORT: Duration = Duration::from_millis(500);
/// Longer than any test.
const LONG: Duration = Duration::from_secs(600);
const HEAD: &str = "POST /api/auth/email/verify HTTP/1.1\r\nhost: x\r\n";

fn addr(app: &TestApp) -> SocketAddr {
    app.url_of(0, "").trim_start_matches("http://").parse().unwrap()
}

async fn connect(app: &TestApp) -> TcpStream {
    TcpStream::connect(addr(app)).await.unwrap()
}

/// Everything until the server hangs up. A reset counts as hanging up.
async fn rest(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    drop(timeout(SOON, stream.read_to_end(&mut bytes)).await.unwrap());
    String::from_utf8_lossy(&bytes).into_owned()
}

/// One answer; the connection may stay open.
async fn answer(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
            if body.len() >= length.parse::<usize>().unwrap() {
                return text;
            }
        }
        let read = timeout(SOON, stream.read_buf(&mut bytes)).await.unwrap().unwrap();
        assert!(read > 0, "hung up after {text:?}");
    }
}

/// Sends a byte now and then until the server hangs up.
async fn trickle(stream: TcpStream, byte: &'static [u8]) -> String {
    let (mut reader, mut writer) = stream.into_split();
    let dripping = tokio::spawn(async move {
        let mut drop_by_drop = tokio::time::interval(SHORT / 10);
        loop {
            drop_by_drop.tick().await;
            if writer.write_all(byte).await.is_err() {
                return;
            }
        }
    });
    let mut bytes = Vec::new();
    drop(timeout(SOON, reader.read_to_end(&mut bytes)).await.unwrap());
    dripping.abort();
    String::from_utf8_lossy(&bytes).into_owned()
}

async fn with_limits(change: impl FnOnce(&mut pizoo_backend::settings::Limits)) -> TestApp {
    TestApp::start_with(|settings: &mut Settings| {
        settings.limits.header_timeout = LONG;
        settings.limits.request_timeout = LONG;
        settings.limits.idle_timeout = LONG;
        change(&mut settings.limits);
    })
    .await
}

#[tokio::test]
async fn trickled_head_is_hung_up_on() {
    let app = with_limits(|limits| limits.header_timeout = SHORT).await;
    let mut slow = connect(&app).await;
    slow.write_all(HEAD.as_bytes()).await.unwrap();
    assert_eq!(trickle(slow, b"x").await, "");
    // The same on a connection that has been answered before.
    let mut slow = connect(&app).await;
    slow.write_all(b"GET /health HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    answer(&mut slow).await;
    assert_eq!(trickle(slow, b"G").await, "");
}

#[tokio::test]
async fn client_that_says_nothing_is_hung_up_on() {
    let app = with_limits(|limits| limits.header_timeout = SHORT).await;
    assert_eq!(rest(&mut connect(&app).await).await, "");
}

#[tokio::test]
async fn idle_connection_is_closed_after_its_own_time() {
    let app = with_limits(|limits| limits.idle_timeout = SHORT).await;
    let mut idle = connect(&app).await;
    idle.write_all(b"GET /health HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    assert!(answer(&mut idle).await.starts_with("HTTP/1.1 200 "));
    assert_eq!(rest(&mut idle).await, "");
}

#[tokio::test]
async fn connection_is_kept_for_more_requests() {
    let app = with_limits(|_| {}).await;
    let mut stream = connect(&app).await;
    for _ in 0..3 {
        stream.write_all(b"GET /health HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
        assert!(answer(&mut stream).await.starts_with("HTTP/1.1 200 "));
    }
}

#[tokio::test]
async fn trickled_body_is_408() {
    let app = with_limits(|limits| limits.request_timeout = SHORT).await;
    let mut slow = connect(&app).await;
    slow.write_all(format!("{HEAD}content-length: 60000\r\n\r\n").as_bytes()).await.unwrap();
    let text = trickle(slow, b" ").await;
    assert!(text.starts_with("HTTP/1.1 408 ") && text.contains("{\"detail\":"), "{text}");
}

#[tokio::test]
async fn too_many_and_too_large_headers_are_431() {
    let app = with_limits(|_| {}).await;
    let many: String = (0..1000).map(|n| format!("x-{n}: y\r\n")).collect();
    let large = format!("x-large: {}\r\n", "y".repeat(200_000));
    for headers in [many, large] {
        let mut flood = connect(&app).await;
        // It may hang up before it has everything.
        drop(flood.write_all(format!("{HEAD}{headers}\r\n").as_bytes()).await);
        let text = rest(&mut flood).await;
        assert!(text.is_empty() || text.starts_with("HTTP/1.1 431 "), "{text}");
    }
    assert_eq!(app.get("/health", "").await.status, 200);
}

#[tokio::test]
async fn announced_large_body_is_413_before_it_is_sent() {
    let app = with_limits(|_| {}).await;
    for path in ["/api/auth/email/verify", "/api/nothing", "/health"] {
        let mut large = connect(&app).await;
        let head = format!("POST {path} HTTP/1.1\r\nhost: x\r\ncontent-length: 10485760\r\n\r\n");
        large.write_all(head.as_bytes()).await.unwrap();
        let text = rest(&mut large).await;
        assert!(text.starts_with("HTTP/1.1 413 ") && text.contains("{\"detail\":"), "{path} {text}");
    }
}

#[tokio::test]
async fn endless_body_of_unknown_length_is_413() {
    let app = with_limits(|_| {}).await;
    let mut endless = connect(&app).await;
    endless.write_all(format!("{HEAD}transfer-encoding: chunked\r\n\r\n").as_bytes()).await.unwrap();
    let chunk = format!("1000\r\n{}\r\n", " ".repeat(0x1000));
    for _ in 0..20 {
        drop(endless.write_all(chunk.as_bytes()).await);
    }
    let text = answer(&mut endless).await;
    assert!(text.starts_with("HTTP/1.1 413 "), "{text}");
}

#[tokio::test]
async fn connections_over_the_limit_get_503_until_one_closes() {
    for per_client in [false, true] {
        let app = with_limits(|limits| match per_client {
            true => limits.connections_per_client = 3,
            false => limits.connections = 3,
        })
        .await;
        let mut open = Vec::new();
        for _ in 0..3 {
            let mut stream = connect(&app).await;
            stream.write_all(b"GET /health HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
            answer(&mut stream).await;
            open.push(stream);
        }
        let text = rest(&mut connect(&app).await).await;
        assert!(text.starts_with("HTTP/1.1 503 ") && text.contains("{\"detail\":"), "{text}");
        open.pop();
        // The server sees the end of it a moment later.
        timeout(SOON, async {
            loop {
                let mut stream = connect(&app).await;
                drop(stream.write_all(b"GET /health HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await);
                if rest(&mut stream).await.starts_with("HTTP/1.1 200 ") {
                    break;
                }
            }
        })
        .await
        .expect("a closed connection still counts");
    }
}

#[tokio::test]
async fn trusted_proxy_has_no_limit_of_its_own() {
    let app = TestApp::start_with(|settings| {
        settings.limits.connections_per_client = 1;
        settings.proxies.trusted = vec!["127.0.0.0/8".parse().unwrap()];
    })
    .await;
    let mut open = Vec::new();
    for _ in 0..5 {
        let mut stream = connect(&app).await;
        stream.write_all(b"GET /health HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
        assert!(answer(&mut stream).await.starts_with("HTTP/1.1 200 "));
        open.push(stream);
    }
}

#[tokio::test]
async fn running_request_finishes_while_new_connections_are_refused() {
    let app = with_limits(|limits| limits.drain = LONG).await;
    let addr = addr(&app);
    let mut idle = connect(&app).await;
    idle.write_all(b"GET /health HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    answer(&mut idle).await;
    let mut slow = connect(&app).await;
    // The server asks for the body once the handler waits for it.
    slow.write_all(format!("{HEAD}expect: 100-continue\r\ncontent-length: 13\r\n\r\n").as_bytes()).await.unwrap();
    let mut go_on = [0; 25];
    timeout(SOON, slow.read_exact(&mut go_on)).await.unwrap().unwrap();
    assert_eq!(&go_on, b"HTTP/1.1 100 Continue\r\n\r\n");
    let stopping = tokio::spawn(app.shutdown());
    timeout(SOON, async { while TcpStream::connect(addr).await.is_ok() {} }).await.expect("it still accepts");
    assert_eq!(rest(&mut idle).await, "", "an idle connection is closed");
    assert!(!stopping.is_finished());
    slow.write_all(b"{\"token\":\"x\"}").await.unwrap();
    let text = rest(&mut slow).await;
    assert!(text.starts_with("HTTP/1.1 400 "), "{text}");
    timeout(SOON, stopping).await.unwrap().unwrap();
}

#[tokio::test]
async fn request_that_does_not_finish_is_dropped_at_the_end_of_the_drain() {
    let app = with_limits(|limits| limits.drain = SHORT).await;
    let mut slow = connect(&app).await;
    slow.write_all(format!("{HEAD}expect: 100-continue\r\ncontent-length: 13\r\n\r\n").as_bytes()).await.unwrap();
    let mut go_on = [0; 25];
    timeout(SOON, slow.read_exact(&mut go_on)).await.unwrap().unwrap();
    timeout(SOON, app.shutdown()).await.expect("it waits for the slow client");
    assert_eq!(rest(&mut slow).await, "");
}

#[tokio::test]
async fn client_that_takes_nothing_is_hung_up_on() {
    let app = with_limits(|limits| limits.write_timeout = SHORT).await;
    let (_, mut writer) = connect(&app).await.into_split();
    let request = "GET /api/openapi.json HTTP/1.1\r\nhost: x\r\n\r\n".repeat(100);
    // It answers until the buffers are full, then waits for the client, then gives up: writing fails in the end.
    timeout(SOON, async { while writer.write_all(request.as_bytes()).await.is_ok() {} })
        .await
        .expect("it waits forever");
}

#[tokio::test]
async fn http2_is_spoken_as_well() {
    let app = with_limits(|_| {}).await;
    let client = reqwest::Client::builder().http2_prior_knowledge().build().unwrap();
    let answer = client.get(app.url_of(0, "/health")).send().await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.version()), (200, reqwest::Version::HTTP_2));
}
