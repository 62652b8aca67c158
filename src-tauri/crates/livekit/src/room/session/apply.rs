//! What each event of the library changes, and what the application hears of it.

use super::Session;
use crate::{
    ffi::{handle::Handle, messages as pb},
    id::{ParticipantIdentity, RoomSid, TrackSid},
    participant::{Participant, RemoteParticipant},
    publication::{RemoteTrackPublication, TrackPublication},
    room::{ConnectionState, DataPacketKind, RoomEvent},
    track::{RemoteTrack, TrackError},
};
use pb::room_event::Message;
use std::{collections::HashMap, sync::Arc};

impl Session {
    /// Applies one event. An event about somebody or something unknown is about what has just gone, and is dropped; what
    /// it carried is freed.
    pub(super) fn apply(&self, message: Message) {
        match message {
            Message::Disconnected(event) => self.disconnected(event.reason().into()),
            message => {
                if let Some(event) = self.translate(message) {
                    self.dispatcher.dispatch(event);
                }
            }
        }
    }

    fn translate(&self, message: Message) -> Option<RoomEvent> {
        Some(match message {
            Message::ParticipantConnected(event) => RoomEvent::ParticipantConnected(self.arrived(event.info)),
            Message::ParticipantActive(event) => {
                RoomEvent::ParticipantActive(self.remote(&event.participant_identity)?)
            }
            Message::ParticipantDisconnected(event) => {
                let reason = event.disconnect_reason();
                let participant = self.left(event.participant_identity)?;
                participant.object().update(|state| state.disconnect_reason = reason.into());
                RoomEvent::ParticipantDisconnected(participant)
            }
            Message::ParticipantsUpdated(event) => {
                self.refresh(&event.participants);
                return None;
            }
            Message::ParticipantMetadataChanged(event) => {
                let participant = self.participant(&event.participant_identity)?;
                let metadata = event.metadata;
                let update = |state: &mut String| std::mem::replace(state, metadata.clone());
                let old_metadata = object(&participant).update(|state| update(&mut state.metadata));
                RoomEvent::ParticipantMetadataChanged { participant, old_metadata, metadata }
            }
            Message::ParticipantNameChanged(event) => {
                let participant = self.participant(&event.participant_identity)?;
                let name = event.name;
                let old_name = object(&participant).update(|state| std::mem::replace(&mut state.name, name.clone()));
                RoomEvent::ParticipantNameChanged { participant, old_name, name }
            }
            Message::ParticipantAttributesChanged(event) => {
                let participant = self.participant(&event.participant_identity)?;
                object(&participant).update(|state| state.attributes = attributes(event.attributes));
                let changed_attributes = attributes(event.changed_attributes);
                RoomEvent::ParticipantAttributesChanged { participant, changed_attributes }
            }
            Message::ParticipantEncryptionStatusChanged(event) => {
                let participant = self.participant(&event.participant_identity)?;
                RoomEvent::ParticipantEncryptionStatusChanged { participant, is_encrypted: event.is_encrypted }
            }
            Message::ActiveSpeakersChanged(event) => self.speakers(&event.participant_identities),
            Message::ConnectionQualityChanged(event) => {
                let participant = self.participant(&event.participant_identity)?;
                let quality = event.quality().into();
                object(&participant).update(|state| state.connection_quality = quality);
                RoomEvent::ConnectionQualityChanged { quality, participant }
            }
            Message::E2eeStateChanged(event) => {
                let participant = self.participant(&event.participant_identity)?;
                RoomEvent::E2eeStateChanged { participant, state: event.state().into() }
            }
            Message::DataPacketReceived(event) => self.data(event)?,
            Message::RoomMetadataChanged(event) => {
                let metadata = event.metadata;
                let old_metadata = std::mem::replace(&mut self.info.write().metadata, metadata.clone());
                RoomEvent::RoomMetadataChanged { old_metadata, metadata }
            }
            Message::RoomSidChanged(event) => {
                self.set_sid(event.sid);
                return None;
            }
            Message::RoomUpdated(info) | Message::Moved(info) => {
                info.sid.into_iter().for_each(|sid| self.set_sid(sid));
                self.info.write().name = info.name;
                return None;
            }
            Message::ConnectionStateChanged(event) => {
                let state = match event.state() {
                    pb::ConnectionState::ConnDisconnected => ConnectionState::Disconnected,
                    pb::ConnectionState::ConnConnected => ConnectionState::Connected,
                    pb::ConnectionState::ConnReconnecting => ConnectionState::Reconnecting,
                };
                self.info.write().state = state;
                RoomEvent::ConnectionStateChanged(state)
            }
            Message::Reconnecting(_) => RoomEvent::Reconnecting,
            Message::Reconnected(_) => {
                self.subscribe_again();
                RoomEvent::Reconnected
            }
            Message::TokenRefreshed(event) => RoomEvent::TokenRefreshed { token: event.token },
            other => self.track(other)?,
        })
    }

    /// Events about tracks.
    fn track(&self, message: Message) -> Option<RoomEvent> {
        Some(match message {
            Message::TrackPublished(event) => {
                let publication = RemoteTrackPublication::new(event.publication, self.auto_subscribe);
                let participant = self.remote(&event.participant_identity)?;
                participant.add(publication.clone());
                RoomEvent::TrackPublished { publication, participant }
            }
            Message::TrackUnpublished(event) => {
                let participant = self.remote(&event.participant_identity)?;
                let publication = participant.remove(&TrackSid(event.publication_sid))?;
                drop(publication.set_track(None));
                RoomEvent::TrackUnpublished { publication, participant }
            }
            Message::TrackSubscribed(event) => {
                let track = RemoteTrack::new(event.track);
                let participant = self.remote(&event.participant_identity)?;
                let publication = participant.get_track_publication(&track.sid())?;
                drop(publication.set_track(Some(track.clone())));
                RoomEvent::TrackSubscribed { track, publication, participant }
            }
            Message::TrackUnsubscribed(event) => {
                let participant = self.remote(&event.participant_identity)?;
                let publication = participant.get_track_publication(&TrackSid(event.track_sid))?;
                let track = publication.set_track(None)?;
                RoomEvent::TrackUnsubscribed { track, publication, participant }
            }
            Message::TrackSubscriptionFailed(event) => {
                let track_sid = TrackSid(event.track_sid);
                let error = TrackError::TrackNotFound(track_sid.clone());
                let participant = self.remote(&event.participant_identity)?;
                RoomEvent::TrackSubscriptionFailed { participant, error, track_sid }
            }
            Message::TrackMuted(event) => {
                let (participant, publication) = self.muted(&event.participant_identity, event.track_sid, true)?;
                RoomEvent::TrackMuted { participant, publication }
            }
            Message::TrackUnmuted(event) => {
                let (participant, publication) = self.muted(&event.participant_identity, event.track_sid, false)?;
                RoomEvent::TrackUnmuted { participant, publication }
            }
            Message::LocalTrackUnpublished(event) => {
                self.local.unpublished(&TrackSid(event.publication_sid));
                return None;
            }
            Message::LocalTrackRepublished(event) => {
                let previous_sid = TrackSid(event.previous_sid);
                let publication = self.local.republished(&previous_sid, event.info)?;
                let track = publication.track()?;
                let participant = self.local.clone();
                RoomEvent::LocalTrackRepublished { previous_sid, publication, track, participant }
            }
            Message::LocalTrackSubscribed(event) => {
                let publication = self.local.get_track_publication(&TrackSid(event.track_sid))?;
                RoomEvent::LocalTrackSubscribed { track: publication.track()? }
            }
            // Announced where the publication is made; whatever else there is, is not part of this API.
            other => {
                free(other);
                return None;
            }
        })
    }

    fn arrived(&self, participant: pb::OwnedParticipant) -> RemoteParticipant {
        let participant = RemoteParticipant::new(participant);
        let old = self.remotes.write().insert(participant.identity(), participant.clone());
        drop(old);
        participant
    }

    fn left(&self, identity: String) -> Option<RemoteParticipant> {
        self.remotes.write().remove(&ParticipantIdentity(identity))
    }

    fn refresh(&self, infos: &[pb::ParticipantInfo]) {
        for info in infos {
            if let Some(participant) = self.participant(&info.identity) {
                object(&participant).refresh(info);
            }
        }
    }

    /// A full reconnect announces the others' tracks anew before the new connection takes requests: whoever subscribed
    /// then was not heard.
    fn subscribe_again(&self) {
        for participant in self.remote_participants().into_values() {
            for publication in participant.track_publications().into_values() {
                if publication.is_desired() && !publication.is_subscribed() {
                    publication.set_subscribed(true);
                }
            }
        }
    }

    fn speakers(&self, identities: &[String]) -> RoomEvent {
        let all = std::iter::once(Participant::Local(self.local.clone()))
            .chain(self.remote_participants().into_values().map(Participant::Remote));
        for participant in all {
            let speaking = identities.iter().any(|identity| *identity == participant.identity().as_str());
            object(&participant).update(|state| state.speaking = speaking);
        }
        let speakers = identities.iter().filter_map(|identity| self.participant(identity)).collect();
        RoomEvent::ActiveSpeakersChanged { speakers }
    }

    fn muted(&self, identity: &str, sid: String, muted: bool) -> Option<(Participant, TrackPublication)> {
        let participant = self.participant(identity)?;
        let publication = participant.track_publications().remove(&TrackSid(sid))?;
        match &publication {
            TrackPublication::Local(publication) => publication.set_muted(muted),
            TrackPublication::Remote(publication) => publication.set_muted(muted),
        }
        Some((participant, publication))
    }

    fn data(&self, event: pb::DataPacketReceived) -> Option<RoomEvent> {
        let kind = match event.kind() {
            pb::DataPacketKind::KindLossy => DataPacketKind::Lossy,
            pb::DataPacketKind::KindReliable => DataPacketKind::Reliable,
        };
        let Some(pb::data_packet_received::Value::User(packet)) = event.value else { return None };
        let payload = Arc::new(bytes(packet.data)?);
        let participant = self.remote(&event.participant_identity);
        Some(RoomEvent::DataReceived { payload, topic: packet.topic, kind, participant })
    }

    fn set_sid(&self, sid: String) {
        if let Ok(sid) = RoomSid::try_from(sid) {
            self.sid.send_replace(Some(sid));
        }
    }
}

fn object(participant: &Participant) -> &crate::participant::ParticipantObject {
    match participant {
        Participant::Local(participant) => participant.object(),
        Participant::Remote(participant) => participant.object(),
    }
}

fn attributes(entries: Vec<pb::AttributesEntry>) -> HashMap<String, String> {
    entries.into_iter().map(|entry| (entry.key, entry.value)).collect()
}

/// Copies bytes out of the library's memory, which is freed at once.
fn bytes(buffer: pb::OwnedBuffer) -> Option<Vec<u8>> {
    let _owner = Handle::new(buffer.handle.id);
    let length = usize::try_from(buffer.data.data_len).ok()?;
    let address = std::ptr::with_exposed_provenance::<u8>(usize::try_from(buffer.data.data_ptr).ok()?);
    if length == 0 {
        return Some(Vec::new());
    }
    if address.is_null() {
        return None;
    }
    // SAFETY: the library says that this many bytes are here; they live as long as the handle owned above.
    Some(unsafe { std::slice::from_raw_parts(address, length) }.to_vec())
}

fn free(message: Message) {
    // Dropping the event frees what it carries.
    drop(crate::ffi::router::Event::of_room(message));
}
