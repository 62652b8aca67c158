//! The token backend: accounts by magic link, matches, chat and LiveKit tokens over SQLite.
//!
//! The app embeds it ([`serve`]); the binary `pizoo-backend` runs it alone. Routes and shapes are those of the original
//! Pizoo backend (`pizoo_api`), so clients need not know which one they talk to. It carries no media and knows nothing of
//! windows, keychains or devices. [`livekit_server`] also starts the real LiveKit server for development and tests.
//!
//! May depend on `pizoo-api`; only the app and tests may depend on it.

pub mod admin;
mod bus;
mod chat;
pub mod clock;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
mod grant;
mod http;
mod input;
pub mod keys;
mod livekit;
pub mod livekit_server;
mod local_calls;
#[doc(hidden)]
pub mod measuring;
mod metrics;
pub mod openapi;
mod outbox;
mod password;
mod people;
mod photo;
mod presence;
mod profile;
mod push;
pub mod random;
mod readiness;
mod ringing;
mod rooms;
mod routes;
pub mod seed;
mod serve;
mod server;
mod session;
pub mod settings;
mod socket;
mod state;
pub mod store;
mod throttle;
mod upkeep;
mod webhook;

pub use clock::Clock;
pub use random::Random;
pub use serve::{Running, ServeError, serve, serve_with};
pub use settings::{Database, LiveKit, Mode, Settings, SettingsError};
