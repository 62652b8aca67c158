//! The routes, a module a resource: each says its paths, then its handlers. A handler reads, asks one concept, answers.

mod account;
mod auth;
mod calling;
mod calls;
mod chat;
mod development;
pub(crate) mod document;
mod events;
mod health;
pub(crate) mod legacy;
mod livekit;
mod matches;
mod operations;
mod page;
mod password;
mod people;
mod phone;
mod photos;
mod profile;
mod push;
mod session;

use crate::settings::Mode;
use crate::state::Backend;
use utoipa_axum::router::OpenApiRouter;

pub(crate) fn routes(mode: Mode) -> OpenApiRouter<Backend> {
    let mut routes = OpenApiRouter::new();
    let parts = [
        account::routes(),
        auth::routes(),
        calling::routes(),
        calls::routes(),
        chat::routes(),
        health::routes(),
        livekit::routes(),
        matches::routes(),
        page::routes(),
        phone::routes(),
        photos::routes(),
        people::routes(),
        operations::routes(),
        profile::routes(),
        password::routes(),
        session::routes(),
        push::routes(),
    ];
    for part in parts {
        routes = routes.merge(part);
    }
    routes = routes.merge(events::routes()).merge(legacy::routes());
    if mode == Mode::Development {
        routes = routes.merge(development::routes());
    }
    routes
}
