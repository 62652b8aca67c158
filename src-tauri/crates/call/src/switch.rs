//! A microphone or camera switch: what is wanted and what is so are two values.

use serde::Serialize;
use ts_rs::TS;

/// A microphone or camera switch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
pub struct Switch {
    /// There is a device; without one the switch cannot be turned on.
    pub available: bool,
    /// What the user wants.
    pub wanted: bool,
    /// What is in force: true as long as anything may still be sent.
    pub on: bool,
}

impl Switch {
    /// A switch in the given position whose device was not opened yet.
    pub(crate) fn new(wanted: bool) -> Self {
        Self { available: true, wanted, on: false }
    }

    /// Whether the device still has to follow the user's wish.
    pub fn syncing(self) -> bool {
        self.available && self.wanted != self.on
    }

    pub(crate) fn applied(&mut self, on: bool) {
        self.on = on;
        self.available |= on;
    }

    pub(crate) fn lost(&mut self) {
        *self = Self { available: false, wanted: false, on: false };
    }
}
