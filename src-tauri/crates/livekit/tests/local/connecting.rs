//! Connecting where no LiveKit server is.

use livekit::prelude::*;
use std::time::Duration;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

const TOKEN: &str = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJib2IifQ.c2lnbmF0dXJl";

fn options(limit: Duration) -> RoomOptions {
    let mut options = RoomOptions::default();
    options.join_retries = 0;
    options.connect_timeout = limit;
    options
}

async fn failure(url: &str, limit: Duration) -> String {
    match Room::connect(url, TOKEN, options(limit)).await {
        Ok(_) => String::new(),
        Err(error) => format!("{error} {error:?}"),
    }
}

#[tokio::test]
async fn a_closed_port_is_an_error_without_the_token() {
    let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let error = failure(&format!("ws://127.0.0.1:{port}"), Duration::from_secs(20)).await;
    assert!(error.starts_with("engine: signal failure: "), "{error}");
    assert!(!error.contains("eyJ"), "{error}");
}

#[tokio::test]
async fn a_server_that_quotes_the_token_is_not_believed() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("ws://{}", listener.local_addr().unwrap());
    let server = tokio::spawn(async move {
        let body = format!("invalid token: {TOKEN}, error: go-jose/go-jose/jwt: validation failed");
        let answer =
            format!("HTTP/1.1 401 Unauthorized\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len());
        while let Ok((mut connection, _)) = listener.accept().await {
            let _ = connection.read(&mut [0; 4096]).await;
            let _ = connection.write_all(answer.as_bytes()).await;
            let _ = connection.shutdown().await;
        }
    });
    let error = failure(&url, Duration::from_secs(20)).await;
    server.abort();
    assert!(error.contains("401"), "{error}");
    assert!(!error.contains("eyJ") && !error.contains("c2lnbmF0dXJl"), "{error}");
}

#[tokio::test]
async fn a_server_that_says_nothing_is_given_up_in_time() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("ws://{}", listener.local_addr().unwrap());
    let error = failure(&url, Duration::from_millis(300)).await;
    assert!(error.contains("the server does not answer"), "{error}");
}

#[tokio::test]
async fn a_wrong_address_is_an_error() {
    for url in ["", "not a url", "ftp://127.0.0.1:1", "ws://"] {
        assert!(!failure(url, Duration::from_secs(5)).await.is_empty(), "{url:?}");
    }
}
