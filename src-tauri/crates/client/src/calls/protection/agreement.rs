//! The agreement on keys as a state machine: messages and time in, messages and keys out. Only the keys themselves are
//! drawn inside, by the library that uses them.
//!
//! Both sides know the room, their own identity and the other's. Whoever's identity is smaller commits.

use super::device::DeviceKey;
use pizoo_api::e2ee::{KeyMessage, Proof};
use sha2::{Digest, Sha256};
use std::time::Duration;
use vodozemac::sas::{EstablishedSas, Mac, Sas};
use vodozemac::{Curve25519PublicKey, Ed25519PublicKey, Ed25519Signature, base64_encode};
use zeroize::Zeroizing;

/// What is not answered is said again, soon at first: the other side may not have been able to hear yet.
const AGAIN: Duration = Duration::from_millis(100);
const AGAIN_AT_MOST: Duration = Duration::from_millis(800);
/// A side that says nothing for so long cannot encrypt.
const SILENCE: Duration = Duration::from_secs(8);
/// An agreement that was begun is done by then, or something keeps it from being done.
const LIMIT: Duration = Duration::from_secs(20);
/// Nobody has to begin more often in one room.
const MOST: u32 = 256;
/// LiveKit keeps so many keys of a participant.
const RING: u32 = 16;
const MEDIA_KEY_BYTES: usize = 32;

/// Who agrees with whom, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Parties {
    pub(super) room: String,
    pub(super) own: String,
    pub(super) partner: String,
}

/// What both sides have once they agreed.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Agreed {
    /// For the frames that go out.
    pub(super) own_key: Zeroizing<Vec<u8>>,
    /// For the frames that come in.
    pub(super) partner_key: Zeroizing<Vec<u8>>,
    /// Their place in LiveKit's ring of keys.
    pub(super) index: i32,
    /// What both people compare, as numbers of emoji.
    pub(super) emoji: [u8; 7],
    /// The same in digits.
    pub(super) decimals: (u16, u16, u16),
    /// The other side's device.
    pub(super) device: String,
}

/// Why there is no agreement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum AgreementError {
    /// Nothing came: the other side cannot encrypt, or somebody keeps the messages.
    #[error("the other side does not answer")]
    Silence,
    #[error("the agreement was begun and never ended")]
    TimedOut,
    #[error("the key is not the one that was committed to")]
    BadCommitment,
    #[error("a key is malformed")]
    BadKey,
    #[error("the other side cannot prove who it is")]
    BadProof,
    #[error("it was begun too often")]
    TooOften,
}

/// What is to be done.
pub(super) enum Step {
    Send(KeyMessage),
    Agreed(Box<Agreed>),
    Failed(AgreementError),
}

/// One room's agreement with one other participant.
pub(super) struct Agreement {
    parties: Parties,
    device: DeviceKey,
    state: State,
    /// The lowest key number not used yet.
    next: u32,
    begun: u32,
    clock: Option<Clock>,
}

#[derive(Clone, Copy)]
struct Clock {
    again: Duration,
    pause: Duration,
    give_up: Duration,
}

enum State {
    /// The other side is not there.
    Idle,
    /// Waits for a commitment.
    Asking,
    Committed {
        sas: Sas,
        commitment: String,
    },
    Answered {
        sas: Sas,
        commitment: String,
    },
    Revealed {
        secret: Secret,
        reveal: KeyMessage,
    },
    /// Done; `reply` again if the other side did not hear it.
    Agreed {
        commitment: String,
        reply: Option<KeyMessage>,
    },
    Failed,
}

/// The keys' common origin, and what it is bound to.
struct Secret {
    established: EstablishedSas,
    commitment: String,
    number: u32,
    info: String,
}

impl Agreement {
    pub(super) fn new(parties: Parties, device: DeviceKey) -> Self {
        Self { parties, device, state: State::Idle, next: 0, begun: 0, clock: None }
    }

    /// The other side is in the room, for the first time or again.
    pub(super) fn partner_present(&mut self, now: Duration) -> Vec<Step> {
        match (self.commits(), &self.state) {
            (_, State::Failed) => Vec::new(),
            // Seen twice. Nobody answered yet, so the commitment is as good as another one.
            (true, State::Committed { commitment, .. }) => {
                let message = KeyMessage::Commit { commitment: commitment.clone() };
                self.wait(now, SILENCE);
                vec![Step::Send(message)]
            }
            (true, _) => self.commit(now),
            // The committer begins anew if it has to.
            (false, State::Agreed { .. }) => Vec::new(),
            (false, State::Answered { .. }) => {
                self.wait(now, LIMIT);
                Vec::new()
            }
            (false, _) => {
                self.state = State::Asking;
                self.wait(now, SILENCE);
                Vec::new()
            }
        }
    }

    /// The other side is gone: nothing is said to nobody. Its keys stay, for it may only be away, and so does the answer to
    /// its commitment: another answer to the same one would look like interference.
    pub(super) fn partner_gone(&mut self) {
        if !matches!(self.state, State::Answered { .. } | State::Agreed { .. } | State::Failed) {
            self.state = State::Idle;
        }
        self.clock = None;
    }

    /// When [`tick`](Self::tick) is wanted.
    pub(super) fn deadline(&self) -> Option<Duration> {
        self.clock.map(|clock| clock.again.min(clock.give_up))
    }

    pub(super) fn tick(&mut self, now: Duration) -> Vec<Step> {
        let Some(clock) = self.clock else { return Vec::new() };
        if now >= clock.give_up {
            let silent = matches!(self.state, State::Asking | State::Committed { .. });
            return self.fail(if silent { AgreementError::Silence } else { AgreementError::TimedOut });
        }
        if now < clock.again {
            return Vec::new();
        }
        let pause = (clock.pause * 2).min(AGAIN_AT_MOST);
        self.clock = Some(Clock { again: now + pause, pause, ..clock });
        let message = match &self.state {
            State::Asking => KeyMessage::Hello,
            State::Committed { commitment, .. } => KeyMessage::Commit { commitment: commitment.clone() },
            State::Answered { sas, commitment } => self.key(sas, commitment),
            State::Revealed { reveal, .. } => reveal.clone(),
            State::Idle | State::Agreed { .. } | State::Failed => return Vec::new(),
        };
        vec![Step::Send(message)]
    }

    /// A message of the other side. One that does not fit now changes nothing.
    pub(super) fn receive(&mut self, message: KeyMessage, now: Duration) -> Vec<Step> {
        match message {
            KeyMessage::Hello => match self.state {
                State::Idle | State::Revealed { .. } | State::Agreed { .. } if self.commits() => self.commit(now),
                _ => Vec::new(),
            },
            KeyMessage::Commit { commitment } => self.committed(commitment, now),
            KeyMessage::Key { commitment, key, next } => self.keyed(&commitment, &key, next, now),
            KeyMessage::Reveal { commitment, key, next, proof } => self.revealed(&commitment, &key, next, &proof),
            KeyMessage::Proof { commitment, proof } => self.proven(&commitment, &proof),
        }
    }

    fn commits(&self) -> bool {
        self.parties.own < self.parties.partner
    }

    fn commit(&mut self, now: Duration) -> Vec<Step> {
        if !self.may_begin() {
            return self.fail(AgreementError::TooOften);
        }
        let sas = Sas::new();
        let commitment = self.commitment(&sas.public_key().to_base64(), self.next);
        let message = KeyMessage::Commit { commitment: commitment.clone() };
        self.state = State::Committed { sas, commitment };
        self.wait(now, SILENCE);
        vec![Step::Send(message)]
    }

    fn committed(&mut self, commitment: String, now: Duration) -> Vec<Step> {
        if self.commits() {
            return Vec::new();
        }
        match &self.state {
            State::Failed => return Vec::new(),
            State::Agreed { commitment: known, .. } if *known == commitment => return Vec::new(),
            State::Answered { commitment: known, sas } if *known == commitment => {
                return vec![Step::Send(self.key(sas, known))];
            }
            _ => {}
        }
        if !self.may_begin() {
            return self.fail(AgreementError::TooOften);
        }
        let sas = Sas::new();
        let answer = self.key(&sas, &commitment);
        self.state = State::Answered { sas, commitment };
        self.wait(now, LIMIT);
        vec![Step::Send(answer)]
    }

    fn key(&self, sas: &Sas, commitment: &str) -> KeyMessage {
        KeyMessage::Key { commitment: commitment.into(), key: sas.public_key().to_base64(), next: self.next }
    }

    fn keyed(&mut self, commitment: &str, key: &str, next: u32, now: Duration) -> Vec<Step> {
        match &self.state {
            State::Committed { commitment: own, .. } if own == commitment => {}
            // The other side waits for what was given up here.
            State::Agreed { commitment: own, .. } if own != commitment && self.commits() => return self.commit(now),
            _ => return Vec::new(),
        }
        let State::Committed { sas, commitment } = std::mem::replace(&mut self.state, State::Failed) else {
            return Vec::new();
        };
        let own = sas.public_key().to_base64();
        let secret = match self.secret(sas, key, commitment, [&own, key], next) {
            Ok(secret) => secret,
            Err(error) => return self.fail(error),
        };
        let proof = secret.prove(&self.device, &self.parties.own);
        let reveal = KeyMessage::Reveal { commitment: secret.commitment.clone(), key: own, next: self.next, proof };
        self.state = State::Revealed { secret, reveal: reveal.clone() };
        self.wait(now, LIMIT);
        vec![Step::Send(reveal)]
    }

    fn revealed(&mut self, commitment: &str, key: &str, next: u32, proof: &Proof) -> Vec<Step> {
        match &self.state {
            State::Answered { commitment: known, .. } if known == commitment => {}
            State::Agreed { commitment: known, reply: Some(reply) } if known == commitment => {
                return vec![Step::Send(reply.clone())];
            }
            State::Idle | State::Failed => return Vec::new(),
            // Of another agreement, which the committer would wait for in vain.
            _ if !self.commits() => return vec![Step::Send(KeyMessage::Hello)],
            _ => return Vec::new(),
        }
        if self.commitment(key, next) != commitment {
            return self.fail(AgreementError::BadCommitment);
        }
        let State::Answered { sas, commitment } = std::mem::replace(&mut self.state, State::Failed) else {
            return Vec::new();
        };
        let own = sas.public_key().to_base64();
        let secret = match self.secret(sas, key, commitment, [key, &own], next) {
            Ok(secret) => secret,
            Err(error) => return self.fail(error),
        };
        let reply = KeyMessage::Proof {
            commitment: secret.commitment.clone(),
            proof: secret.prove(&self.device, &self.parties.own),
        };
        match self.agree(&secret, proof, Some(reply.clone())) {
            Ok(agreed) => vec![Step::Send(reply), Step::Agreed(agreed)],
            Err(error) => self.fail(error),
        }
    }

    fn proven(&mut self, commitment: &str, proof: &Proof) -> Vec<Step> {
        match &self.state {
            State::Revealed { secret, .. } if secret.commitment == commitment => {}
            _ => return Vec::new(),
        }
        let State::Revealed { secret, .. } = std::mem::replace(&mut self.state, State::Failed) else {
            return Vec::new();
        };
        match self.agree(&secret, proof, None) {
            Ok(agreed) => vec![Step::Agreed(agreed)],
            Err(error) => self.fail(error),
        }
    }

    fn agree(
        &mut self,
        secret: &Secret,
        proof: &Proof,
        reply: Option<KeyMessage>,
    ) -> Result<Box<Agreed>, AgreementError> {
        let Parties { own, partner, .. } = &self.parties;
        let device = secret.check(proof, partner)?;
        let code = secret.established.bytes(&secret.about("code", ""));
        let agreed = Agreed {
            own_key: secret.media_key(own)?,
            partner_key: secret.media_key(partner)?,
            index: i32::try_from(secret.number % RING).unwrap_or_default(),
            emoji: code.emoji_indices(),
            decimals: code.decimals(),
            device,
        };
        self.next = secret.number.wrapping_add(1);
        self.state = State::Agreed { commitment: secret.commitment.clone(), reply };
        self.clock = None;
        Ok(Box::new(agreed))
    }

    /// `keys` are the committer's and the other side's.
    fn secret(
        &self,
        sas: Sas,
        theirs: &str,
        commitment: String,
        keys: [&str; 2],
        next: u32,
    ) -> Result<Secret, AgreementError> {
        let theirs = Curve25519PublicKey::from_base64(theirs).map_err(|_| AgreementError::BadKey)?;
        let established = sas.diffie_hellman(theirs).map_err(|_| AgreementError::BadKey)?;
        let number = self.next.max(next);
        let [first, second] = self.identities();
        let about = [pizoo_api::e2ee::TOPIC, &self.parties.room, first, second, keys[0], keys[1], &commitment];
        let info = format!("{}{number}", list(&about));
        Ok(Secret { established, commitment, number, info })
    }

    /// The committer's identity comes first.
    fn identities(&self) -> [&str; 2] {
        let Parties { own, partner, .. } = &self.parties;
        if self.commits() { [own, partner] } else { [partner, own] }
    }

    fn commitment(&self, key: &str, next: u32) -> String {
        let [first, second] = self.identities();
        let about = [pizoo_api::e2ee::TOPIC, "commitment", &self.parties.room, first, second, key];
        base64_encode(Sha256::digest(format!("{}{next}", list(&about))))
    }

    fn may_begin(&mut self) -> bool {
        self.begun += 1;
        self.begun <= MOST
    }

    fn wait(&mut self, now: Duration, limit: Duration) {
        self.clock = Some(Clock { again: now + AGAIN, pause: AGAIN, give_up: now + limit });
    }

    fn fail(&mut self, error: AgreementError) -> Vec<Step> {
        self.state = State::Failed;
        self.clock = None;
        vec![Step::Failed(error)]
    }
}

impl Secret {
    fn about(&self, what: &str, whose: &str) -> String {
        list(&[&self.info, what, whose])
    }

    fn media_key(&self, of: &str) -> Result<Zeroizing<Vec<u8>>, AgreementError> {
        let key = self.established.bytes_raw(&self.about("media", of), MEDIA_KEY_BYTES);
        key.map(Zeroizing::new).map_err(|_| AgreementError::BadKey)
    }

    fn prove(&self, device: &DeviceKey, own: &str) -> Proof {
        let signature = device.sign(&self.about("signature", own));
        let device = device.public();
        let mac = self.established.calculate_mac(&list(&[&device, &signature]), &self.about("mac", own)).to_base64();
        Proof { device, signature, mac }
    }

    /// The device, if the proof holds.
    fn check(&self, proof: &Proof, of: &str) -> Result<String, AgreementError> {
        let Proof { device, signature, mac } = proof;
        let bad = AgreementError::BadProof;
        let mac = Mac::from_base64(mac).map_err(|_| bad)?;
        self.established.verify_mac(&list(&[device, signature]), &self.about("mac", of), &mac).map_err(|_| bad)?;
        let key = Ed25519PublicKey::from_base64(device).map_err(|_| bad)?;
        let signature = Ed25519Signature::from_base64(signature).map_err(|_| bad)?;
        key.verify(self.about("signature", of).as_bytes(), &signature).map_err(|_| bad)?;
        // As the library writes it: the same key in other words would be another device.
        Ok(key.to_base64())
    }
}

/// Texts one after the other, so that no two lists read the same.
fn list(texts: &[&str]) -> String {
    texts.iter().map(|text| format!("{}:{text},", text.len())).collect()
}

#[cfg(test)]
mod tests;
