//! The HTTP server: connections in, requests out, and the limits that keep one client from taking everything.
//!
//! HTTP/1.1 and HTTP/2 without TLS; a proxy in front ends that. What a request means is in `http` and `routes`; here are
//! only connections: how many, how long they may be silent, and how they end. Upgraded connections (WebSockets) leave
//! their HTTP connection but stay counted until they close; whoever holds one ends it at shutdown.

mod activity;
mod admission;
mod stream;

use crate::metrics::Metrics;
use crate::settings::{Limits, Proxies};
use activity::{Activity, Busy};
use admission::Admission;
use axum::Router;
use axum::extract::ConnectInfo;
use hyper::Request;
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use stream::Guarded;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

/// Head of a request: no client of ours sends a tenth of it.
const LARGEST_HEAD: usize = 32 * 1024;
const MOST_HEADERS: usize = 64;
/// Requests at once on one HTTP/2 connection.
const MOST_STREAMS: u32 = 64;
/// After a connection was told to end because its client is silent.
const GRACE: Duration = Duration::from_secs(1);
/// When the process is out of file descriptors, trying at once again only burns time.
const PAUSE: Duration = Duration::from_millis(100);
const FULL: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/json\r\ncontent-length: 35\r\n\
    retry-after: 1\r\nconnection: close\r\n\r\n{\"detail\":\"Too many connections\"}\r\n";

/// What every connection is served with.
#[derive(Clone)]
struct Serving {
    router: Router,
    http: auto::Builder<TokioExecutor>,
    limits: Limits,
    stop: CancellationToken,
}

/// Serves until `stop`, then lets running requests finish. Whoever wants it shorter drops the future.
pub(crate) async fn run(
    listener: TcpListener,
    router: Router,
    (limits, proxies, metrics): (Limits, Arc<Proxies>, Metrics),
    stop: CancellationToken,
) -> io::Result<()> {
    let admission = Admission::new(limits, proxies, metrics);
    let serving = Serving { router, http: http(), limits, stop: stop.clone() };
    // Dropped with this future: then every connection ends at once.
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => break,
            Some(_) = connections.join_next() => continue,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => match admission.admit(peer) {
                Some(slot) => {
                    connections.spawn(serving.clone().connection(stream, peer, slot));
                }
                None => refuse(stream),
            },
            Err(error) if is_of_one_connection(&error) => {}
            Err(error) => {
                tracing::error!(%error, "no connection can be accepted");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
    Ok(())
}

fn http() -> auto::Builder<TokioExecutor> {
    let mut http = auto::Builder::new(TokioExecutor::new());
    // The time for heads and between requests is `Activity`'s: hyper has one number for both, and none before the first byte.
    http.http1()
        .timer(TokioTimer::new())
        .header_read_timeout(None)
        .max_headers(MOST_HEADERS)
        .max_buf_size(LARGEST_HEAD);
    http.http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(MOST_STREAMS)
        .max_header_list_size(u32::try_from(LARGEST_HEAD).unwrap_or(u32::MAX));
    http
}

impl Serving {
    async fn connection(self, stream: TcpStream, peer: SocketAddr, slot: admission::Slot) {
        // Answers are small and written at once; waiting for more to send only delays them.
        drop(stream.set_nodelay(true));
        let activity = Activity::new();
        let io = TokioIo::new(Guarded::new(stream, activity.clone(), self.limits.write_timeout, slot));
        let (router, requests) = (self.router, activity.clone());
        let service = hyper::service::service_fn(move |mut request: Request<Incoming>| {
            let busy = Busy::new(&requests);
            request.extensions_mut().insert(ConnectInfo(peer));
            let answer = router.clone().oneshot(request.map(axum::body::Body::new));
            async move { answer.await.map(|answer| answer.map(|body| busy.until_sent(body))) }
        });
        let mut connection = pin!(self.http.serve_connection_with_upgrades(io, service));
        let mut stopping = false;
        loop {
            tokio::select! {
                ended = connection.as_mut() => {
                    if let Err(error) = ended {
                        tracing::debug!(%error, "a connection ended");
                    }
                    return;
                }
                () = activity.silent_too_long(&self.limits) => {
                    connection.as_mut().graceful_shutdown();
                    drop(tokio::time::timeout(GRACE, connection).await);
                    return;
                }
                () = self.stop.cancelled(), if !stopping => {
                    stopping = true;
                    connection.as_mut().graceful_shutdown();
                }
            }
        }
    }
}

/// Says why, as far as that goes without waiting, and hangs up.
fn refuse(stream: TcpStream) {
    // Tokio does not know yet that a new connection can be written to; the system does. It does not block.
    if let Ok(mut stream) = stream.into_std() {
        drop(stream.write(FULL));
    }
}

/// The client went away between connecting and being accepted.
fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}
