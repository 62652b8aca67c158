//! Who is signed in: the tokens, their renewal and their place in the keychain.
//!
//! The access token lives in memory only. Renewal is single-flight: however many requests meet an old token, one
//! renews it and the others wait for that one. It runs as a task of its own, because a rotated refresh token that is
//! dropped half-way would end the session.

use crate::error::RequestError;
use crate::http::{Http, Limit, exchange, exchange_limited, fetch_bytes, post};
use crate::keychain::{Entry, Keychain};
use crate::view::{ErrorCode, SessionView, UserError};
use pizoo_api::account::{
    Done, LogoutRequest, MeResponse, RefreshRequest, RefreshResponse, SendLinkRequest, SendLinkResponse,
    SessionResponse, User, VerifyRequest,
};
use reqwest::{Method, RequestBuilder, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{Notify, watch};
use tokio_util::task::TaskTracker;
use url::Url;

/// An access token this close to its end is renewed before it is used.
const MARGIN: Duration = Duration::from_secs(30);
const RETRY_RESTORE: Duration = Duration::from_secs(3);
/// A server that wants a newer app is not going to change its mind soon.
const RETRY_TOO_OLD: Duration = Duration::from_secs(300);
const LOGOUT: Duration = Duration::from_secs(3);

/// What opens a session.
pub(crate) struct Tokens {
    access: SecretString,
    refresh: SecretString,
    expires: Instant,
    /// Which sign-in they are of: what was asked with one is not asked again with another.
    sign_in: u64,
}

/// A session that the server opened.
pub(crate) struct SignedIn {
    pub(crate) access: SecretString,
    pub(crate) refresh: SecretString,
    /// Of the access token, in seconds.
    pub(crate) expires_in: u64,
    pub(crate) user: User,
}

impl From<SessionResponse> for SignedIn {
    fn from(answer: SessionResponse) -> Self {
        let SessionResponse { access_token, refresh_token, expires_in, user, .. } = answer;
        Self { access: access_token.into(), refresh: refresh_token.into(), expires_in, user }
    }
}

#[derive(Clone)]
pub(crate) struct Session {
    inner: Arc<Inner>,
}

struct Inner {
    http: Http,
    keychain: Keychain,
    tokens: Mutex<Option<Arc<Tokens>>>,
    sign_ins: AtomicU64,
    /// Why the newest refresh token is not in the keychain.
    unstored: Mutex<Option<UserError>>,
    renewing: tokio::sync::Mutex<()>,
    view: watch::Sender<SessionView>,
    /// The user wants the stored session to be tried again now.
    again: Notify,
    tasks: TaskTracker,
}

impl Session {
    pub(crate) fn new(http: Http, keychain: Keychain, tasks: TaskTracker) -> Self {
        let inner = Inner {
            http,
            keychain,
            tokens: Mutex::default(),
            sign_ins: AtomicU64::default(),
            unstored: Mutex::default(),
            renewing: tokio::sync::Mutex::default(),
            view: watch::Sender::new(SessionView::Starting { problem: None }),
            again: Notify::new(),
            tasks,
        };
        Self { inner: Arc::new(inner) }
    }

    pub(crate) fn view(&self) -> watch::Receiver<SessionView> {
        self.inner.view.subscribe()
    }

    /// The signed-in account.
    pub(crate) fn user(&self) -> Option<User> {
        match &*self.inner.view.borrow() {
            SessionView::SignedIn { user, .. } => Some(user.clone()),
            _ => None,
        }
    }

    /// A request that needs no session.
    pub(crate) fn request(&self, method: Method, segments: &[&str]) -> RequestBuilder {
        self.inner.http.request(method, segments)
    }

    /// The address of a path on the server.
    pub(crate) fn url(&self, segments: &[&str]) -> Url {
        self.inner.http.url(segments)
    }

    /// An access token that works for a while yet; `refused` if the server did not take the last one.
    ///
    /// # Errors
    /// [`RequestError::SignedOut`] without a session, also when the server ended it.
    pub(crate) async fn bearer(&self, refused: bool) -> Result<SecretString, RequestError> {
        let mut tokens = self.tokens().ok_or(RequestError::SignedOut)?;
        if refused || tokens.expires <= Instant::now() + MARGIN {
            tokens = self.renew(tokens).await?;
        }
        Ok(tokens.access.clone())
    }

    /// Sends a request as the signed-in user; after a 401 it renews the token and tries once more.
    ///
    /// # Errors
    /// [`RequestError::SignedOut`] without a session, also when the server ended it.
    pub(crate) async fn authorized<T: DeserializeOwned>(
        &self,
        request: impl Fn(&Http) -> RequestBuilder + Send,
    ) -> Result<T, RequestError> {
        self.answered(request, |status| status.is_success()).await.map(|(_, answer)| answer)
    }

    /// The same for routes whose 409 has the same body as their 200; the status comes with it.
    ///
    /// # Errors
    /// As [`Session::authorized`].
    pub(crate) async fn exchange<T: DeserializeOwned>(
        &self,
        request: impl Fn(&Http) -> RequestBuilder + Send,
    ) -> Result<(u16, T), RequestError> {
        self.answered(request, |status| status.is_success() || status == StatusCode::CONFLICT).await
    }

    async fn answered<T: DeserializeOwned>(
        &self,
        request: impl Fn(&Http) -> RequestBuilder + Send,
        good: fn(StatusCode) -> bool,
    ) -> Result<(u16, T), RequestError> {
        self.twice(|tokens| exchange(request(&self.inner.http).bearer_auth(tokens.access.expose_secret()), good)).await
    }

    /// The same, with what the server says of its limit.
    ///
    /// # Errors
    /// As [`Session::authorized`].
    pub(crate) async fn limited<T: DeserializeOwned>(
        &self,
        request: impl Fn(&Http) -> RequestBuilder + Send,
    ) -> Result<(Option<Limit>, T), RequestError> {
        let good = |status: StatusCode| status.is_success();
        let send = |tokens: &Tokens| {
            exchange_limited(request(&self.inner.http).bearer_auth(tokens.access.expose_secret()), good)
        };
        self.twice(send).await.map(|(_, limit, answer)| (limit, answer))
    }

    /// The same for an answer that is not JSON: its content type and bytes, of which there may be so many.
    ///
    /// # Errors
    /// As [`Session::authorized`].
    pub(crate) async fn bytes(
        &self,
        request: impl Fn(&Http) -> RequestBuilder + Send,
        most: usize,
    ) -> Result<(String, Vec<u8>), RequestError> {
        self.twice(|tokens| fetch_bytes(request(&self.inner.http).bearer_auth(tokens.access.expose_secret()), most))
            .await
    }

    /// Sends with a token that works for a while yet; after a 401 it renews the token and sends once more.
    async fn twice<T, F>(&self, send: impl Fn(&Tokens) -> F) -> Result<T, RequestError>
    where
        F: Future<Output = Result<T, RequestError>>,
    {
        let mut tokens = self.tokens().ok_or(RequestError::SignedOut)?;
        if tokens.expires <= Instant::now() + MARGIN {
            tokens = self.renew(tokens).await?;
        }
        match send(&tokens).await {
            Err(error) if error.is_status(401) => {
                let renewed = self.renew(tokens).await?;
                send(&renewed).await
            }
            other => other,
        }
    }

    pub(crate) async fn send_link(&self, email: &str, name: &str) -> Result<(), RequestError> {
        let body = SendLinkRequest { email: email.trim().to_owned(), name: name.trim().to_owned() };
        let request = self.request(Method::POST, &["api", "auth", "email", "send-link"]);
        post::<SendLinkResponse>(request, &body).await.map(drop)
    }

    /// Opens a session with what a magic mail brought; `bad` is what it is when the server does not take it.
    pub(crate) async fn verify(&self, proof: VerifyRequest, bad: ErrorCode) -> Result<SignedIn, UserError> {
        let request = self.request(Method::POST, &["api", "auth", "email", "verify"]);
        let answer = post::<SessionResponse>(request, &proof).await.map_err(|error| match error {
            RequestError::Status { status: 400 | 401 | 403 | 404 | 410 | 422, .. } => bad.into(),
            other => UserError::from(other),
        })?;
        Ok(answer.into())
    }

    /// Takes over a session that the server opened. What opens the one that was here comes back: it still has to be ended.
    pub(crate) async fn accept(&self, answer: SignedIn) -> Option<Arc<Tokens>> {
        let SignedIn { access, refresh, expires_in, user } = answer;
        let expires = Instant::now() + Duration::from_secs(expires_in);
        let tokens = Tokens { access, refresh: refresh.clone(), expires, sign_in: self.next_sign_in() };
        let replaced = {
            // A renewal that is under way would put the old session in the place of this one.
            let _turn = self.inner.renewing.lock().await;
            let replaced = self.tokens();
            self.keep(tokens);
            let problem = self.unstored().clone();
            self.inner.view.send_replace(SessionView::SignedIn { user, problem });
            replaced
        };
        let problem = self.store(refresh).await;
        self.tell_unstored(problem);
        replaced
    }

    /// Ends, at the server, a session that another took the place of. One that stays can be seen among the devices, and ends
    /// by itself.
    pub(crate) async fn end(&self, replaced: &Tokens) {
        match tokio::time::timeout(LOGOUT, self.log_out(replaced)).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::info!(%error, "the session before this one was not ended"),
            Err(_) => tracing::info!("the session before this one was not ended: the server did not answer"),
        }
    }

    async fn log_out(&self, of: &Tokens) -> Result<(), RequestError> {
        let mut access = of.access.clone();
        if of.expires <= Instant::now() {
            let request = self.request(Method::POST, &["api", "auth", "refresh"]);
            let body = RefreshRequest { refresh_token: of.refresh.expose_secret().to_owned() };
            access = post::<RefreshResponse>(request, &body).await?.access_token.into();
        }
        let request = self.request(Method::POST, &["api", "auth", "logout"]).bearer_auth(access.expose_secret());
        post::<Done>(request, &LogoutRequest { everywhere: false }).await.map(drop)
    }

    fn next_sign_in(&self) -> u64 {
        self.inner.sign_ins.fetch_add(1, Ordering::Relaxed)
    }

    /// Restores the session from the keychain, and again when the user asks for it: one that was locked may be open by then.
    pub(crate) async fn keep_restoring(&self) {
        loop {
            self.restore().await;
            loop {
                self.inner.again.notified().await;
                let begins = self.inner.view.send_if_modified(|view| {
                    let begins = waits_for_keychain(view);
                    if begins {
                        *view = SessionView::Starting { problem: None };
                    }
                    begins
                });
                if begins {
                    break;
                }
            }
        }
    }

    /// Tries the stored session now, if it waits for that.
    pub(crate) fn try_again(&self) {
        self.inner.again.notify_one();
    }

    /// Waits for a server that is away, and says so.
    async fn restore(&self) {
        let refresh = match self.inner.keychain.load(&Entry::Session).await {
            Ok(Some(token)) => token,
            Ok(None) => return self.started(SessionView::SignedOut { problem: None }),
            Err(error) => {
                tracing::warn!(%error, "the stored session cannot be read");
                return self.started(SessionView::SignedOut { problem: Some(ErrorCode::from(&error).into()) });
            }
        };
        if !self.is_starting() {
            return;
        }
        let (access, expires, sign_in) = (SecretString::default(), Instant::now(), self.next_sign_in());
        *self.lock() = Some(Arc::new(Tokens { access, refresh, expires, sign_in }));
        while self.is_starting() {
            let me = self.authorized::<MeResponse>(|http| http.request(Method::GET, &["api", "auth", "me"])).await;
            let problem = match me {
                Ok(MeResponse { user, .. }) => {
                    return self.started(SessionView::SignedIn { user, problem: self.unstored().clone() });
                }
                Err(RequestError::SignedOut) => {
                    return self.started(SessionView::SignedOut { problem: Some(ErrorCode::SignedOut.into()) });
                }
                Err(error) => {
                    tracing::info!(%error, "the session cannot be restored yet");
                    UserError::from(error)
                }
            };
            let pause = if problem.code == ErrorCode::VersionTooOld { RETRY_TOO_OLD } else { RETRY_RESTORE };
            self.started(SessionView::Starting { problem: Some(problem) });
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = self.inner.again.notified() => {}
            }
        }
    }

    fn is_starting(&self) -> bool {
        matches!(*self.inner.view.borrow(), SessionView::Starting { .. })
    }

    /// How the start goes on, unless the user signed in or out meanwhile.
    fn started(&self, then: SessionView) {
        self.inner.view.send_if_modified(|view| {
            let changes = matches!(view, SessionView::Starting { .. }) && *view != then;
            if changes {
                *view = then;
            }
            changes
        });
    }

    /// Reads the account again: its verification may have changed.
    pub(crate) async fn reload(&self) -> Result<(), RequestError> {
        let me = self.authorized::<MeResponse>(|http| http.request(Method::GET, &["api", "auth", "me"])).await?;
        self.inner.view.send_if_modified(|view| match view {
            SessionView::SignedIn { user, .. } if *user != me.user => {
                *user = me.user;
                true
            }
            _ => false,
        });
        Ok(())
    }

    /// Forgets the session here, and tells the server if it can be reached.
    pub(crate) async fn sign_out(&self, body: &LogoutRequest) -> Result<(), UserError> {
        let path = ["api", "auth", "logout"];
        let logout = self.authorized::<Done>(|http| http.request(Method::POST, &path).json(body));
        match tokio::time::timeout(LOGOUT, logout).await {
            Ok(Ok(_)) => {}
            Ok(Err(error)) => tracing::info!(%error, "signed out here only"),
            Err(_) => tracing::info!("signed out here only: the server did not answer"),
        }
        self.forget().await
    }

    /// Forgets the session here.
    pub(crate) async fn forget(&self) -> Result<(), UserError> {
        let forgotten = self.inner.keychain.forget(&Entry::Session).await;
        self.signed_out(None);
        forgotten.map_err(|error| ErrorCode::from(&error).into())
    }

    async fn renew(&self, stale: Arc<Tokens>) -> Result<Arc<Tokens>, RequestError> {
        let session = self.clone();
        let renewal = self.inner.tasks.spawn(async move { session.renew_once(&stale).await });
        renewal.await.unwrap_or_else(|error| Err(RequestError::Malformed(error.to_string())))
    }

    async fn renew_once(&self, stale: &Arc<Tokens>) -> Result<Arc<Tokens>, RequestError> {
        let _turn = self.inner.renewing.lock().await;
        let current = self.tokens().ok_or(RequestError::SignedOut)?;
        if !Arc::ptr_eq(&current, stale) {
            return if current.sign_in == stale.sign_in { Ok(current) } else { Err(RequestError::SignedOut) };
        }
        let request = self.request(Method::POST, &["api", "auth", "refresh"]);
        let body = RefreshRequest { refresh_token: stale.refresh.expose_secret().to_owned() };
        match post::<RefreshResponse>(request, &body).await {
            Ok(answer) => {
                let rotated = answer.refresh_token.map(SecretString::from);
                let tokens = self.keep(Tokens {
                    access: answer.access_token.into(),
                    refresh: rotated.clone().unwrap_or_else(|| stale.refresh.clone()),
                    expires: Instant::now() + Duration::from_secs(answer.expires_in),
                    sign_in: stale.sign_in,
                });
                if let Some(rotated) = rotated {
                    let trouble = self.store(rotated).await;
                    self.tell_unstored(trouble);
                }
                Ok(tokens)
            }
            Err(RequestError::Status { status: 400 | 401 | 403, .. }) => {
                tracing::info!("the server ended the session");
                if let Err(error) = self.inner.keychain.forget(&Entry::Session).await {
                    tracing::warn!(%error, "the ended session stays in the keychain");
                }
                self.signed_out(Some(ErrorCode::SignedOut.into()));
                Err(RequestError::SignedOut)
            }
            Err(error) => Err(error),
        }
    }

    async fn store(&self, refresh: SecretString) -> Option<UserError> {
        let stored = self.inner.keychain.store(&Entry::Session, refresh).await;
        let problem = stored.err().map(|error| {
            tracing::warn!(%error, "the session is not stored and ends with the app");
            ErrorCode::from(&error).into()
        });
        self.unstored().clone_from(&problem);
        problem
    }

    fn tell_unstored(&self, trouble: Option<UserError>) {
        self.inner.view.send_if_modified(|view| match view {
            SessionView::SignedIn { problem, .. } if *problem != trouble => {
                *problem = trouble;
                true
            }
            _ => false,
        });
    }

    fn unstored(&self) -> std::sync::MutexGuard<'_, Option<UserError>> {
        self.inner.unstored.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keep(&self, tokens: Tokens) -> Arc<Tokens> {
        let tokens = Arc::new(tokens);
        *self.lock() = Some(Arc::clone(&tokens));
        tokens
    }

    fn signed_out(&self, problem: Option<UserError>) {
        *self.lock() = None;
        self.inner.view.send_replace(SessionView::SignedOut { problem });
    }

    fn tokens(&self) -> Option<Arc<Tokens>> {
        self.lock().clone()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Arc<Tokens>>> {
        self.inner.tokens.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The session is stored, perhaps, but cannot be read.
fn waits_for_keychain(view: &SessionView) -> bool {
    let SessionView::SignedOut { problem: Some(problem) } = view else { return false };
    matches!(problem.code, ErrorCode::KeychainLocked | ErrorCode::KeychainMissing)
}

#[cfg(test)]
mod tests;
