//! What happens in a room.

use crate::{
    id::{ParticipantIdentity, TrackSid},
    participant::{ConnectionQuality, LocalParticipant, Participant, RemoteParticipant, disconnect_reason},
    publication::{LocalTrackPublication, RemoteTrackPublication, TrackPublication},
    track::{LocalTrack, RemoteTrack, TrackError},
    webrtc::native::frame_cryptor::EncryptionState,
};
use std::{collections::HashMap, fmt, sync::Arc};

disconnect_reason!(
    /// Why a room has ended.
    pub
);

impl From<DisconnectReason> for crate::ffi::messages::DisconnectReason {
    fn from(reason: DisconnectReason) -> Self {
        match reason {
            DisconnectReason::UnknownReason => Self::UnknownReason,
            DisconnectReason::ClientInitiated => Self::ClientInitiated,
            DisconnectReason::DuplicateIdentity => Self::DuplicateIdentity,
            DisconnectReason::ServerShutdown => Self::ServerShutdown,
            DisconnectReason::ParticipantRemoved => Self::ParticipantRemoved,
            DisconnectReason::RoomDeleted => Self::RoomDeleted,
            DisconnectReason::StateMismatch => Self::StateMismatch,
            DisconnectReason::JoinFailure => Self::JoinFailure,
            DisconnectReason::Migration => Self::Migration,
            DisconnectReason::SignalClose => Self::SignalClose,
            DisconnectReason::RoomClosed => Self::RoomClosed,
            DisconnectReason::UserUnavailable => Self::UserUnavailable,
            DisconnectReason::UserRejected => Self::UserRejected,
            DisconnectReason::SipTrunkFailure => Self::SipTrunkFailure,
            DisconnectReason::ConnectionTimeout => Self::ConnectionTimeout,
            DisconnectReason::MediaFailure => Self::MediaFailure,
            DisconnectReason::AgentError => Self::AgentError,
        }
    }
}

/// How a room's connection is.
#[derive(Debug, Clone, Copy, Eq, PartialEq)]
pub enum ConnectionState {
    /// Ended for good.
    Disconnected,
    /// Up.
    Connected,
    /// Down; the library is bringing it up again.
    Reconnecting,
}

/// How data is sent.
#[derive(Debug, Clone, Copy, Eq, PartialEq)]
pub enum DataPacketKind {
    /// At most once.
    Lossy,
    /// In order, repeated until it arrives.
    Reliable,
}

/// Data to send.
#[derive(Debug, Clone, Default)]
pub struct DataPacket {
    /// At most 64,000 bytes.
    pub payload: Vec<u8>,
    /// What it is about.
    pub topic: Option<String>,
    /// In order, repeated until it arrives.
    pub reliable: bool,
    /// Empty: everybody.
    pub destination_identities: Vec<ParticipantIdentity>,
}

/// Something that happens in a room. Its `Debug` form leaves out what is secret or private: tokens, data, metadata.
#[derive(Clone)]
#[non_exhaustive]
pub enum RoomEvent {
    /// The first event: who was there before.
    Connected {
        /// The others and what they publish.
        participants_with_tracks: Vec<(RemoteParticipant, Vec<RemoteTrackPublication>)>,
    },
    /// Somebody came.
    ParticipantConnected(RemoteParticipant),
    /// Somebody is ready to receive data.
    ParticipantActive(RemoteParticipant),
    /// Somebody left; also for a moment during the other's full reconnect.
    ParticipantDisconnected(RemoteParticipant),
    /// We publish a track.
    LocalTrackPublished {
        /// As the room knows it.
        publication: LocalTrackPublication,
        /// The track.
        track: LocalTrack,
        /// Ourselves.
        participant: LocalParticipant,
    },
    /// We no longer publish a track.
    LocalTrackUnpublished {
        /// As the room knew it.
        publication: LocalTrackPublication,
        /// Ourselves.
        participant: LocalParticipant,
    },
    /// A full reconnect published a track again, under another sid.
    LocalTrackRepublished {
        /// What it was called before.
        previous_sid: TrackSid,
        /// The same object as before.
        publication: LocalTrackPublication,
        /// The track.
        track: LocalTrack,
        /// Ourselves.
        participant: LocalParticipant,
    },
    /// Somebody receives a track of ours.
    LocalTrackSubscribed {
        /// The track.
        track: LocalTrack,
    },
    /// A track is received.
    TrackSubscribed {
        /// The track.
        track: RemoteTrack,
        /// As the room knows it.
        publication: RemoteTrackPublication,
        /// Whose it is.
        participant: RemoteParticipant,
    },
    /// A track is no longer received.
    TrackUnsubscribed {
        /// The track.
        track: RemoteTrack,
        /// As the room knows it.
        publication: RemoteTrackPublication,
        /// Whose it is.
        participant: RemoteParticipant,
    },
    /// A track that was asked for does not come.
    TrackSubscriptionFailed {
        /// Whose it is.
        participant: RemoteParticipant,
        /// Why.
        error: TrackError,
        /// Which one.
        track_sid: TrackSid,
    },
    /// Somebody publishes a track.
    TrackPublished {
        /// As the room knows it.
        publication: RemoteTrackPublication,
        /// Whose it is.
        participant: RemoteParticipant,
    },
    /// Somebody no longer publishes a track.
    TrackUnpublished {
        /// As the room knew it.
        publication: RemoteTrackPublication,
        /// Whose it was.
        participant: RemoteParticipant,
    },
    /// Somebody, or ourselves, muted a track.
    TrackMuted {
        /// Whose it is.
        participant: Participant,
        /// Which one.
        publication: TrackPublication,
    },
    /// Somebody, or ourselves, unmuted a track.
    TrackUnmuted {
        /// Whose it is.
        participant: Participant,
        /// Which one.
        publication: TrackPublication,
    },
    /// The backend changed what it attached to the room.
    RoomMetadataChanged {
        /// Before.
        old_metadata: String,
        /// Now.
        metadata: String,
    },
    /// What is attached to a participant changed.
    ParticipantMetadataChanged {
        /// To whom.
        participant: Participant,
        /// Before.
        old_metadata: String,
        /// Now.
        metadata: String,
    },
    /// A participant has another name.
    ParticipantNameChanged {
        /// Who.
        participant: Participant,
        /// Before.
        old_name: String,
        /// Now.
        name: String,
    },
    /// What is attached to a participant by name changed.
    ParticipantAttributesChanged {
        /// To whom.
        participant: Participant,
        /// Only what changed.
        changed_attributes: HashMap<String, String>,
    },
    /// Whether all of a participant's tracks are encrypted end to end has changed.
    ParticipantEncryptionStatusChanged {
        /// Whose.
        participant: Participant,
        /// Whether all are.
        is_encrypted: bool,
    },
    /// Who is speaking, the loudest first.
    ActiveSpeakersChanged {
        /// All of them.
        speakers: Vec<Participant>,
    },
    /// A participant's connection is better or worse.
    ConnectionQualityChanged {
        /// How it is.
        quality: ConnectionQuality,
        /// Whose.
        participant: Participant,
    },
    /// Data came.
    DataReceived {
        /// The bytes.
        payload: Arc<Vec<u8>>,
        /// What it is about.
        topic: Option<String>,
        /// How it was sent.
        kind: DataPacketKind,
        /// From whom; nobody when the backend sent it.
        participant: Option<RemoteParticipant>,
    },
    /// A participant's frames open, or no longer do.
    E2eeStateChanged {
        /// Whose.
        participant: Participant,
        /// How it is.
        state: EncryptionState,
    },
    /// How the connection is.
    ConnectionStateChanged(ConnectionState),
    /// The room has ended; the last event.
    Disconnected {
        /// Why.
        reason: DisconnectReason,
    },
    /// The connection is down; the library is bringing it up again.
    Reconnecting,
    /// It is up again.
    Reconnected,
    /// The server gave a new token for reconnecting.
    TokenRefreshed {
        /// Secret.
        token: String,
    },
}

impl fmt::Debug for RoomEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, about): (&str, &dyn fmt::Debug) = match self {
            Self::Connected { participants_with_tracks } => ("Connected", participants_with_tracks),
            Self::ParticipantConnected(participant) => ("ParticipantConnected", participant),
            Self::ParticipantActive(participant) => ("ParticipantActive", participant),
            Self::ParticipantDisconnected(participant) => ("ParticipantDisconnected", participant),
            Self::LocalTrackPublished { publication, .. } => ("LocalTrackPublished", publication),
            Self::LocalTrackUnpublished { publication, .. } => ("LocalTrackUnpublished", publication),
            Self::LocalTrackRepublished { publication, .. } => ("LocalTrackRepublished", publication),
            Self::LocalTrackSubscribed { track } => ("LocalTrackSubscribed", track),
            Self::TrackSubscribed { publication, .. } => ("TrackSubscribed", publication),
            Self::TrackUnsubscribed { publication, .. } => ("TrackUnsubscribed", publication),
            Self::TrackSubscriptionFailed { error, .. } => ("TrackSubscriptionFailed", error),
            Self::TrackPublished { publication, .. } => ("TrackPublished", publication),
            Self::TrackUnpublished { publication, .. } => ("TrackUnpublished", publication),
            Self::TrackMuted { publication, .. } => ("TrackMuted", publication),
            Self::TrackUnmuted { publication, .. } => ("TrackUnmuted", publication),
            Self::RoomMetadataChanged { .. } => ("RoomMetadataChanged", &""),
            Self::ParticipantMetadataChanged { participant, .. } => ("ParticipantMetadataChanged", participant),
            Self::ParticipantNameChanged { participant, .. } => ("ParticipantNameChanged", participant),
            Self::ParticipantAttributesChanged { participant, .. } => ("ParticipantAttributesChanged", participant),
            Self::ParticipantEncryptionStatusChanged { is_encrypted, .. } => {
                ("ParticipantEncryptionStatusChanged", is_encrypted)
            }
            Self::ActiveSpeakersChanged { speakers } => ("ActiveSpeakersChanged", speakers),
            Self::ConnectionQualityChanged { quality, .. } => ("ConnectionQualityChanged", quality),
            Self::DataReceived { topic, .. } => ("DataReceived", topic),
            Self::E2eeStateChanged { state, .. } => ("E2eeStateChanged", state),
            Self::ConnectionStateChanged(state) => ("ConnectionStateChanged", state),
            Self::Disconnected { reason } => ("Disconnected", reason),
            Self::Reconnecting => ("Reconnecting", &""),
            Self::Reconnected => ("Reconnected", &""),
            Self::TokenRefreshed { .. } => ("TokenRefreshed", &""),
        };
        f.debug_tuple(name).field(about).finish()
    }
}
