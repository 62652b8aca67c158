//! One push to one subscription, tried until it is accepted, refused for good, or of no use any more.

use super::address::Guard;
use super::subscription::{self, BASE64, Keys, SubscriptionError};
use super::{Kind, Notice, PushError, Vapid};
use crate::clock::{Clock, UnixMs};
use crate::settings::Mode;
use crate::store::push::Subscription;
use crate::store::{self, Store, StoreError};
use base64::Engine as _;
use reqwest::{Response, StatusCode, header};
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

/// A push service that takes longer is down.
const ANSWER: Duration = Duration::from_secs(10);
/// Requests under way at once.
const AT_ONCE: usize = 64;
/// Deliveries that wait for another try; beyond it a failed one is given up, so that new rings find room.
const RETRIES: usize = 2048;
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(15 * 60);
/// A topic has at most 32 characters (RFC 8030, 5.4): these are 24.
const TOPIC_BYTES: usize = 18;

/// What every delivery needs.
pub(super) struct Delivery {
    http: reqwest::Client,
    vapid: Vapid,
    mode: Mode,
    store: Store,
    clock: Arc<dyn Clock>,
    slots: Semaphore,
    retries: Semaphore,
}

#[derive(Serialize)]
struct Payload<'a> {
    r#type: Kind,
    call_id: &'a str,
    match_id: &'a str,
}

/// Why a try failed. None holds the endpoint: whoever knows it can push to it.
#[derive(Debug, thiserror::Error)]
enum TryError {
    #[error("the push service does not answer")]
    NoAnswer,
    #[error("the push service says {0}")]
    Later(StatusCode, Option<Duration>),
    #[error("the push service says {0}")]
    Refused(StatusCode),
    #[error("the subscription has ended")]
    Gone,
    #[error("it is too late")]
    Expired,
    #[error(transparent)]
    Subscription(#[from] SubscriptionError),
    #[error("it cannot be encrypted")]
    Encrypt,
    #[error("it cannot be written: {0}")]
    Write(#[from] serde_json::Error),
    #[error("it cannot be signed: {0}")]
    Sign(#[from] jsonwebtoken::errors::Error),
}

impl Delivery {
    pub(super) fn new(vapid: Vapid, mode: Mode, store: Store, clock: Arc<dyn Clock>) -> Result<Self, PushError> {
        let http = client(mode)?;
        let (slots, retries) = (Semaphore::new(AT_ONCE), Semaphore::new(RETRIES));
        Ok(Self { http, vapid, mode, store, clock, slots, retries })
    }

    pub(super) fn now(&self) -> UnixMs {
        self.clock.now()
    }

    pub(super) async fn subscriptions(&self, user: &str) -> Result<Vec<Subscription>, StoreError> {
        store::push::of(self.store.read(), user).await
    }

    /// Tries until it is done, the push is of no use any more, or the backend ends.
    pub(super) async fn deliver(&self, subscription: &Subscription, notice: &Notice, stop: &CancellationToken) {
        for attempt in 0.. {
            let asked = match self.once(subscription, notice).await {
                Ok(()) | Err(TryError::Expired) => return,
                Err(TryError::Gone) => return self.remove(subscription).await,
                Err(TryError::NoAnswer) => None,
                Err(TryError::Later(_, asked)) => asked,
                Err(error) => return tracing::warn!(kind = ?notice.kind, %error, "not pushed"),
            };
            let pause = pause(attempt, asked);
            let Ok(_room) = self.retries.try_acquire() else {
                return tracing::warn!("too many pushes wait for another try: one is dropped");
            };
            if self.clock.now() + pause >= notice.expires {
                return tracing::warn!(kind = ?notice.kind, "not pushed in time");
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    async fn once(&self, to: &Subscription, notice: &Notice) -> Result<(), TryError> {
        let endpoint = subscription::endpoint(&to.endpoint, self.mode)?;
        let keys = Keys::parse(&to.p256dh, &to.auth)?;
        let payload = Payload { r#type: notice.kind, call_id: &notice.call, match_id: &notice.matched };
        let payload = serde_json::to_vec(&payload)?;
        let Ok(_slot) = self.slots.acquire().await else { return Err(TryError::Expired) };
        let now = self.clock.now();
        let ttl = ttl(notice.expires, now).ok_or(TryError::Expired)?;
        let body = web_push_native::encrypt(payload, &keys.public, &keys.auth).map_err(|_| TryError::Encrypt)?;
        let urgency = match notice.kind {
            Kind::Incoming => "high",
            Kind::Missed => "normal",
        };
        let request = self
            .http
            .post(endpoint.clone())
            .header(header::AUTHORIZATION, self.vapid.authorization(&endpoint, now)?)
            .header(header::CONTENT_ENCODING, "aes128gcm")
            .header(header::CONTENT_TYPE, "application/octet-stream")
            .header("TTL", ttl)
            .header("Urgency", urgency)
            .header("Topic", topic(&notice.call))
            .body(body);
        // The answer's body is not read: it is somebody else's, of any length.
        judge(&request.send().await.map_err(|_| TryError::NoAnswer)?, now)
    }

    async fn remove(&self, subscription: &Subscription) {
        if let Err(error) = store::push::remove_dead(&self.store, subscription).await {
            tracing::error!(%error, "a subscription that has ended cannot be removed");
        }
    }
}

fn client(mode: Mode) -> Result<reqwest::Client, reqwest::Error> {
    // Whoever embeds this backend may have chosen before; all choose the same.
    drop(rustls::crypto::ring::default_provider().install_default());
    // A proxy would resolve names itself, past the guard.
    reqwest::Client::builder()
        .timeout(ANSWER)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .dns_resolver(Arc::new(Guard { loopback: mode == Mode::Development }))
        .build()
}

fn judge(answer: &Response, now: UnixMs) -> Result<(), TryError> {
    match answer.status() {
        status if status.is_success() => Ok(()),
        StatusCode::NOT_FOUND | StatusCode::GONE => Err(TryError::Gone),
        status if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS => {
            let asked = answer.headers().get(header::RETRY_AFTER).and_then(|value| value.to_str().ok());
            Err(TryError::Later(status, asked.and_then(|text| retry_after(text, now))))
        }
        status => Err(TryError::Refused(status)),
    }
}

/// Whole seconds that are left, rounded up; none when it is over.
fn ttl(expires: UnixMs, now: UnixMs) -> Option<u64> {
    let left = u64::try_from(expires.0.saturating_sub(now.0)).ok()?;
    (left > 0).then(|| left.div_ceil(1000))
}

/// The same for the ring and the missed call, so that the second replaces the first where it still waits.
fn topic(call: &str) -> String {
    BASE64.encode(&Sha256::digest(call)[..TOPIC_BYTES])
}

/// `Retry-After` is seconds or a date (RFC 9110, 10.2.3).
fn retry_after(text: &str, now: UnixMs) -> Option<Duration> {
    let text = text.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = jiff::fmt::rfc2822::parse(text).ok()?.timestamp().as_millisecond();
    Some(Duration::from_millis(u64::try_from(date.saturating_sub(now.0)).unwrap_or_default()))
}

/// It doubles, and is never shorter than the push service asked for.
fn pause(attempt: u32, asked: Option<Duration>) -> Duration {
    let doubled = FIRST_PAUSE.saturating_mul(2_u32.saturating_pow(attempt)).min(LONGEST_PAUSE);
    doubled.max(asked.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn production_connects_to_no_name_of_this_computer() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://localhost:{}", listener.local_addr().unwrap().port());
        tokio::spawn(axum::serve(listener, axum::Router::new()).into_future());
        assert!(client(Mode::Development).unwrap().get(&address).send().await.is_ok());
        assert!(client(Mode::Production).unwrap().get(&address).send().await.unwrap_err().is_connect());
    }

    #[test]
    fn pauses_grow_and_honour_what_was_asked_for() {
        assert_eq!(pause(0, None), FIRST_PAUSE);
        assert_eq!(pause(2, None), FIRST_PAUSE * 4);
        assert_eq!(pause(u32::MAX, None), LONGEST_PAUSE);
        assert_eq!(pause(0, Some(Duration::from_secs(7))), Duration::from_secs(7));
        assert_eq!(pause(9, Some(Duration::ZERO)), FIRST_PAUSE * 512);
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now = UnixMs(1_445_412_480_000);
        assert_eq!(retry_after(" 120", now), Some(Duration::from_secs(120)));
        assert_eq!(retry_after("Wed, 21 Oct 2015 07:29:00 GMT", now), Some(Duration::from_secs(60)));
        assert_eq!(retry_after("Wed, 21 Oct 2015 07:00:00 GMT", now), Some(Duration::ZERO));
        assert_eq!(retry_after("soon", now), None);
    }

    #[test]
    fn time_to_live_is_what_is_left_of_the_ring() {
        assert_eq!(ttl(UnixMs(30_001), UnixMs(0)), Some(31));
        assert_eq!(ttl(UnixMs(5), UnixMs(5)), None);
        assert_eq!(ttl(UnixMs(5), UnixMs(6)), None);
    }

    #[test]
    fn topic_is_short_and_tells_nothing_of_the_call() {
        let topic = topic("0f0e0d0c-call");
        assert!(topic.len() <= 32 && !topic.contains("call"));
    }
}
