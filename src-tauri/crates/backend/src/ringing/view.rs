//! A call as each of its people may see it, and what they are told of it.

use super::{Ending, Reach, Ring};
use crate::clock::UnixMs;
use crate::store::{Result, ringing as rows};
use pizoo_api::calls::{Call, CallOutcome, CallState};
use pizoo_api::events::Event;
use sqlx::any::AnyExecutor;

impl Ring {
    /// As this user may see it, on that session.
    pub(crate) fn seen_by(&self, user: &str, session: Option<&str>) -> Call {
        let is_callee = user == self.callee;
        Call {
            id: self.id.as_str().into(),
            match_id: self.match_id.as_str().into(),
            caller_id: self.caller.as_str().into(),
            callee_id: self.callee.as_str().into(),
            call_type: self.call_type,
            state: self.state,
            outcome: self.ending.map(|ending| self.outcome(ending, is_callee)),
            created_at: self.created_at.iso(),
            expires_at: self.expires_at.iso(),
            accepted_at: self.accepted_at.map(UnixMs::iso),
            accepted_here: is_callee && session.is_some() && session == self.accepted_by.as_deref(),
            ended_at: self.ended_at.map(UnixMs::iso),
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

    /// The event of what it has become, for each side that may know.
    pub(crate) fn events(&self) -> Vec<(String, Event)> {
        let sides = [&self.caller, &self.callee].into_iter().filter(|user| self.is_seen_by(user));
        sides.map(|user| (user.clone(), self.event(user))).collect()
    }

    fn event(&self, user: &str) -> Event {
        let call = self.seen_by(user, None);
        match self.state {
            CallState::Ringing if user == self.caller => Event::CallOutgoing { call },
            CallState::Ringing => Event::CallIncoming { call },
            CallState::Active => Event::CallAccepted { call },
            CallState::Ended => Event::CallEnded { call },
        }
    }

    /// The line in the conversation once it is over. It says the same whether it was declined, missed or given up.
    pub(super) fn line(&self) -> Option<String> {
        let kind = match self.call_type {
            pizoo_api::livekit::CallType::Audio => "audio",
            pizoo_api::livekit::CallType::Video => "video",
        };
        match (self.ending?, self.accepted_at, self.ended_at) {
            (Ending::Completed, Some(from), Some(to)) => {
                Some(format!("call.ended:{kind}:{}", (to.0 - from.0).max(0) / 1000))
            }
            _ => Some(format!("call.missed:{kind}")),
        }
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
