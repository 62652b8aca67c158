//! Calls between real clients through a real LiveKit server and a real backend.

mod calls {
    mod endings;
    mod load;
    mod media;
    mod refusals;
    mod secrets;
    mod session;
    mod stage;
}
