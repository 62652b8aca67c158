//! Keys and encryption: carries out what the call's [`Protection`] decides.

use super::{Actor, Event};
use crate::calls::protection::{Deed, Known, Protection};
use crate::calls::room::Joined;
use crate::keychain::KeychainError;
use crate::livekit::prelude::{RemoteParticipant, RemoteTrackPublication};
use crate::view::{ErrorCode, UserError};
use pizoo_api::UserId;
use pizoo_call::{Input, Phase};
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::timeout;

/// A keychain that asks for a password is not waited for.
const KEYCHAIN: Duration = Duration::from_secs(3);

/// A device whose code was compared, and by whom with whom.
pub(in crate::calls) struct Compared {
    pub(in crate::calls) own: UserId,
    pub(in crate::calls) partner: UserId,
    pub(in crate::calls) device: String,
}

impl Actor {
    /// Prepares a call's protection; what the keychain knows comes as an event.
    pub(super) fn protect(&mut self) {
        let (Some(screen), Some(user)) = (&self.screen, self.session.user()) else { return };
        let conversation = &screen.conversation;
        let (own, partner) = (user.id, conversation.user.id.clone());
        let required = self.sources.chosen.borrow().require_encryption;
        self.protection = Some(Protection::new(&conversation.match_id, &own, &partner, required));
        let (devices, events, number) = (self.compared.clone(), self.events.0.clone(), self.number);
        self.work.spawn(async move {
            let known = match timeout(KEYCHAIN, devices.known(own.as_str(), partner.as_str())).await {
                Ok(Ok(known)) => known,
                Ok(Err(error)) => {
                    tracing::warn!(%error, "every device is new in this call");
                    Known::without(&error)
                }
                Err(_) => {
                    tracing::warn!("the keychain does not answer: every device is new in this call");
                    Known::without(&KeychainError::Locked)
                }
            };
            drop(events.send((number, Event::Known(known))));
        });
    }

    pub(super) async fn known(&mut self, known: Known) {
        let now = self.epoch.elapsed();
        self.decide(|protection| protection.known(known, now)).await;
    }

    /// The room was joined, the first time or again.
    pub(super) async fn protect_room(&mut self, partner: bool) {
        self.check_own_tracks().await;
        self.use_key();
        self.receive_all();
        if self.partner_is_plain() {
            self.decide(Protection::plain_seen).await;
        }
        match partner {
            true => self.partner_present().await,
            false => self.partner_gone(),
        }
    }

    pub(super) async fn partner_present(&mut self) {
        let now = self.epoch.elapsed();
        self.decide(|protection| protection.partner_present(now)).await;
    }

    pub(super) fn partner_gone(&mut self) {
        if let Some(protection) = &mut self.protection {
            protection.partner_gone();
        }
    }

    pub(super) async fn resume_agreement(&mut self) {
        let now = self.epoch.elapsed();
        self.decide(|protection| protection.resumed(now)).await;
    }

    pub(super) async fn told_about_keys(&mut self, payload: &[u8]) {
        let now = self.epoch.elapsed();
        self.decide(|protection| protection.receive(payload, now)).await;
    }

    pub(super) async fn agreement_due(&mut self) {
        let now = self.epoch.elapsed();
        self.decide(|protection| protection.tick(now)).await;
    }

    /// When the agreement wants to be looked at. While a connection is away nothing can be heard.
    pub(super) fn agreement_deadline(&self) -> Option<Duration> {
        let together = self.machine.phase() == Phase::Active && self.room.is_some();
        self.protection.as_ref().filter(|_| together).and_then(Protection::deadline)
    }

    pub(super) async fn track_published(&mut self, track: &RemoteTrackPublication, who: &RemoteParticipant) {
        if self.may_receive(track) {
            track.set_subscribed(true);
        } else if self.is_partner(who) && self.partner_is_plain() {
            self.decide(Protection::plain_seen).await;
        }
    }

    fn partner_is_plain(&self) -> bool {
        let both = self.screen.as_ref().zip(self.room.as_ref());
        both.is_some_and(|(screen, room)| room.partner_is_plain(&screen.conversation.user.id))
    }

    /// What is published now may go out as it is: the server says whether a track is encrypted.
    pub(super) async fn check_own_tracks(&mut self) {
        if self.room.as_ref().is_some_and(Joined::is_exposed) {
            self.decide(Protection::exposed).await;
        }
    }

    pub(super) fn may_receive(&self, track: &RemoteTrackPublication) -> bool {
        self.protection.as_ref().is_some_and(|protection| protection.may_receive(track.encryption_type()))
    }

    /// New cryptors begin with the first key.
    pub(super) fn use_key(&self) {
        if let (Some(room), Some(index)) = (&self.room, self.protection.as_ref().and_then(Protection::index)) {
            room.use_key(index);
        }
    }

    /// The user compared the code with these digits.
    pub(super) fn code_compared(&mut self, numbers: &str, answer: oneshot::Sender<Result<Compared, UserError>>) {
        let device = self.protection.as_mut().and_then(|protection| protection.compared(numbers));
        let compared = match (device, &self.screen, self.session.user()) {
            (Some(device), Some(screen), Some(user)) => {
                Ok(Compared { own: user.id, partner: screen.conversation.user.id.clone(), device })
            }
            // There is another code by now, which they have not compared.
            _ => Err(ErrorCode::Invalid.into()),
        };
        drop(answer.send(compared));
    }

    async fn decide(&mut self, ask: impl FnOnce(&mut Protection) -> Vec<Deed>) {
        if !self.machine.is_live() {
            return;
        }
        let Some(protection) = &mut self.protection else { return };
        let deeds = ask(protection);
        for deed in deeds {
            match deed {
                Deed::Send(payload) => {
                    if let (Some(room), Some(screen)) = (&self.room, &self.screen) {
                        room.tell(&screen.conversation.user.id, payload);
                    }
                }
                Deed::Use => {
                    self.use_key();
                    self.receive_all();
                }
                Deed::GoPlain => self.join_again(),
                Deed::Refuse => self.input(Input::Unprotected).await,
            }
        }
    }

    /// Sends and receives, as far as that is protected.
    fn receive_all(&mut self) {
        let Some(protection) = &self.protection else { return };
        if let Some(devices) = &self.devices {
            devices.set_sending(protection.may_send());
        }
        if let Some(room) = &self.room {
            room.subscribe(|encryption| protection.may_receive(encryption));
        }
        self.watchdog.expect_picture();
    }
}
