//! The event stream: what the server tells this user, in order, across lost connections.
//!
//! Whoever subscribes hears [`Signal::Connected`] at every new connection, which is the moment to load what was missed, and
//! then each event once. A server without a stream is never connected; then lists are asked for now and then.
//!
//! A connection that died while the computer slept looks like one over which nothing is said. When it may be so
//! ([`Wakes`]), it has a moment to answer; if it does, what it may have missed is loaded all the same.

use crate::error::RequestError;
use crate::session::Session;
use crate::view::{ServerView, SessionView};
use crate::wake::Wakes;
use futures_util::{SinkExt as _, Stream, StreamExt as _};
use pizoo_api::events::{Event, ServerFrame};
use pizoo_call::backoff;
use secrecy::ExposeSecret;
use std::convert::Infallible;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::sync::{broadcast, watch};
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::http::{HeaderValue, StatusCode, header};
use tokio_tungstenite::tungstenite::{Bytes, Error as WsError, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

/// The server says something at least this often, or is gone.
const SILENCE: Duration = Duration::from_secs(75);
const CONNECT: Duration = Duration::from_secs(8);
/// A connection that may be dead has so long to show that it lives.
const SIGN_OF_LIFE: Duration = Duration::from_secs(3);
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
    wakes: Wakes,
    patience: Duration,
}

/// What is heard over a connection.
enum Heard {
    Frame(Box<ServerFrame>),
    /// The answer to a question of ours, word for word.
    Pong(Bytes),
}

/// A question whether the other end is there.
struct Question {
    words: Bytes,
    due: Instant,
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
    #[error("it did not survive a sleep, or another network")]
    Dead,
    #[error("it was begun before a sleep, or on another network")]
    Outdated,
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
    pub(crate) fn new(session: Session, server: watch::Receiver<ServerView>, wakes: Wakes) -> Self {
        Self { session, server, signals: broadcast::Sender::new(BACKLOG), wakes, patience: SIGN_OF_LIFE }
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
                () = self.stream() => return,
                () = somebody_else => {}
            }
            self.tell(Signal::Disconnected);
        }
    }

    async fn stream(&mut self) {
        let (mut seen, mut attempt, mut refused) = (None, 0, false);
        while self.server.wait_for(|view| view.rings).await.is_ok() {
            let loss = match self.connection(&mut seen, &mut attempt, refused).await {
                Ok(never) => match never {},
                Err(loss) => loss,
            };
            self.tell(Signal::Disconnected);
            refused = matches!(loss, Loss::Refused);
            tracing::debug!(%loss, attempt, "the event stream is down");
            attempt = match loss {
                Loss::Dead | Loss::Outdated => 0,
                _ => rest(attempt, &mut self.wakes).await,
            };
        }
    }

    /// One connection, from its first word to its loss.
    async fn connection(
        &mut self,
        seen: &mut Option<i64>,
        attempt: &mut u32,
        refused: bool,
    ) -> Result<Infallible, Loss> {
        let mut socket = tokio::select! {
            connected = connect(&self.session, *seen, refused) => connected?,
            () = self.wakes.woken() => return Err(Loss::Outdated),
        };
        let (mut question, mut asked) = (None::<Question>, 0_u64);
        loop {
            let due = question.as_ref().map_or_else(Instant::now, |question| question.due);
            tokio::select! {
                heard = next(&mut socket) => match heard?.ok_or(Loss::Closed)? {
                    Heard::Frame(frame) => self.take(*frame, seen, attempt)?,
                    Heard::Pong(words) => {
                        if question.take_if(|question| question.words == words).is_some() {
                            self.tell(Signal::Connected);
                        }
                    }
                },
                // One question at a time: a second one would only give a dead connection more of it.
                () = self.wakes.woken(), if question.is_none() => {
                    asked += 1;
                    let words = Bytes::from(asked.to_be_bytes().to_vec());
                    question = Some(Question { words: words.clone(), due: Instant::now() + self.patience });
                    let sent = tokio::time::timeout(self.patience, socket.send(Message::Ping(words)));
                    sent.await.map_err(|_| Loss::Dead)??;
                }
                () = tokio::time::sleep_until(due), if question.is_some() => return Err(Loss::Dead),
            }
        }
    }

    fn take(&self, frame: ServerFrame, seen: &mut Option<i64>, attempt: &mut u32) -> Result<(), Loss> {
        match frame {
            ServerFrame::Hello { seq } => {
                *attempt = 0;
                seen.get_or_insert(seq);
                self.tell(Signal::Connected);
            }
            ServerFrame::Resync { seq } => {
                *seen = Some(seq);
                self.tell(Signal::Connected);
            }
            ServerFrame::Heartbeat { seq } if seen.is_some_and(|seen| seq > seen) => return Err(Loss::Gap),
            ServerFrame::Heartbeat { .. } => {}
            ServerFrame::Event(event) => match event.seq {
                Some(seq) if seen.is_some_and(|seen| seq <= seen) => {}
                seq => {
                    *seen = seq.or(*seen);
                    self.tell(Signal::Event(Box::new(event.event)));
                }
            },
        }
        Ok(())
    }

    fn tell(&self, signal: Signal) {
        // Nobody listens while the client is being set up or taken down.
        let _ = self.signals.send(signal);
    }
}

/// Waits before the next attempt, and counts it. When the network may be another one, nothing that failed counts.
async fn rest(attempt: u32, wakes: &mut Wakes) -> u32 {
    tokio::select! {
        biased;
        () = wakes.woken() => 0,
        () = tokio::time::sleep(backoff(attempt, rand::random())) => attempt.saturating_add(1),
    }
}

async fn connect(
    session: &Session,
    seen: Option<i64>,
    refused: bool,
) -> Result<WebSocketStream<MaybeTlsStream<TcpStream>>, Loss> {
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
    let (socket, _) = connecting.await.map_err(|_| Loss::TimedOut)??;
    Ok(socket)
}

/// The next word that this version understands; `None` at the end.
async fn next(socket: &mut (impl Stream<Item = Result<Message, WsError>> + Unpin)) -> Result<Option<Heard>, Loss> {
    loop {
        let message = tokio::time::timeout(SILENCE, socket.next()).await.map_err(|_| Loss::Silence)?;
        match message.transpose()? {
            Some(Message::Text(text)) => match serde_json::from_str(&text) {
                Ok(frame) => return Ok(Some(Heard::Frame(Box::new(frame)))),
                Err(error) => tracing::debug!(%error, "an event of a newer server is left out"),
            },
            Some(Message::Pong(words)) => return Ok(Some(Heard::Pong(words))),
            Some(Message::Close(_)) | None => return Ok(None),
            Some(_) => {}
        }
    }
}

#[cfg(test)]
mod tests;
