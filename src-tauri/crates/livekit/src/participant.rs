//! Participants of a room: ourselves and the others.

mod local;
mod object;
mod remote;

pub use local::LocalParticipant;
pub(crate) use object::ParticipantObject;
pub use remote::RemoteParticipant;

use crate::{ffi::messages as pb, id::TrackSid, publication::TrackPublication};
use std::collections::HashMap;

/// How well a participant is connected, as the server sees it.
#[derive(Debug, Clone, Copy, Eq, PartialEq)]
pub enum ConnectionQuality {
    /// Nothing is lost.
    Excellent,
    /// Little is lost.
    Good,
    /// Much is lost.
    Poor,
    /// Nothing comes.
    Lost,
}

impl From<pb::ConnectionQuality> for ConnectionQuality {
    fn from(quality: pb::ConnectionQuality) -> Self {
        match quality {
            pb::ConnectionQuality::QualityExcellent => Self::Excellent,
            pb::ConnectionQuality::QualityGood => Self::Good,
            pb::ConnectionQuality::QualityPoor => Self::Poor,
            pb::ConnectionQuality::QualityLost => Self::Lost,
        }
    }
}

/// How far a participant has come.
#[derive(Debug, Clone, Copy, Eq, PartialEq)]
pub enum ParticipantState {
    /// On its way.
    Joining,
    /// In the room; media not yet connected.
    Joined,
    /// Sends and receives.
    Active,
    /// Gone.
    Disconnected,
}

impl From<pb::ParticipantState> for ParticipantState {
    fn from(state: pb::ParticipantState) -> Self {
        match state {
            pb::ParticipantState::Joining => Self::Joining,
            pb::ParticipantState::Joined => Self::Joined,
            pb::ParticipantState::Active => Self::Active,
            pb::ParticipantState::Disconnected => Self::Disconnected,
        }
    }
}

/// What a participant is.
#[derive(Debug, Clone, Copy, Eq, PartialEq)]
pub enum ParticipantKind {
    /// A person.
    Standard,
    /// A stream fed in.
    Ingress,
    /// A recorder.
    Egress,
    /// A telephone.
    Sip,
    /// A program that talks.
    Agent,
    /// A connection to another service.
    Connector,
    /// A connection to another network.
    Bridge,
}

impl From<pb::ParticipantKind> for ParticipantKind {
    fn from(kind: pb::ParticipantKind) -> Self {
        match kind {
            pb::ParticipantKind::Standard => Self::Standard,
            pb::ParticipantKind::Ingress => Self::Ingress,
            pb::ParticipantKind::Egress => Self::Egress,
            pb::ParticipantKind::Sip => Self::Sip,
            pb::ParticipantKind::Agent => Self::Agent,
            pb::ParticipantKind::Connector => Self::Connector,
            pb::ParticipantKind::Bridge => Self::Bridge,
        }
    }
}

macro_rules! disconnect_reason {
    ($(#[$doc:meta])* $vis:vis) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, Eq, PartialEq)]
        #[non_exhaustive]
        $vis enum DisconnectReason {
            /// Not said: also when the server could not be reached again.
            UnknownReason,
            /// The participant left.
            ClientInitiated,
            /// The same identity joined again.
            DuplicateIdentity,
            /// The server ends.
            ServerShutdown,
            /// Somebody removed the participant.
            ParticipantRemoved,
            /// Somebody deleted the room.
            RoomDeleted,
            /// Server and client disagree.
            StateMismatch,
            /// Joining failed.
            JoinFailure,
            /// The room moves.
            Migration,
            /// The signalling connection ended.
            SignalClose,
            /// Everybody else left.
            RoomClosed,
            /// A called telephone did not answer.
            UserUnavailable,
            /// A called telephone declined.
            UserRejected,
            /// The telephone network failed.
            SipTrunkFailure,
            /// The server lost the participant.
            ConnectionTimeout,
            /// Media failed.
            MediaFailure,
            /// A talking program failed.
            AgentError,
        }

        impl From<$crate::ffi::messages::DisconnectReason> for DisconnectReason {
            fn from(reason: $crate::ffi::messages::DisconnectReason) -> Self {
                use $crate::ffi::messages::DisconnectReason as Message;
                match reason {
                    Message::UnknownReason => Self::UnknownReason,
                    Message::ClientInitiated => Self::ClientInitiated,
                    Message::DuplicateIdentity => Self::DuplicateIdentity,
                    Message::ServerShutdown => Self::ServerShutdown,
                    Message::ParticipantRemoved => Self::ParticipantRemoved,
                    Message::RoomDeleted => Self::RoomDeleted,
                    Message::StateMismatch => Self::StateMismatch,
                    Message::JoinFailure => Self::JoinFailure,
                    Message::Migration => Self::Migration,
                    Message::SignalClose => Self::SignalClose,
                    Message::RoomClosed => Self::RoomClosed,
                    Message::UserUnavailable => Self::UserUnavailable,
                    Message::UserRejected => Self::UserRejected,
                    Message::SipTrunkFailure => Self::SipTrunkFailure,
                    Message::ConnectionTimeout => Self::ConnectionTimeout,
                    Message::MediaFailure => Self::MediaFailure,
                    Message::AgentError => Self::AgentError,
                }
            }
        }
    };
}
pub(crate) use disconnect_reason;

disconnect_reason!(
    /// Why a participant left. (A room's own end has a type of its own, as in LiveKit's crate:
    /// [`livekit::DisconnectReason`](crate::DisconnectReason).)
    pub
);

/// Ourselves or somebody else.
#[derive(Debug, Clone)]
pub enum Participant {
    /// Ourselves.
    Local(LocalParticipant),
    /// Somebody else.
    Remote(RemoteParticipant),
}

impl Participant {
    fn object(&self) -> &ParticipantObject {
        match self {
            Self::Local(participant) => participant.object(),
            Self::Remote(participant) => participant.object(),
        }
    }

    object::getters!();

    /// Its publications.
    pub fn track_publications(&self) -> HashMap<TrackSid, TrackPublication> {
        match self {
            Self::Local(participant) => {
                let publications = participant.track_publications();
                publications.into_iter().map(|(sid, track)| (sid, TrackPublication::Local(track))).collect()
            }
            Self::Remote(participant) => {
                let publications = participant.track_publications();
                publications.into_iter().map(|(sid, track)| (sid, TrackPublication::Remote(track))).collect()
            }
        }
    }
}
