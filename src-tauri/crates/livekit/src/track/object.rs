//! What all tracks have in common: the library's object and what is known about it.

use super::{StreamState, TrackKind, TrackSource};
use crate::{
    RoomError, RoomResult,
    ffi::{
        handle::Handle,
        messages::{self as pb, Callback, Request},
        request::{CallError, call, call_later, nothing, reported},
    },
    id::TrackSid,
    webrtc::stats::{self, RtcStats},
};
use parking_lot::RwLock;

/// The sid of a track that was never published, as in LiveKit's crate.
const UNPUBLISHED: &str = "TR_unknown";

/// One track of the library. Without the library it is inert: it has no handle.
#[derive(Debug)]
pub(crate) struct TrackObject {
    handle: Option<Handle>,
    name: String,
    kind: TrackKind,
    remote: bool,
    state: RwLock<State>,
}

#[derive(Debug)]
struct State {
    sid: TrackSid,
    source: TrackSource,
    stream_state: StreamState,
    muted: bool,
    enabled: bool,
    encrypted: bool,
}

impl TrackObject {
    /// Takes over a track that the library hands out.
    pub(crate) fn new(track: pb::OwnedTrack) -> Self {
        let info = track.info;
        let stream_state = match info.stream_state() {
            pb::StreamState::StatePaused => StreamState::Paused,
            pb::StreamState::StateActive | pb::StreamState::StateUnknown => StreamState::Active,
        };
        let kind = info.kind().into();
        let sid = TrackSid(if info.sid.is_empty() { UNPUBLISHED.to_owned() } else { info.sid });
        let state = State {
            sid,
            source: TrackSource::Unknown,
            stream_state,
            muted: info.muted,
            enabled: true,
            encrypted: false,
        };
        let handle = Some(Handle::new(track.handle.id));
        Self { handle, name: info.name, kind, remote: info.remote, state: RwLock::new(state) }
    }

    /// A local track without the library.
    pub(super) fn inert(name: &str, kind: TrackKind) -> Self {
        let state = State {
            sid: TrackSid(UNPUBLISHED.to_owned()),
            source: TrackSource::Unknown,
            stream_state: StreamState::Active,
            muted: false,
            enabled: true,
            encrypted: false,
        };
        Self { handle: None, name: name.to_owned(), kind, remote: false, state: RwLock::new(state) }
    }

    pub(crate) fn handle(&self) -> Option<u64> {
        self.handle.as_ref().map(Handle::id)
    }

    pub(crate) fn media_id(&self) -> String {
        self.handle().map_or_else(String::new, |handle| handle.to_string())
    }

    pub(crate) fn sid(&self) -> TrackSid {
        self.state.read().sid.clone()
    }

    pub(crate) fn name(&self) -> String {
        self.name.clone()
    }

    pub(crate) fn kind(&self) -> TrackKind {
        self.kind
    }

    pub(crate) fn source(&self) -> TrackSource {
        self.state.read().source
    }

    pub(crate) fn stream_state(&self) -> StreamState {
        self.state.read().stream_state
    }

    pub(crate) fn is_muted(&self) -> bool {
        self.state.read().muted
    }

    pub(crate) fn is_remote(&self) -> bool {
        self.remote
    }

    pub(crate) fn is_enabled(&self) -> bool {
        self.state.read().enabled
    }

    /// Remembers what the server calls the track and what it shows.
    pub(crate) fn published(&self, sid: TrackSid, source: TrackSource) {
        let mut state = self.state.write();
        state.sid = sid;
        state.source = source;
    }

    /// Whether its frames are encrypted end to end.
    pub(crate) fn is_encrypted(&self) -> bool {
        self.state.read().encrypted
    }

    /// Remembers that its frames are encrypted end to end, or not.
    pub(crate) fn set_encrypted(&self, encrypted: bool) {
        self.state.write().encrypted = encrypted;
    }

    /// Remembers that the track was muted or unmuted.
    pub(crate) fn set_muted(&self, muted: bool) {
        self.state.write().muted = muted;
    }

    /// Mutes or unmutes a local track; the server is told.
    pub(super) fn mute(&self, mute: bool) {
        let Some(track_handle) = self.handle() else { return };
        match call(Request::LocalTrackMute(pb::LocalTrackMuteRequest { track_handle, mute })) {
            Ok(_) => self.set_muted(mute),
            Err(error) => tracing::error!(target: "livekit", "the track {} was not muted: {error}", self.name),
        }
    }

    /// Plays a remote track or not; the server is not told.
    pub(super) fn enable(&self, enabled: bool) {
        let Some(track_handle) = self.handle() else { return };
        match call(Request::EnableRemoteTrack(pb::EnableRemoteTrackRequest { track_handle, enabled })) {
            Ok(_) => self.state.write().enabled = enabled,
            Err(error) => tracing::error!(target: "livekit", "the track {} was not changed: {error}", self.name),
        }
    }

    pub(super) async fn get_stats(&self) -> RoomResult<Vec<RtcStats>> {
        let track_handle = self.handle().ok_or_else(|| RoomError::Internal("the track is inert".to_owned()))?;
        let answer = call_later(
            |id| Request::GetStats(pb::GetStatsRequest { track_handle, request_async_id: Some(id) }),
            |callback| match callback {
                Callback::GetStats(answer) => {
                    reported(answer.error.as_deref()).map(|()| stats::from_messages(answer.stats))
                }
                _ => Err(CallError::Failed),
            },
            nothing,
        )?;
        Ok(answer.await??)
    }
}

/// The getters that every kind of track has.
macro_rules! getters {
    () => {
        /// The server's name of it; `TR_unknown` before it is published.
        pub fn sid(&self) -> $crate::id::TrackSid {
            self.object().sid()
        }

        /// The name its publisher gave it.
        pub fn name(&self) -> String {
            self.object().name()
        }

        /// Sound or pictures.
        pub fn kind(&self) -> $crate::track::TrackKind {
            self.object().kind()
        }

        /// What it shows.
        pub fn source(&self) -> $crate::track::TrackSource {
            self.object().source()
        }

        /// Whether the server sends it.
        pub fn stream_state(&self) -> $crate::track::StreamState {
            self.object().stream_state()
        }

        /// Whether its publisher muted it.
        pub fn is_muted(&self) -> bool {
            self.object().is_muted()
        }

        /// Whether it is somebody else's.
        pub fn is_remote(&self) -> bool {
            self.object().is_remote()
        }

        /// Whether it is played.
        pub fn is_enabled(&self) -> bool {
            self.object().is_enabled()
        }

        /// The connection's statistics about this track.
        ///
        /// # Errors
        /// When the track is not published or the connection is gone.
        pub async fn get_stats(&self) -> $crate::RoomResult<Vec<$crate::webrtc::stats::RtcStats>> {
            self.object().get_stats().await
        }
    };
}
pub(super) use getters;
