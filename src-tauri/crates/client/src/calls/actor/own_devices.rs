//! The own devices: what becomes of what they say and of what the user chooses, and the microphone that is off, which is
//! listened to if the user wants to be reminded of it.

use super::Actor;
use crate::calls::devices::DeviceEvent;
use crate::calls::muted::SpeakingWhileMuted;
use crate::view::{CallNotice, DeviceKind};
use pizoo_call::{Input, Phase};
use std::time::Duration;

const MICROPHONE: [CallNotice; 3] =
    [CallNotice::NoMicrophone, CallNotice::MicrophoneFailed, CallNotice::MicrophoneDenied];
const CAMERA: [CallNotice; 4] =
    [CallNotice::NoCamera, CallNotice::CameraBusy, CallNotice::CameraFailed, CallNotice::CameraDenied];

/// How often a microphone that is off is listened to.
const LISTEN: Duration = Duration::from_millis(100);

/// A microphone that is off and listened to.
pub(super) struct Listening {
    speaking: SpeakingWhileMuted,
    next: Duration,
}

impl Listening {
    /// When the next look is due.
    pub(super) fn next(&self) -> Duration {
        self.next
    }
}

impl Actor {
    pub(super) async fn device(&mut self, event: DeviceEvent) {
        if !self.machine.is_live() {
            return;
        }
        let input = match event {
            DeviceEvent::MicrophoneReady => Some(Input::MicrophoneIs(true)),
            DeviceEvent::MicrophoneLost(_) => Some(Input::MicrophoneLost),
            DeviceEvent::CameraIs(on) => Some(Input::CameraIs(on)),
            DeviceEvent::CameraLost(notice) => Some(Input::CameraLost { missing: notice == CallNotice::NoCamera }),
            DeviceEvent::CameraFound => Some(Input::CameraFound),
            DeviceEvent::SpeakerReady
            | DeviceEvent::SpeakerLost
            | DeviceEvent::CameraStalled
            | DeviceEvent::MicrophoneIs(_)
            | DeviceEvent::SpeakerIs(_) => None,
        };
        let is_camera_lost = matches!(event, DeviceEvent::CameraLost(_));
        self.tell(event);
        let Some(input) = input else { return };
        self.input(input).await;
        if matches!(input, Input::MicrophoneIs(true) | Input::CameraIs(true)) {
            // The screen says that it is on before anything is sent.
            self.publish();
        }
        if let Some(room) = &self.room {
            room.set_microphone(self.machine.microphone().on);
            room.set_camera(self.machine.camera().on);
        }
        if is_camera_lost && let Some(devices) = &self.devices {
            devices.set_camera(false);
        }
    }

    /// What the user is told of it.
    fn tell(&mut self, event: DeviceEvent) {
        let (now, microphone) = (self.epoch.elapsed(), self.machine.microphone());
        let Some(screen) = &mut self.screen else { return };
        match event {
            DeviceEvent::MicrophoneReady => screen.clear(&MICROPHONE),
            // Said before it was turned off.
            DeviceEvent::MicrophoneLost(_) if !microphone.wanted => {}
            DeviceEvent::MicrophoneLost(notice) => {
                screen.clear(&MICROPHONE);
                screen.note(notice, true);
            }
            DeviceEvent::MicrophoneIs(name) => screen.switched(DeviceKind::Microphone, name, now),
            DeviceEvent::SpeakerReady => screen.note(CallNotice::NoSpeaker, false),
            DeviceEvent::SpeakerLost => screen.note(CallNotice::NoSpeaker, true),
            DeviceEvent::SpeakerIs(name) => screen.switched(DeviceKind::Speaker, name, now),
            DeviceEvent::CameraIs(true) => screen.clear(&CAMERA),
            DeviceEvent::CameraIs(false) => {}
            DeviceEvent::CameraStalled => screen.note(CallNotice::CameraFailed, true),
            DeviceEvent::CameraLost(notice) => {
                screen.clear(&CAMERA);
                screen.note(notice, true);
            }
            DeviceEvent::CameraFound => screen.note(CallNotice::NoCamera, false),
        }
    }

    pub(super) fn set_microphone(&mut self, on: bool) {
        let Some(devices) = &self.devices else { return };
        if !on && let Some(room) = &self.room {
            room.set_microphone(false);
        }
        devices.set_microphone(on);
        if !on {
            // Nothing is captured any more from here on. Opening is confirmed by the device.
            let moment = self.moment();
            self.machine.handle(Input::MicrophoneIs(false), moment);
            // Of a microphone that is not wanted nothing is known.
            if let Some(screen) = &mut self.screen {
                screen.clear(&MICROPHONE);
            }
        }
    }

    /// The user chose something: open devices go over to it by themselves, a camera that failed is tried again.
    pub(super) async fn chosen(&mut self) {
        let camera = self.sources.camera();
        if self.camera == camera {
            return;
        }
        self.camera.clone_from(&camera);
        if let Some(devices) = &self.devices {
            // First, so that it is not the one before that lights up.
            devices.choose_camera(camera);
        }
        self.input(Input::CameraChosen).await;
    }

    /// Begins and ends listening to the microphone while it is off: only with both sides there, and only for users who want
    /// it. The device is held already while the microphone is on, so that turning it off does not close it for a moment.
    pub(super) fn attend(&mut self) {
        let wanted = self.machine.phase() == Phase::Active && self.sources.chosen.borrow().remind_muted;
        if let Some(devices) = &self.devices {
            devices.set_listening(wanted);
        }
        let microphone = self.machine.microphone();
        let is_off = !microphone.wanted && !microphone.on;
        match (wanted && is_off, &self.listening) {
            (true, None) => {
                let next = self.epoch.elapsed() + LISTEN;
                self.listening = Some(Listening { speaking: SpeakingWhileMuted::default(), next });
            }
            (false, _) => {
                self.listening = None;
                if let Some(screen) = &mut self.screen {
                    screen.muted_speaking = false;
                }
            }
            (true, Some(_)) => {}
        }
    }

    /// Looks whether the user speaks although the microphone is off.
    pub(super) fn listen(&mut self) {
        let now = self.epoch.elapsed();
        let (Some(listening), Some(devices)) = (&mut self.listening, &self.devices) else { return };
        listening.next = now + LISTEN;
        let speaks = listening.speaking.look(devices.unheard(), now);
        if let Some(screen) = &mut self.screen {
            screen.muted_speaking = speaks;
        }
    }
}
