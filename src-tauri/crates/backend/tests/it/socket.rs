//! A client of a WebSocket.
#![expect(clippy::panic, clippy::expect_used, reason = "tests")]

use crate::app::{ONE, Person, TWO, TestApp};
use futures_util::stream::SplitSink;
use futures_util::{SinkExt as _, StreamExt as _};
use pizoo_backend::random::SystemRandom;
use pizoo_backend::{Running, Settings, serve_with};
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::task::AbortHandle;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

pub(crate) const MESSAGES: &str = "/api/conversations/test-room-123/messages";
/// What is waited for comes long before.
const DEADLINE: Duration = Duration::from_secs(40);

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

pub(crate) struct Client {
    to: SplitSink<Socket, Message>,
    /// Read by a task, so that pings are answered whatever the test waits for.
    frames: mpsc::UnboundedReceiver<Frame>,
    reader: AbortHandle,
    /// The protocol that the backend chose.
    pub(crate) protocol: Option<String>,
}

#[derive(Debug)]
pub(crate) enum Frame {
    Json(Value),
    /// With its code, 0 without one.
    Closed(u16),
}

/// Opens a socket that nobody reads, or tells the status of the refusal; also the protocol that the backend chose.
pub(crate) async fn silent(url: &str, headers: &[(&'static str, &str)]) -> Result<(Socket, Option<String>), u16> {
    let mut request = url.replace("http://", "ws://").into_client_request().unwrap();
    for (name, value) in headers {
        request.headers_mut().insert(*name, value.parse().unwrap());
    }
    match connect_async(request).await {
        Ok((socket, answer)) => {
            let protocol = answer.headers().get("sec-websocket-protocol");
            Ok((socket, protocol.map(|value| value.to_str().unwrap().to_owned())))
        }
        Err(Error::Http(answer)) => Err(answer.status().as_u16()),
        Err(error) => panic!("{error}"),
    }
}

/// Opens a socket, or tells the status of the refusal.
pub(crate) async fn open(url: &str, headers: &[(&'static str, &str)]) -> Result<Client, u16> {
    let (socket, protocol) = silent(url, headers).await?;
    let (to, mut from) = socket.split();
    let (sender, frames) = mpsc::unbounded_channel();
    let read = async move {
        loop {
            let frame = match from.next().await {
                Some(Ok(Message::Text(text))) => Frame::Json(serde_json::from_str(&text).unwrap()),
                Some(Ok(Message::Close(frame))) => Frame::Closed(frame.map_or(0, |frame| frame.code.into())),
                Some(Ok(_)) => continue,
                None | Some(Err(_)) => break,
            };
            drop(sender.send(frame));
        }
    };
    Ok(Client { to, frames, reader: tokio::spawn(read).abort_handle(), protocol })
}

/// The event stream at this address, after its `hello`, and the number in it.
pub(crate) async fn stream(url: &str, person: &Person) -> (Client, i64) {
    let mut client = open(url, &[("authorization", &format!("Bearer {}", person.access))]).await.unwrap();
    let hello = client.json().await;
    assert_eq!(hello["type"], "hello", "{hello}");
    (client, hello["seq"].as_i64().unwrap())
}

impl Client {
    pub(crate) async fn send(&mut self, text: impl Into<String>) {
        // It may have been closed already.
        drop(self.to.send(Message::Text(text.into().into())).await);
    }

    pub(crate) async fn next(&mut self) -> Frame {
        let next = tokio::time::timeout(DEADLINE, self.frames.recv());
        next.await.expect("nothing came").unwrap_or(Frame::Closed(0))
    }

    pub(crate) async fn json(&mut self) -> Value {
        match self.next().await {
            Frame::Json(value) => value,
            Frame::Closed(code) => panic!("closed with {code}"),
        }
    }

    /// The next frame of one of these kinds; others are passed over.
    pub(crate) async fn of(&mut self, kinds: &[&str]) -> Value {
        let found = async {
            loop {
                let frame = self.json().await;
                if kinds.iter().any(|kind| frame["type"] == *kind) {
                    return frame;
                }
            }
        };
        tokio::time::timeout(DEADLINE, found).await.expect("nothing of that kind came")
    }

    /// The code with which it is closed.
    pub(crate) async fn closed(&mut self) -> u16 {
        loop {
            if let Frame::Closed(code) = self.next().await {
                return code;
            }
        }
    }

    /// Numbers and texts of the next new messages.
    pub(crate) async fn messages(&mut self, count: usize) -> Vec<(i64, String)> {
        let mut messages = Vec::new();
        while messages.len() < count {
            let frame = self.of(&["message.new", "resync"]).await;
            assert_eq!(frame["type"], "message.new", "{frame}");
            let text = frame["message"]["content"].as_str().unwrap().to_owned();
            messages.push((frame["seq"].as_i64().unwrap(), text));
        }
        messages
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.reader.abort();
    }
}

pub(crate) async fn one_and_two(app: &TestApp) -> (Person, Person) {
    (app.sign_in(ONE).await, app.sign_in(TWO).await)
}

/// One more backend over the same database and clock.
pub(crate) async fn instance(app: &TestApp, change: impl FnOnce(&mut Settings)) -> Running {
    let mut settings = app.settings.clone();
    change(&mut settings);
    serve_with(settings, app.clock.clone(), Arc::new(SystemRandom)).await.unwrap()
}

pub(crate) fn at(instance: &Running, path: &str) -> String {
    format!("http://{}{path}", instance.addr())
}
