//! Which backend this is and what it offers, asked again and again while the app runs.

use crate::error::RequestError;
use crate::http::{Http, fetch};
use crate::view::{CallAvailability, ServerView};
use pizoo_api::health::{CALLS, DEVELOPMENT_MAIL, EVENTS, HealthResponse};
use pizoo_api::livekit::StatusResponse;
use reqwest::Method;
use std::time::Duration;
use tokio::sync::watch;

const WHILE_WELL: Duration = Duration::from_secs(15);
const WHILE_AWAY: Duration = Duration::from_secs(2);

pub(crate) struct Server {
    http: Http,
    view: watch::Sender<ServerView>,
}

impl Server {
    pub(crate) fn new(http: Http, on_this_computer: bool) -> Self {
        let view = ServerView {
            address: http.base().as_str().trim_end_matches('/').to_owned(),
            on_this_computer,
            development_mail: false,
            calls: CallAvailability::Unknown,
            rings: false,
        };
        Self { http, view: watch::Sender::new(view) }
    }

    pub(crate) fn view(&self) -> watch::Receiver<ServerView> {
        self.view.subscribe()
    }

    /// Asks for ever.
    pub(crate) async fn run(self) {
        loop {
            let calls = self.ask().await;
            let pause = if calls == CallAvailability::Offline { WHILE_AWAY } else { WHILE_WELL };
            tokio::time::sleep(pause).await;
        }
    }

    async fn ask(&self) -> CallAvailability {
        let status = fetch::<StatusResponse>(self.http.request(Method::GET, &["api", "livekit", "status"])).await;
        let calls = match status {
            Ok(StatusResponse { configured: true, .. }) => CallAvailability::Ready,
            Ok(_) => CallAvailability::NotConfigured,
            Err(RequestError::Offline(_)) => CallAvailability::Offline,
            Err(error) => {
                tracing::debug!(%error, "the call status is not known");
                CallAvailability::Unknown
            }
        };
        // The original backend answers `/health` in another shape: then it has none of the extensions.
        let features = match fetch::<HealthResponse>(self.http.request(Method::GET, &["health"])).await {
            Ok(health) => Some(health.features),
            Err(RequestError::Malformed(_)) => Some(Vec::new()),
            Err(_) => None,
        };
        self.view.send_if_modified(|view| {
            let mut new = view.clone();
            new.calls = calls;
            // A server that does not answer may come back as what it was.
            if let Some(features) = features {
                let has = |wanted| features.iter().any(|feature| feature == wanted);
                new.development_mail = has(DEVELOPMENT_MAIL);
                new.rings = has(CALLS) && has(EVENTS);
            }
            let changed = *view != new;
            *view = new;
            changed
        });
        calls
    }
}
