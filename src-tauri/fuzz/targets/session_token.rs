//! Whatever stands in an `Authorization` header: it never panics, and never opens a session that nobody signed.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| assert!(!pizoo_backend::fuzzing::token_opens(text), "a forged token was accepted"));
