//! The state of a connected room, kept up to date by the library's events.

mod apply;

use super::{ConnectionState, DisconnectReason, Dispatcher, RoomEvent, RoomOptions};
use crate::{
    e2ee::E2eeManager,
    ffi::{
        handle::Handle,
        messages::{self as pb, Callback, Request},
        router::{self, Event, Sink},
    },
    id::{ParticipantIdentity, RoomSid},
    participant::{LocalParticipant, Participant, RemoteParticipant},
    publication::RemoteTrackPublication,
};
use parking_lot::RwLock;
use std::{
    collections::HashMap,
    sync::{
        Arc, Weak,
        atomic::{AtomicBool, Ordering},
    },
};
use tokio::sync::{mpsc, watch};

/// One connection to a room.
pub(crate) struct Session {
    handle: Arc<Handle>,
    local: LocalParticipant,
    remotes: RwLock<HashMap<ParticipantIdentity, RemoteParticipant>>,
    info: RwLock<Info>,
    sid: watch::Sender<Option<RoomSid>>,
    e2ee: E2eeManager,
    dispatcher: Arc<Dispatcher>,
    auto_subscribe: bool,
    /// Leaving has begun.
    closing: AtomicBool,
    /// The last event was sent.
    ended: AtomicBool,
}

struct Info {
    name: String,
    metadata: String,
    state: ConnectionState,
}

impl Session {
    /// Takes over what connecting gave: keys are set and `Connected` is sent before any other event can come.
    pub(super) fn start(
        joined: pb::connect_callback::Result,
        options: &RoomOptions,
    ) -> (Arc<Self>, mpsc::UnboundedReceiver<RoomEvent>) {
        let handle = Arc::new(Handle::new(joined.room.handle.id));
        let encryption = options.encryption();
        if let Some(encryption) = &encryption {
            encryption.key_provider.attach(&handle);
        }
        let dispatcher = Arc::new(Dispatcher::default());
        let events = dispatcher.register();
        let local = LocalParticipant::new(joined.local_participant, Arc::clone(&dispatcher), encryption.is_some());
        let mut remotes = HashMap::new();
        let mut participants_with_tracks = Vec::new();
        for remote in joined.participants {
            let participant = RemoteParticipant::new(remote.participant);
            let publications: Vec<_> = remote
                .publications
                .into_iter()
                .map(|publication| RemoteTrackPublication::new(publication, options.auto_subscribe))
                .collect();
            publications.iter().for_each(|publication| participant.add(publication.clone()));
            remotes.insert(participant.identity(), participant.clone());
            participants_with_tracks.push((participant, publications));
        }
        let info = joined.room.info;
        let session = Arc::new(Self {
            e2ee: E2eeManager::new(encryption, Arc::clone(&handle)),
            handle,
            local,
            remotes: RwLock::new(remotes),
            sid: watch::Sender::new(info.sid.and_then(|sid| RoomSid::try_from(sid).ok())),
            info: RwLock::new(Info { name: info.name, metadata: info.metadata, state: ConnectionState::Connected }),
            dispatcher,
            auto_subscribe: options.auto_subscribe,
            closing: AtomicBool::new(false),
            ended: AtomicBool::new(false),
        });
        session.dispatcher.dispatch(RoomEvent::Connected { participants_with_tracks });
        let sink: Weak<Self> = Arc::downgrade(&session);
        router::subscribe(session.handle.id(), sink);
        (session, events)
    }

    pub(super) fn handle(&self) -> &Handle {
        &self.handle
    }

    pub(super) fn dispatcher(&self) -> &Dispatcher {
        &self.dispatcher
    }

    pub(super) fn e2ee_manager(&self) -> &E2eeManager {
        &self.e2ee
    }

    pub(super) fn local_participant(&self) -> &LocalParticipant {
        &self.local
    }

    pub(super) fn remote_participants(&self) -> HashMap<ParticipantIdentity, RemoteParticipant> {
        self.remotes.read().clone()
    }

    pub(super) fn connection_state(&self) -> ConnectionState {
        self.info.read().state
    }

    pub(super) fn name(&self) -> String {
        self.info.read().name.clone()
    }

    pub(super) fn metadata(&self) -> String {
        self.info.read().metadata.clone()
    }

    pub(super) fn maybe_sid(&self) -> Option<RoomSid> {
        self.sid.borrow().clone()
    }

    pub(super) async fn sid(&self) -> RoomSid {
        let mut sid = self.sid.subscribe();
        // The sender lives in `self`, so the channel cannot close meanwhile.
        match sid.wait_for(Option::is_some).await {
            Ok(sid) => sid.clone().unwrap_or_default(),
            Err(_) => RoomSid::default(),
        }
    }

    /// True for the first one who leaves a room that has not ended by itself.
    pub(super) fn start_closing(&self) -> bool {
        !self.closing.swap(true, Ordering::AcqRel) && !self.ended.load(Ordering::Acquire)
    }

    pub(super) fn disconnect_request(&self, reason: DisconnectReason, id: u64) -> Request {
        Request::Disconnect(pb::DisconnectRequest {
            room_handle: self.handle.id(),
            request_async_id: Some(id),
            reason: Some(pb::DisconnectReason::from(reason).into()),
        })
    }

    /// The room has ended: says so once, then no more events come.
    pub(super) fn disconnected(&self, reason: DisconnectReason) {
        if self.ended.swap(true, Ordering::AcqRel) {
            return;
        }
        self.info.write().state = ConnectionState::Disconnected;
        self.dispatcher.dispatch(RoomEvent::Disconnected { reason });
        self.dispatcher.close();
        router::unsubscribe(self.handle.id());
    }

    fn remote(&self, identity: &str) -> Option<RemoteParticipant> {
        self.remotes.read().get(&ParticipantIdentity(identity.to_owned())).cloned()
    }

    fn participant(&self, identity: &str) -> Option<Participant> {
        if self.local.identity().as_str() == identity {
            return Some(Participant::Local(self.local.clone()));
        }
        self.remote(identity).map(Participant::Remote)
    }
}

impl Sink for Session {
    fn event(&self, event: Event) {
        if let Some(Callback::RoomEvent(event)) = event.take()
            && let Some(message) = event.message
        {
            self.apply(message);
        }
    }

    fn library_failed(&self) {
        self.disconnected(DisconnectReason::UnknownReason);
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        router::unsubscribe(self.handle.id());
    }
}
