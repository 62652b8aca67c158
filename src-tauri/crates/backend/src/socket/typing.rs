//! "They write": from one client to the other side's clients, kept nowhere.

use crate::state::Backend;
use crate::store::{Result, audience};
use pizoo_api::events::Event;
use std::time::Duration;
use tokio::time::Instant;

/// Between two of the same conversation. That somebody stopped comes through at once, after one that they write.
const BETWEEN: Duration = Duration::from_secs(1);

/// What one client said of late.
#[derive(Debug, Default)]
pub(super) struct Typing {
    told: Vec<Told>,
}

#[derive(Debug)]
struct Told {
    match_id: String,
    at: Instant,
    is_typing: bool,
}

impl Typing {
    /// Tells the other side, if this is their match and neither blocked the other.
    pub(super) async fn tell(&mut self, backend: &Backend, user: &str, match_id: &str, is_typing: bool) -> Result<()> {
        if !self.may(match_id, is_typing, Instant::now()) {
            return Ok(());
        }
        if let Some(partner) = audience::partner(backend.store.read(), match_id, user).await? {
            let event = Event::Typing { match_id: match_id.into(), user_id: user.into(), is_typing };
            backend.store.bus().ephemeral(&partner, event, backend.now());
        }
        Ok(())
    }

    fn may(&mut self, match_id: &str, is_typing: bool, now: Instant) -> bool {
        self.told.retain(|told| now.duration_since(told.at) < BETWEEN);
        match self.told.iter_mut().find(|told| told.match_id == match_id) {
            Some(told) if told.is_typing && !is_typing => {
                told.is_typing = false;
                true
            }
            Some(_) => false,
            None => {
                self.told.push(Told { match_id: match_id.to_owned(), at: now, is_typing });
                true
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{BETWEEN, Typing};
    use tokio::time::Instant;

    #[test]
    fn one_a_second_and_conversation_passes_and_the_end_of_it() {
        let (mut typing, now) = (Typing::default(), Instant::now());
        let said = [("a", true), ("a", true), ("b", true), ("a", false), ("a", false), ("a", true)];
        assert_eq!(said.map(|(id, on)| typing.may(id, on, now)), [true, false, true, true, false, false]);
        assert!(typing.may("a", true, now + BETWEEN));
    }
}
