//! How people meet, and how they part.

use crate::client::Client;
use crate::view::{Person, Swiped, UserError};
use pizoo_api::chat::MatchProfile;
use pizoo_api::people::{
    BlockRequest, BlockedUsersResponse, DiscoverResponse, ReportRequest, SwipeAction, SwipeRequest, SwipeResponse,
};
use pizoo_api::photos::first_kept;
use pizoo_api::{MatchId, UserId};
use reqwest::Method;
use serde::de::IgnoredAny;

impl From<MatchProfile> for Person {
    fn from(profile: MatchProfile) -> Self {
        let photo = first_kept(&profile.photos).cloned();
        Self { id: profile.user_id, name: profile.display_name, photo }
    }
}

impl Client {
    /// People whom the user has neither liked nor passed.
    ///
    /// # Errors
    /// Offline or signed out.
    pub async fn discover(&self) -> Result<Vec<Person>, UserError> {
        let path = ["api", "profiles", "discover"];
        let answer = self.inner.session.authorized::<DiscoverResponse>(|http| http.request(Method::GET, &path)).await?;
        Ok(answer.profiles.into_iter().map(Person::from).collect())
    }

    /// Likes somebody, or passes.
    ///
    /// # Errors
    /// Offline, or there is no such person.
    pub async fn swipe(&self, user_id: UserId, like: bool) -> Result<Swiped, UserError> {
        let action = if like { SwipeAction::Like } else { SwipeAction::Pass };
        let body = SwipeRequest { swiped_user_id: user_id, action };
        let path = ["api", "swipe"];
        let answer: SwipeResponse =
            self.inner.session.authorized(|http| http.request(Method::POST, &path).json(&body)).await?;
        if answer.is_match {
            self.inner.chat.reload();
        }
        Ok(Swiped { match_id: answer.match_id })
    }

    /// Ends a match, and a call in it. The other side is not told why.
    ///
    /// # Errors
    /// Offline, or there is no such match.
    pub async fn unmatch(&self, match_id: &MatchId) -> Result<(), UserError> {
        let path = ["api", "matches", match_id.as_str()];
        self.inner.session.authorized::<IgnoredAny>(|http| http.request(Method::DELETE, &path)).await?;
        if self.in_call(|call| call.match_id == *match_id) {
            self.inner.calls.end().await?;
        }
        self.inner.chat.reload();
        Ok(())
    }

    /// Never to be met again. A call with them ends before the server is asked, and is off the screen afterwards.
    ///
    /// # Errors
    /// Offline, or there is no such person.
    pub async fn block(&self, user_id: UserId) -> Result<(), UserError> {
        let in_call = self.in_call(|call| call.partner_id == user_id);
        if in_call {
            self.inner.calls.end().await?;
        }
        let body = BlockRequest { blocked_user_id: user_id };
        let path = ["api", "block"];
        self.inner.session.authorized::<IgnoredAny>(|http| http.request(Method::POST, &path).json(&body)).await?;
        if in_call {
            self.inner.calls.dismiss().await?;
        }
        self.inner.chat.reload();
        Ok(())
    }

    /// Takes a block back; what it ended stays ended.
    ///
    /// # Errors
    /// Offline, or they were not blocked.
    pub async fn unblock(&self, user_id: &UserId) -> Result<(), UserError> {
        let path = ["api", "block", user_id.as_str()];
        self.inner.session.authorized::<IgnoredAny>(|http| http.request(Method::DELETE, &path)).await?;
        Ok(())
    }

    /// Who is blocked, newest first.
    ///
    /// # Errors
    /// Offline or signed out.
    pub async fn blocked(&self) -> Result<Vec<Person>, UserError> {
        let path = ["api", "blocked-users"];
        let answer: BlockedUsersResponse =
            self.inner.session.authorized(|http| http.request(Method::GET, &path)).await?;
        Ok(answer.blocked_users.into_iter().map(Person::from).collect())
    }

    /// Tells those who run the server about somebody; nothing but these words is sent.
    ///
    /// # Errors
    /// Offline, throttled, or there is no such person.
    pub async fn report(&self, user_id: UserId, reason: &str, details: &str) -> Result<(), UserError> {
        let details = Some(details.trim().to_owned()).filter(|details| !details.is_empty());
        let body = ReportRequest { reported_user_id: user_id, reason: reason.to_owned(), details };
        let path = ["api", "report"];
        self.inner.session.authorized::<IgnoredAny>(|http| http.request(Method::POST, &path).json(&body)).await?;
        Ok(())
    }

    fn in_call(&self, such: impl Fn(&crate::view::CallView) -> bool) -> bool {
        self.call().borrow().as_ref().is_some_and(such)
    }
}
