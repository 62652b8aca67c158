//! How many calls the server's limit still allows, as far as it said so: with each call token.

use crate::error::RequestError;
use crate::http::Limit;
use crate::view::{CallsLeft, SessionView};
use pizoo_api::UserId;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::sync::watch;

/// What is known of the limit. It is the account's, so another one's is not this one's.
pub(crate) struct Allowance {
    session: watch::Receiver<SessionView>,
    view: watch::Sender<Option<CallsLeft>>,
}

impl Allowance {
    pub(crate) fn new(session: watch::Receiver<SessionView>) -> Self {
        Self { session, view: watch::Sender::default() }
    }

    pub(crate) fn view(&self) -> watch::Receiver<Option<CallsLeft>> {
        self.view.subscribe()
    }

    /// Learns from the answer to a wish for a token.
    pub(crate) fn learn<T>(&self, answer: Result<(Option<Limit>, T), RequestError>) -> Result<T, RequestError> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        match answer {
            Ok((limit, token)) => {
                self.view.send_replace(limit.map(|limit| left(limit.left, limit.more_in, now)));
                Ok(token)
            }
            Err(error) => {
                if let RequestError::Status { status: 429, retry_after: Some(more_in), .. } = &error {
                    self.view.send_replace(Some(left(0, *more_in, now)));
                }
                Err(error)
            }
        }
    }

    /// Forgets what is another account's, for ever.
    pub(crate) async fn run(&self) {
        let mut session = self.session.clone();
        let mut whose = user(&session.borrow_and_update());
        while session.changed().await.is_ok() {
            let now = user(&session.borrow_and_update());
            if now != whose {
                self.view.send_replace(None);
            }
            whose = now;
        }
    }
}

fn user(session: &SessionView) -> Option<UserId> {
    match session {
        SessionView::SignedIn { user, .. } => Some(user.id.clone()),
        SessionView::Starting { .. } | SessionView::SignedOut { .. } => None,
    }
}

/// `now` since 1970.
fn left(left: u32, more_in: Duration, now: Duration) -> CallsLeft {
    let more_at_ms = u64::try_from(now.saturating_add(more_in).as_millis()).unwrap_or(u64::MAX);
    CallsLeft { left, more_at_ms }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pizoo_api::account::User;

    fn signed_in(id: &str, verified: bool) -> SessionView {
        let user =
            User { id: id.into(), name: String::new(), email: None, verified, verified_method: None, photo: None };
        SessionView::SignedIn { user, problem: None }
    }

    fn limit(left: u32) -> Result<(Option<Limit>, &'static str), RequestError> {
        Ok((Some(Limit { left, more_in: Duration::from_secs(60) }), "token"))
    }

    #[test]
    fn token_and_refusal_tell_how_many_are_left() {
        let (_session, session) = watch::channel(signed_in("a", false));
        let allowance = Allowance::new(session);
        let left = || allowance.view().borrow().map(|known| known.left);
        assert_eq!((allowance.learn(limit(2)), left()), (Ok("token"), Some(2)));
        let status =
            |status| RequestError::Status { status, detail: String::new(), retry_after: Some(Duration::from_secs(9)) };
        assert!(allowance.learn::<()>(Err(status(503))).is_err());
        assert_eq!(left(), Some(2), "that says nothing of the limit");
        assert!(allowance.learn::<()>(Err(status(429))).is_err());
        assert_eq!(left(), Some(0));
        assert_eq!((allowance.learn(Ok((None, ()))), left()), (Ok(()), None), "a server without the header");
    }

    #[test]
    fn time_of_the_next_call_is_on_the_clock_of_the_page() {
        let at = left(0, Duration::from_secs(90), Duration::from_millis(1_700_000_000_123));
        assert_eq!(at, CallsLeft { left: 0, more_at_ms: 1_700_000_090_123 });
    }

    #[tokio::test]
    async fn what_is_known_is_forgotten_with_the_account() {
        let (session, watched) = watch::channel(signed_in("a", false));
        let allowance = Allowance::new(watched);
        let mut view = allowance.view();
        let change = async {
            allowance.learn(limit(2)).unwrap();
            // It is the same account, verified meanwhile.
            session.send_replace(signed_in("a", true));
            tokio::task::yield_now().await;
            assert!(view.borrow_and_update().is_some());
            session.send_replace(signed_in("b", false));
            view.wait_for(Option::is_none).await.unwrap();
        };
        tokio::select! { () = allowance.run() => {}, () = change => {} }
    }
}
