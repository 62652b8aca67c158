//! What the server says of the ring: it rings, is answered, or is over.
//!
//! A ring is placed, answered and given up elsewhere: where a call starts and ends, which calls without a ring do as well.

use super::limits::{CONNECT_LIMIT, RING_LIMIT};
use super::state::State;
use super::{Effect, EndReason, Machine, Moment, RingOutcome};

impl Machine {
    pub(super) fn rings(&mut self, at: Moment) -> Vec<Effect> {
        if let State::Calling { .. } = self.state {
            self.state = State::Ringing { give_up: at.now + RING_LIMIT };
        }
        Vec::new()
    }

    pub(super) fn answered(&mut self, at: Moment) -> Vec<Effect> {
        match self.state {
            State::Calling { .. } | State::Ringing { .. } | State::Answering { .. } => {
                self.state = State::Connecting { give_up: at.now + CONNECT_LIMIT };
                vec![Effect::FetchToken]
            }
            _ => Vec::new(),
        }
    }

    pub(super) fn ring_over(&mut self, outcome: RingOutcome, at: Moment) -> Vec<Effect> {
        self.close(
            match outcome {
                RingOutcome::Unavailable => EndReason::Unavailable,
                RingOutcome::Elsewhere => EndReason::ElsewhereActive,
                RingOutcome::Cancelled | RingOutcome::HungUp => EndReason::PartnerLeft,
            },
            at,
        )
    }
}
