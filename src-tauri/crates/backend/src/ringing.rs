//! Ringing: what a call may become, by whom, and when. Pure; the database holds the rows, `place`, `turn` and `sweep` move
//! them.
//!
//! A ring has one outcome. The two sides see it differently: to the caller declined, busy, not agreed to and no answer are
//! all the same, also in time, so nobody learns from a ring what another does or has chosen. One that is declined is over
//! for the callee at once, and for the caller when they give up or its time is over, as if nobody had heard it.

pub(crate) mod place;
pub(crate) mod sweep;
#[cfg(test)]
mod tests;
pub(crate) mod turn;
pub(crate) mod view;

use crate::clock::UnixMs;
use pizoo_api::calls::CallState;
use pizoo_api::livekit::CallType;
use std::time::Duration;

/// How long it rings.
pub(crate) const RING: Duration = Duration::from_secs(45);
/// No call is longer: whatever forgot to end it.
pub(crate) const LONGEST: Duration = Duration::from_secs(12 * 3600);

/// What the callee sees of a ring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// It rings.
    Shown,
    /// They are in another call: nothing until it is over, then a line in their history.
    Busy,
    /// They have not agreed to calls in this match: nothing at all.
    Hidden,
}

/// How a call ended, as it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// It was accepted and is over.
    Completed,
    /// The caller gave up.
    Cancelled,
    /// The callee refused.
    Declined,
    /// Nobody answered.
    Missed,
}

/// One call, a row of `calls`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ring {
    pub(crate) id: String,
    pub(crate) match_id: String,
    pub(crate) caller: String,
    pub(crate) callee: String,
    pub(crate) call_type: CallType,
    pub(crate) state: CallState,
    pub(crate) reach: Reach,
    pub(crate) ending: Option<Ending>,
    pub(crate) created_at: UnixMs,
    pub(crate) expires_at: UnixMs,
    /// When the callee refused; for the caller it rings on.
    pub(crate) declined_at: Option<UnixMs>,
    pub(crate) accepted_at: Option<UnixMs>,
    /// The session that accepted.
    pub(crate) accepted_by: Option<String>,
    pub(crate) ended_at: Option<UnixMs>,
}

/// What somebody does with a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Move<'a> {
    /// The callee answers on this session.
    Accept(&'a str),
    /// The callee rings the caller meanwhile, on this session: that is an answer too, also where the ring was not shown or
    /// was refused.
    Meet(&'a str),
    /// The callee refuses.
    Decline,
    /// The caller gives up.
    Cancel,
    /// Either hangs up.
    End,
}

/// Why a move is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// For this user there is no such call.
    Unseen,
    /// It is the other side's move.
    NotYours,
    /// It is over, or was answered, or not yet.
    Late,
}

impl Ring {
    /// Whether this user may know of it.
    pub(crate) fn is_seen_by(&self, user: &str) -> bool {
        let as_callee = match self.reach {
            Reach::Shown => true,
            Reach::Busy => self.state == CallState::Ended,
            Reach::Hidden => false,
        };
        user == self.caller || (user == self.callee && as_callee)
    }

    /// Whether it keeps this user from another call.
    pub(crate) fn occupies(&self, user: &str) -> bool {
        let is_over = self.state == CallState::Ended || (user == self.callee && self.declined_at.is_some());
        !is_over && self.is_seen_by(user)
    }

    /// Whether its ring is over, though nobody has said so yet.
    pub(crate) fn is_overdue(&self, now: UnixMs) -> bool {
        self.state == CallState::Ringing && self.expires_at <= now
    }

    /// What a user makes of it.
    pub(crate) fn after(&self, step: Move<'_>, user: &str, now: UnixMs) -> Result<Self, Refusal> {
        let meets = matches!(step, Move::Meet(_)) && user == self.callee;
        if !meets && !self.is_seen_by(user) {
            return Err(Refusal::Unseen);
        }
        let theirs = match step {
            Move::Accept(_) | Move::Meet(_) | Move::Decline => user == self.callee,
            Move::Cancel => user == self.caller,
            Move::End => true,
        };
        if !theirs {
            return Err(Refusal::NotYours);
        }
        let wanted = if step == Move::End { CallState::Active } else { CallState::Ringing };
        let is_refused = self.declined_at.is_some() && matches!(step, Move::Accept(_) | Move::Decline);
        if self.state != wanted || self.is_overdue(now) || is_refused {
            return Err(Refusal::Late);
        }
        Ok(match step {
            Move::Accept(session) | Move::Meet(session) => Self {
                state: CallState::Active,
                reach: Reach::Shown,
                declined_at: None,
                accepted_at: Some(now),
                accepted_by: Some(session.to_owned()),
                ..self.clone()
            },
            Move::Decline => Self { declined_at: Some(now), ..self.clone() },
            Move::Cancel => self.ended(Ending::Cancelled, now),
            Move::End => self.ended(Ending::Completed, now),
        })
    }

    /// The end that comes by itself: a ring nobody answered, a call that lasts too long.
    pub(crate) fn timed_out(&self, now: UnixMs) -> Option<Self> {
        match (self.state, self.accepted_at) {
            (CallState::Ringing, _) if self.is_overdue(now) => Some(self.ended(self.unanswered(), now)),
            (CallState::Active, Some(at)) if at + LONGEST <= now => Some(self.ended(Ending::Completed, now)),
            _ => None,
        }
    }

    /// The end when there is nobody left: the room is empty, or the match is gone.
    pub(crate) fn abandoned(&self, now: UnixMs) -> Option<Self> {
        match self.state {
            CallState::Ringing => Some(self.ended(self.unanswered(), now)),
            CallState::Active => Some(self.ended(Ending::Completed, now)),
            CallState::Ended => None,
        }
    }

    fn unanswered(&self) -> Ending {
        if self.declined_at.is_some() { Ending::Declined } else { Ending::Missed }
    }

    fn ended(&self, ending: Ending, now: UnixMs) -> Self {
        Self { state: CallState::Ended, ending: Some(ending), ended_at: Some(now), ..self.clone() }
    }
}
