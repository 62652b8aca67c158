//! The microphone and the camera: what the user wants of them, and what they say.
//!
//! A microphone that fails and comes back is on again, if it is still wanted: the user went on talking, and the screen showed
//! the wish all the while. A camera that comes back stays dark until the user asks for it, by pressing or by choosing another
//! one: minutes later the room may be another, and a picture of it cannot be taken back.

use super::{Effect, Machine};

impl Machine {
    pub(super) fn set_microphone(&mut self, on: bool) -> Vec<Effect> {
        if !self.is_live() {
            return Vec::new();
        }
        self.microphone.wanted = on;
        self.microphone.available |= !on;
        vec![Effect::Microphone(on)]
    }

    pub(super) fn set_camera(&mut self, on: bool) -> Vec<Effect> {
        if !self.is_live() {
            return Vec::new();
        }
        self.camera_missed = false;
        self.camera.wanted = on;
        vec![Effect::Camera(on)]
    }

    pub(super) fn microphone_is(&mut self, on: bool) -> Vec<Effect> {
        if on && !self.microphone.wanted {
            // Said before it was turned off.
            return Vec::new();
        }
        self.device(|m| m.microphone.applied(on))
    }

    pub(super) fn microphone_lost(&mut self) -> Vec<Effect> {
        self.device(|m| m.microphone.interrupted())
    }

    pub(super) fn camera_is(&mut self, on: bool) -> Vec<Effect> {
        self.device(|m| m.camera.applied(on))
    }

    pub(super) fn camera_lost(&mut self, missing: bool) -> Vec<Effect> {
        self.device(|m| {
            m.camera_missed |= m.camera.wanted;
            m.camera.given_up(missing);
        })
    }

    pub(super) fn camera_found(&mut self) -> Vec<Effect> {
        self.device(|m| m.camera.available = true)
    }

    /// In place of one that failed it is opened; one that is off stays off.
    pub(super) fn camera_chosen(&mut self) -> Vec<Effect> {
        if self.camera_missed { self.set_camera(true) } else { Vec::new() }
    }

    fn device(&mut self, change: impl FnOnce(&mut Self)) -> Vec<Effect> {
        if self.is_live() {
            change(self);
        }
        Vec::new()
    }
}
