//! Ourselves: publishing tracks and data.

use super::object::{self, ParticipantObject};
use crate::{
    DataPacket, RoomError, RoomEvent, RoomResult,
    e2ee::EncryptionType,
    ffi::{
        messages::{self as pb, Callback, Request},
        request::{CallError, call_and_keep, call_later, nothing, reported},
    },
    id::TrackSid,
    options::TrackPublishOptions,
    publication::LocalTrackPublication,
    room::Dispatcher,
    track::LocalTrack,
    webrtc::RtcError,
};
use parking_lot::RwLock;
use std::{collections::HashMap, fmt, sync::Arc};

/// The server refuses more in one packet.
const MAX_DATA_BYTES: usize = 64_000;

/// Ourselves in a room.
#[derive(Clone)]
pub struct LocalParticipant {
    inner: Arc<Inner>,
}

struct Inner {
    object: ParticipantObject,
    publications: RwLock<HashMap<TrackSid, LocalTrackPublication>>,
    dispatcher: Arc<Dispatcher>,
    encrypted: bool,
}

impl LocalParticipant {
    pub(crate) fn new(participant: pb::OwnedParticipant, dispatcher: Arc<Dispatcher>, encrypted: bool) -> Self {
        let object = ParticipantObject::new(participant);
        Self { inner: Arc::new(Inner { object, publications: RwLock::default(), dispatcher, encrypted }) }
    }

    pub(crate) fn object(&self) -> &ParticipantObject {
        &self.inner.object
    }

    object::getters!();

    /// Publishes a track.
    ///
    /// In a room with end-to-end encryption, look at the publication's
    /// [`encryption_type`](LocalTrackPublication::encryption_type) before capturing anything: when the server does not
    /// support it, the track is published in plain text.
    ///
    /// # Errors
    /// When the track is published already, the token does not allow it (after 10 s), or the connection is gone.
    pub async fn publish_track(
        &self,
        track: LocalTrack,
        options: TrackPublishOptions,
    ) -> RoomResult<LocalTrackPublication> {
        let Some(track_handle) = track.object().handle() else {
            return Err(RoomError::Rtc(RtcError::internal("the track is inert")));
        };
        let same = |publication: &LocalTrackPublication| {
            publication.track().is_some_and(|published| published.object().handle() == Some(track_handle))
        };
        if self.inner.publications.read().values().any(same) {
            return Err(RoomError::TrackAlreadyPublished);
        }
        let local_participant_handle = self.inner.object.handle();
        let message = options.clone().into();
        let this = self.clone();
        let answer = call_later(
            |id| {
                Request::PublishTrack(pb::PublishTrackRequest {
                    local_participant_handle,
                    track_handle,
                    options: message,
                    request_async_id: Some(id),
                })
            },
            move |callback| {
                let Callback::PublishTrack(answer) = callback else { return Err(CallError::Failed) };
                match answer.message {
                    Some(pb::publish_track_callback::Message::Publication(publication)) => {
                        Ok((this.clone(), this.published(publication, track, options)))
                    }
                    Some(pb::publish_track_callback::Message::Error(error)) => Err(CallError::reported(&error)),
                    None => Err(CallError::Failed),
                }
            },
            |late| {
                if let Ok((participant, publication)) = late {
                    participant.take_back(&publication.sid());
                }
            },
        )?;
        let (_, publication) = answer.await??;
        Ok(publication)
    }

    /// Ends a publication.
    ///
    /// # Errors
    /// When there is no such publication, or the connection is gone; it is no longer listed in either case.
    pub async fn unpublish_track(&self, sid: &TrackSid) -> RoomResult<LocalTrackPublication> {
        let publication =
            self.get_track_publication(sid).ok_or_else(|| RoomError::Internal("track not found".to_owned()))?;
        let this = self.clone();
        let track_sid = sid.clone();
        let answer = call_later(
            |id| self.unpublish_request(sid, id),
            move |callback| {
                this.unpublished(&track_sid);
                match callback {
                    Callback::UnpublishTrack(answer) => reported(answer.error.as_deref()),
                    _ => Err(CallError::Failed),
                }
            },
            nothing,
        );
        match answer {
            Ok(answer) => answer.await??,
            Err(error) => {
                self.unpublished(sid);
                return Err(error.into());
            }
        }
        Ok(publication)
    }

    /// Sends data to everybody, or to the participants that the packet names.
    ///
    /// # Errors
    /// When it is longer than 64,000 bytes, or the connection is gone.
    pub async fn publish_data(&self, packet: DataPacket) -> RoomResult<()> {
        if packet.payload.len() > MAX_DATA_BYTES {
            return Err(RoomError::Internal(format!("a data packet has at most {MAX_DATA_BYTES} bytes")));
        }
        let local_participant_handle = self.inner.object.handle();
        let payload = packet.payload;
        // The library reads the bytes until it answers; they stay where they are when the vector moves.
        let (data_ptr, data_len) = (payload.as_ptr().expose_provenance() as u64, payload.len() as u64);
        let answer = call_later(
            |id| {
                Request::PublishData(pb::PublishDataRequest {
                    local_participant_handle,
                    data_ptr,
                    data_len,
                    reliable: packet.reliable,
                    topic: packet.topic,
                    destination_identities: packet.destination_identities.into_iter().map(Into::into).collect(),
                    request_async_id: Some(id),
                    ..Default::default()
                })
            },
            move |callback| {
                drop(payload);
                match callback {
                    Callback::PublishData(answer) => reported(answer.error.as_deref()),
                    _ => Err(CallError::Failed),
                }
            },
            nothing,
        )?;
        Ok(answer.await??)
    }

    /// Attaches text to ourselves, by name; an empty text removes one. The token must allow it.
    ///
    /// # Errors
    /// When the server refuses or the connection is gone.
    pub async fn set_attributes(&self, attributes: HashMap<String, String>) -> RoomResult<()> {
        let local_participant_handle = self.inner.object.handle();
        let attributes = attributes.into_iter().map(|(key, value)| pb::AttributesEntry { key, value }).collect();
        let answer = call_later(
            |id| {
                Request::SetLocalAttributes(pb::SetLocalAttributesRequest {
                    local_participant_handle,
                    attributes,
                    request_async_id: Some(id),
                })
            },
            |callback| match callback {
                Callback::SetLocalAttributes(answer) => reported(answer.error.as_deref()),
                _ => Err(CallError::Failed),
            },
            nothing,
        )?;
        Ok(answer.await??)
    }

    /// Our publications.
    pub fn track_publications(&self) -> HashMap<TrackSid, LocalTrackPublication> {
        self.inner.publications.read().clone()
    }

    /// One of our publications.
    pub fn get_track_publication(&self, sid: &TrackSid) -> Option<LocalTrackPublication> {
        self.inner.publications.read().get(sid).cloned()
    }

    /// Whether we publish something and all of it is encrypted end to end.
    pub fn is_encrypted(&self) -> bool {
        let publications = self.inner.publications.read();
        let encrypted = |track: &LocalTrackPublication| track.encryption_type() != EncryptionType::None;
        !publications.is_empty() && publications.values().all(encrypted)
    }

    /// The server calls a publication by another name now.
    pub(crate) fn republished(
        &self,
        previous: &TrackSid,
        info: pb::TrackPublicationInfo,
    ) -> Option<LocalTrackPublication> {
        let publication = self.inner.publications.write().remove(previous)?;
        publication.republished(info);
        self.warn_if_plain(&publication);
        self.inner.publications.write().insert(publication.sid(), publication.clone());
        Some(publication)
    }

    /// A publication has ended; announced once, whoever notices first.
    pub(crate) fn unpublished(&self, sid: &TrackSid) {
        let publication = self.inner.publications.write().remove(sid);
        if let Some(publication) = publication {
            publication.unpublished();
            let participant = self.clone();
            self.inner.dispatcher.dispatch(RoomEvent::LocalTrackUnpublished { publication, participant });
        }
    }

    fn published(
        &self,
        publication: pb::OwnedTrackPublication,
        track: LocalTrack,
        options: TrackPublishOptions,
    ) -> LocalTrackPublication {
        let publication = LocalTrackPublication::new(publication, track.clone(), options);
        self.warn_if_plain(&publication);
        let old = self.inner.publications.write().insert(publication.sid(), publication.clone());
        drop(old);
        self.inner.dispatcher.dispatch(RoomEvent::LocalTrackPublished {
            publication: publication.clone(),
            track,
            participant: self.clone(),
        });
        publication
    }

    /// Nobody waits for the publication any more.
    fn take_back(&self, sid: &TrackSid) {
        let this = self.clone();
        if let Err(error) = call_and_keep(this, |id, this| this.unpublish_request(sid, id)) {
            tracing::warn!(target: "livekit", "a late publication stays: {error}");
        }
        self.unpublished(sid);
    }

    fn unpublish_request(&self, sid: &TrackSid, id: u64) -> Request {
        Request::UnpublishTrack(pb::UnpublishTrackRequest {
            local_participant_handle: self.inner.object.handle(),
            track_sid: sid.to_string(),
            stop_on_unpublish: false,
            request_async_id: Some(id),
        })
    }

    fn warn_if_plain(&self, publication: &LocalTrackPublication) {
        if self.inner.encrypted && publication.encryption_type() == EncryptionType::None {
            tracing::warn!(target: "livekit", "the server publishes {} without encryption", publication.sid());
        }
    }
}

impl fmt::Debug for LocalParticipant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("LocalParticipant");
        debug.field("sid", &self.sid()).field("identity", &self.identity()).field("name", &self.name()).finish()
    }
}
