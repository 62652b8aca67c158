//! Which window the user works in, as the system tells, and whether they read the open chat there, as the page tells.

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
    /// The main one's page shows the open chat, and nothing in front of it.
    pub(crate) reading: bool,
}

impl Focus {
    pub(super) fn set(&self, label: &str, focused: bool) {
        self.change(|all| match label {
            MAIN => all.main = focused,
            INCOMING => all.incoming = focused,
            _ => {}
        });
    }

    pub(crate) fn set_reading(&self, reading: bool) {
        self.change(|all| all.reading = reading);
    }

    fn change(&self, change: impl FnOnce(&mut Focused)) {
        self.0.send_if_modified(|all| {
            let before = *all;
            change(all);
            *all != before
        });
    }

    /// It now and later.
    pub(crate) fn view(&self) -> watch::Receiver<Focused> {
        self.0.subscribe()
    }
}
