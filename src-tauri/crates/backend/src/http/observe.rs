//! Around every request: who asks, and what is known of it afterwards: its id in the answer and in the log, one line, and
//! numbers. Never its path, query or address: those hold ids and tokens. The route's template is enough.

use super::client::ClientAddress;
use crate::state::Backend;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::Response;
use tokio::time::Instant;
use tracing::Instrument as _;

pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const LONGEST_ID: usize = 64;
/// For what matches no route: its paths are anybody's.
const NO_ROUTE: &str = "(none)";
const TOKEN_ROUTE: &str = "/api/livekit/token";

pub(crate) async fn observe(State(backend): State<Backend>, mut request: Request, next: Next) -> Response {
    let began = Instant::now();
    let client = ClientAddress::of(&request, &backend.proxies);
    request.extensions_mut().insert(client);
    let id = given_id(request.headers()).unwrap_or_else(|| backend.new_id());
    let method = method(request.method());
    let route = request.extensions().get::<MatchedPath>().cloned();
    let route = route.as_ref().map_or(NO_ROUTE, MatchedPath::as_str);
    let span = tracing::info_span!("request", id);
    let mut response = next.run(request).instrument(span.clone()).await;
    let (status, took) = (response.status().as_u16(), began.elapsed());
    let ms = took.as_secs_f64() * 1000.0;
    // A target of its own: the app that embeds a backend does not want a line for every request.
    span.in_scope(|| tracing::info!(target: "access", method, route, status, ms, "answered"));
    backend.metrics.request(method, route, status, took);
    if route == TOKEN_ROUTE && method == "POST" {
        backend.metrics.call_token(status);
    }
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}

/// A proxy's or a client's, if it can be nothing but an id: it goes into the log.
fn given_id(headers: &HeaderMap) -> Option<String> {
    let id = headers.get(REQUEST_ID)?.to_str().ok()?;
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    ((1..=LONGEST_ID).contains(&id.len()) && id.chars().all(plain)).then(|| id.to_owned())
}

/// Anybody can make up a method; the numbers know only these.
fn method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        Method::HEAD => "HEAD",
        Method::PATCH => "PATCH",
        _ => "other",
    }
}
