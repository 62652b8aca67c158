//! Calls between real clients through a real LiveKit server and a real backend.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on says so by failing")]

mod calls {
    mod cluster;
    mod endings;
    mod load;
    mod media;
    mod protection;
    mod refusals;
    mod ringing;
    mod secrets;
    mod session;
    mod stage;
}
