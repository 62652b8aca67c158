//! What the room says: who comes and goes, what they publish, and how the connection fares.

use super::Actor;
use super::watchdog::Verdict;
use crate::calls::receive::Receiving;
use crate::calls::room::{Joined, is_poor};
use crate::livekit;
use crate::livekit::prelude::*;
use crate::view::CallNotice;
use pizoo_api::farewell::Farewell;
use pizoo_call::{Input, LossCause, Phase};
use std::sync::Arc;
use std::time::Instant;

impl Actor {
    /// `None` says that the room is gone without a word.
    pub(super) async fn room_event(&mut self, event: Option<RoomEvent>) {
        let Some(event) = event else {
            self.room_events = None;
            return self.input(Input::RoomLost(LossCause::Connection)).await;
        };
        match event {
            RoomEvent::ParticipantConnected(who) if self.is_partner(&who) => {
                self.watchdog.expect_picture();
                self.input(Input::PartnerJoined).await;
                self.partner_present().await;
            }
            RoomEvent::ParticipantDisconnected(who) if self.is_partner(&who) => {
                let on_purpose = who.disconnect_reason() == DisconnectReason::ClientInitiated;
                self.partner_gone();
                self.input(Input::PartnerLeft { on_purpose }).await;
            }
            RoomEvent::TrackPublished { publication, participant } => {
                self.track_published(&publication, &participant).await;
            }
            // It has a new cryptor, which begins with the first key.
            RoomEvent::LocalTrackRepublished { .. } => {
                self.check_own_tracks().await;
                self.use_key();
            }
            RoomEvent::DataReceived { payload, topic, participant: Some(who), .. }
                if topic.as_deref() == Some(pizoo_api::e2ee::TOPIC) && self.is_partner(&who) =>
            {
                self.told_about_keys(&payload).await;
            }
            RoomEvent::DataReceived { payload, topic, participant: Some(who), .. }
                if topic.as_deref() == Some(pizoo_api::farewell::TOPIC) && self.is_partner(&who) =>
            {
                if let Ok(Farewell::Bye) = serde_json::from_slice(&payload) {
                    self.input(Input::PartnerLeft { on_purpose: true }).await;
                }
            }
            RoomEvent::E2eeStateChanged { participant, state } => {
                tracing::debug!(identity = participant.identity().as_str(), ?state, "frames");
            }
            RoomEvent::TrackSubscribed { track, .. } => self.receive(track),
            RoomEvent::TrackUnsubscribed { track: RemoteTrack::Video(_), .. } => self.receiving.stop_video(),
            RoomEvent::TrackUnsubscribed { track: RemoteTrack::Audio(_), .. } => self.receiving.stop_audio(),
            RoomEvent::TrackUnmuted { .. } => self.watchdog.expect_picture(),
            RoomEvent::ConnectionQualityChanged { quality, participant: Participant::Local(_) } => {
                if let Some(screen) = &mut self.screen {
                    screen.note(CallNotice::PoorConnection, is_poor(quality));
                }
            }
            RoomEvent::Reconnecting => self.input(Input::RoomReconnecting).await,
            RoomEvent::Reconnected => {
                self.watchdog.expect_picture();
                self.input(Input::RoomRestored).await;
                self.use_key();
                self.resume_agreement().await;
            }
            RoomEvent::Disconnected { reason } => self.disconnected(reason).await,
            _ => {}
        }
    }

    async fn disconnected(&mut self, reason: livekit::DisconnectReason) {
        // The room's reason and a participant's are two types of the same name.
        use livekit::DisconnectReason;
        let cause = match reason {
            DisconnectReason::ClientInitiated => return,
            DisconnectReason::DuplicateIdentity => LossCause::SameIdentity,
            DisconnectReason::ParticipantRemoved | DisconnectReason::RoomDeleted | DisconnectReason::RoomClosed => {
                LossCause::Removed
            }
            _ => LossCause::Connection,
        };
        tracing::info!(?reason, "the room is gone");
        self.room_events = None;
        self.receiving = Receiving::default();
        if let Some(room) = self.room.take() {
            room.leave().await;
        }
        self.input(Input::RoomLost(cause)).await;
    }

    pub(super) fn is_partner(&self, who: &RemoteParticipant) -> bool {
        let partner = self.screen.as_ref().map(|screen| &screen.conversation.user.id);
        partner.is_some_and(|partner| who.identity().as_str() == partner.as_str())
    }

    fn receive(&mut self, track: RemoteTrack) {
        let Some(devices) = &self.devices else { return };
        let Some(loudspeaker) = devices.add_remote() else { return };
        let picture = Arc::clone(&self.pictures.remote);
        self.receiving.start(track, picture, || loudspeaker, Arc::clone(&self.statistics));
    }

    /// A picture that should move and does not is subscribed again.
    pub(super) fn watch_picture(&mut self) {
        let camera = self.room.as_ref().and_then(Joined::remote_camera).filter(|camera| !camera.is_muted());
        let camera = camera.filter(|camera| self.machine.phase() == Phase::Active && self.may_receive(camera));
        let since_frame = self.statistics.since_last_frame(Instant::now());
        match (camera, self.watchdog.look(since_frame)) {
            (Some(camera), Verdict::Unsubscribe) => {
                tracing::warn!("the remote picture stalled; subscribing again");
                self.statistics.resubscribed();
                camera.set_subscribed(false);
            }
            (Some(camera), Verdict::Subscribe) => camera.set_subscribed(true),
            (None, _) => self.watchdog.expect_picture(),
            (Some(_), Verdict::Well) => {}
        }
    }
}
