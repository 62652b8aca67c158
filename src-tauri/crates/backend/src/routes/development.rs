//! The newest mock mail and text message, so that a person need not search the log. A production backend has no such route.

use crate::http::problem::Problem;
use crate::input;
use crate::state::Backend;
use axum::Json;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use pizoo_api::health::{DEVELOPMENT_MAIL_PATH, DEVELOPMENT_TEXT_PATH, DevelopmentMail, DevelopmentText};
use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Backend> {
    OpenApiRouter::new().routes(routes!(mail)).routes(routes!(text))
}

#[derive(Deserialize)]
struct MailTo {
    email: String,
}

#[derive(Deserialize)]
struct TextTo {
    phone: String,
}

/// The newest mock mail to an address.
#[utoipa::path(get, path = DEVELOPMENT_MAIL_PATH, tag = "development",
    params(("email" = String, Query, description = "Whom the mail is for")),
    responses(
    (status = 200, description = "The mail's link", body = DevelopmentMail),
    (status = 400, description = "No address", body = String, content_type = "text/plain"),
    (status = 403, description = "Not asked from this computer"),
    (status = 404, description = "No mail to this address"),
))]
async fn mail(
    State(backend): State<Backend>,
    headers: HeaderMap,
    Query(to): Query<MailTo>,
) -> Result<Json<DevelopmentMail>, Problem> {
    only_here(&headers)?;
    let email = input::email(&to.email).unwrap_or_default();
    let (link, code) = backend.outbox.newest_mail(&email).ok_or_else(nothing)?;
    Ok(Json(DevelopmentMail { email, link, code }))
}

/// The newest mock text message to a number.
#[utoipa::path(get, path = DEVELOPMENT_TEXT_PATH, tag = "development",
    params(("phone" = String, Query, description = "Whom the message is for")),
    responses(
    (status = 200, description = "The code in it", body = DevelopmentText),
    (status = 400, description = "No number", body = String, content_type = "text/plain"),
    (status = 403, description = "Not asked from this computer"),
    (status = 404, description = "No message to this number"),
))]
async fn text(
    State(backend): State<Backend>,
    headers: HeaderMap,
    Query(to): Query<TextTo>,
) -> Result<Json<DevelopmentText>, Problem> {
    only_here(&headers)?;
    let phone = input::phone(&to.phone).unwrap_or_default();
    let code = backend.outbox.newest_text(&phone).ok_or_else(nothing)?;
    Ok(Json(DevelopmentText { phone, code }))
}

fn nothing() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "No message to this address")
}

/// A web page can point its own host name at this computer; it cannot choose the Host header.
fn only_here(headers: &HeaderMap) -> Result<(), Problem> {
    if headers.get(header::HOST).and_then(|host| host.to_str().ok()).is_some_and(is_loopback) {
        Ok(())
    } else {
        Err(Problem::new(StatusCode::FORBIDDEN, "Only for programs on this computer"))
    }
}

fn is_loopback(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if !port.contains(']') => name,
        _ => host,
    };
    let address = name.trim_start_matches('[').trim_end_matches(']');
    name == "localhost" || address.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::is_loopback;

    #[test]
    fn only_names_of_this_computer_are_loopback() {
        for host in ["localhost", "localhost:8001", "127.0.0.1:8001", "[::1]:8001", "[::1]"] {
            assert!(is_loopback(host), "{host}");
        }
        for host in ["", "evil.example", "localhost.evil.example:8001", "10.0.0.1", "127.0.0.1.evil.example"] {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
