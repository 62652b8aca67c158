//! The demo: two people call each other.
//!
//! Head-less, both are real apps on desks of their own, and what happened is measured and reported. With a display, one
//! is the app in front of the user, and `pizoo-peer` is the other.

mod headless;
mod interactive;
mod report;

pub use headless::{Headless, call_each_other, sign_in};
pub use interactive::with_display;
pub use report::{AppReport, Report, Versions};
