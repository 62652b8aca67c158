//! HTTP around the routes: errors, bodies, bearers, limits and CORS. What a route does is in `routes`.

pub(crate) mod agent;
pub(crate) mod answers;
pub(crate) mod bearer;
pub(crate) mod body;
pub(crate) mod client;
pub(crate) mod id;
pub(crate) mod observe;
pub(crate) mod problem;
pub(crate) mod query;
pub(crate) mod socket;
mod version;

use crate::photo;
use crate::state::Backend;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use problem::Problem;
use std::any::Any;
use std::time::Duration;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::cors::CorsLayer;

/// No request of the contract comes near it.
const LARGEST_BODY: usize = 64 * 1024;

/// The routes with everything around them.
pub(crate) fn router(backend: Backend, cors_origins: &[String]) -> Router {
    let origins: Vec<HeaderValue> = cors_origins.iter().filter_map(|origin| origin.parse().ok()).collect();
    let cors = CorsLayer::new()
        .allow_origin(origins)
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::DELETE])
        .allow_headers([header::AUTHORIZATION, header::CONTENT_TYPE])
        .expose_headers([
            header::RETRY_AFTER,
            HeaderName::from_static("ratelimit"),
            HeaderName::from_static("ratelimit-policy"),
            observe::REQUEST_ID,
        ]);
    let (routes, document) = crate::routes::routes(backend.mode).split_for_parts();
    let longest = backend.limits.request_timeout;
    routes
        .merge(crate::routes::document::routes(document))
        .fallback(async || Problem::new(StatusCode::NOT_FOUND, "Not Found"))
        .method_not_allowed_fallback(async || Problem::new(StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed"))
        // One layer of few parts: each is copied for every request.
        .layer((
            middleware::from_fn_with_state(backend.clone(), observe::observe),
            cors,
            middleware::from_fn_with_state(longest, bounded),
            middleware::from_fn_with_state(backend.minimum_client, version::checked),
            CatchPanicLayer::custom(panicked),
        ))
        .with_state(backend)
}

/// What every request and every answer is held to.
async fn bounded(State(longest): State<Duration>, mut request: Request, next: Next) -> Response {
    let most = largest_body(&request);
    DefaultBodyLimit::max(most).apply(&mut request);
    let mut response = if says_it_is_larger(&request, most) {
        let detail = format!("The body is larger than {} KiB", most / 1024);
        Problem::new(StatusCode::PAYLOAD_TOO_LARGE, detail).into_response()
    } else {
        // The body's arrival is part of it: one that trickles in is not waited for.
        let late = |_| Problem::new(StatusCode::REQUEST_TIMEOUT, "The request took too long").into_response();
        tokio::time::timeout(longest, next.run(request)).await.unwrap_or_else(late)
    };
    not_kept(response.headers_mut());
    response
}

/// Only a picture may be larger than others.
fn largest_body(request: &Request) -> usize {
    let picture = request.method() == Method::PUT && request.uri().path() == pizoo_api::photos::OWN_PATH;
    if picture { photo::LARGEST } else { LARGEST_BODY }
}

/// Then it is not read at all. One that lies, or does not say, is cut off by `DefaultBodyLimit`.
fn says_it_is_larger(request: &Request, most: usize) -> bool {
    let length = request.headers().get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    length.is_some_and(|length: u64| length > most as u64)
}

/// The panic hook has logged where. The payload is for nobody: it may quote what was worked on.
fn panicked(_payload: Box<dyn Any + Send>) -> Response {
    tracing::error!("a handler panicked");
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error").into_response()
}

/// Answers hold tokens and private messages: no cache may keep them unless a route says so, no browser may guess their
/// type.
fn not_kept(headers: &mut HeaderMap) {
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    headers.insert(HeaderName::from_static("x-content-type-options"), HeaderValue::from_static("nosniff"));
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;
    use axum::routing::get;
    use tower::ServiceExt as _;

    #[tokio::test]
    async fn panic_is_500_in_json_without_its_text() {
        async fn broken() {
            panic!("a password");
        }
        let routes = Router::new().route("/", get(broken)).layer(CatchPanicLayer::custom(panicked));
        let answer = routes.oneshot(Request::new(Body::empty())).await.unwrap();
        assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let body = axum::body::to_bytes(answer.into_body(), LARGEST_BODY).await.unwrap();
        assert_eq!(body, r#"{"detail":"Internal Server Error"}"#);
    }
}
