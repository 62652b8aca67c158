//! The backend over HTTP: a real server on a free port over a real database; only the clock is a mock.
//!
//! `PIZOO_TEST_ENGINE` chooses it: `sqlite` (the default), `postgres`, or `cluster`, two instances over one Postgres and
//! one Redis, whose requests alternate. `cargo xtask test` runs all three.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod account;
mod app;
mod auth;
mod bodies;
mod calls;
mod calls_limit;
mod chat;
mod chat_pages;
mod commands;
mod engine;
mod events;
mod hostile;
mod keys;
mod livekit_rooms;
mod livekit_server;
mod mail;
mod openapi;
mod operations;
mod passwords;
mod people;
mod people_races;
mod phone;
mod photos;
mod presence;
mod program;
mod push;
mod ringing;
mod ringing_races;
mod ringing_seen;
mod secrets;
mod serve;
mod server;
mod session_list;
mod several;
mod smtp;
mod socket;
mod throttles;
mod tokens;
mod upgrade;
mod webhook;
