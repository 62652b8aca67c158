//! What a call does with and without keys.

use super::device::DeviceKey;
use super::*;
use crate::keychain::KeychainError;
use crate::view::{Protection as View, Trust};

const S: Duration = Duration::from_secs(1);
const LATE: Duration = Duration::from_secs(60);

fn side(own: &str, partner: &str, required: bool) -> Protection {
    Protection::new(&MatchId::from("room"), &UserId::from(own), &UserId::from(partner), required)
}

fn known(compared: &[&str]) -> Known {
    let compared = compared.iter().map(|&device| device.to_owned()).collect();
    Known { device: DeviceKey::new(), compared, locked: false }
}

/// Carries what is said until both are silent.
fn talk(mut deeds: Vec<Deed>, a: &mut Protection, b: &mut Protection) {
    for turn in 0.. {
        let to = if turn % 2 == 0 { &mut *b } else { &mut *a };
        let mut answers = Vec::new();
        for deed in deeds {
            match deed {
                Deed::Send(payload) => answers.extend(to.receive(&payload, S)),
                Deed::Use => {}
                Deed::GoPlain | Deed::Refuse => panic!("they do not agree"),
            }
        }
        if answers.is_empty() {
            return;
        }
        deeds = answers;
    }
}

fn agreed(compared: impl Fn(&str) -> Known) -> (Protection, Protection) {
    let (mut a, mut b) = (side("a", "b", false), side("b", "a", false));
    let device = DeviceKey::new();
    let theirs = device.public();
    a.known(compared(&theirs), S);
    b.known(Known { device, compared: Vec::new(), locked: false }, S);
    b.partner_present(S);
    let first = a.partner_present(S);
    talk(first, &mut a, &mut b);
    (a, b)
}

fn trust(protection: &Protection) -> Option<Trust> {
    match protection.view() {
        View::EndToEnd { trust, .. } => Some(trust),
        View::Agreeing | View::Plain => None,
    }
}

fn numbers(protection: &Protection) -> String {
    match protection.view() {
        View::EndToEnd { numbers, emoji, .. } => {
            assert_eq!(emoji.len(), 7);
            numbers
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn nothing_is_sent_or_received_before_there_are_keys() {
    let mut a = side("a", "b", false);
    assert_eq!(a.view(), View::Agreeing);
    assert!(!a.may_send() && !a.may_receive(EncryptionType::Gcm) && !a.may_receive(EncryptionType::None));
    assert!(a.keys().is_some());
    a.partner_present(S);
    assert!(!a.may_send());
}

#[test]
fn with_keys_both_see_one_code_and_take_no_plain_track() {
    let (a, b) = agreed(|_| known(&[]));
    assert_eq!(a.view(), b.view());
    assert_eq!(trust(&a), Some(Trust::Unverified));
    assert!(a.may_send() && a.may_receive(EncryptionType::Gcm) && !a.may_receive(EncryptionType::None));
    assert_eq!((a.index(), b.index()), (Some(0), Some(0)));
}

#[test]
fn device_that_was_compared_is_known_in_the_next_call() {
    let (mut a, _) = agreed(|_| known(&[]));
    assert_eq!(a.compared("1000 · 1000 · 1000"), None, "there is another code by now");
    let shown = numbers(&a);
    assert!(a.compared(&shown).is_some());
    assert_eq!(trust(&a), Some(Trust::Verified));
    assert_eq!(trust(&agreed(|device| known(&["older", device])).0), Some(Trust::Verified));
    assert_eq!(trust(&agreed(|_| known(&["older"])).0), Some(Trust::Changed));
}

#[test]
fn browser_is_met_in_plain_unless_that_is_forbidden() {
    let mut a = side("a", "b", false);
    a.known(known(&[]), S);
    assert!(matches!(a.plain_seen()[..], [Deed::GoPlain]));
    assert_eq!((a.view(), a.keys().is_none()), (View::Plain, true));
    assert!(a.may_send() && a.may_receive(EncryptionType::None) && !a.may_receive(EncryptionType::Gcm));
    assert!(a.partner_present(S).is_empty() && a.plain_seen().is_empty(), "it is plain already");
    let mut a = side("a", "b", true);
    assert!(matches!(a.plain_seen()[..], [Deed::Refuse]));
    assert!(!a.may_send());
}

#[test]
fn person_whose_device_was_compared_is_never_met_in_plain() {
    let mut a = side("a", "b", false);
    // It is decided when it is known.
    assert!(a.plain_seen().is_empty());
    assert!(matches!(a.known(known(&["compared"]), S)[..], [Deed::Refuse]));
    assert!(!a.may_send() && a.view() == View::Agreeing);
}

#[test]
fn nobody_is_met_in_plain_while_the_keychain_does_not_open() {
    for (error, refused) in [(KeychainError::Locked, true), (KeychainError::Missing("none".into()), false)] {
        let mut a = side("a", "b", false);
        a.known(Known::without(&error), S);
        assert_eq!(matches!(a.plain_seen()[..], [Deed::Refuse]), refused, "{error}");
    }
}

#[test]
fn server_that_takes_the_encryption_away_ends_the_call() {
    let (mut a, _) = agreed(|_| known(&[]));
    assert!(matches!(a.exposed()[..], [Deed::Refuse]));
    // Before there are keys it is a server that cannot.
    let mut a = side("a", "b", false);
    a.known(known(&[]), S);
    assert!(matches!(a.exposed()[..], [Deed::GoPlain]));
    assert!(a.exposed().is_empty(), "a plain room is meant to be one");
}

#[test]
fn side_that_says_nothing_cannot_encrypt() {
    let mut a = side("a", "b", false);
    a.known(known(&[]), S);
    a.partner_present(S);
    assert!(a.deadline().is_some());
    assert!(matches!(a.tick(LATE)[..], [Deed::GoPlain]));
    assert!(a.deadline().is_none());
}

#[test]
fn call_that_was_encrypted_never_goes_on_in_plain() {
    let (mut a, _) = agreed(|_| known(&[]));
    assert!(a.plain_seen().is_empty());
    // Somebody comes back who has no keys and no words.
    a.partner_gone();
    a.partner_present(S);
    assert!(matches!(a.tick(LATE)[..], [Deed::Refuse]));
}

#[test]
fn time_without_a_connection_is_not_silence() {
    let mut a = side("a", "b", false);
    a.known(known(&[]), S);
    a.partner_present(S);
    assert!(matches!(a.resumed(LATE)[..], [Deed::Send(_)]));
    assert!(a.deadline() > Some(LATE));
}

#[test]
fn packets_that_are_no_messages_change_nothing() {
    let (mut a, _) = agreed(|_| known(&[]));
    let before = a.view();
    for payload in [&b""[..], b"{", b"null", br#"{"type":"key"}"#, &[0xff; 64_000]] {
        assert!(a.receive(payload, S).is_empty());
    }
    assert_eq!(a.view(), before);
}
