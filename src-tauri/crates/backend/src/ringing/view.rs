//! A call as each of its people may see it, and what they are told of it.

use super::{Ending, Reach, Ring};
use crate::clock::UnixMs;
use crate::store::{Result, ringing as rows};
use pizoo_api::calls::{Call, CallOutcome, CallState};
use pizoo_api::events::Event;
use sqlx::any::AnyExecutor;

/// A line in the conversation about a call.
pub(crate) struct Line<'a> {
    /// Its code, which clients translate.
    pub(crate) content: String,
    /// The only one who sees it; none: both.
    pub(crate) only_for: Option<&'a str>,
    /// There is nothing new in it for whoever gets it.
    pub(crate) is_read: bool,
}

impl Ring {
    /// Where it stands for this user: one that was refused is over for who refused it.
    pub(super) fn state_for(&self, user: &str) -> CallState {
        self.refusal_of(user).map_or(self.state, |_| CallState::Ended)
    }

    fn refusal_of(&self, user: &str) -> Option<UnixMs> {
        self.declined_at.filter(|_| user == self.callee)
    }

    /// As this user may see it, on that session.
    pub(crate) fn seen_by(&self, user: &str, session: Option<&str>) -> Call {
        let is_callee = user == self.callee;
        let (ending, ended_at) = match self.refusal_of(user) {
            Some(at) => (Some(Ending::Declined), Some(at)),
            None => (self.ending, self.ended_at),
        };
        Call {
            id: self.id.as_str().into(),
            match_id: self.match_id.as_str().into(),
            caller_id: self.caller.as_str().into(),
            callee_id: self.callee.as_str().into(),
            call_type: self.call_type,
            state: self.state_for(user),
            outcome: ending.map(|ending| self.outcome(ending, is_callee)),
            created_at: self.created_at.iso(),
            expires_at: self.expires_at.iso(),
            accepted_at: self.accepted_at.map(UnixMs::iso),
            accepted_here: is_callee && session.is_some() && session == self.accepted_by.as_deref(),
            ended_at: ended_at.map(UnixMs::iso),
        }
    }

    fn outcome(&self, ending: Ending, is_callee: bool) -> CallOutcome {
        match (ending, is_callee, self.reach) {
            (Ending::Completed, ..) => CallOutcome::Completed,
            (Ending::Cancelled | Ending::Missed, true, Reach::Busy) => CallOutcome::Busy,
            (Ending::Cancelled, ..) => CallOutcome::Cancelled,
            (_, false, _) => CallOutcome::Unavailable,
            (Ending::Declined, ..) => CallOutcome::Declined,
            (Ending::Missed, ..) => CallOutcome::Missed,
        }
    }

    /// The event of what it is, for each side that may know.
    pub(crate) fn events(&self) -> Vec<(String, Event)> {
        let sides = [&self.caller, &self.callee].into_iter().filter(|user| self.is_seen_by(user));
        sides.map(|user| (user.clone(), self.event(user))).collect()
    }

    /// The event of what it has become, for each side to which it has become something else.
    pub(crate) fn events_since(&self, old: &Self) -> Vec<(String, Event)> {
        let mut events = self.events();
        events.retain(|(user, _)| self.seen_by(user, None) != old.seen_by(user, None));
        events
    }

    fn event(&self, user: &str) -> Event {
        let call = self.seen_by(user, None);
        match call.state {
            CallState::Ringing if user == self.caller => Event::CallOutgoing { call },
            CallState::Ringing => Event::CallIncoming { call },
            CallState::Active => Event::CallAccepted { call },
            CallState::Ended => Event::CallEnded { call },
        }
    }

    /// The line in the conversation that what it has become brings with it. To the caller it says the same whether it was
    /// declined, missed or given up; whoever declined has a line of their own, which tells them nothing new.
    pub(crate) fn line(&self) -> Option<Line<'_>> {
        let kind = match self.call_type {
            pizoo_api::livekit::CallType::Audio => "audio",
            pizoo_api::livekit::CallType::Video => "video",
        };
        let refused = self.declined_at.is_some();
        Some(match (self.ending, self.accepted_at, self.ended_at) {
            (None, ..) if refused => {
                Line { content: format!("call.declined:{kind}"), only_for: Some(&self.callee), is_read: true }
            }
            (None, ..) => return None,
            (Some(Ending::Completed), Some(from), Some(to)) => {
                let seconds = (to.0 - from.0).max(0) / 1000;
                Line { content: format!("call.ended:{kind}:{seconds}"), only_for: None, is_read: false }
            }
            _ => {
                let only_for = (refused || self.reach == Reach::Hidden).then_some(&*self.caller);
                Line { content: format!("call.missed:{kind}"), only_for, is_read: false }
            }
        })
    }
}

/// Says in an event whether the device that listens, on this session, is the one that accepted: stored events are the same
/// for all of a user's devices. For the socket, before it sends; others than `call.accepted` cost nothing.
pub(crate) async fn on_session(db: impl AnyExecutor<'_>, event: &mut Event, user: &str, session: &str) -> Result<()> {
    if let Event::CallAccepted { call } = event
        && call.callee_id.as_str() == user
        && let Some(ring) = rows::get(db, call.id.as_str()).await?
    {
        call.accepted_here = ring.accepted_by.as_deref() == Some(session);
    }
    Ok(())
}
