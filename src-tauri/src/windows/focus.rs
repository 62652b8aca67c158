//! Which window the user works in, as the system tells.

use super::{INCOMING, MAIN};
use tokio::sync::watch;

/// Watched by whoever tells the user something.
#[derive(Default)]
pub(crate) struct Focus(watch::Sender<Focused>);

/// Which window has the keyboard.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Focused {
    /// The main one does.
    pub(crate) main: bool,
    /// The ring's does.
    pub(crate) incoming: bool,
}

impl Focus {
    pub(super) fn set(&self, label: &str, focused: bool) {
        self.0.send_if_modified(|all| {
            let before = *all;
            match label {
                MAIN => all.main = focused,
                INCOMING => all.incoming = focused,
                _ => {}
            }
            *all != before
        });
    }

    /// It now and later.
    pub(crate) fn view(&self) -> watch::Receiver<Focused> {
        self.0.subscribe()
    }
}
