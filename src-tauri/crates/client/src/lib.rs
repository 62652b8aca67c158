//! The app without a window: session, chat and calls, against any Pizoo backend.
//!
//! [`Client`] is the one handle; what it knows it tells as snapshots ([`view`]) that hold no secret. It owns every task,
//! device and connection and gives them back in [`Client::shutdown`]. It is not the app's shell (no window, no page) and
//! not a backend. May depend on `api`, `call`, `media` and LiveKit's SDK.

mod account;
mod allowance;
mod calls;
mod chat;
mod client;
mod config;
mod devices;
mod error;
mod events;
mod feed;
pub mod files;
mod http;
mod keychain;
mod link;
mod people;
mod photos;
mod preferences;
mod quiet;
mod rings;
mod server;
mod session;
mod sounds;
pub mod view;
mod wake;

pub use client::{Client, StartError};
pub use config::{CameraSource, ClientConfig, KeychainChoice};
pub use photos::Photo;

#[cfg(not(feature = "livekit-source"))]
use ::livekit;
#[cfg(feature = "livekit-source")]
use livekit_crate as livekit;
