//! The way into the room and back: the token, the other side's coming and going, and a connection that is lost.
//!
//! What follows when one of these waits was too long is not here, but in [`Machine::tick`].

use super::limits::{ANSWERED_LIMIT, PARTNER_GRACE, WAIT_LIMIT};
use super::state::{State, Step};
use super::{Effect, EndReason, LossCause, Machine, Moment, StartFailure, Way};
use crate::{RECONNECT_LIMIT, backoff};

impl Machine {
    pub(super) fn token_ready(&mut self) -> Vec<Effect> {
        match &mut self.state {
            State::Connecting { .. } => vec![Effect::Join],
            State::Rejoining { step: step @ Step::FetchingToken, .. } => {
                *step = Step::Joining;
                vec![Effect::Join]
            }
            _ => Vec::new(),
        }
    }

    /// No token or no room: a start ends with it, and who tries to come back pauses.
    pub(super) fn failed(&mut self, failure: StartFailure, at: Moment) -> Vec<Effect> {
        match (self.state, failure) {
            (State::Calling { .. } | State::Answering { .. } | State::Connecting { .. }, _) => {
                self.end(EndReason::CouldNotConnect, at)
            }
            (State::Rejoining { .. }, StartFailure::Refused) => self.end(EndReason::ConnectionLost, at),
            (State::Rejoining { partner, give_up, attempt, step }, StartFailure::Unreachable) => {
                // The token endpoint is limited: what was issued is used until it is refused.
                let token = match step {
                    Step::Joining => true,
                    Step::FetchingToken => false,
                    Step::Pausing { .. } => return Vec::new(),
                };
                let until = at.now + backoff(attempt, at.random);
                let step = Step::Pausing { until, token };
                self.state = State::Rejoining { partner, give_up, attempt: attempt.saturating_add(1), step };
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    pub(super) fn joined(&mut self, partner: bool, at: Moment) -> Vec<Effect> {
        match self.state {
            State::Connecting { .. } => {
                self.enter_room(partner, at);
                Vec::new()
            }
            State::Rejoining { partner: was, .. } => {
                match (partner, was) {
                    (false, true) => self.state = State::PartnerAway { give_up: at.now + PARTNER_GRACE },
                    _ => self.enter_room(partner, at),
                }
                Vec::new()
            }
            // Hung up while joining: the room that arrives is left again.
            State::Idle | State::Ended(_) => vec![Effect::Release],
            _ => Vec::new(),
        }
    }

    pub(super) fn partner_joined(&mut self, at: Moment) -> Vec<Effect> {
        match &mut self.state {
            State::InRoom { .. } | State::PartnerAway { .. } => self.enter_room(true, at),
            State::Restoring { partner, .. } => *partner = true,
            _ => {}
        }
        Vec::new()
    }

    pub(super) fn partner_left(&mut self, on_purpose: bool, at: Moment) -> Vec<Effect> {
        match &mut self.state {
            State::InRoom { partner: true, .. } | State::PartnerAway { .. } if on_purpose => {
                self.end(EndReason::PartnerLeft, at)
            }
            State::InRoom { partner: true, .. } => {
                self.state = State::PartnerAway { give_up: at.now + PARTNER_GRACE };
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    pub(super) fn restoring(&mut self, at: Moment) -> Vec<Effect> {
        let partner = match self.state {
            State::InRoom { partner, .. } => partner,
            State::PartnerAway { .. } => true,
            _ => return Vec::new(),
        };
        self.state = State::Restoring { partner, give_up: at.now + RECONNECT_LIMIT };
        Vec::new()
    }

    pub(super) fn restored(&mut self, at: Moment) -> Vec<Effect> {
        if let State::Restoring { partner, .. } = self.state {
            self.enter_room(partner, at);
        }
        Vec::new()
    }

    /// The SDK gave the room up.
    pub(super) fn lost(&mut self, cause: LossCause, at: Moment) -> Vec<Effect> {
        let (partner, give_up) = match self.state {
            State::InRoom { partner, .. } => (partner, at.now + RECONNECT_LIMIT),
            State::PartnerAway { .. } => (true, at.now + RECONNECT_LIMIT),
            State::Restoring { partner, give_up } => (partner, give_up),
            _ => return Vec::new(),
        };
        match cause {
            // It goes on over there.
            LossCause::SameIdentity => self.close(EndReason::ElsewhereActive, at),
            // Where calls ring, a room is closed when a side hung up, was blocked or is gone; the word of it may come later.
            LossCause::Removed if self.way != Way::Join => self.end(EndReason::PartnerLeft, at),
            LossCause::Removed => self.end(EndReason::ClosedByServer, at),
            LossCause::Connection => {
                self.state = State::Rejoining { partner, give_up, attempt: 0, step: Step::FetchingToken };
                vec![Effect::FetchToken]
            }
        }
    }

    fn enter_room(&mut self, partner: bool, at: Moment) {
        let patience = if self.way == Way::Join { WAIT_LIMIT } else { ANSWERED_LIMIT };
        let give_up = (!partner).then_some(at.now + patience);
        self.state = State::InRoom { partner, give_up };
        if partner && self.together_since.is_none() {
            self.together_since = Some(at.now);
        }
    }
}
