//! The routes, a module a resource. A handler reads, asks one concept, answers.

mod auth;
mod calls;
mod chat;
mod development;
mod health;
mod matches;
mod profile;

use crate::settings::Mode;
use crate::state::Backend;
use axum::Router;
use axum::routing::{get, post};
use pizoo_api::health::DEVELOPMENT_MAIL_PATH;

pub(crate) fn routes(backend: &Backend) -> Router<Backend> {
    let mut routes = Router::new()
        .route("/health", get(health::health))
        .route("/api/health", get(health::health))
        .route("/api/auth/email/send-link", post(auth::send_link))
        .route("/api/auth/email/verify", post(auth::verify))
        .route("/api/auth/refresh", post(auth::refresh))
        .route("/api/auth/me", get(auth::me))
        .route("/api/auth/logout", post(auth::logout))
        .route("/api/me", get(profile::me))
        .route("/api/user/profile", get(profile::user))
        .route("/api/profile/me", get(profile::profile))
        .route("/api/matches", get(matches::list))
        .route("/api/matches/{id}", get(matches::one))
        .route("/api/conversations", get(chat::conversations))
        .route("/api/conversations/{id}/messages", get(chat::messages).post(chat::send))
        .route("/api/conversations/{id}/read-receipts", post(chat::read))
        .route("/api/livekit/token", post(calls::token))
        .route("/api/livekit/status", get(calls::status));
    if backend.mode == Mode::Development {
        routes = routes.route(DEVELOPMENT_MAIL_PATH, get(development::mail));
    }
    routes
}
