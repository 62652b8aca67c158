//! The real app, from the first screen to the end of a call, driven through its user interface.

mod app {
    mod accidents;
    mod calls;
    mod stage;
}
