//! The routes, a module a resource: each says its paths, then its handlers. A handler reads, asks one concept, answers.

mod auth;
mod chat;
mod development;
mod events;
mod health;
pub(crate) mod legacy;
mod livekit;
mod matches;
mod profile;

use crate::settings::Mode;
use crate::state::Backend;
use utoipa_axum::router::OpenApiRouter;

pub(crate) fn routes(backend: &Backend) -> OpenApiRouter<Backend> {
    let mut routes = OpenApiRouter::new();
    let parts =
        [auth::routes(), chat::routes(), health::routes(), livekit::routes(), matches::routes(), profile::routes()];
    for part in parts {
        routes = routes.merge(part);
    }
    routes = routes.merge(events::routes()).merge(legacy::routes());
    if backend.mode == Mode::Development {
        routes = routes.merge(development::routes());
    }
    routes
}
