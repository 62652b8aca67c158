//! The event stream: what the server tells this user, in order, across lost connections.
//!
//! Whoever subscribes hears [`Signal::Connected`] at every new connection, which is the moment to load what was missed, and
//! then each event once. A server without a stream is never connected; then lists are asked for now and then.

use crate::error::RequestError;
use crate::session::Session;
use crate::view::{ServerView, SessionView};
use futures_util::{Stream, StreamExt as _};
use pizoo_api::events::{Event, ServerFrame};
use pizoo_call::backoff;
use secrecy::ExposeSecret;
use std::time::Duration;
use tokio::sync::{broadcast, watch};
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::http::{HeaderValue, StatusCode, header};
use tokio_tungstenite::tungstenite::{Error as WsError, Message};

/// The server says something at least this often, or is gone.
const SILENCE: Duration = Duration::from_secs(75);
const CONNECT: Duration = Duration::from_secs(8);
/// Signals that a subscriber may be behind before it has to load its lists anew.
const BACKLOG: usize = 256;

/// What subscribers hear.
#[derive(Clone, Debug)]
pub(crate) enum Signal {
    /// A connection is there; what came before it may have been missed.
    Connected,
    /// Something happened.
    Event(Box<Event>),
    /// The connection is lost; it is being restored.
    Disconnected,
}

pub(crate) struct Events {
    session: Session,
    server: watch::Receiver<ServerView>,
    signals: broadcast::Sender<Signal>,
}

/// Why a connection is over.
#[derive(Debug, thiserror::Error)]
enum Loss {
    #[error("the session: {0}")]
    Session(#[from] RequestError),
    #[error("the token is not taken any more")]
    Refused,
    #[error("not connected in time")]
    TimedOut,
    #[error("nothing was heard for too long")]
    Silence,
    #[error("the server closed it")]
    Closed,
    #[error("a number is missing")]
    Gap,
    #[error("{0}")]
    Broken(#[from] Box<WsError>),
}

impl From<WsError> for Loss {
    fn from(error: WsError) -> Self {
        match error {
            WsError::Http(answer) if answer.status() == StatusCode::UNAUTHORIZED => Self::Refused,
            other => Self::Broken(Box::new(other)),
        }
    }
}

impl Events {
    pub(crate) fn new(session: Session, server: watch::Receiver<ServerView>) -> Self {
        Self { session, server, signals: broadcast::Sender::new(BACKLOG) }
    }

    pub(crate) fn subscribe(&self) -> broadcast::Receiver<Signal> {
        self.signals.subscribe()
    }

    /// Connects again and again while somebody is signed in to a server that has a stream.
    pub(crate) async fn run(mut self) {
        let mut session = self.session.view();
        loop {
            let user = match session.wait_for(|view| matches!(view, SessionView::SignedIn { .. })).await {
                Ok(view) => match &*view {
                    SessionView::SignedIn { user, .. } => user.id.clone(),
                    _ => continue,
                },
                Err(_) => return,
            };
            let somebody_else = async {
                let gone =
                    |view: &SessionView| !matches!(view, SessionView::SignedIn { user: now, .. } if now.id == user);
                drop(session.wait_for(gone).await);
            };
            tokio::select! {
                () = stream(&self.session, &mut self.server, &self.signals) => return,
                () = somebody_else => {}
            }
            self.tell(Signal::Disconnected);
        }
    }

    fn tell(&self, signal: Signal) {
        // Nobody listens while the client is being set up or taken down.
        let _ = self.signals.send(signal);
    }
}

async fn stream(session: &Session, server: &mut watch::Receiver<ServerView>, signals: &broadcast::Sender<Signal>) {
    let (mut seen, mut attempt, mut refused) = (None, 0, false);
    while server.wait_for(|view| view.rings).await.is_ok() {
        let loss = match connection(session, signals, &mut seen, &mut attempt, refused).await {
            Ok(never) => match never {},
            Err(loss) => loss,
        };
        let _ = signals.send(Signal::Disconnected);
        refused = matches!(loss, Loss::Refused);
        tracing::debug!(%loss, attempt, "the event stream is down");
        tokio::time::sleep(backoff(attempt, rand::random())).await;
        attempt = attempt.saturating_add(1);
    }
}

/// One connection, from its first word to its loss.
async fn connection(
    session: &Session,
    signals: &broadcast::Sender<Signal>,
    seen: &mut Option<i64>,
    attempt: &mut u32,
    refused: bool,
) -> Result<std::convert::Infallible, Loss> {
    let bearer = session.bearer(refused).await?;
    let mut url = session.url(&["api", "events"]);
    if let Some(seen) = seen {
        url.query_pairs_mut().append_pair("after", &seen.to_string());
    }
    let socket = if url.scheme() == "https" { "wss" } else { "ws" };
    // Both are special schemes with a host, between which a change is always allowed.
    let _ = url.set_scheme(socket);
    let mut request = url.as_str().into_client_request()?;
    let mut value = HeaderValue::try_from(format!("Bearer {}", bearer.expose_secret())).map_err(|_| Loss::Refused)?;
    value.set_sensitive(true);
    request.headers_mut().insert(header::AUTHORIZATION, value);
    let connecting = tokio::time::timeout(CONNECT, tokio_tungstenite::connect_async(request));
    let (mut socket, _) = connecting.await.map_err(|_| Loss::TimedOut)??;
    while let Some(frame) = next(&mut socket).await? {
        match frame {
            ServerFrame::Hello { seq } => {
                *attempt = 0;
                seen.get_or_insert(seq);
                let _ = signals.send(Signal::Connected);
            }
            ServerFrame::Resync { seq } => {
                *seen = Some(seq);
                let _ = signals.send(Signal::Connected);
            }
            ServerFrame::Heartbeat { seq } if seen.is_some_and(|seen| seq > seen) => return Err(Loss::Gap),
            ServerFrame::Heartbeat { .. } => {}
            ServerFrame::Event(event) => match event.seq {
                Some(seq) if seen.is_some_and(|seen| seq <= seen) => {}
                seq => {
                    *seen = seq.or(*seen);
                    let _ = signals.send(Signal::Event(Box::new(event.event)));
                }
            },
        }
    }
    Err(Loss::Closed)
}

/// The next frame that this version understands; `None` at the end.
async fn next(
    socket: &mut (impl Stream<Item = Result<Message, WsError>> + Unpin),
) -> Result<Option<ServerFrame>, Loss> {
    loop {
        let message = tokio::time::timeout(SILENCE, socket.next()).await.map_err(|_| Loss::Silence)?;
        match message.transpose()? {
            Some(Message::Text(text)) => match serde_json::from_str(&text) {
                Ok(frame) => return Ok(Some(frame)),
                Err(error) => tracing::debug!(%error, "an event of a newer server is left out"),
            },
            Some(Message::Close(_)) | None => return Ok(None),
            Some(_) => {}
        }
    }
}
