//! One socket: reads what the client says, sends what its user is told, until one side ends it.

use super::flood::Flood;
use super::{Dialect, GOOD_BYE};
use crate::bus::{Ending, Mail, Member};
use crate::clock::UnixMs;
use crate::random;
use crate::ringing::view;
use crate::session::Access;
use crate::state::Backend;
use crate::store::events::{self, Row};
use axum::Error;
use axum::extract::ws::{CloseFrame, Message, WebSocket};
use futures_util::SinkExt as _;
use std::time::Duration;
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep_until, timeout};

/// Events read at once.
const PAGE: i64 = 100;
/// Largest incoming frame, in bytes.
const LARGEST: usize = 4096;
/// A client that takes no frame for so long does not read.
const WRITE: Duration = Duration::from_secs(10);
/// Pings without any sign of the client. They are counted, not the time: a backend that waits for its database does not
/// read, and what it did not read is not the client's fault.
const UNANSWERED: u32 = 3;

/// How a socket ends.
enum End {
    /// The client closed it, or the connection broke.
    Gone,
    /// Nothing can be written.
    Stuck,
    /// With this code, and why.
    Close(u16, &'static str),
}

const TOO_LARGE: End = End::Close(1009, "the frame is too large");
const FLOOD: End = End::Close(1008, "too many frames");
const BROKEN: End = End::Close(1011, "the backend failed; connect again");
const RESTART: End = End::Close(1012, "the backend stops; connect again");
const SESSION: End = End::Close(4401, "the session or the access token has ended");
const TOO_MANY: End = End::Close(4408, "too many connections of this user");

pub(super) struct Connection<D> {
    backend: Backend,
    socket: WebSocket,
    user: String,
    session: String,
    /// When the access token ends.
    ends: UnixMs,
    dialect: D,
    /// In the registry from before the head is read: what is committed after that read wakes this socket.
    member: Member,
    /// The number up to which the client has everything.
    sent: i64,
    flood: Flood,
    /// Pings since the client's last sign.
    unanswered: u32,
    /// Pings whose answers are still to come; those are no flood.
    awaited: u32,
}

impl<D: Dialect> Connection<D> {
    pub(super) fn new(backend: Backend, socket: WebSocket, access: Access, dialect: D) -> Self {
        let Access { user, session, ends } = access;
        let member = backend.store.bus().join(&user.id);
        Self {
            backend,
            socket,
            user: user.id,
            session,
            ends,
            dialect,
            member,
            sent: 0,
            flood: Flood::default(),
            unanswered: 0,
            awaited: 0,
        }
    }

    /// Until the socket is closed.
    pub(super) async fn run(mut self, after: Option<i64>) {
        let end = match self.begin(after).await {
            Ok(()) => self.live().await,
            Err(end) => Err(end),
        };
        let Err(end) = end;
        // Others need not wait for the good-bye: from here on the user has one socket less.
        let Self { socket, member, .. } = self;
        drop(member);
        say_good_bye(socket, end).await;
    }

    async fn begin(&mut self, after: Option<i64>) -> Result<(), End> {
        let head = events::head(self.backend.store.read(), &self.user).await.map_err(|error| {
            tracing::error!(%error, "a socket could not begin");
            BROKEN
        })?;
        self.sent = head;
        self.send(self.dialect.hello(head)).await?;
        match after {
            None => Ok(()),
            Some(after) if after > head => self.send(self.dialect.resync(head)).await,
            Some(after) => {
                self.sent = after;
                self.catch_up(head).await
            }
        }
    }

    async fn live(&mut self) -> Result<std::convert::Infallible, End> {
        let sockets = self.backend.sockets.clone();
        let heartbeat = sockets.0.heartbeat;
        // Not all of them at one moment.
        let first = Instant::now() + heartbeat / 2 + random::part(&*self.backend.random, heartbeat / 2);
        let mut beats = interval_at(first, heartbeat);
        beats.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut close_at = None;
        loop {
            // In this order: what the client said counts before a heartbeat misses it, and a heartbeat is due however
            // much there is to send. Neither can keep the rest from its turn for long.
            tokio::select! {
                biased;
                () = sockets.0.stop.cancelled(), if close_at.is_none() => {
                    close_at = Some(Instant::now() + sockets.wait_to_close(&self.backend));
                }
                () = sleep_until(close_at.unwrap_or(first)), if close_at.is_some() => return Err(RESTART),
                frame = self.socket.recv() => self.incoming(frame).await?,
                _ = beats.tick() => self.beat().await?,
                mail = self.member.mailbox().wait() => self.mail(mail).await?,
            }
        }
    }

    async fn mail(&mut self, mail: Mail) -> Result<(), End> {
        if mail.ending == Some(Ending::TooMany) {
            return Err(TOO_MANY);
        }
        if mail.sessions {
            self.check().await?;
        }
        for ephemeral in &mail.ephemerals {
            self.send(self.dialect.ephemeral(ephemeral)).await?;
        }
        match mail.look {
            Some(head) if head > self.sent => self.catch_up(head).await,
            _ => Ok(()),
        }
    }

    /// Notes may be lost: now and then the socket looks by itself.
    async fn beat(&mut self) -> Result<(), End> {
        if self.unanswered >= UNANSWERED {
            return Err(End::Stuck);
        }
        if let Some(head) = self.check().await? {
            if head > self.sent {
                self.catch_up(head).await?;
            } else if head < self.sent {
                // An older copy of the database was put back.
                self.resync(head).await?;
            }
            self.send(self.dialect.heartbeat(self.sent)).await?;
        }
        self.unanswered += 1;
        self.awaited += 1;
        self.write(Message::Ping(Default::default())).await
    }

    /// Whether the session and the token still live; the user's head, unless the database is away.
    async fn check(&mut self) -> Result<Option<i64>, End> {
        let now = self.backend.now();
        if now >= self.ends {
            return Err(SESSION);
        }
        match events::head_while(self.backend.store.read(), &self.user, &self.session, now).await {
            Ok(Some(head)) => Ok(Some(head)),
            Ok(None) => Err(SESSION),
            Err(error) => {
                tracing::warn!(%error, "a socket could not look; it looks again later");
                Ok(None)
            }
        }
    }

    /// Which device accepted a call is told to each device in its own way.
    async fn see_as_this_device(&mut self, row: &mut Row) {
        if !row.body.contains(r#""type":"call.accepted""#) {
            return;
        }
        let Ok(mut event) = serde_json::from_str(&row.body) else { return };
        let seen = view::on_session(self.backend.store.read(), &mut event, &self.user, &self.session).await;
        match seen.map(|()| serde_json::to_string(&event)) {
            Ok(Ok(body)) => row.body = body,
            Ok(Err(error)) => tracing::error!(%error, "an event cannot be written"),
            Err(error) => tracing::warn!(%error, "which device accepted a call is not known now"),
        }
    }

    /// Sends what the client lacks, page by page. A number that is missing was forgotten: the client loads anew.
    async fn catch_up(&mut self, head: i64) -> Result<(), End> {
        loop {
            let rows = match events::after(self.backend.store.read(), &self.user, self.sent, PAGE).await {
                Ok(rows) => rows,
                Err(error) => {
                    tracing::warn!(%error, "events could not be read; they are read again later");
                    return Ok(());
                }
            };
            let count = rows.len();
            for mut row in rows {
                self.see_as_this_device(&mut row).await;
                if row.seq != self.sent + 1 {
                    return self.resync(head.max(row.seq)).await;
                }
                if let Some(frame) = self.dialect.event(&row) {
                    self.feed(Message::Text(frame.into())).await?;
                }
                self.sent = row.seq;
            }
            self.flush().await?;
            if i64::try_from(count).is_ok_and(|count| count < PAGE) {
                break;
            }
        }
        if self.sent < head { self.resync(head).await } else { Ok(()) }
    }

    async fn resync(&mut self, head: i64) -> Result<(), End> {
        self.sent = head;
        self.send(self.dialect.resync(head)).await
    }

    async fn incoming(&mut self, frame: Option<Result<Message, Error>>) -> Result<(), End> {
        let frame = match frame {
            None | Some(Ok(Message::Close(_))) => return Err(End::Gone),
            // The only words that this layer has for a frame beyond its limit.
            Some(Err(error)) if error.to_string().starts_with("Space limit exceeded") => return Err(TOO_LARGE),
            Some(Err(_)) => return Err(End::Gone),
            Some(Ok(frame)) => frame,
        };
        self.unanswered = 0;
        if matches!(frame, Message::Pong(_)) && self.awaited > 0 {
            self.awaited -= 1;
            return Ok(());
        }
        if self.flood.is_one_too_many(Instant::now()) {
            tracing::debug!(count = 1, "sockets flooded");
            return Err(FLOOD);
        }
        match frame {
            Message::Text(text) if text.len() > LARGEST => Err(TOO_LARGE),
            Message::Binary(bytes) if bytes.len() > LARGEST => Err(TOO_LARGE),
            Message::Text(text) => {
                for answer in self.dialect.incoming(&self.backend, &text).await {
                    self.send(Some(answer)).await?;
                }
                Ok(())
            }
            Message::Binary(_) | Message::Ping(_) | Message::Pong(_) | Message::Close(_) => Ok(()),
        }
    }

    async fn send(&mut self, text: Option<String>) -> Result<(), End> {
        match text {
            Some(text) => self.write(Message::Text(text.into())).await,
            None => Ok(()),
        }
    }

    async fn write(&mut self, message: Message) -> Result<(), End> {
        written(timeout(WRITE, self.socket.send(message)).await)
    }

    async fn feed(&mut self, message: Message) -> Result<(), End> {
        written(timeout(WRITE, self.socket.feed(message)).await)
    }

    async fn flush(&mut self) -> Result<(), End> {
        written(timeout(WRITE, self.socket.flush()).await)
    }
}

fn written<E>(done: Result<Result<(), Error>, E>) -> Result<(), End> {
    match done {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) => Err(End::Gone),
        Err(_) => {
            tracing::debug!(count = 1, "sockets stuck");
            Err(End::Stuck)
        }
    }
}

/// Closes in order, and lets the client answer: a connection that is cut at once may lose the reason.
async fn say_good_bye(mut socket: WebSocket, end: End) {
    let answered = async {
        if let End::Close(code, reason) = end {
            let close = CloseFrame { code, reason: reason.into() };
            if socket.send(Message::Close(Some(close))).await.is_err() {
                return;
            }
        }
        while let Some(Ok(_)) = socket.recv().await {}
    };
    match end {
        End::Stuck => {}
        End::Gone | End::Close(..) => drop(timeout(GOOD_BYE, answered).await),
    }
}
