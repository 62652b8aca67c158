//! The machine: inputs in, effects out.
//!
//! Here is what every call goes through: its start, its end, and a wait that was too long. What the ring, the room and the
//! devices say is taken by a module each. It does nothing by itself, and has no clock: a [`Input::Tick`] is wanted at
//! [`Machine::deadline`].

mod devices;
mod effect;
mod input;
mod limits;
mod phase;
mod ring;
mod room;
mod state;

pub use effect::Effect;
pub use input::{Input, LossCause, Moment, RingOutcome, StartFailure, Way};
pub use phase::{EndReason, Phase};

use crate::Switch;
use limits::CONNECT_LIMIT;
use state::{State, Step};
use std::time::Duration;

/// One call. A finished one can be started again.
#[derive(Clone, Debug)]
pub struct Machine {
    state: State,
    way: Way,
    microphone: Switch,
    camera: Switch,
    /// The camera failed while it was wanted, and the user has not said anything about it since.
    camera_missed: bool,
    /// Time with the other side, finished stretches only.
    together: Duration,
    together_since: Option<Duration>,
}

impl Default for Machine {
    fn default() -> Self {
        Self {
            state: State::Idle,
            way: Way::Join,
            microphone: Switch::new(false),
            camera: Switch::new(false),
            camera_missed: false,
            together: Duration::ZERO,
            together_since: None,
        }
    }
}

impl Machine {
    /// Where the call stands.
    pub fn phase(&self) -> Phase {
        self.state.phase()
    }

    /// The microphone switch.
    pub fn microphone(&self) -> Switch {
        self.microphone
    }

    /// The camera switch.
    pub fn camera(&self) -> Switch {
        self.camera
    }

    /// Whether a call is on: devices and room may be in use.
    pub fn is_live(&self) -> bool {
        self.state.is_live()
    }

    /// How long both sides were together until `now`, away times included once they returned.
    pub fn together(&self, now: Duration) -> Duration {
        self.together + self.together_since.map_or(Duration::ZERO, |since| now.saturating_sub(since))
    }

    /// When a [`Input::Tick`] is wanted.
    pub fn deadline(&self) -> Option<Duration> {
        self.state.deadline()
    }

    /// Takes one input. Inputs that mean nothing in the present state change nothing.
    pub fn handle(&mut self, input: Input, at: Moment) -> Vec<Effect> {
        match input {
            Input::Start { by, camera } => self.start(by, camera, at),
            Input::Rings => self.rings(at),
            Input::Answered => self.answered(at),
            Input::RingOver(outcome) => self.ring_over(outcome, at),
            Input::HangUp => self.end(EndReason::HungUp, at),
            Input::Dismiss => {
                if matches!(self.state, State::Ended(_)) {
                    *self = Self::default();
                }
                Vec::new()
            }
            Input::SetMicrophone(on) => self.set_microphone(on),
            Input::SetCamera(on) => self.set_camera(on),
            Input::MicrophoneIs(on) => self.microphone_is(on),
            Input::MicrophoneLost => self.microphone_lost(),
            Input::CameraIs(on) => self.camera_is(on),
            Input::CameraLost { missing } => self.camera_lost(missing),
            Input::CameraFound => self.camera_found(),
            Input::CameraChosen => self.camera_chosen(),
            Input::TokenReady => self.token_ready(),
            Input::CouldNotStart(failure) | Input::JoinFailed(failure) => self.failed(failure, at),
            Input::Joined { partner } => self.joined(partner, at),
            Input::PartnerJoined => self.partner_joined(at),
            Input::PartnerLeft { on_purpose } => self.partner_left(on_purpose, at),
            Input::RoomReconnecting => self.restoring(at),
            Input::RoomRestored => self.restored(at),
            Input::RoomLost(cause) => self.lost(cause, at),
            Input::Unprotected => self.end(EndReason::NotEncrypted, at),
            Input::Tick => self.tick(at),
        }
    }

    fn start(&mut self, by: Way, camera: bool, at: Moment) -> Vec<Effect> {
        if self.is_live() {
            return Vec::new();
        }
        let give_up = at.now + CONNECT_LIMIT;
        let (state, first) = match by {
            Way::Join => (State::Connecting { give_up }, Effect::FetchToken),
            Way::Ring => (State::Calling { give_up }, Effect::Ring),
            Way::Answer => (State::Answering { give_up }, Effect::Answer),
        };
        *self = Self { state, way: by, microphone: Switch::new(true), camera: Switch::new(camera), ..Self::default() };
        let mut effects = vec![first, Effect::Microphone(true)];
        // An audio call never opens the camera.
        if camera {
            effects.push(Effect::Camera(true));
        }
        effects
    }

    fn tick(&mut self, at: Moment) -> Vec<Effect> {
        let due = self.deadline().is_some_and(|deadline| deadline <= at.now);
        match self.state {
            _ if !due => Vec::new(),
            State::Rejoining { partner, give_up, attempt, step: Step::Pausing { token, .. } } if at.now < give_up => {
                let (step, effect) =
                    if token { (Step::Joining, Effect::Join) } else { (Step::FetchingToken, Effect::FetchToken) };
                self.state = State::Rejoining { partner, give_up, attempt, step };
                vec![effect]
            }
            State::Calling { .. } | State::Answering { .. } | State::Connecting { .. } => {
                self.end(EndReason::CouldNotConnect, at)
            }
            State::Ringing { .. } => self.end(EndReason::Unavailable, at),
            State::InRoom { .. } => self.end(EndReason::NobodyCame, at),
            State::PartnerAway { .. } => self.end(EndReason::PartnerLeft, at),
            State::Restoring { .. } | State::Rejoining { .. } => self.end(EndReason::ConnectionLost, at),
            State::Idle | State::Ended(_) => Vec::new(),
        }
    }

    /// Ends the call here, and at the server if that knows of it.
    fn end(&mut self, reason: EndReason, at: Moment) -> Vec<Effect> {
        let told = match (self.way, self.state) {
            (Way::Join, _) | (_, State::Idle | State::Ended(_)) => None,
            (_, State::Calling { .. } | State::Ringing { .. }) => Some(Effect::CancelRing),
            _ => Some(Effect::EndCall),
        };
        let mut effects = self.close(reason, at);
        // Devices and room come first: they are what the user waits for.
        effects.extend(told);
        effects
    }

    /// Ends the call here only: the server knows, or it goes on elsewhere.
    fn close(&mut self, reason: EndReason, at: Moment) -> Vec<Effect> {
        if !self.is_live() {
            return Vec::new();
        }
        self.together = self.together(at.now);
        self.together_since = None;
        self.state = State::Ended(reason);
        // The effect below closes the devices whatever the switches say.
        self.microphone.applied(false);
        self.camera.applied(false);
        vec![Effect::Release]
    }
}

#[cfg(test)]
mod tests;
