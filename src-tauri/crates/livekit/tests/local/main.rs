//! The library without a server: what would abort the process is an error, streams of local tracks, echo, failed connects.

mod connecting;
mod echo;
mod misuse;
mod streams;
