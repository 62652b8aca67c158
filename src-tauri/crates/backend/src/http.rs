//! HTTP around the routes: errors, bodies, bearers, limits and CORS. What a route does is in `routes`.

pub(crate) mod bearer;
pub(crate) mod body;
pub(crate) mod client;
pub(crate) mod id;
pub(crate) mod problem;
pub(crate) mod socket;

use crate::state::Backend;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::Response;
use problem::Problem;
use std::time::Duration;
use tower_http::cors::CorsLayer;

/// No request of the contract comes near it.
const LARGEST_BODY: usize = 64 * 1024;
const LONGEST_REQUEST: Duration = Duration::from_secs(10);

/// The routes with everything around them.
pub(crate) fn router(backend: Backend, cors_origins: &[String]) -> Router {
    let origins: Vec<HeaderValue> = cors_origins.iter().filter_map(|origin| origin.parse().ok()).collect();
    let cors = CorsLayer::new()
        .allow_origin(origins)
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::DELETE])
        .allow_headers([header::AUTHORIZATION, header::CONTENT_TYPE])
        .expose_headers([header::RETRY_AFTER]);
    let (routes, _document) = crate::routes::routes(&backend).split_for_parts();
    routes
        .fallback(async || Problem::new(StatusCode::NOT_FOUND, "Not Found"))
        .method_not_allowed_fallback(async || Problem::new(StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed"))
        .layer(middleware::from_fn(in_time))
        .layer(middleware::from_fn(not_kept))
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(cors)
        .with_state(backend)
}

async fn in_time(request: Request, next: Next) -> Result<Response, Problem> {
    let late = |_| Problem::new(StatusCode::REQUEST_TIMEOUT, "The request took too long");
    tokio::time::timeout(LONGEST_REQUEST, next.run(request)).await.map_err(late)
}

/// Answers hold tokens and private messages: no cache may keep them, no browser may guess their type.
async fn not_kept(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(HeaderName::from_static("x-content-type-options"), HeaderValue::from_static("nosniff"));
    response
}
