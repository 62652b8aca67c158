//! The real app, from the first screen to the end of a call, driven through its user interface.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by failing")]

mod app {
    mod accidents;
    mod calls;
    mod chat;
    mod doors;
    mod gate;
    mod protection;
    mod ringing;
    mod stage;
}
