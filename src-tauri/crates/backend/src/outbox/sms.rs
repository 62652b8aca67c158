//! The sign-in text message: logged in development, sent through Telnyx's messaging API with `TELNYX_API_KEY`.
//!
//! API: <https://developers.telnyx.com/api/messaging/send-message>, `POST /v2/messages` with `from`, `to`, `text`.

use super::delivery::DeliveryError;
use reqwest::StatusCode;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;
use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use url::Url;

const KEPT: usize = 100;
const ANSWER: Duration = Duration::from_secs(10);

/// How text messages are sent.
pub(crate) enum Texter {
    /// One log line a message.
    Mock(Mock),
    /// Through Telnyx.
    Telnyx(Telnyx),
    /// No way to send any.
    Absent,
}

/// Messages that were logged, newest first: number and code.
#[derive(Default)]
pub(crate) struct Mock(Mutex<VecDeque<(String, String)>>);

/// Credentials and where to send them.
pub(crate) struct Telnyx {
    http: reqwest::Client,
    messages: Url,
    key: SecretString,
    from: String,
}

impl Telnyx {
    pub(crate) fn new(base: &Url, key: SecretString, from: String) -> Result<Self, String> {
        // Whoever embeds this backend may have chosen before; all choose the same.
        drop(rustls::crypto::ring::default_provider().install_default());
        let messages = base.join("v2/messages").map_err(|error| error.to_string())?;
        let http = reqwest::Client::builder().timeout(ANSWER).redirect(reqwest::redirect::Policy::none());
        Ok(Self { http: http.build().map_err(|error| error.to_string())?, messages, key, from })
    }
}

impl Texter {
    pub(super) async fn send(&self, to: &str, code: &str) -> Result<(), DeliveryError> {
        let Self::Telnyx(telnyx) = self else { return Ok(()) };
        let text = format!("{code} is your Pizoo code. It works for ten minutes. Do not tell it to anybody.");
        let body = json!({"from": telnyx.from, "to": to, "text": text});
        let request = telnyx.http.post(telnyx.messages.clone()).bearer_auth(telnyx.key.expose_secret()).json(&body);
        // Its error texts may repeat the number: only the status is passed on.
        let answer = request.send().await.map_err(|_| DeliveryError::Later("Telnyx does not answer".into()))?;
        match answer.status() {
            status if status.is_success() => Ok(()),
            status if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS => {
                Err(DeliveryError::Later(format!("Telnyx says {status}")))
            }
            status => Err(DeliveryError::Never(format!("Telnyx says {status}"))),
        }
    }
}

impl Mock {
    pub(super) fn note(&self, to: &str, code: &str) {
        tracing::info!("MOCK SMS to {to}: {code}");
        let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        noted.truncate(KEPT - 1);
        noted.push_front((to.to_owned(), code.to_owned()));
    }

    pub(super) fn newest(&self, to: &str) -> Option<String> {
        let noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        noted.iter().find(|(number, _)| number == to).map(|(_, code)| code.clone())
    }
}
