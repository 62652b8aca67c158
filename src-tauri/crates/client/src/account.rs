//! The account behind the session: every way to sign in, and what its owner may do with it.

use crate::client::Client;
use crate::error::RequestError;
use crate::http::{fetch, post};
use crate::link::{code_in, token_in};
use crate::session::SignedIn;
use crate::view::{ErrorCode, SignedInDevice, UserError};
use pizoo_api::account::{
    DeleteAccountRequest, Done, LoginRequest, LoginResponse, LogoutRequest, RegisterRequest, SendOtpRequest,
    SendOtpResponse, SessionsResponse, UpdateMeRequest, VerifyOtpRequest, VerifyOtpResponse, VerifyRequest,
};
use pizoo_api::health::DevelopmentMail;
use reqwest::Method;
use serde::de::IgnoredAny;
use std::path::{Path, PathBuf};

/// A code that was sent to a phone.
pub(crate) struct PhoneCode {
    phone: String,
    otp_id: String,
}

impl Client {
    /// Has a magic link sent. The answer is the same for every address.
    ///
    /// # Errors
    /// Offline, throttled, or refused as malformed.
    pub async fn send_link(&self, email: &str, name: &str) -> Result<(), UserError> {
        Ok(self.inner.session.send_link(email, name).await?)
    }

    /// Signs in with a pasted link, its token, or the short code of a mail to `email`.
    ///
    /// # Errors
    /// [`ErrorCode::NotALink`] without asking the server; [`ErrorCode::BadLink`] or [`ErrorCode::BadCode`] for one that is
    /// wrong, used or expired.
    pub async fn verify_link(&self, text: &str, email: &str) -> Result<(), UserError> {
        let (proof, bad) = match code_in(text).filter(|_| !email.trim().is_empty()) {
            Some(code) => (VerifyRequest::Code { email: email.trim().to_owned(), code }, ErrorCode::BadCode),
            None => (VerifyRequest::Link { token: token_in(text).ok_or(ErrorCode::NotALink)? }, ErrorCode::BadLink),
        };
        let answer = self.inner.session.verify(proof, bad).await?;
        self.enter(answer).await
    }

    /// Takes over a session that the server opened. One that was here ends, with its call if it was somebody else's.
    async fn enter(&self, answer: SignedIn) -> Result<(), UserError> {
        let session = &self.inner.session;
        let is_another = session.user().is_some_and(|user| user.id != answer.user.id);
        if is_another {
            self.inner.calls.end_and_tell().await?;
            // Not even the end of it is for somebody else to see.
            self.inner.calls.dismiss().await?;
        }
        let Some(replaced) = session.accept(answer).await else { return Ok(()) };
        // The original backend would end all sessions of the user, with the old one the new one.
        if is_another || self.rings().await {
            session.end(&replaced).await;
        }
        Ok(())
    }

    /// Signs in with the newest mock mail of a development backend.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] when no mail was written or the backend is not one for development.
    pub async fn development_link(&self, email: &str) -> Result<(), UserError> {
        let request = self.inner.session.request(Method::GET, &["api", "development", "mail"]);
        let mail = fetch::<DevelopmentMail>(request.query(&[("email", email.trim())])).await?;
        self.verify_link(&mail.link, "").await
    }

    /// Signs in with a password.
    ///
    /// # Errors
    /// [`ErrorCode::BadPassword`], whatever of the two is wrong; throttled; offline.
    pub async fn sign_in_with_password(&self, email: &str, password: &str) -> Result<(), UserError> {
        let body = LoginRequest { email: email.trim().to_owned(), password: password.to_owned() };
        let request = self.inner.session.request(Method::POST, &["api", "auth", "login"]);
        let answer = post::<LoginResponse>(request, &body).await.map_err(|error| match error {
            RequestError::Status { status: 401 | 422, .. } => ErrorCode::BadPassword.into(),
            other => UserError::from(other),
        })?;
        self.enter(answer.into()).await
    }

    /// Makes an account with a password, not verified yet, and signs in to it.
    ///
    /// # Errors
    /// [`ErrorCode::Refused`] with the server's sentence for a password that is too weak, or an address it does not take.
    pub async fn register(&self, email: &str, password: &str, name: &str) -> Result<(), UserError> {
        let body = RegisterRequest {
            name: name.trim().to_owned(),
            email: email.trim().to_owned(),
            password: password.to_owned(),
            terms_accepted: true,
        };
        let request = self.inner.session.request(Method::POST, &["api", "auth", "register"]);
        let answer = post::<LoginResponse>(request, &body).await.map_err(refused)?;
        self.enter(answer.into()).await
    }

    /// Has a code sent to a phone. Signed in, the code adds the number to the account.
    ///
    /// # Errors
    /// [`ErrorCode::Refused`] for what is no number; throttled; the server sends no text messages.
    pub async fn send_phone_code(&self, phone: &str) -> Result<(), UserError> {
        let body = SendOtpRequest { phone: phone.trim().to_owned() };
        let request = self.inner.session.request(Method::POST, &["api", "auth", "phone", "send-otp"]);
        let answer = post::<SendOtpResponse>(request, &body).await.map_err(refused)?;
        *self.phone_code() = Some(PhoneCode { phone: body.phone, otp_id: answer.otp_id });
        Ok(())
    }

    /// Signs in with the code, or, signed in, adds the number and verifies the account.
    ///
    /// # Errors
    /// [`ErrorCode::BadCode`] when it is wrong, used or expired, or none was sent; [`ErrorCode::Refused`] when the number
    /// belongs to another account.
    pub async fn verify_phone_code(&self, code: &str) -> Result<(), UserError> {
        let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
        let body = match &*self.phone_code() {
            Some(sent) => VerifyOtpRequest { phone: sent.phone.clone(), code, otp_id: sent.otp_id.clone() },
            None => return Err(ErrorCode::BadCode.into()),
        };
        let path = ["api", "auth", "phone", "verify-otp"];
        let bad = |error: RequestError| match error {
            RequestError::Status { status: 400 | 401 | 404 | 410 | 422, .. } => ErrorCode::BadCode.into(),
            other => refused(other),
        };
        if self.inner.session.user().is_some() {
            let added = self
                .inner
                .session
                .authorized::<VerifyOtpResponse>(|http| http.request(Method::POST, &path).json(&body));
            let answer = added.await.map_err(bad)?;
            *self.phone_code() = None;
            // The session that comes with it is one too many: this device has one.
            self.discard(&answer.session.access_token).await;
            return Ok(self.inner.session.reload().await?);
        }
        let request = self.inner.session.request(Method::POST, &path);
        let answer = post::<VerifyOtpResponse>(request, &body).await.map_err(bad)?;
        *self.phone_code() = None;
        self.enter(answer.session.into()).await
    }

    /// Ends a session that nobody wants; one that stays can be seen among the devices, and ends by itself.
    async fn discard(&self, access_token: &str) {
        let request = self.inner.session.request(Method::POST, &["api", "auth", "logout"]).bearer_auth(access_token);
        if let Err(error) = post::<Done>(request, &LogoutRequest { everywhere: false }).await {
            tracing::info!(%error, "a session that is not needed stays");
        }
    }

    /// Ends the call and the session here; other devices stay signed in.
    ///
    /// # Errors
    /// When the keychain does not let go of the stored session.
    pub async fn sign_out(&self) -> Result<(), UserError> {
        self.inner.calls.end_and_tell().await?;
        self.inner.session.sign_out(&LogoutRequest { everywhere: false }).await
    }

    /// Ends the sessions on all devices.
    ///
    /// # Errors
    /// The server cannot be reached: then nothing is ended, not here either.
    pub async fn sign_out_everywhere(&self) -> Result<(), UserError> {
        self.inner.calls.end_and_tell().await?;
        let body = LogoutRequest { everywhere: true };
        let path = ["api", "auth", "logout"];
        self.inner.session.authorized::<Done>(|http| http.request(Method::POST, &path).json(&body)).await?;
        self.inner.session.forget().await
    }

    /// Changes the display name.
    ///
    /// # Errors
    /// [`ErrorCode::Refused`] for an empty one; offline.
    pub async fn rename(&self, name: &str) -> Result<(), UserError> {
        let body = UpdateMeRequest { name: name.trim().to_owned() };
        let done =
            self.inner.session.authorized::<IgnoredAny>(|http| http.request(Method::PUT, &["api", "me"]).json(&body));
        done.await.map_err(refused)?;
        Ok(self.inner.session.reload().await?)
    }

    /// Where the account is signed in, the newest use first.
    ///
    /// # Errors
    /// Offline or signed out.
    pub async fn devices_signed_in(&self) -> Result<Vec<SignedInDevice>, UserError> {
        let path = ["api", "auth", "sessions"];
        let answer = self.inner.session.authorized::<SessionsResponse>(|http| http.request(Method::GET, &path)).await?;
        let device = |entry: pizoo_api::account::SessionEntry| SignedInDevice {
            id: entry.id,
            name: entry.device.unwrap_or_default(),
            last_seen: entry.last_used_at,
            here: entry.current,
        };
        Ok(answer.sessions.into_iter().map(device).collect())
    }

    /// Ends the session on another device.
    ///
    /// # Errors
    /// Offline, or it is over already.
    pub async fn sign_out_device(&self, id: &str) -> Result<(), UserError> {
        let path = ["api", "auth", "sessions", id];
        self.inner.session.authorized::<Done>(|http| http.request(Method::DELETE, &path)).await?;
        Ok(())
    }

    /// Writes all that the server keeps of the account into a new file in `folder`.
    ///
    /// # Errors
    /// Offline, throttled, or the file cannot be written.
    pub async fn export_data(&self, folder: &Path) -> Result<PathBuf, UserError> {
        let path = ["api", "account", "export"];
        let all = self.inner.session.authorized::<serde_json::Value>(|http| http.request(Method::GET, &path)).await?;
        let folder = folder.to_owned();
        let written = tokio::task::spawn_blocking(move || {
            let text = serde_json::to_vec_pretty(&all)?;
            crate::files::write_new(&folder, "pizoo-account", "json", &text)
        });
        match written.await.map_err(std::io::Error::other).and_then(|written| written) {
            Ok(file) => Ok(file),
            Err(error) => {
                tracing::warn!(%error, "the export is not written");
                Err(UserError { detail: Some(error.to_string()), ..ErrorCode::Internal.into() })
            }
        }
    }

    /// Deletes the account with everything in it, for good, and ends the session.
    ///
    /// # Errors
    /// Offline: nothing is deleted.
    pub async fn delete_account(&self) -> Result<(), UserError> {
        self.inner.calls.end_and_tell().await?;
        let body = DeleteAccountRequest { confirm: "DELETE".into() };
        let path = ["api", "account"];
        self.inner.session.authorized::<Done>(|http| http.request(Method::DELETE, &path).json(&body)).await?;
        self.inner.session.forget().await
    }
}

/// What the server does not take, it says why.
fn refused(error: RequestError) -> UserError {
    let told = UserError::from(&error);
    match error {
        RequestError::Status { status: 400 | 409 | 422, .. } => UserError { code: ErrorCode::Refused, ..told },
        _ => told,
    }
}

impl From<LoginResponse> for SignedIn {
    fn from(answer: LoginResponse) -> Self {
        let LoginResponse { access_token, refresh_token, expires_in, user } = answer;
        Self { access: access_token.into(), refresh: refresh_token.into(), expires_in, user }
    }
}
