//! Whatever people do, in whatever order and whenever: one outcome, and only by whom it may be.

use super::{Ending, LONGEST, Move, RING, Reach, Refusal, Ring};
use crate::clock::UnixMs;
use pizoo_api::calls::{CallOutcome, CallState};
use pizoo_api::livekit::CallType;
use proptest::prelude::*;
use std::time::Duration;

const PEOPLE: [&str; 3] = ["caller", "callee", "stranger"];
const REACHES: [Reach; 3] = [Reach::Shown, Reach::Busy, Reach::Hidden];

fn ring(reach: Reach) -> Ring {
    Ring {
        id: "call".into(),
        match_id: "match".into(),
        caller: "caller".into(),
        callee: "callee".into(),
        call_type: CallType::Video,
        state: CallState::Ringing,
        reach,
        ending: None,
        created_at: UnixMs(0),
        expires_at: UnixMs(0) + RING,
        declined_at: None,
        accepted_at: None,
        accepted_by: None,
        ended_at: None,
    }
}

fn step(which: u8) -> Move<'static> {
    match which {
        0 => Move::Accept("phone"),
        1 => Move::Accept("desk"),
        2 => Move::Meet("desk"),
        3 => Move::Decline,
        4 => Move::Cancel,
        _ => Move::End,
    }
}

/// Whose moves they are.
fn may(step: Move<'_>, who: &str) -> bool {
    match step {
        Move::Accept(_) | Move::Meet(_) | Move::Decline => who == "callee",
        Move::Cancel => who == "caller",
        Move::End => who != "stranger",
    }
}

proptest! {
    #[test]
    fn one_outcome_whatever_happens(
        reach in 0..3_usize,
        story in prop::collection::vec((0..8_u8, 0..3_usize, 0..30_000_u64), 1..40),
    ) {
        let mut ring = ring(REACHES[reach]);
        let mut now = UnixMs(0);
        for (which, who, pause) in story {
            now = now + Duration::from_millis(pause);
            let who = PEOPLE[who];
            let old = ring.clone();
            let new = match which {
                6 => old.timed_out(now),
                7 => old.abandoned(now),
                _ => {
                    let done = old.after(step(which), who, now);
                    if done.is_ok() {
                        prop_assert!(may(step(which), who), "{who} may not {:?}", step(which));
                        prop_assert!(!old.is_overdue(now));
                        prop_assert!(old.is_seen_by(who) || matches!(step(which), Move::Meet(_)));
                    } else if !(old.is_seen_by(who) || matches!(step(which), Move::Meet(_)) && who == "callee") {
                        prop_assert_eq!(done.clone(), Err(Refusal::Unseen));
                    }
                    done.ok()
                }
            };
            if let Some(new) = new {
                prop_assert_ne!(old.state, CallState::Ended, "nothing follows an end");
                prop_assert!(old.state != new.state || old.declined_at.is_none() && new.declined_at.is_some());
                prop_assert!(old.accepted_by.is_none() || new.declined_at.is_none(), "who talks has not refused");
                prop_assert!(old.accepted_by.is_none() || old.accepted_by == new.accepted_by, "one device answers");
                prop_assert_eq!(new.ending.is_some(), new.state == CallState::Ended);
                prop_assert_eq!(new.ended_at.is_some(), new.state == CallState::Ended);
                let completed = new.ending == Some(Ending::Completed);
                prop_assert!(!completed || new.accepted_at.is_some());
                prop_assert!(new.state != CallState::Ended || completed == new.accepted_at.is_some());
                prop_assert_eq!((&old.id, &old.caller, &old.callee), (&new.id, &new.caller, &new.callee));
                ring = new;
            }
        }
        if let Some(over) = ring.timed_out(now + LONGEST) {
            ring = over;
        }
        prop_assert_eq!(ring.state, CallState::Ended, "everything ends by itself");
    }

    /// Declined, busy, not agreed to and no answer: the caller sees the same, at the same time.
    #[test]
    fn caller_cannot_tell_why(reach in 0..3_usize, declined: bool, cancelled: bool) {
        let rung = ring(REACHES[reach]);
        let now = match rung.after(Move::Decline, "callee", UnixMs(1)) {
            Ok(refused) if declined => refused,
            _ => rung.clone(),
        };
        prop_assert_eq!(now.seen_by("caller", Some("desk")), rung.seen_by("caller", Some("desk")));
        let end = |ring: &Ring| match cancelled {
            true => ring.after(Move::Cancel, "caller", UnixMs(2)).unwrap(),
            false => ring.timed_out(ring.expires_at).unwrap(),
        };
        let (over, plain) = (end(&now), end(&ring(Reach::Shown)));
        prop_assert_eq!(over.seen_by("caller", Some("desk")), plain.seen_by("caller", Some("desk")));
        let wanted = if cancelled { CallOutcome::Cancelled } else { CallOutcome::Unavailable };
        prop_assert_eq!(over.seen_by("caller", None).outcome, Some(wanted));
        let line = over.line().unwrap();
        prop_assert_eq!((line.content.as_str(), line.is_read), ("call.missed:video", false));
        prop_assert!(line.only_for.is_none_or(|who| who == "caller"));
        prop_assert!(over.is_seen_by("caller"));
        prop_assert_eq!(over.is_seen_by("callee"), reach != 2);
    }
}

#[test]
fn ring_is_over_at_its_time_and_not_before() {
    let ring = ring(Reach::Shown);
    let last = UnixMs(ring.expires_at.0 - 1);
    assert!(ring.after(Move::Accept("desk"), "callee", last).is_ok() && ring.timed_out(last).is_none());
    assert_eq!(ring.after(Move::Accept("desk"), "callee", ring.expires_at), Err(Refusal::Late));
    assert_eq!(ring.timed_out(ring.expires_at).unwrap().ending, Some(Ending::Missed));
}

#[test]
fn callee_sees_what_the_caller_does_not() {
    let declined = ring(Reach::Shown).after(Move::Decline, "callee", UnixMs(1)).unwrap();
    let cancelled = declined.after(Move::Cancel, "caller", UnixMs(2)).unwrap();
    let timed_out = declined.timed_out(declined.expires_at).unwrap();
    for now in [&declined, &cancelled, &timed_out] {
        assert_eq!(now.seen_by("callee", None), declined.seen_by("callee", None));
    }
    let seen = declined.seen_by("callee", None);
    assert_eq!((seen.state, seen.outcome), (CallState::Ended, Some(CallOutcome::Declined)));
    assert_eq!(seen.ended_at, Some(UnixMs(1).iso()));
    let line = declined.line().unwrap();
    assert_eq!((line.content.as_str(), line.only_for, line.is_read), ("call.declined:video", Some("callee"), true));
    let missed = ring(Reach::Shown).timed_out(UnixMs(0) + RING).unwrap();
    assert_eq!(missed.seen_by("callee", None).outcome, Some(CallOutcome::Missed));
    let busy = ring(Reach::Busy).timed_out(UnixMs(0) + RING).unwrap();
    assert_eq!(busy.seen_by("callee", None).outcome, Some(CallOutcome::Busy));
}

#[test]
fn refused_ring_leaves_the_callee_free_tells_only_them_and_is_met_by_ringing_back() {
    let rung = ring(Reach::Shown);
    let refused = rung.after(Move::Decline, "callee", UnixMs(1)).unwrap();
    assert!(refused.occupies("caller") && !refused.occupies("callee"));
    let told = |new: &Ring, old: &Ring| {
        let events = new.events_since(old);
        events.into_iter().map(|(user, _)| user).collect::<Vec<_>>()
    };
    assert_eq!(told(&refused, &rung), ["callee"]);
    assert_eq!(told(&refused.timed_out(refused.expires_at).unwrap(), &refused), ["caller"]);
    for late in [Move::Accept("desk"), Move::Decline] {
        assert_eq!(refused.after(late, "callee", UnixMs(2)), Err(Refusal::Late));
    }
    let met = refused.after(Move::Meet("desk"), "callee", UnixMs(2)).unwrap();
    assert_eq!((met.state, met.declined_at), (CallState::Active, None));
    assert!(met.occupies("callee"));
    assert_eq!(told(&met, &refused), ["caller", "callee"]);
    let over = met.after(Move::End, "callee", UnixMs(3)).unwrap();
    assert_eq!(over.line().unwrap().only_for, None);
    assert_eq!(over.seen_by("callee", None).outcome, Some(CallOutcome::Completed));
}
