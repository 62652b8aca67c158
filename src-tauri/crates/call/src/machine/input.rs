//! What a machine is told, and when. What follows from it is not decided here.
//!
//! Inputs come from the user (`Start`, `HangUp`, `SetMicrophone`, `SetCamera`, `CameraChosen`, `Dismiss`), from the server
//! that rings (`Rings`, `Answered`, `RingOver`), from the token endpoint (`TokenReady`, `CouldNotStart`), from the room
//! (`Joined`, `JoinFailed`, `PartnerJoined`, `PartnerLeft`, `RoomReconnecting`, `RoomRestored`, `RoomLost`), from the
//! agreement on keys (`Unprotected`), from the devices (`Microphone*`, `CameraIs`, `CameraLost`, `CameraFound`) and from the
//! clock (`Tick`).

use std::time::Duration;

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
    /// [`Machine::deadline`](super::Machine::deadline) has come.
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
