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
mod livekit_server;
mod mail;
mod phone;
mod program;
mod push;
mod secrets;
mod serve;
mod smtp;
mod throttles;
