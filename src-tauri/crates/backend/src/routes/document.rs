//! `/api/openapi.json`, and `/api/docs`: a page that shows it. Everything comes from this program; the page runs no script
//! but its own and loads nothing from elsewhere.

use crate::state::Backend;
use axum::Router;
use axum::body::Bytes;
use axum::extract::Extension;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, REFERRER_POLICY};
use axum::response::IntoResponse;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; \
    base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The document as it is sent, made once.
#[derive(Clone)]
struct Text(Bytes);

/// With the document of all other routes.
pub(crate) fn routes(collected: OpenApi) -> Router<Backend> {
    let (routes, own) = handlers().split_for_parts();
    let document = crate::openapi::complete(collected.merge_from(own));
    routes.layer(Extension(Text(document.to_string().into())))
}

pub(crate) fn handlers() -> OpenApiRouter<Backend> {
    OpenApiRouter::new().routes(routes!(document)).routes(routes!(page)).routes(routes!(script)).routes(routes!(style))
}

/// This document.
#[utoipa::path(get, path = "/api/openapi.json", tag = "documentation",
    responses((status = 200, description = "OpenAPI 3.1", body = serde_json::Value)))]
async fn document(Extension(Text(document)): Extension<Text>) -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json")], document)
}

/// A page that shows it.
#[utoipa::path(get, path = "/api/docs", tag = "documentation",
    responses((status = 200, description = "A page", body = String, content_type = "text/html")))]
async fn page() -> impl IntoResponse {
    static_text("text/html; charset=utf-8", include_str!("document/page.html"))
}

/// The page's script.
#[utoipa::path(get, path = "/api/docs/page.js", tag = "documentation",
    responses((status = 200, description = "A script", body = String, content_type = "text/javascript")))]
async fn script() -> impl IntoResponse {
    static_text("text/javascript; charset=utf-8", include_str!("document/page.js"))
}

/// The page's style.
#[utoipa::path(get, path = "/api/docs/page.css", tag = "documentation",
    responses((status = 200, description = "A style sheet", body = String, content_type = "text/css")))]
async fn style() -> impl IntoResponse {
    static_text("text/css; charset=utf-8", include_str!("document/page.css"))
}

fn static_text(kind: &'static str, text: &'static str) -> impl IntoResponse {
    let headers: [(HeaderName, &str); 3] =
        [(CONTENT_TYPE, kind), (CONTENT_SECURITY_POLICY, POLICY), (REFERRER_POLICY, "no-referrer")];
    (headers, text)
}
