//! Accounts and people, between real clients and a real backend. No call is made, so there is no LiveKit.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on says so by failing")]

mod accounts {
    mod chat;
    mod owner;
    mod people;
    mod sign_in;
    mod stage;
}
