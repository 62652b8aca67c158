//! The machine: inputs in, effects out.
//!
//! Inputs come from the user (`Start`, `HangUp`, `SetMicrophone`, `SetCamera`, `Dismiss`), from the server that rings
//! (`Rings`, `Answered`, `RingOver`), from the token endpoint (`TokenReady`, `CouldNotStart`), from the room (`Joined`,
//! `JoinFailed`, `PartnerJoined`, `PartnerLeft`, `RoomReconnecting`, `RoomRestored`, `RoomLost`), from the agreement on
//! keys (`Unprotected`), from the devices (`Microphone*`, `Camera*`) and from the clock (`Tick`, wanted at
//! [`Machine::deadline`]).
//!
//! A microphone that fails and comes back is on again, if it is still wanted: the user went on talking, and the screen showed
//! the wish all the while. A camera that comes back stays dark until the user asks for it, by pressing or by choosing another
//! one: minutes later the room may be another, and a picture of it cannot be taken back.

use crate::{EndReason, RECONNECT_LIMIT, Switch, backoff};
use std::time::Duration;

/// The other side's leaving is not the end: a full reconnect looks like leaving and joining.
const PARTNER_GRACE: Duration = Duration::from_secs(30);
/// How long a token and a room may take together.
const CONNECT_LIMIT: Duration = Duration::from_secs(20);
/// How long the user waits alone where nobody is rung.
const WAIT_LIMIT: Duration = Duration::from_secs(10 * 60);
/// How long the user waits for somebody who answered.
const ANSWERED_LIMIT: Duration = Duration::from_secs(30);
/// The server ends a ring after 45 s; this is for one that does not say so.
const RING_LIMIT: Duration = Duration::from_secs(50);

/// Time and chance at which an input happens.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moment {
    /// Since any fixed point in the past, monotonic.
    pub now: Duration,
    /// Uniform in `[0, 1)`.
    pub random: f64,
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input {
    /// The user pressed a button that leads into a call; `camera` for a video call.
    Start {
        /// How it comes about.
        by: Way,
        /// Whether the camera is to be opened.
        camera: bool,
    },
    /// It rings at the other side.
    Rings,
    /// The other side answered, or the own answer was taken.
    Answered,
    /// The server says that the call is over.
    RingOver(RingOutcome),
    /// The user ended the call.
    HangUp,
    /// The user closed the screen of an ended call.
    Dismiss,
    /// The user wants the microphone on or off.
    SetMicrophone(bool),
    /// The user wants the camera on or off.
    SetCamera(bool),
    /// A token arrived.
    TokenReady,
    /// No token: not verified, limit, not configured, offline.
    CouldNotStart(StartFailure),
    /// The room was joined; `partner` says whether the other side was there already.
    Joined {
        /// The other side is in the room.
        partner: bool,
    },
    /// The room could not be joined.
    JoinFailed(StartFailure),
    /// The other side entered the room.
    PartnerJoined,
    /// The other side is gone from the room; `on_purpose` if it said so.
    PartnerLeft {
        /// It left, rather than lost its connection.
        on_purpose: bool,
    },
    /// The SDK noticed a loss and tries to restore the connection.
    RoomReconnecting,
    /// The SDK restored the connection.
    RoomRestored,
    /// The room is gone for good.
    RoomLost(LossCause),
    /// The call cannot be encrypted end to end and must not go on without.
    Unprotected,
    /// The microphone is open (true) or closed (false).
    MicrophoneIs(bool),
    /// There is no microphone, or it failed; it may come back by itself.
    MicrophoneLost,
    /// The camera is open (true) or closed (false).
    CameraIs(bool),
    /// There is no camera, or it failed; it does not come back by itself.
    CameraLost {
        /// There is none.
        missing: bool,
    },
    /// There is a camera again, which is not open.
    CameraFound,
    /// The user chose another camera.
    CameraChosen,
    /// [`Machine::deadline`] has come.
    Tick,
}

/// How a call comes about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Both join, and meet: for a server that cannot ring.
    Join,
    /// The other side is rung.
    Ring,
    /// The other side rings, and this is the answer.
    Answer,
}

/// How a ring, or the call it led to, ended at the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RingOutcome {
    /// Nobody answers. Why is not told.
    Unavailable,
    /// The caller gave up before the answer came.
    Cancelled,
    /// Another device answered.
    Elsewhere,
    /// The other side hung up.
    HungUp,
}

/// Whether trying again can help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StartFailure {
    /// Refused: not verified, limit reached, token rejected, not configured.
    Refused,
    /// Not reached: worth another attempt while reconnecting.
    Unreachable,
}

/// Why the room is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LossCause {
    /// The connection, or the server.
    Connection,
    /// The same identity joined from elsewhere.
    SameIdentity,
    /// Removed, or the room was deleted.
    Removed,
}

/// What is to be done. Effects are carried out in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Ask the server to ring; answer `Rings`, `Answered`, `RingOver` or `CouldNotStart`.
    Ring,
    /// Tell the server that the ring is answered; answer `Answered`, `RingOver` or `CouldNotStart`.
    Answer,
    /// Tell the server that the ring is given up.
    CancelRing,
    /// Tell the server that the call is over.
    EndCall,
    /// Ask the token endpoint; answer `TokenReady` or `CouldNotStart`.
    FetchToken,
    /// Join the room with the newest token; answer `Joined` or `JoinFailed`.
    Join,
    /// Open or close the microphone; answer `MicrophoneIs` or `MicrophoneLost`.
    Microphone(bool),
    /// Open or close the camera; answer `CameraIs` or `CameraLost`.
    Camera(bool),
    /// Close both devices and leave the room. Idempotent.
    Release,
}

/// Where the call stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// No call.
    Idle,
    /// The server is being asked to ring.
    Calling,
    /// It rings at the other side.
    Ringing,
    /// Answering, fetching a token and joining.
    Connecting,
    /// In the room, alone.
    Waiting,
    /// Both are there.
    Active,
    /// A connection is being restored, the own or the other side's.
    Reconnecting,
    /// Over; everything was released.
    Ended(EndReason),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Idle,
    Calling {
        give_up: Duration,
    },
    Ringing {
        give_up: Duration,
    },
    Answering {
        give_up: Duration,
    },
    Connecting {
        give_up: Duration,
    },
    /// `partner` false: alone since joining.
    InRoom {
        partner: bool,
        give_up: Option<Duration>,
    },
    /// The other side is away; `give_up` ends the grace.
    PartnerAway {
        give_up: Duration,
    },
    /// The SDK restores the connection.
    Restoring {
        partner: bool,
        give_up: Duration,
    },
    /// The SDK gave up; we join again.
    Rejoining {
        partner: bool,
        give_up: Duration,
        attempt: u32,
        step: Step,
    },
    Ended(EndReason),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    FetchingToken,
    Joining,
    /// Next attempt at this time; `token` says whether one is there already.
    Pausing {
        until: Duration,
        token: bool,
    },
}

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
        match self.state {
            State::Idle => Phase::Idle,
            State::Calling { .. } => Phase::Calling,
            State::Ringing { .. } => Phase::Ringing,
            State::Answering { .. } | State::Connecting { .. } => Phase::Connecting,
            State::InRoom { partner: false, .. } => Phase::Waiting,
            State::InRoom { partner: true, .. } => Phase::Active,
            State::PartnerAway { .. } | State::Restoring { .. } | State::Rejoining { .. } => Phase::Reconnecting,
            State::Ended(reason) => Phase::Ended(reason),
        }
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
        !matches!(self.state, State::Idle | State::Ended(_))
    }

    /// How long both sides were together until `now`, away times included once they returned.
    pub fn together(&self, now: Duration) -> Duration {
        self.together + self.together_since.map_or(Duration::ZERO, |since| now.saturating_sub(since))
    }

    /// When a [`Input::Tick`] is wanted.
    pub fn deadline(&self) -> Option<Duration> {
        match self.state {
            State::Idle | State::Ended(_) => None,
            State::Calling { give_up }
            | State::Ringing { give_up }
            | State::Answering { give_up }
            | State::Connecting { give_up }
            | State::PartnerAway { give_up }
            | State::Restoring { give_up, .. } => Some(give_up),
            State::InRoom { give_up, .. } => give_up,
            State::Rejoining { give_up, step: Step::Pausing { until, .. }, .. } => Some(until.min(give_up)),
            State::Rejoining { give_up, .. } => Some(give_up),
        }
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
            // Said before it was turned off.
            Input::MicrophoneIs(true) if !self.microphone.wanted => Vec::new(),
            Input::MicrophoneIs(on) => self.device(|m| m.microphone.applied(on)),
            Input::MicrophoneLost => self.device(|m| m.microphone.interrupted()),
            Input::CameraIs(on) => self.device(|m| m.camera.applied(on)),
            Input::CameraLost { missing } => self.device(|m| {
                m.camera_missed |= m.camera.wanted;
                m.camera.given_up(missing);
            }),
            Input::CameraFound => self.device(|m| m.camera.available = true),
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

    fn rings(&mut self, at: Moment) -> Vec<Effect> {
        if let State::Calling { .. } = self.state {
            self.state = State::Ringing { give_up: at.now + RING_LIMIT };
        }
        Vec::new()
    }

    fn answered(&mut self, at: Moment) -> Vec<Effect> {
        match self.state {
            State::Calling { .. } | State::Ringing { .. } | State::Answering { .. } => {
                self.state = State::Connecting { give_up: at.now + CONNECT_LIMIT };
                vec![Effect::FetchToken]
            }
            _ => Vec::new(),
        }
    }

    fn ring_over(&mut self, outcome: RingOutcome, at: Moment) -> Vec<Effect> {
        self.close(
            match outcome {
                RingOutcome::Unavailable => EndReason::Unavailable,
                RingOutcome::Elsewhere => EndReason::ElsewhereActive,
                RingOutcome::Cancelled | RingOutcome::HungUp => EndReason::PartnerLeft,
            },
            at,
        )
    }

    fn set_microphone(&mut self, on: bool) -> Vec<Effect> {
        if !self.is_live() {
            return Vec::new();
        }
        self.microphone.wanted = on;
        self.microphone.available |= !on;
        vec![Effect::Microphone(on)]
    }

    fn set_camera(&mut self, on: bool) -> Vec<Effect> {
        if !self.is_live() {
            return Vec::new();
        }
        self.camera_missed = false;
        self.camera.wanted = on;
        vec![Effect::Camera(on)]
    }

    /// In place of one that failed it is opened; one that is off stays off.
    fn camera_chosen(&mut self) -> Vec<Effect> {
        if self.camera_missed { self.set_camera(true) } else { Vec::new() }
    }

    fn device(&mut self, change: impl FnOnce(&mut Self)) -> Vec<Effect> {
        if self.is_live() {
            change(self);
        }
        Vec::new()
    }

    fn token_ready(&mut self) -> Vec<Effect> {
        match &mut self.state {
            State::Connecting { .. } => vec![Effect::Join],
            State::Rejoining { step: step @ Step::FetchingToken, .. } => {
                *step = Step::Joining;
                vec![Effect::Join]
            }
            _ => Vec::new(),
        }
    }

    fn failed(&mut self, failure: StartFailure, at: Moment) -> Vec<Effect> {
        match (self.state, failure) {
            (State::Calling { .. } | State::Answering { .. } | State::Connecting { .. }, _) => {
                self.end(EndReason::CouldNotConnect, at)
            }
            (State::Rejoining { .. }, StartFailure::Refused) => self.end(EndReason::ConnectionLost, at),
            (State::Rejoining { partner, give_up, attempt, step }, StartFailure::Unreachable) => {
                // The token endpoint is limited: what was issued is used until it is refused.
                let token = match step {
                    Step::Joining => true,
                    Step::FetchingToken => false,
                    Step::Pausing { .. } => return Vec::new(),
                };
                let until = at.now + backoff(attempt, at.random);
                let step = Step::Pausing { until, token };
                self.state = State::Rejoining { partner, give_up, attempt: attempt.saturating_add(1), step };
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    fn joined(&mut self, partner: bool, at: Moment) -> Vec<Effect> {
        match self.state {
            State::Connecting { .. } => {
                self.enter_room(partner, at);
                Vec::new()
            }
            State::Rejoining { partner: was, .. } => {
                match (partner, was) {
                    (false, true) => self.state = State::PartnerAway { give_up: at.now + PARTNER_GRACE },
                    _ => self.enter_room(partner, at),
                }
                Vec::new()
            }
            // Hung up while joining: the room that arrives is left again.
            State::Idle | State::Ended(_) => vec![Effect::Release],
            _ => Vec::new(),
        }
    }

    fn enter_room(&mut self, partner: bool, at: Moment) {
        let patience = if self.way == Way::Join { WAIT_LIMIT } else { ANSWERED_LIMIT };
        let give_up = (!partner).then_some(at.now + patience);
        self.state = State::InRoom { partner, give_up };
        if partner && self.together_since.is_none() {
            self.together_since = Some(at.now);
        }
    }

    fn partner_joined(&mut self, at: Moment) -> Vec<Effect> {
        match &mut self.state {
            State::InRoom { .. } | State::PartnerAway { .. } => self.enter_room(true, at),
            State::Restoring { partner, .. } => *partner = true,
            _ => {}
        }
        Vec::new()
    }

    fn partner_left(&mut self, on_purpose: bool, at: Moment) -> Vec<Effect> {
        match &mut self.state {
            State::InRoom { partner: true, .. } | State::PartnerAway { .. } if on_purpose => {
                self.end(EndReason::PartnerLeft, at)
            }
            State::InRoom { partner: true, .. } => {
                self.state = State::PartnerAway { give_up: at.now + PARTNER_GRACE };
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    fn restoring(&mut self, at: Moment) -> Vec<Effect> {
        let partner = match self.state {
            State::InRoom { partner, .. } => partner,
            State::PartnerAway { .. } => true,
            _ => return Vec::new(),
        };
        self.state = State::Restoring { partner, give_up: at.now + RECONNECT_LIMIT };
        Vec::new()
    }

    fn restored(&mut self, at: Moment) -> Vec<Effect> {
        if let State::Restoring { partner, .. } = self.state {
            self.enter_room(partner, at);
        }
        Vec::new()
    }

    fn lost(&mut self, cause: LossCause, at: Moment) -> Vec<Effect> {
        let (partner, give_up) = match self.state {
            State::InRoom { partner, .. } => (partner, at.now + RECONNECT_LIMIT),
            State::PartnerAway { .. } => (true, at.now + RECONNECT_LIMIT),
            State::Restoring { partner, give_up } => (partner, give_up),
            _ => return Vec::new(),
        };
        match cause {
            // It goes on over there.
            LossCause::SameIdentity => self.close(EndReason::ElsewhereActive, at),
            // Where calls ring, a room is closed when a side hung up, was blocked or is gone; the word of it may come later.
            LossCause::Removed if self.way != Way::Join => self.end(EndReason::PartnerLeft, at),
            LossCause::Removed => self.end(EndReason::ClosedByServer, at),
            LossCause::Connection => {
                self.state = State::Rejoining { partner, give_up, attempt: 0, step: Step::FetchingToken };
                vec![Effect::FetchToken]
            }
        }
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
