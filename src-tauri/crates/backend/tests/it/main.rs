//! The backend over HTTP: a real server on a free port over a real database; only the clock is a mock.
//!
//! `PIZOO_TEST_ENGINE` chooses it: `sqlite` (the default), `postgres`, or `cluster`, two instances over one Postgres and
//! one Redis, whose requests alternate. `cargo xtask test` runs all three.
#![expect(clippy::unwrap_used, reason = "tests")]

mod app;
mod auth;
mod bodies;
mod calls;
mod chat;
mod engine;
mod events;
mod livekit_server;
mod presence;
mod program;
mod secrets;
mod serve;
mod several;
mod socket;
