//! Into the room: a token, the room, and the room again when it has to be another one.

use super::{Actor, Event};
use crate::calls::protection::Protection;
use crate::calls::receive::Receiving;
use crate::calls::room::{Joined, Live, Outgoing, join};
use crate::error::RequestError;
use crate::view::{ErrorCode, UserError};
use pizoo_api::livekit::{CallType, TokenRequest};
use pizoo_call::Input;
use reqwest::Method;
use std::sync::Arc;
use tokio::sync::mpsc;

impl Actor {
    pub(super) fn fetch_token(&mut self) {
        let Some(screen) = &self.screen else { return };
        let body = TokenRequest {
            match_id: screen.conversation.match_id.clone(),
            call_type: screen.call_type,
            participant_name: self.session.user().map(|user| user.name),
        };
        let (session, events, number) = (self.session.clone(), self.events.0.clone(), self.number);
        let allowance = Arc::clone(&self.allowance);
        self.work.spawn(async move {
            let path = ["api", "livekit", "token"];
            let token = session.limited(|http| http.request(Method::POST, &path).json(&body)).await;
            let token = allowance.learn(token);
            drop(events.send((number, Event::Token(token))));
        });
    }

    pub(super) async fn join(&mut self) {
        self.leaving.settle().await;
        self.join_after(None);
    }

    /// Takes the place of the room that was joined, with other protection.
    pub(super) fn join_again(&mut self) {
        self.room_events = None;
        self.receiving = Receiving::default();
        let old = self.room.take();
        self.join_after(old);
    }

    /// The server lets go of `old` by itself, for it is the same participant; so the other side sees no leaving.
    fn join_after(&mut self, old: Option<Joined>) {
        let (Some(token), Some(devices), Some(screen)) = (self.token.clone(), &self.devices, &self.screen) else {
            return;
        };
        let outgoing = Outgoing {
            microphone: devices.microphone_source(),
            camera: (screen.call_type == CallType::Video).then(|| devices.camera_source()),
        };
        // Until it is seen that the server lets the tracks be encrypted.
        devices.set_sending(false);
        let live = Live { microphone: self.machine.microphone().on, camera: self.machine.camera().on };
        let keys = self.protection.as_ref().and_then(Protection::keys);
        let (events, number) = (self.events.0.clone(), self.number);
        self.work.spawn(async move {
            let joined = join(token, outgoing, live, keys).await;
            if let Some(old) = old {
                old.leave().await;
            }
            // The actor outlives its work, unless it is gone with everything else.
            if let Err(mpsc::error::SendError((_, Event::Joined(Ok(joined))))) =
                events.send((number, Event::Joined(joined)))
            {
                joined.leave().await;
            }
        });
    }

    pub(super) async fn joined(&mut self, mut joined: Joined) {
        self.statistics.joined();
        let (closed, closed_events) = mpsc::unbounded_channel();
        drop(closed);
        self.room_events = Some(std::mem::replace(&mut joined.events, closed_events));
        // Switches may have moved while joining.
        joined.set_microphone(self.machine.microphone().on);
        joined.set_camera(self.machine.camera().on);
        self.work.spawn(joined.speak());
        let partner = self.screen.as_ref().is_some_and(|screen| joined.has(&screen.conversation.user.id));
        self.room = Some(joined);
        self.watchdog.expect_picture();
        self.reply(Ok(()));
        self.input(Input::Joined { partner }).await;
        // In place of another room this one may hold somebody else.
        match partner {
            true => self.input(Input::PartnerJoined).await,
            false => self.input(Input::PartnerLeft { on_purpose: false }).await,
        }
        // What was published is published; now it is safe to receive.
        self.protect_room(partner).await;
    }
}

/// Why the token endpoint said no.
pub(super) fn token_refusal(error: &RequestError) -> UserError {
    let told = UserError::from(error);
    match error {
        RequestError::Status { status: 403, .. } => UserError { code: ErrorCode::NotVerified, ..told },
        RequestError::Status { status: 503, .. } => UserError { code: ErrorCode::CallsNotConfigured, ..told },
        _ => told,
    }
}
