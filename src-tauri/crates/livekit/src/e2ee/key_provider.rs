//! The keys of a room's participants.
//!
//! The library takes keys only for a connected room. A provider remembers what it is given, hands it to every room it is
//! used in as soon as that connects, before the room's first event, and passes later changes on.

use crate::{
    ffi::{
        handle::Handle,
        messages::{self as pb, Request, Response},
        request::call,
    },
    id::ParticipantIdentity,
};
use parking_lot::Mutex;
use pb::{e2ee_request::Message as Ask, e2ee_response::Message as Answer};
use std::{
    collections::BTreeMap,
    sync::{
        Arc, Weak,
        atomic::{AtomicI32, Ordering},
    },
};

pub use crate::webrtc::native::frame_cryptor::KeyDerivationAlgorithm;

/// How keys are used. All sides must agree on everything but `failure_tolerance`.
#[derive(Clone)]
pub struct KeyProviderOptions {
    /// How many ratchet steps a receiver tries when a frame does not open. 0 makes a wrong key visible at once.
    pub ratchet_window_size: i32,
    /// The salt of key derivation.
    pub ratchet_salt: Vec<u8>,
    /// After how many frames that do not open an event comes; -1: never.
    pub failure_tolerance: i32,
    /// How many keys a participant may have at once.
    pub key_ring_size: i32,
    /// How the media key is derived.
    pub key_derivation_algorithm: KeyDerivationAlgorithm,
}

impl Default for KeyProviderOptions {
    fn default() -> Self {
        Self {
            ratchet_window_size: 16,
            ratchet_salt: b"LKFrameEncryptionKey".to_vec(),
            failure_tolerance: -1,
            key_ring_size: 16,
            key_derivation_algorithm: KeyDerivationAlgorithm::PBKDF2,
        }
    }
}

/// The keys of a room's participants. Clones share them.
#[derive(Clone)]
pub struct KeyProvider {
    inner: Arc<Inner>,
}

struct Inner {
    options: KeyProviderOptions,
    shared: bool,
    state: Mutex<State>,
    latest_key_index: AtomicI32,
}

#[derive(Default)]
struct State {
    shared_keys: BTreeMap<i32, Vec<u8>>,
    keys: BTreeMap<(ParticipantIdentity, i32), Vec<u8>>,
    rooms: Vec<Weak<Handle>>,
}

impl KeyProvider {
    /// A key for each participant.
    pub fn new(options: KeyProviderOptions) -> Self {
        Self::with(options, false)
    }

    /// One key for all.
    pub fn with_shared_key(options: KeyProviderOptions, shared_key: Vec<u8>) -> Self {
        let provider = Self::with(options, true);
        provider.inner.state.lock().shared_keys.insert(0, shared_key);
        provider
    }

    fn with(options: KeyProviderOptions, shared: bool) -> Self {
        let (state, latest_key_index) = (Mutex::default(), AtomicI32::new(0));
        Self { inner: Arc::new(Inner { options, shared, state, latest_key_index }) }
    }

    /// Sets the key of all.
    pub fn set_shared_key(&self, shared_key: Vec<u8>, key_index: i32) {
        self.inner.latest_key_index.store(key_index, Ordering::Relaxed);
        self.inner.state.lock().shared_keys.insert(key_index, shared_key.clone());
        self.ask_all(&Ask::SetSharedKey(pb::SetSharedKeyRequest { shared_key, key_index }));
    }

    /// Moves the key of all one step on; returns the new one. Nothing when no room is connected.
    pub fn ratchet_shared_key(&self, key_index: i32) -> Option<Vec<u8>> {
        let key = match self.ask_one(&Ask::RatchetSharedKey(pb::RatchetSharedKeyRequest { key_index }))? {
            Answer::RatchetSharedKey(answer) => answer.new_key?,
            _ => return None,
        };
        self.inner.state.lock().shared_keys.insert(key_index, key.clone());
        Some(key)
    }

    /// The key of all.
    pub fn get_shared_key(&self, key_index: i32) -> Option<Vec<u8>> {
        self.inner.state.lock().shared_keys.get(&key_index).cloned()
    }

    /// Sets one participant's key; false when a connected room refuses it.
    pub fn set_key(&self, identity: &ParticipantIdentity, key_index: i32, key: Vec<u8>) -> bool {
        self.inner.latest_key_index.store(key_index, Ordering::Relaxed);
        self.inner.state.lock().keys.insert((identity.clone(), key_index), key.clone());
        let participant_identity = identity.to_string();
        self.ask_all(&Ask::SetKey(pb::SetKeyRequest { participant_identity, key, key_index }))
    }

    /// Moves one participant's key one step on; returns the new one. Nothing when no room is connected.
    pub fn ratchet_key(&self, identity: &ParticipantIdentity, key_index: i32) -> Option<Vec<u8>> {
        let participant_identity = identity.to_string();
        let key = match self.ask_one(&Ask::RatchetKey(pb::RatchetKeyRequest { participant_identity, key_index }))? {
            Answer::RatchetKey(answer) => answer.new_key?,
            _ => return None,
        };
        self.inner.state.lock().keys.insert((identity.clone(), key_index), key.clone());
        Some(key)
    }

    /// One participant's key.
    pub fn get_key(&self, identity: &ParticipantIdentity, key_index: i32) -> Option<Vec<u8>> {
        self.inner.state.lock().keys.get(&(identity.clone(), key_index)).cloned()
    }

    /// The index that was set last.
    pub fn get_latest_key_index(&self) -> i32 {
        self.inner.latest_key_index.load(Ordering::Relaxed)
    }

    /// The options as the library wants them at connecting.
    pub(crate) fn message(&self) -> pb::KeyProviderOptions {
        let options = &self.inner.options;
        let state = self.inner.state.lock();
        let any_shared = || state.shared_keys.get(&0).or_else(|| state.shared_keys.values().next()).cloned();
        pb::KeyProviderOptions {
            shared_key: if self.inner.shared { any_shared() } else { None },
            ratchet_window_size: options.ratchet_window_size,
            ratchet_salt: options.ratchet_salt.clone(),
            failure_tolerance: options.failure_tolerance,
            key_ring_size: options.key_ring_size,
            key_derivation_function: pb::KeyDerivationFunction::from(options.key_derivation_algorithm).into(),
        }
    }

    /// Gives a room that has just connected every key known so far, and all later ones.
    pub(crate) fn attach(&self, room: &Arc<Handle>) {
        let mut asks = Vec::new();
        {
            let mut state = self.inner.state.lock();
            state.rooms.retain(|room| room.strong_count() > 0);
            state.rooms.push(Arc::downgrade(room));
            for (&key_index, shared_key) in &state.shared_keys {
                asks.push(Ask::SetSharedKey(pb::SetSharedKeyRequest { shared_key: shared_key.clone(), key_index }));
            }
            for ((identity, key_index), key) in &state.keys {
                asks.push(Ask::SetKey(pb::SetKeyRequest {
                    participant_identity: identity.to_string(),
                    key: key.clone(),
                    key_index: *key_index,
                }));
            }
        }
        for message in asks {
            ask(room, message);
        }
    }

    fn rooms(&self) -> Vec<Arc<Handle>> {
        self.inner.state.lock().rooms.iter().filter_map(Weak::upgrade).collect()
    }

    fn ask_all(&self, message: &Ask) -> bool {
        self.rooms().iter().all(|room| ask(room, message.clone()).is_some())
    }

    fn ask_one(&self, message: &Ask) -> Option<Answer> {
        self.rooms().first().and_then(|room| ask(room, message.clone()))
    }
}

fn ask(room: &Arc<Handle>, message: Ask) -> Option<Answer> {
    match call(Request::E2ee(pb::E2eeRequest { room_handle: room.id(), message: Some(message) })) {
        Ok(Response::E2ee(answer)) => answer.message,
        Ok(_) => None,
        Err(error) => {
            tracing::error!(target: "livekit", "a key was not accepted: {error}");
            None
        }
    }
}
