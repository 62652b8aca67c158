//! The routes, a module a resource: each says its paths, then its handlers. A handler reads, asks one concept, answers.

mod auth;
mod chat;
mod development;
mod health;
mod livekit;
mod matches;
mod page;
mod phone;
mod profile;
mod push;

use crate::settings::Mode;
use crate::state::Backend;
use utoipa_axum::router::OpenApiRouter;

pub(crate) fn routes(backend: &Backend) -> OpenApiRouter<Backend> {
    let mut routes = OpenApiRouter::new();
    let parts = [
        auth::routes(),
        chat::routes(),
        health::routes(),
        livekit::routes(),
        matches::routes(),
        page::routes(),
        phone::routes(),
        profile::routes(),
        push::routes(),
    ];
    for part in parts {
        routes = routes.merge(part);
    }
    if backend.mode == Mode::Development {
        routes = routes.merge(development::routes());
    }
    routes
}
