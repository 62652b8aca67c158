//! `GET /auth/verify`: where a link in a mail leads when `FRONTEND_URL` is this backend. It shows a button that opens the
//! app, and consumes nothing: mail scanners follow links.

use crate::state::Backend;
use axum::extract::Query;
use axum::http::{HeaderName, header};
use axum::response::IntoResponse;
use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Backend> {
    OpenApiRouter::new().routes(routes!(verify))
}

#[derive(Deserialize)]
struct Link {
    #[serde(default)]
    token: String,
}

const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'";

/// Where a link in a mail leads: a page with a button that opens the app. It consumes nothing.
#[utoipa::path(get, path = "/auth/verify", tag = "auth",
    params(("token" = Option<String>, Query, description = "The link's token")),
    responses(
        (status = 200, description = "The page", body = String, content_type = "text/html"),
        (status = 400, description = "The query cannot be read", body = String, content_type = "text/plain"),
    ))]
async fn verify(Query(link): Query<Link>) -> impl IntoResponse {
    // Tokens have these characters only; anything else is not put into a page.
    let token: String = link.token.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).collect();
    let page = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>Pizoo</title><style>body{{font:1.1rem system-ui;max-width:30rem;margin:15vh auto;padding:0 1rem;\
         text-align:center;color-scheme:light dark}}a{{display:inline-block;padding:.8rem 1.6rem;border-radius:2rem;\
         background:#7a2e6e;color:#fff;text-decoration:none}}</style>\
         <h1>Sign in to Pizoo</h1><p><a href=\"pizoo://verify?token={token}\">Open Pizoo</a></p>\
         <p>If nothing happens, copy this page's address into the app.</p></html>"
    );
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::REFERRER_POLICY, "no-referrer"),
        (HeaderName::from_static("x-frame-options"), "DENY"),
    ];
    (headers, page)
}
