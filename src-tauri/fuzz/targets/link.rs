//! What people type: addresses, numbers, codes, names, messages. Cleaning never panics, and cleaning twice changes nothing.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| pizoo_backend::fuzzing::clean(text));
