//! Two sides and whatever is between them.

use super::*;
use proptest::prelude::*;
use std::collections::VecDeque;

const S: Duration = Duration::from_secs(1);

struct Side {
    agreement: Agreement,
    agreed: Vec<Agreed>,
    failed: Option<AgreementError>,
    sent: VecDeque<KeyMessage>,
}

impl Side {
    fn new(own: &str, partner: &str) -> Self {
        let parties = Parties { room: "room".into(), own: own.into(), partner: partner.into() };
        let agreement = Agreement::new(parties, DeviceKey::new());
        Self { agreement, agreed: Vec::new(), failed: None, sent: VecDeque::new() }
    }
    fn take(&mut self, steps: Vec<Step>) {
        for step in steps {
            match step {
                Step::Send(message) => self.sent.push_back(message),
                Step::Agreed(agreed) => self.agreed.push(*agreed),
                Step::Failed(error) => self.failed = Some(error),
            }
        }
    }
    fn present(&mut self, now: Duration) {
        let steps = self.agreement.partner_present(now);
        self.take(steps);
    }
    fn hear(&mut self, message: KeyMessage, now: Duration) {
        let steps = self.agreement.receive(message, now);
        self.take(steps);
    }
    fn is_done(&self) -> bool {
        matches!(self.agreement.state, State::Agreed { .. })
    }
    fn tick(&mut self, now: Duration) {
        let steps = self.agreement.tick(now);
        self.take(steps);
    }
}

fn pair() -> (Side, Side) {
    (Side::new("alice", "bob"), Side::new("bob", "alice"))
}

/// Carries everything until nobody has anything to say.
fn talk(a: &mut Side, b: &mut Side, now: Duration) {
    while let Some(message) = a.sent.pop_front() {
        b.hear(message, now);
        while let Some(message) = b.sent.pop_front() {
            a.hear(message, now);
        }
    }
}

/// Over a good link both agree, on the same, before one of them takes the other for silent.
fn come_to_an_end(a: &mut Side, b: &mut Side, start: Duration) {
    let mut now = start;
    while !a.is_done() || !b.is_done() || !a.sent.is_empty() || !b.sent.is_empty() {
        assert!(a.failed.is_none() && b.failed.is_none(), "{:?} {:?}", a.failed, b.failed);
        assert!(now < start + SILENCE, "nobody moves");
        talk(b, a, now);
        talk(a, b, now);
        now += AGAIN_AT_MOST;
        a.tick(now);
        b.tick(now);
    }
    assert_same(a, b);
}

fn assert_same(a: &Side, b: &Side) {
    let (one, two) = (a.agreed.last().unwrap(), b.agreed.last().unwrap());
    assert_eq!((one.emoji, one.decimals, one.index), (two.emoji, two.decimals, two.index));
    assert!(one.own_key == two.partner_key && one.partner_key == two.own_key && one.own_key != one.partner_key);
    assert_eq!(one.device, b.agreement.device.public());
    assert_eq!(two.device, a.agreement.device.public());
}

#[test]
fn both_have_the_same_code_and_each_other_s_keys() {
    let (mut a, mut b) = pair();
    a.present(S);
    b.present(S);
    talk(&mut a, &mut b, S);
    assert_same(&a, &b);
    assert_eq!((a.agreement.deadline(), b.agreement.deadline()), (None, None));
}

#[test]
fn who_comes_back_gets_other_keys_under_another_number() {
    let (mut a, mut b) = pair();
    a.present(S);
    talk(&mut a, &mut b, S);
    let first = a.agreed[0].clone();
    // Bob's app starts anew; his number begins at 0 again, and the higher one holds.
    let mut b = Side::new("bob", "alice");
    a.agreement.partner_gone();
    b.present(2 * S);
    a.present(2 * S);
    talk(&mut a, &mut b, 2 * S);
    assert_same(&a, &b);
    assert!(a.agreed[1].own_key != first.own_key && a.agreed[1].index == first.index + 1);
}

#[test]
fn one_without_keys_asks_one_that_noticed_nothing() {
    let (mut a, mut b) = pair();
    a.present(S);
    talk(&mut a, &mut b, S);
    let mut b = Side::new("bob", "alice");
    b.present(2 * S);
    b.tick(3 * S);
    talk(&mut b, &mut a, 3 * S);
    assert_same(&a, &b);
}

#[test]
fn somebody_in_the_middle_shows_two_codes() {
    let (mut a, mut b) = pair();
    let (mut as_bob, mut as_alice) = (Side::new("bob", "alice"), Side::new("alice", "bob"));
    a.present(S);
    as_alice.present(S);
    talk(&mut a, &mut as_bob, S);
    talk(&mut as_alice, &mut b, S);
    let (one, two) = (&a.agreed[0], &b.agreed[0]);
    assert!(one.emoji != two.emoji && one.decimals != two.decimals);
    // Nor do they look like the devices that they pretend to be.
    assert!(one.device != b.agreement.device.public() && two.device != a.agreement.device.public());
}

#[test]
fn key_that_was_not_committed_to_is_refused() {
    let (mut a, mut b) = pair();
    a.present(S);
    let commit = a.sent.pop_front().unwrap();
    b.hear(commit.clone(), S);
    let key = b.sent.pop_front().unwrap();
    // Alice knows Bob's key now and would like to have another one herself.
    let mut other = Side::new("alice", "bob");
    other.present(S);
    let KeyMessage::Key { key, next, .. } = key else { panic!("{key:?}") };
    let KeyMessage::Commit { commitment } = other.sent.pop_front().unwrap() else { panic!() };
    other.hear(KeyMessage::Key { commitment, key, next }, S);
    let KeyMessage::Reveal { key, next, proof, .. } = other.sent.pop_front().unwrap() else { panic!() };
    let KeyMessage::Commit { commitment } = commit else { panic!() };
    b.hear(KeyMessage::Reveal { commitment, key, next, proof }, S);
    assert_eq!(b.failed, Some(AgreementError::BadCommitment));
    assert!(b.agreed.is_empty());
    // Nothing brings it back: whoever interferes does not get another try in this call.
    a.present(2 * S);
    talk(&mut a, &mut b, 2 * S);
    assert!(b.agreed.is_empty());
}

#[test]
fn listener_cannot_put_another_device_in_its_place() {
    let (mut a, mut b) = pair();
    let other = DeviceKey::new();
    a.present(S);
    b.hear(a.sent.pop_front().unwrap(), S);
    a.hear(b.sent.pop_front().unwrap(), S);
    let KeyMessage::Reveal { commitment, key, next, proof } = a.sent.pop_front().unwrap() else { panic!() };
    // What is signed is no secret; the code over it is.
    let State::Revealed { secret, .. } = &a.agreement.state else { panic!() };
    let signature = other.sign(&secret.about("signature", "alice"));
    let proof = Proof { device: other.public(), signature, ..proof };
    b.hear(KeyMessage::Reveal { commitment, key, next, proof }, S);
    assert_eq!(b.failed, Some(AgreementError::BadProof));
}

#[test]
fn device_that_did_not_sign_is_refused() {
    let (mut a, mut b) = pair();
    a.present(S);
    b.hear(a.sent.pop_front().unwrap(), S);
    a.hear(b.sent.pop_front().unwrap(), S);
    let KeyMessage::Reveal { commitment, key, next, mut proof } = a.sent.pop_front().unwrap() else { panic!() };
    // Alice herself, who knows the secret, claims to be a device that is not hers.
    let State::Revealed { secret, .. } = &a.agreement.state else { panic!() };
    proof.device = DeviceKey::new().public();
    let about = list(&[&proof.device, &proof.signature]);
    proof.mac = secret.established.calculate_mac(&about, &secret.about("mac", "alice")).to_base64();
    b.hear(KeyMessage::Reveal { commitment, key, next, proof }, S);
    assert_eq!(b.failed, Some(AgreementError::BadProof));
}

#[test]
fn keys_that_are_none_are_refused() {
    // The second one is a point of small order: every secret with it is the same.
    for key in ["no key".to_owned(), base64_encode([0; 32])] {
        let (mut a, _) = pair();
        a.present(S);
        let KeyMessage::Commit { commitment } = a.sent.pop_front().unwrap() else { panic!() };
        a.hear(KeyMessage::Key { commitment, key, next: u32::MAX }, S);
        assert_eq!(a.failed, Some(AgreementError::BadKey));
    }
}

#[test]
fn silence_is_told_from_interference() {
    let (mut a, mut b) = pair();
    a.present(S);
    b.present(S);
    a.tick(S + SILENCE);
    b.tick(S + SILENCE);
    assert_eq!((a.failed, b.failed), (Some(AgreementError::Silence), Some(AgreementError::Silence)));
    let (mut a, mut b) = pair();
    a.present(S);
    b.hear(a.sent.pop_front().unwrap(), S);
    b.tick(S + LIMIT);
    assert_eq!(b.failed, Some(AgreementError::TimedOut));
}

#[test]
fn messages_at_the_wrong_time_change_nothing() {
    let (mut a, mut b) = pair();
    a.present(S);
    talk(&mut a, &mut b, S);
    let (one, two) = (a.agreed.clone(), b.agreed.clone());
    let proof = Proof { device: "d".into(), signature: "s".into(), mac: "m".into() };
    let commitment = String::from("another");
    let foreign = [
        KeyMessage::Key { commitment: commitment.clone(), key: "k".into(), next: 0 },
        KeyMessage::Reveal { commitment: commitment.clone(), key: "k".into(), next: 0, proof: proof.clone() },
        KeyMessage::Proof { commitment, proof },
    ];
    for message in foreign {
        a.hear(message.clone(), S);
        b.hear(message, S);
    }
    // A committer is told nothing by a commitment.
    a.hear(KeyMessage::Commit { commitment: "x".into() }, S);
    assert!(a.agreed == one && b.agreed == two && a.failed.is_none() && b.failed.is_none());
}

#[test]
fn nobody_can_make_it_begin_for_ever() {
    let (_, mut b) = pair();
    for number in 0..=MOST {
        b.hear(KeyMessage::Commit { commitment: number.to_string() }, S);
    }
    assert_eq!(b.failed, Some(AgreementError::TooOften));
}

#[test]
fn commitment_that_is_overtaken_by_a_newer_one_stalls_nothing() {
    let (mut a, mut b) = pair();
    a.present(S);
    let old = a.sent.pop_front().unwrap();
    a.agreement.partner_gone();
    a.present(S);
    b.hear(a.sent.pop_front().unwrap(), S);
    b.hear(old, S);
    come_to_an_end(&mut a, &mut b, S);
}

#[test]
fn who_is_seen_twice_is_told_the_same_twice() {
    let (mut a, _) = pair();
    a.present(S);
    a.present(S);
    assert_eq!(a.sent[0], a.sent[1]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whoever notices at whatever time that the other one is there, or gone and back: the link keeps the order.
    #[test]
    fn both_agree_whoever_is_seen_when(moments in proptest::collection::vec((0_u8..8, 0_u8..3), 24)) {
        let (mut a, mut b) = pair();
        let now = S;
        a.present(now);
        b.present(now);
        for (what, times) in moments {
            let side = if what & 1 == 0 { &mut a } else { &mut b };
            match what / 2 {
                0 => side.present(now),
                1 => {
                    side.agreement.partner_gone();
                    side.present(now);
                }
                2 => side.tick(now + AGAIN),
                _ => {}
            }
            // Some of what was said is heard, once or twice; the rest stays on its way.
            for _ in 0..times {
                if let Some(message) = a.sent.pop_front() {
                    (0..times).for_each(|_| b.hear(message.clone(), now));
                }
                if let Some(message) = b.sent.pop_front() {
                    (0..times).for_each(|_| a.hear(message.clone(), now));
                }
            }
        }
        come_to_an_end(&mut a, &mut b, now);
    }

    /// Every message may be lost, come twice or late, as long as some arrive.
    #[test]
    fn both_agree_over_a_bad_link(fates in proptest::collection::vec(0_u8..4, 64)) {
        let (mut a, mut b) = pair();
        let (mut from_a, mut from_b) = (Link::default(), Link::default());
        let mut fates = fates.into_iter();
        let mut now = S;
        a.present(now);
        b.present(now);
        for round in 0.. {
            if !a.agreed.is_empty() && !b.agreed.is_empty() {
                break;
            }
            prop_assert!(a.failed.is_none() && b.failed.is_none(), "{:?} {:?}", a.failed, b.failed);
            // Six rounds are five seconds at most; then the link is good.
            let mut fate = || if round < 6 { fates.next().unwrap_or(1) } else { 1 };
            from_a.carry(&mut a, &mut b, now, &mut fate);
            from_b.carry(&mut b, &mut a, now, &mut fate);
            now += AGAIN_AT_MOST;
            a.tick(now);
            b.tick(now);
        }
        assert_same(&a, &b);
    }
}

#[derive(Default)]
struct Link {
    late: Vec<KeyMessage>,
}

impl Link {
    fn carry(&mut self, from: &mut Side, to: &mut Side, now: Duration, fate: &mut impl FnMut() -> u8) {
        let messages: Vec<_> = self.late.drain(..).chain(from.sent.drain(..)).collect();
        for message in messages {
            match fate() {
                3 => self.late.push(message),
                times => (0..times).for_each(|_| to.hear(message.clone(), now)),
            }
        }
    }
}
