//! The client over HTTP against scripted backends, one for each part of it. The real backend takes part in the testbed's
//! tests.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by failing")]

mod chat;
mod person;
mod photos;
mod rings;
mod server;
mod session;
