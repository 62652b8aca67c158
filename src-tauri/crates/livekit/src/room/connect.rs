//! Connecting to a room.

use super::{Room, RoomEvent, RoomOptions, RoomResult, session::Session};
use crate::{
    ffi::{
        handle::Handle,
        messages::{self as pb, Callback, Request},
        request::{call, call_and_keep, call_later},
    },
    rtc_engine::EngineError,
};
use pb::connect_callback::{Message, Result as Joined};
use tokio::sync::mpsc;

impl Room {
    /// Connects to a room and returns it with its events, the first of which is [`RoomEvent::Connected`].
    ///
    /// Dropping the future leaves the room should the connection still come about. Needs a tokio runtime with time.
    ///
    /// # Errors
    /// When the server cannot be reached, refuses, or does not answer within
    /// [`connect_timeout`](RoomOptions::connect_timeout) times the attempts.
    pub async fn connect(
        url: &str,
        token: &str,
        options: RoomOptions,
    ) -> RoomResult<(Self, mpsc::UnboundedReceiver<RoomEvent>)> {
        let answer = call_later(
            |id| {
                Request::Connect(pb::ConnectRequest {
                    url: url.to_owned(),
                    token: token.to_owned(),
                    options: options.message(),
                    request_async_id: Some(id),
                })
            },
            |callback| {
                let Callback::Connect(answer) = callback else { return Err(EngineError::Internal("no answer".into())) };
                match answer.message {
                    Some(Message::Result(joined)) => Ok(Box::new(joined)),
                    Some(Message::Error(error)) => Err(EngineError::reported(&error)),
                    None => Err(EngineError::Internal("no answer".into())),
                }
            },
            |late| {
                if let Ok(joined) = late {
                    leave(&joined);
                }
            },
        )
        .map_err(EngineError::from)?;
        let joined = tokio::time::timeout(options.limit(), answer)
            .await
            .map_err(|_| EngineError::Connection("the server does not answer".into()))?
            .map_err(EngineError::from)??;
        let (session, events) = Session::start(*joined, &options);
        let room = Self { session };
        let ready = pb::ReadyForRoomEventRequest { room_handle: room.session.handle().id() };
        // From here on dropping `room` leaves it.
        call(Request::ReadyForRoomEvent(ready)).map_err(EngineError::from)?;
        Ok((room, events))
    }
}

/// Leaves a room that nobody waits for, and frees what came with it once the library has left.
fn leave(joined: &Joined) {
    let room = joined.room.handle.id;
    let mut owned = vec![Handle::new(room), Handle::new(joined.local_participant.handle.id)];
    for remote in &joined.participants {
        owned.push(Handle::new(remote.participant.handle.id));
        owned.extend(remote.publications.iter().map(|publication| Handle::new(publication.handle.id)));
    }
    let outcome = call_and_keep(owned, |id, _| {
        Request::Disconnect(pb::DisconnectRequest {
            room_handle: room,
            request_async_id: Some(id),
            reason: Some(pb::DisconnectReason::ClientInitiated.into()),
        })
    });
    if let Err(error) = outcome {
        tracing::warn!(target: "livekit", "a late room was not left: {error}");
    }
}
