//! What a machine remembers of where the call stands: more than a [`Phase`] tells, and each wait with its end.
//!
//! What leads from one to another is not here, but in the parts of the machine.

use super::{EndReason, Phase};
use std::time::Duration;

/// Where the call stands, and until when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
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

/// How far an attempt to join again is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    FetchingToken,
    Joining,
    /// Next attempt at this time; `token` says whether one is there already.
    Pausing {
        until: Duration,
        token: bool,
    },
}

impl State {
    /// Where the call stands.
    pub(super) fn phase(self) -> Phase {
        match self {
            Self::Idle => Phase::Idle,
            Self::Calling { .. } => Phase::Calling,
            Self::Ringing { .. } => Phase::Ringing,
            Self::Answering { .. } | Self::Connecting { .. } => Phase::Connecting,
            Self::InRoom { partner: false, .. } => Phase::Waiting,
            Self::InRoom { partner: true, .. } => Phase::Active,
            Self::PartnerAway { .. } | Self::Restoring { .. } | Self::Rejoining { .. } => Phase::Reconnecting,
            Self::Ended(reason) => Phase::Ended(reason),
        }
    }

    /// Whether a call is on: devices and room may be in use.
    pub(super) fn is_live(self) -> bool {
        !matches!(self, Self::Idle | Self::Ended(_))
    }

    /// When a `Tick` is wanted.
    pub(super) fn deadline(self) -> Option<Duration> {
        match self {
            Self::Idle | Self::Ended(_) => None,
            Self::Calling { give_up }
            | Self::Ringing { give_up }
            | Self::Answering { give_up }
            | Self::Connecting { give_up }
            | Self::PartnerAway { give_up }
            | Self::Restoring { give_up, .. } => Some(give_up),
            Self::InRoom { give_up, .. } => give_up,
            Self::Rejoining { give_up, step: Step::Pausing { until, .. }, .. } => Some(until.min(give_up)),
            Self::Rejoining { give_up, .. } => Some(give_up),
        }
    }
}
