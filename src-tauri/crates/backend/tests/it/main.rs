//! The backend over HTTP: a real server on a free port over a real SQLite file; only the clock is a mock.
#![expect(clippy::unwrap_used, reason = "tests")]

mod app;
mod auth;
mod bodies;
mod calls;
mod chat;
mod livekit_server;
mod program;
mod secrets;
mod serve;
