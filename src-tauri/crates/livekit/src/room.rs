//! A room: connecting to it, its state, its events.

mod connect;
mod dispatcher;
mod events;
mod options;
mod session;

pub(crate) use dispatcher::Dispatcher;
pub use events::{ConnectionState, DataPacket, DataPacketKind, DisconnectReason, RoomEvent};
pub use options::RoomOptions;

use crate::{
    e2ee::E2eeManager,
    ffi::{
        messages::{self as pb, Callback, Request},
        request::{CallError, call_and_keep, call_later, nothing, reported},
    },
    id::{ParticipantIdentity, RoomSid},
    participant::{LocalParticipant, RemoteParticipant},
    rtc_engine::{EngineError, EngineResult, SessionStats, SimulateScenario},
    webrtc::{RtcError, stats},
};
use session::Session;
use std::{collections::HashMap, fmt, sync::Arc};
use tokio::sync::mpsc;

/// What rooms and their tracks give.
pub type RoomResult<T> = Result<T, RoomError>;

/// Failures of a room. No text in them carries a secret.
#[derive(thiserror::Error, Debug)]
pub enum RoomError {
    /// The connection.
    #[error("engine: {0}")]
    Engine(#[from] EngineError),
    /// The library, or a wrong argument.
    #[error("room failure: {0}")]
    Internal(String),
    /// Media.
    #[error("rtc: {0}")]
    Rtc(#[from] RtcError),
    /// The track is published already.
    #[error("this track or a track of the same source is already published")]
    TrackAlreadyPublished,
    /// The room is closed already.
    #[error("already closed")]
    AlreadyClosed,
}

impl From<CallError> for RoomError {
    fn from(error: CallError) -> Self {
        Self::Internal(error.to_string())
    }
}

/// A connected room. Dropping it leaves the room.
pub struct Room {
    session: Arc<Session>,
}

impl Room {
    /// Leaves the room. The events end with [`RoomEvent::Disconnected`].
    ///
    /// # Errors
    /// [`RoomError::AlreadyClosed`] when it has been left before.
    pub async fn close(&self) -> RoomResult<()> {
        self.close_with_reason(DisconnectReason::ClientInitiated).await
    }

    /// The same with another reason for the others to see.
    ///
    /// # Errors
    /// As [`Self::close`].
    pub async fn close_with_reason(&self, reason: DisconnectReason) -> RoomResult<()> {
        if !self.session.start_closing() {
            return Err(RoomError::AlreadyClosed);
        }
        let session = Arc::clone(&self.session);
        let answer = call_later(
            |id| self.session.disconnect_request(reason, id),
            move |callback| {
                session.disconnected(reason);
                matches!(callback, Callback::Disconnect(_)).then_some(()).ok_or(CallError::Failed)
            },
            nothing,
        );
        match answer {
            Ok(answer) => Ok(answer.await??),
            Err(error) => {
                self.session.disconnected(reason);
                Err(error.into())
            }
        }
    }

    /// Disturbs the connection, for tests.
    ///
    /// # Errors
    /// When the scenario cannot be started.
    pub async fn simulate_scenario(&self, scenario: SimulateScenario) -> EngineResult<()> {
        let room_handle = self.session.handle().id();
        let scenario = pb::SimulateScenarioKind::from(scenario).into();
        let answer = call_later(
            |id| {
                Request::SimulateScenario(pb::SimulateScenarioRequest {
                    room_handle,
                    scenario,
                    request_async_id: Some(id),
                })
            },
            |callback| match callback {
                Callback::SimulateScenario(answer) => reported(answer.error.as_deref()),
                _ => Err(CallError::Failed),
            },
            nothing,
        )?;
        Ok(answer.await??)
    }

    /// The connection's statistics.
    ///
    /// # Errors
    /// When the connection is gone.
    pub async fn get_stats(&self) -> EngineResult<SessionStats> {
        let room_handle = self.session.handle().id();
        let answer = call_later(
            |id| Request::GetSessionStats(pb::GetSessionStatsRequest { room_handle, request_async_id: Some(id) }),
            |callback| {
                let Callback::GetSessionStats(answer) = callback else { return Err(CallError::Failed) };
                match answer.message {
                    Some(pb::get_session_stats_callback::Message::Result(result)) => Ok(SessionStats {
                        publisher_stats: stats::from_messages(result.publisher_stats),
                        subscriber_stats: stats::from_messages(result.subscriber_stats),
                    }),
                    Some(pb::get_session_stats_callback::Message::Error(error)) => Err(CallError::reported(&error)),
                    None => Err(CallError::Failed),
                }
            },
            nothing,
        )?;
        Ok(answer.await??)
    }

    /// One more receiver of the events from now on.
    pub fn subscribe(&self) -> mpsc::UnboundedReceiver<RoomEvent> {
        self.session.dispatcher().register()
    }

    /// The server's name of this session of the room; waits until it is known.
    pub async fn sid(&self) -> RoomSid {
        self.session.sid().await
    }

    /// The server's name of this session of the room, if it is known.
    pub fn maybe_sid(&self) -> Option<RoomSid> {
        self.session.maybe_sid()
    }

    /// The room's name, from the token.
    pub fn name(&self) -> String {
        self.session.name()
    }

    /// What the backend attached.
    pub fn metadata(&self) -> String {
        self.session.metadata()
    }

    /// Ourselves.
    pub fn local_participant(&self) -> LocalParticipant {
        self.session.local_participant().clone()
    }

    /// How the connection is.
    pub fn connection_state(&self) -> ConnectionState {
        self.session.connection_state()
    }

    /// The others.
    pub fn remote_participants(&self) -> HashMap<ParticipantIdentity, RemoteParticipant> {
        self.session.remote_participants()
    }

    /// The room's encryption.
    pub fn e2ee_manager(&self) -> &E2eeManager {
        self.session.e2ee_manager()
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        if self.session.start_closing() {
            let session = Arc::clone(&self.session);
            let reason = DisconnectReason::ClientInitiated;
            // The session, and with it every object of the room, lives until the library has left.
            if let Err(error) = call_and_keep(session, |id, session| session.disconnect_request(reason, id)) {
                tracing::warn!(target: "livekit", "a dropped room was not left: {error}");
            }
            self.session.disconnected(reason);
        }
    }
}

impl fmt::Debug for Room {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Room")
            .field("sid", &self.maybe_sid())
            .field("name", &self.name())
            .field("connection_state", &self.connection_state())
            .finish()
    }
}
