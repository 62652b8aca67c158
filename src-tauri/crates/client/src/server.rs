//! Which backend this is and what it offers, asked again and again while the app runs.

use crate::error::RequestError;
use crate::http::{Http, fetch};
use crate::view::{CallAvailability, ServerView};
use crate::wake::Wakes;
use pizoo_api::health::{CALLS, DEVELOPMENT_MAIL, EVENTS, HealthResponse, MESSAGE_IDEMPOTENCY, PHOTOS, PRIVATE_READ};
use pizoo_api::livekit::StatusResponse;
use reqwest::Method;
use std::time::Duration;
use tokio::sync::watch;

const WHILE_WELL: Duration = Duration::from_secs(15);
const WHILE_AWAY: Duration = Duration::from_secs(2);

/// What it can do that the page need not know.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Extras {
    /// Messages can be read without a receipt.
    pub(crate) private_read: bool,
    /// A message that is sent once more is stored once.
    pub(crate) message_keys: bool,
}

pub(crate) struct Server {
    http: Http,
    view: watch::Sender<ServerView>,
    extras: watch::Sender<Option<Extras>>,
}

impl Server {
    pub(crate) fn new(http: Http, on_this_computer: bool) -> Self {
        let view = ServerView {
            address: http.base().as_str().trim_end_matches('/').to_owned(),
            on_this_computer,
            development_mail: false,
            calls: CallAvailability::Unknown,
            calls_problem: None,
            rings: false,
            photos: false,
        };
        Self { http, view: watch::Sender::new(view), extras: watch::Sender::default() }
    }

    pub(crate) fn view(&self) -> watch::Receiver<ServerView> {
        self.view.subscribe()
    }

    /// `None` until it has said so.
    pub(crate) fn extras(&self) -> watch::Receiver<Option<Extras>> {
        self.extras.subscribe()
    }

    /// Asks for ever, and at once when it is woken.
    pub(crate) async fn run(self, mut wakes: Wakes) {
        loop {
            let look = async {
                let calls = self.ask().await;
                let pause = if calls == CallAvailability::Offline { WHILE_AWAY } else { WHILE_WELL };
                tokio::time::sleep(pause).await;
            };
            // A question that is on its way may get no answer any more.
            tokio::select! { () = look => {}, () = wakes.woken() => {} }
        }
    }

    async fn ask(&self) -> CallAvailability {
        let status = fetch::<StatusResponse>(self.http.request(Method::GET, &["api", "livekit", "status"])).await;
        let (calls, problem) = match status {
            Ok(StatusResponse { configured: true, .. }) => (CallAvailability::Ready, None),
            Ok(StatusResponse { message, .. }) => (CallAvailability::NotConfigured, Some(message)),
            Err(RequestError::Offline(_)) => (CallAvailability::Offline, None),
            Err(error) => {
                tracing::debug!(%error, "the call status is not known");
                (CallAvailability::Unknown, None)
            }
        };
        // The original backend answers `/health` in another shape: then it has none of the extensions.
        let features = match fetch::<HealthResponse>(self.http.request(Method::GET, &["health"])).await {
            Ok(health) => Some(health.features),
            Err(RequestError::Malformed(_)) => Some(Vec::new()),
            Err(_) => None,
        };
        let has = |features: &[String], wanted| features.iter().any(|feature| feature == wanted);
        if let Some(features) = &features {
            let (private_read, message_keys) = (has(features, PRIVATE_READ), has(features, MESSAGE_IDEMPOTENCY));
            self.extras.send_replace(Some(Extras { private_read, message_keys }));
        }
        self.view.send_if_modified(|view| {
            let mut new = view.clone();
            (new.calls, new.calls_problem) = (calls, problem);
            // A server that does not answer may come back as what it was.
            if let Some(features) = &features {
                let has = |wanted| has(features, wanted);
                new.development_mail = has(DEVELOPMENT_MAIL);
                new.rings = has(CALLS) && has(EVENTS);
                new.photos = has(PHOTOS);
            }
            let changed = *view != new;
            *view = new;
            changed
        });
        calls
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wake::Wake;
    use axum::Router;
    use axum::routing::get;
    use tokio::sync::mpsc;

    #[tokio::test]
    async fn server_is_asked_at_once_when_the_network_is_another_one() {
        let (told, mut asked) = mpsc::unbounded_channel();
        let health = move || {
            told.send(()).unwrap();
            async { axum::http::StatusCode::NOT_FOUND }
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, Router::new().route("/health", get(health))).await });
        let (wake, server) = (Wake::default(), Server::new(Http::new(base.parse().unwrap()).unwrap(), false));
        let run = tokio::spawn(server.run(wake.subscribe()));
        // Well before the next look is due.
        let soon = WHILE_WELL / 2;
        tokio::time::timeout(soon, asked.recv()).await.unwrap();
        wake.tell();
        tokio::time::timeout(soon, asked.recv()).await.unwrap();
        run.abort();
    }
}
