//! Against a server that speaks, and answers, only when it is told to.

use super::*;
use crate::config::KeychainChoice;
use crate::http::Http;
use crate::keychain::Keychain;
use crate::session::SignedIn;
use crate::view::CallAvailability;
use crate::wake::Wake;
use pizoo_api::account::User;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::task::TaskTracker;

const SOON: Duration = Duration::from_secs(20);

/// Somebody who is signed in to a server, which has not been connected to.
struct Scene {
    listener: TcpListener,
    signals: broadcast::Receiver<Signal>,
    wake: Wake,
    stream: JoinHandle<()>,
    _server: watch::Sender<ServerView>,
}

impl Scene {
    async fn new(patience: Duration) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let (server, wake) = (server(&address), Wake::default());
        let url = address.parse().unwrap();
        let keychain = Keychain::new(KeychainChoice::Memory, "test", &url);
        let session = Session::new(Http::new(url).unwrap(), keychain, TaskTracker::new());
        session.accept(signed_in()).await;
        let events = Events { patience, ..Events::new(session, server.subscribe(), wake.subscribe()) };
        let signals = events.subscribe();
        Self { listener, signals, wake, stream: tokio::spawn(events.run()), _server: server }
    }

    /// The next connection, greeted.
    async fn connected(&mut self) -> WebSocketStream<TcpStream> {
        let accepting = async {
            let (stream, _) = self.listener.accept().await.unwrap();
            tokio_tungstenite::accept_async(stream).await.unwrap()
        };
        let mut socket = tokio::time::timeout(SOON, accepting).await.unwrap();
        socket.send(Message::text(r#"{"type":"hello","seq":7}"#)).await.unwrap();
        assert!(matches!(self.signal().await, Signal::Connected));
        socket
    }

    async fn signal(&mut self) -> Signal {
        tokio::time::timeout(SOON, self.signals.recv()).await.unwrap().unwrap()
    }
}

impl Drop for Scene {
    fn drop(&mut self) {
        self.stream.abort();
    }
}

fn server(address: &str) -> watch::Sender<ServerView> {
    watch::Sender::new(ServerView {
        address: address.to_owned(),
        on_this_computer: false,
        development_mail: false,
        calls: CallAvailability::Ready,
        calls_problem: None,
        rings: true,
        photos: false,
    })
}

fn signed_in() -> SignedIn {
    let (id, name) = ("u-1".into(), "One".to_owned());
    let user = User { id, name, email: None, verified: true, verified_method: None, photo: None };
    SignedIn { access: "access-1".to_owned().into(), refresh: "refresh-1".to_owned().into(), expires_in: 3600, user }
}

#[tokio::test]
async fn connection_that_died_in_a_sleep_is_replaced_as_soon_as_the_computer_wakes() {
    let mut scene = Scene::new(Duration::from_millis(100)).await;
    // Nobody reads from it any more, so nobody answers; it is not closed.
    let _dead = scene.connected().await;
    scene.wake.tell();
    assert!(matches!(scene.signal().await, Signal::Disconnected));
    let _new = scene.connected().await;
}

#[tokio::test]
async fn connection_that_lives_is_kept_and_what_it_may_have_missed_is_loaded() {
    let mut scene = Scene::new(SOON).await;
    let mut socket = scene.connected().await;
    scene.wake.tell();
    let asked = tokio::time::timeout(SOON, socket.next()).await.unwrap().unwrap().unwrap();
    assert!(matches!(asked, Message::Ping(_)), "{asked:?}");
    // The answer goes out with whatever is said next.
    socket.send(Message::text(r#"{"type":"heartbeat","seq":7}"#)).await.unwrap();
    assert!(matches!(scene.signal().await, Signal::Connected));
    socket.send(Message::text(r#"{"type":"match.removed","match_id":"m-1","seq":8,"at":"now"}"#)).await.unwrap();
    assert!(matches!(scene.signal().await, Signal::Event(_)), "over the same connection");
}

#[tokio::test]
async fn attempts_that_failed_do_not_count_when_the_network_may_be_back() {
    let wake = Wake::default();
    let mut wakes = wake.subscribe();
    assert_eq!(rest(0, &mut wakes).await, 1);
    wake.tell();
    assert_eq!(rest(9, &mut wakes).await, 0);
}
