//! A microphone or camera switch: what is wanted and what is so are two values.

use serde::Serialize;
use ts_rs::TS;

/// A microphone or camera switch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
pub struct Switch {
    /// Whether the device can be had, as far as is known. Where it cannot, wanting it is worth a try all the same. False for
    /// a microphone that is wanted and does not deliver, and for a camera where there is none.
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

    /// The device does not deliver. The wish stays: it goes on once the device does.
    pub(crate) fn interrupted(&mut self) {
        // Of one that is not wanted nothing is known.
        self.available = !self.wanted;
        self.on = false;
    }

    /// The device does not deliver, and the wish goes with it.
    pub(crate) fn given_up(&mut self, missing: bool) {
        *self = Self { available: !missing, wanted: false, on: false };
    }
}
