//! What all participants have in common.

use super::{ConnectionQuality, DisconnectReason, ParticipantKind, ParticipantState};
use crate::{
    ffi::{handle::Handle, messages as pb},
    id::{ParticipantIdentity, ParticipantSid},
};
use parking_lot::RwLock;
use std::collections::HashMap;

/// One participant of the library.
pub(crate) struct ParticipantObject {
    handle: Handle,
    state: RwLock<State>,
}

#[derive(Clone)]
pub(crate) struct State {
    pub(crate) sid: ParticipantSid,
    pub(crate) identity: ParticipantIdentity,
    pub(crate) name: String,
    pub(crate) metadata: String,
    pub(crate) attributes: HashMap<String, String>,
    pub(crate) state: ParticipantState,
    pub(crate) kind: ParticipantKind,
    pub(crate) joined_at: i64,
    pub(crate) disconnect_reason: DisconnectReason,
    pub(crate) speaking: bool,
    pub(crate) connection_quality: ConnectionQuality,
}

impl ParticipantObject {
    pub(crate) fn new(participant: pb::OwnedParticipant) -> Self {
        let info = participant.info;
        let state = State {
            state: info.state().into(),
            kind: info.kind().into(),
            disconnect_reason: info.disconnect_reason().into(),
            sid: ParticipantSid(info.sid),
            identity: ParticipantIdentity(info.identity),
            name: info.name,
            metadata: info.metadata,
            attributes: info.attributes,
            joined_at: info.joined_at,
            speaking: false,
            connection_quality: ConnectionQuality::Excellent,
        };
        Self { handle: Handle::new(participant.handle.id), state: RwLock::new(state) }
    }

    pub(crate) fn handle(&self) -> u64 {
        self.handle.id()
    }

    /// Reads one thing.
    pub(crate) fn get<T>(&self, read: impl FnOnce(&State) -> T) -> T {
        read(&self.state.read())
    }

    /// Changes something; `change` must not call the library.
    pub(crate) fn update<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        change(&mut self.state.write())
    }

    /// Takes over what the server says now.
    pub(crate) fn refresh(&self, info: &pb::ParticipantInfo) {
        self.update(|state| {
            state.state = info.state().into();
            state.sid = ParticipantSid(info.sid.clone());
            state.name.clone_from(&info.name);
            state.metadata.clone_from(&info.metadata);
            state.attributes.clone_from(&info.attributes);
            state.joined_at = info.joined_at;
        });
    }
}

/// The getters that every kind of participant has.
macro_rules! getters {
    () => {
        /// The server's name of this stay.
        pub fn sid(&self) -> $crate::id::ParticipantSid {
            self.object().get(|state| state.sid.clone())
        }

        /// Who it is.
        pub fn identity(&self) -> $crate::id::ParticipantIdentity {
            self.object().get(|state| state.identity.clone())
        }

        /// The name to show.
        pub fn name(&self) -> String {
            self.object().get(|state| state.name.clone())
        }

        /// How far it has come.
        pub fn state(&self) -> $crate::participant::ParticipantState {
            self.object().get(|state| state.state)
        }

        /// What its token or itself attached.
        pub fn metadata(&self) -> String {
            self.object().get(|state| state.metadata.clone())
        }

        /// The same, by name.
        pub fn attributes(&self) -> std::collections::HashMap<String, String> {
            self.object().get(|state| state.attributes.clone())
        }

        /// Whether it is among the speakers.
        pub fn is_speaking(&self) -> bool {
            self.object().get(|state| state.speaking)
        }

        /// How well it is connected.
        pub fn connection_quality(&self) -> $crate::participant::ConnectionQuality {
            self.object().get(|state| state.connection_quality)
        }

        /// What it is.
        pub fn kind(&self) -> $crate::participant::ParticipantKind {
            self.object().get(|state| state.kind)
        }

        /// Why it left, once it has.
        pub fn disconnect_reason(&self) -> $crate::participant::DisconnectReason {
            self.object().get(|state| state.disconnect_reason)
        }

        /// When it joined, in milliseconds of Unix time.
        pub fn joined_at(&self) -> i64 {
            self.object().get(|state| state.joined_at)
        }
    };
}
pub(super) use getters;
