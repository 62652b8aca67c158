//! Who else could see and hear a call: nobody, unless the other side cannot encrypt and the user allows that.
//!
//! Both sides join a room whose frames are encrypted, agree on keys in it ([`agreement`]), and only then send and receive.
//! A side that cannot (a browser) is met in a room without encryption: not if the user forbids it, not if the other
//! person's device was ever compared, and not once a call was encrypted. It decides and does no I/O: time is an argument.

mod agreement;
mod code;
mod device;

pub(crate) use device::Devices;
pub(super) use device::Known;

use crate::livekit::e2ee::EncryptionType;
use crate::livekit::e2ee::key_provider::{KeyDerivationAlgorithm, KeyProvider, KeyProviderOptions};
use crate::view;
use agreement::{Agreed, Agreement, AgreementError, Parties, Step};
use pizoo_api::e2ee::KeyMessage;
use pizoo_api::{MatchId, UserId};
use std::time::Duration;

/// How the room is joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cover {
    EndToEnd,
    Plain,
}

/// What is to be done, in order.
pub(super) enum Deed {
    /// Say this to the other side.
    Send(Vec<u8>),
    /// There are keys, and they are set: encrypt with the newest, and receive.
    Use,
    /// Join again, without encryption.
    GoPlain,
    /// End the call.
    Refuse,
}

/// The protection of one call.
pub(super) struct Protection {
    parties: Parties,
    required: bool,
    cover: Cover,
    keys: KeyProvider,
    known: Option<Known>,
    present: bool,
    /// The other side sends in plain, and what is known of it is not there yet.
    plain_seen: bool,
    agreement: Option<Agreement>,
    agreed: Option<Agreed>,
}

impl Protection {
    /// `required`: better no call than a plain one.
    pub(super) fn new(room: &MatchId, own: &UserId, partner: &UserId, required: bool) -> Self {
        let parties =
            Parties { room: room.as_str().into(), own: own.as_str().into(), partner: partner.as_str().into() };
        let keys = KeyProvider::new(KeyProviderOptions {
            // A wrong key is seen at once, and a right one heals it.
            ratchet_window_size: 0,
            failure_tolerance: 0,
            key_derivation_algorithm: KeyDerivationAlgorithm::HKDF,
            ..KeyProviderOptions::default()
        });
        Self {
            parties,
            required,
            cover: Cover::EndToEnd,
            keys,
            known: None,
            present: false,
            plain_seen: false,
            agreement: None,
            agreed: None,
        }
    }

    /// The keys for a room that is about to be joined; none for a plain one.
    pub(super) fn keys(&self) -> Option<KeyProvider> {
        (self.cover == Cover::EndToEnd).then(|| self.keys.clone())
    }

    /// Whether something may be sent.
    pub(super) fn may_send(&self) -> bool {
        self.cover == Cover::Plain || self.agreed.is_some()
    }

    /// Whether a track may be received: never a plain one in an encrypted call, nor the other way round.
    pub(super) fn may_receive(&self, track: EncryptionType) -> bool {
        match self.cover {
            Cover::EndToEnd => self.agreed.is_some() && track != EncryptionType::None,
            Cover::Plain => track == EncryptionType::None,
        }
    }

    /// The key that frames go out with.
    pub(super) fn index(&self) -> Option<i32> {
        self.agreed.as_ref().map(|agreed| agreed.index)
    }

    /// What the keychain knows of both devices.
    pub(super) fn known(&mut self, known: Known, now: Duration) -> Vec<Deed> {
        self.agreement = Some(Agreement::new(self.parties.clone(), known.device.clone()));
        self.known = Some(known);
        if self.plain_seen {
            return self.without();
        }
        if self.present { self.partner_present(now) } else { Vec::new() }
    }

    /// The other side is in the room, for the first time or again.
    pub(super) fn partner_present(&mut self, now: Duration) -> Vec<Deed> {
        self.present = true;
        if self.cover == Cover::Plain {
            return Vec::new();
        }
        let steps = self.agreement.as_mut().map(|agreement| agreement.partner_present(now));
        self.deeds(steps.unwrap_or_default())
    }

    /// The other side is gone, perhaps for a moment.
    pub(super) fn partner_gone(&mut self) {
        self.present = false;
        if let Some(agreement) = &mut self.agreement {
            agreement.partner_gone();
        }
    }

    /// The connection is back: what was not finished begins anew, for nothing could be heard meanwhile.
    pub(super) fn resumed(&mut self, now: Duration) -> Vec<Deed> {
        let unfinished = self.agreement.as_ref().is_some_and(|agreement| agreement.deadline().is_some());
        if unfinished && self.present { self.partner_present(now) } else { Vec::new() }
    }

    /// The other side says something. What is no message is no reason to end a call.
    pub(super) fn receive(&mut self, payload: &[u8], now: Duration) -> Vec<Deed> {
        if self.cover == Cover::Plain {
            return Vec::new();
        }
        let Ok(message) = serde_json::from_slice::<KeyMessage>(payload) else {
            tracing::debug!("a data packet that is no message about keys");
            return Vec::new();
        };
        tracing::debug!(message = message.name(), "heard");
        let steps = self.agreement.as_mut().map(|agreement| agreement.receive(message, now));
        self.deeds(steps.unwrap_or_default())
    }

    /// When [`tick`](Self::tick) is wanted.
    pub(super) fn deadline(&self) -> Option<Duration> {
        self.agreement.as_ref().and_then(Agreement::deadline)
    }

    pub(super) fn tick(&mut self, now: Duration) -> Vec<Deed> {
        let steps = self.agreement.as_mut().map(|agreement| agreement.tick(now));
        self.deeds(steps.unwrap_or_default())
    }

    /// The server publishes the own tracks without encryption, although the room was joined with it.
    pub(super) fn exposed(&mut self) -> Vec<Deed> {
        match (self.cover, &self.agreed) {
            (Cover::EndToEnd, Some(_)) => {
                tracing::warn!("the server takes the encryption away");
                vec![Deed::Refuse]
            }
            _ => self.plain_seen(),
        }
    }

    /// The other side sends in plain, or the own side has to.
    pub(super) fn plain_seen(&mut self) -> Vec<Deed> {
        // Once there are keys, a plain track is not looked at.
        if self.cover == Cover::Plain || self.agreed.is_some() || self.plain_seen {
            return Vec::new();
        }
        self.plain_seen = true;
        if self.known.is_some() || self.required { self.without() } else { Vec::new() }
    }

    /// The user compared the code that these digits belong to. The device to keep, unless there is another code by now.
    pub(super) fn compared(&mut self, numbers: &str) -> Option<String> {
        let agreed = self.agreed.as_ref().filter(|agreed| code::numbers(agreed) == numbers)?;
        let known = self.known.as_mut()?;
        if !known.compared.contains(&agreed.device) {
            known.compared.push(agreed.device.clone());
        }
        Some(agreed.device.clone())
    }

    pub(super) fn view(&self) -> view::Protection {
        if self.cover == Cover::Plain {
            return view::Protection::Plain;
        }
        let Some(agreed) = &self.agreed else { return view::Protection::Agreeing };
        let compared = self.known.as_ref().map(|known| known.compared.as_slice()).unwrap_or_default();
        let trust = match compared {
            [] => view::Trust::Unverified,
            some if some.contains(&agreed.device) => view::Trust::Verified,
            _ => view::Trust::Changed,
        };
        view::Protection::EndToEnd { emoji: code::emoji(agreed), numbers: code::numbers(agreed), trust }
    }

    fn deeds(&mut self, steps: Vec<Step>) -> Vec<Deed> {
        let mut deeds = Vec::with_capacity(steps.len());
        for step in steps {
            match step {
                Step::Send(message) => {
                    tracing::debug!(message = message.name(), "said");
                    deeds.extend(serde_json::to_vec(&message).ok().map(Deed::Send));
                }
                Step::Agreed(agreed) => {
                    tracing::info!(index = agreed.index, "keys");
                    let Parties { own, partner, .. } = &self.parties;
                    for (whose, key) in [(own, &agreed.own_key), (partner, &agreed.partner_key)] {
                        self.keys.set_key(&whose.clone().into(), agreed.index, key.to_vec());
                    }
                    self.agreed = Some(*agreed);
                    deeds.push(Deed::Use);
                }
                Step::Failed(AgreementError::Silence) => deeds.extend(self.without()),
                Step::Failed(error) => {
                    // Whoever cannot encrypt does not get that far: somebody interferes.
                    tracing::warn!(%error, "no keys");
                    deeds.push(Deed::Refuse);
                }
            }
        }
        deeds
    }

    /// There will be no keys.
    fn without(&mut self) -> Vec<Deed> {
        let compared = self.known.as_ref().is_some_and(|known| known.locked || !known.compared.is_empty());
        let refused = self.required || compared || self.agreed.is_some();
        tracing::info!(refused, "the other side does not encrypt");
        if refused {
            return vec![Deed::Refuse];
        }
        self.cover = Cover::Plain;
        self.agreement = None;
        vec![Deed::GoPlain]
    }
}

#[cfg(test)]
mod tests;
