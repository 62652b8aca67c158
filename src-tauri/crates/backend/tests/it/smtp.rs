//! A mail server on loopback: real SMTP sessions, kept in memory.

use mailin::response::{NO_MAILBOX, OK};
use mailin::{Action, Handler, Response, SessionBuilder};
use std::net::SocketAddr;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

/// What arrived.
#[derive(Debug)]
pub(crate) enum Mail {
    /// A whole mail.
    Accepted(String),
    /// Nobody of that name here.
    Refused,
}

/// Takes mail until it is dropped.
pub(crate) struct MailServer {
    pub(crate) addr: SocketAddr,
    pub(crate) mails: mpsc::UnboundedReceiver<Mail>,
    task: tokio::task::JoinHandle<()>,
}

struct Letters {
    data: Vec<u8>,
    mails: mpsc::UnboundedSender<Mail>,
}

impl Handler for Letters {
    fn rcpt(&mut self, to: &str) -> Response {
        if to.starts_with("nobody@") {
            self.mails.send(Mail::Refused).unwrap();
            NO_MAILBOX
        } else {
            OK
        }
    }

    fn data(&mut self, line: &[u8]) -> std::io::Result<()> {
        self.data.extend_from_slice(line);
        Ok(())
    }

    fn data_end(&mut self) -> Response {
        let text = String::from_utf8(std::mem::take(&mut self.data)).unwrap();
        self.mails.send(Mail::Accepted(text)).unwrap();
        OK
    }
}

impl MailServer {
    pub(crate) async fn start() -> Self {
        Self::start_on("127.0.0.1:0".parse().unwrap()).await
    }

    pub(crate) async fn start_on(addr: SocketAddr) -> Self {
        let listener = TcpListener::bind(addr).await.unwrap();
        let addr = listener.local_addr().unwrap();
        let (sender, mails) = mpsc::unbounded_channel();
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(converse(stream, sender.clone()));
            }
        });
        Self { addr, mails, task }
    }

    /// As a setting.
    pub(crate) fn url(&self) -> String {
        format!("smtp://{}", self.addr)
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn converse(stream: TcpStream, mails: mpsc::UnboundedSender<Mail>) {
    let from = stream.peer_addr().unwrap().ip();
    let mut session = SessionBuilder::new("mail.test").build(from, Letters { data: Vec::new(), mails });
    let mut stream = BufReader::new(stream);
    let greeting = session.greeting().buffer().unwrap();
    stream.write_all(&greeting).await.unwrap();
    let mut line = Vec::new();
    while stream.read_until(b'\n', &mut line).await.is_ok_and(|read| read > 0) {
        let response = session.process(&line);
        line.clear();
        match response.action {
            Action::NoReply => continue,
            Action::Close => return drop(stream.write_all(&response.buffer().unwrap()).await),
            _ if stream.write_all(&response.buffer().unwrap()).await.is_err() => return,
            _ => {}
        }
    }
}
