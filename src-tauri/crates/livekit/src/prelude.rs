//! `use livekit::prelude::*;` imports the types of a call.

pub use crate::{
    ConnectionState, DataPacket, DataPacketKind, Room, RoomError, RoomEvent, RoomOptions, RoomResult,
    id::*,
    participant::{ConnectionQuality, DisconnectReason, LocalParticipant, Participant, RemoteParticipant},
    publication::{LocalTrackPublication, RemoteTrackPublication, TrackPublication},
    track::{
        LocalAudioTrack, LocalTrack, LocalVideoTrack, RemoteAudioTrack, RemoteTrack, RemoteVideoTrack, StreamState,
        Track, TrackDimension, TrackKind, TrackSource,
    },
};
