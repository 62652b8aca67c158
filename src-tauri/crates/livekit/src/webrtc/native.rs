//! Parts of the library that are used on their own.

pub mod apm;
pub mod frame_cryptor;
