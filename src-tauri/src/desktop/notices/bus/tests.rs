//! Against a stand-in for the desktop, which speaks real D-Bus over a socket pair.

use super::*;
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use zbus::Guid;
use zbus::object_server::SignalEmitter;
use zbus::zvariant::OwnedValue;

#[derive(Debug, PartialEq, Eq)]
enum Done {
    Shown { replaces: u32, summary: String, body: String, actions: Vec<String>, ring: bool },
    Closed(u32),
}

struct Desktop {
    done: mpsc::UnboundedSender<Done>,
    last: u32,
}

/// The user's session, as logind tells of it.
struct Session {
    locked: Arc<AtomicBool>,
}

#[zbus::interface(name = "org.freedesktop.login1.Session")]
impl Session {
    #[zbus(property)]
    fn locked_hint(&self) -> bool {
        self.locked.load(SeqCst)
    }
}

#[zbus::interface(name = "org.freedesktop.Notifications")]
impl Desktop {
    #[expect(clippy::too_many_arguments, reason = "the specification has them")]
    fn notify(
        &mut self,
        _app_name: &str,
        replaces: u32,
        _app_icon: &str,
        summary: String,
        body: String,
        actions: Vec<String>,
        hints: HashMap<String, OwnedValue>,
        expire_timeout: i32,
    ) -> u32 {
        let ring = hints.contains_key("urgency") && expire_timeout == 0;
        self.done.send(Done::Shown { replaces, summary, body, actions, ring }).unwrap();
        self.last += 1;
        if replaces == 0 { self.last } else { replaces }
    }

    fn close_notification(&mut self, id: u32) {
        self.done.send(Done::Closed(id)).unwrap();
    }

    #[zbus(signal)]
    async fn action_invoked(emitter: &SignalEmitter<'_>, id: u32, action_key: &str) -> zbus::Result<()>;

    #[zbus(signal)]
    async fn notification_closed(emitter: &SignalEmitter<'_>, id: u32, reason: u32) -> zbus::Result<()>;
}

struct Scene {
    bus: Bus,
    done: mpsc::UnboundedReceiver<Done>,
    presses: mpsc::UnboundedReceiver<(About, Press)>,
    desktop: zbus::Connection,
    locked: Arc<AtomicBool>,
    task: tokio::task::JoinHandle<zbus::Result<()>>,
}

impl Scene {
    async fn new() -> Self {
        let (ours, theirs) = UnixStream::pair().unwrap();
        let (told, done) = mpsc::unbounded_channel();
        let (pressed, presses) = mpsc::unbounded_channel();
        let (orders, to_do) = mpsc::unbounded_channel();
        let locked = Arc::new(AtomicBool::new(false));
        let desktop = zbus::connection::Builder::async_io_unix_stream(theirs)
            .server(Guid::generate())
            .unwrap()
            .p2p()
            .serve_at("/org/freedesktop/Notifications", Desktop { done: told, last: 0 })
            .unwrap()
            .serve_at("/org/freedesktop/login1/session/auto", Session { locked: Arc::clone(&locked) })
            .unwrap()
            .build();
        let app = zbus::connection::Builder::async_io_unix_stream(ours).p2p().build();
        let (desktop, app) = tokio::try_join!(desktop, app).unwrap();
        let task = tokio::spawn(async move { serve(&app, Screen::on(Some(&app)).await, to_do, pressed).await });
        Self { bus: Bus(orders), done, presses, desktop, locked, task }
    }

    async fn press(&self, id: u32, action: &str) {
        Desktop::action_invoked(&self.emitter(), id, action).await.unwrap();
    }

    fn emitter(&self) -> SignalEmitter<'_> {
        SignalEmitter::new(&self.desktop, "/org/freedesktop/Notifications").unwrap()
    }
}

fn ring() -> Bubble {
    Bubble {
        about: About::Ring("call".into()),
        words: Some(words("Sara", "Incoming video call")),
        discreet: words("Somebody is calling", "Incoming video call"),
        buttons: vec![
            (Press::Accept, "Accept"),
            (Press::AcceptVoice, "As voice"),
            (Press::Decline, "Decline"),
            (Press::Open, "Open"),
        ],
    }
}

fn message() -> Bubble {
    Bubble {
        about: About::Chat("match".into()),
        words: Some(words("New message from Sara", "")),
        discreet: words("Somebody wrote", ""),
        buttons: vec![(Press::Open, "Open")],
    }
}

fn words(title: &str, body: &'static str) -> Words {
    Words { title: title.to_owned(), body }
}

fn shown(words: &Words, replaces: u32, actions: &[&str], ring: bool) -> Done {
    let actions = actions.iter().map(|&action| action.to_owned()).collect();
    Done::Shown { replaces, summary: words.title.clone(), body: words.body.to_owned(), actions, ring }
}

#[tokio::test]
async fn ring_has_buttons_and_goes_when_it_is_over() {
    let mut scene = Scene::new().await;
    scene.bus.show(ring());
    let actions = ["default", "Open", "accept", "Accept", "accept-voice", "As voice", "decline", "Decline"];
    assert_eq!(scene.done.recv().await, Some(shown(ring().said(false), 0, &actions, true)));
    for (action, press) in [
        ("accept", Press::Accept),
        ("accept-voice", Press::AcceptVoice),
        ("decline", Press::Decline),
        ("default", Press::Open),
    ] {
        scene.press(1, action).await;
        assert_eq!(scene.presses.recv().await, Some((About::Ring("call".into()), press)));
    }
    scene.bus.close(About::Ring("call".into()));
    assert_eq!(scene.done.recv().await, Some(Done::Closed(1)));
}

#[tokio::test]
async fn second_message_takes_the_place_of_the_first() {
    let mut scene = Scene::new().await;
    for replaces in [0, 1] {
        scene.bus.show(message());
        let expected = shown(message().said(false), replaces, &["default", "Open"], false);
        assert_eq!(scene.done.recv().await, Some(expected));
    }
}

#[tokio::test]
async fn nobody_is_named_while_the_screen_is_locked() {
    let mut scene = Scene::new().await;
    for (locked, replaces) in [(true, 0), (false, 1), (true, 1)] {
        scene.locked.store(locked, SeqCst);
        scene.bus.show(message());
        let expected = shown(message().said(locked), replaces, &["default", "Open"], false);
        assert_eq!(scene.done.recv().await, Some(expected));
    }
}

#[tokio::test]
async fn what_others_show_and_press_is_none_of_ours() {
    let mut scene = Scene::new().await;
    scene.bus.show(message());
    scene.done.recv().await;
    scene.press(7, "default").await;
    scene.press(1, "unheard of").await;
    scene.press(1, "default").await;
    assert_eq!(scene.presses.recv().await, Some((About::Chat("match".into()), Press::Open)));
    assert!(scene.presses.is_empty());
}

#[tokio::test]
async fn what_the_user_closed_is_not_closed_again() {
    let mut scene = Scene::new().await;
    scene.bus.show(message());
    scene.done.recv().await;
    Desktop::notification_closed(&scene.emitter(), 1, 2).await.unwrap();
    // An order may overtake the signal; a press that is answered comes after it.
    scene.press(1, "default").await;
    scene.bus.show(ring());
    scene.done.recv().await;
    scene.press(2, "default").await;
    assert_eq!(scene.presses.recv().await.map(|(about, _)| about), Some(About::Ring("call".into())));
    scene.bus.close(About::Chat("match".into()));
    scene.bus.close(About::Ring("call".into()));
    assert_eq!(scene.done.recv().await, Some(Done::Closed(2)));
}

#[tokio::test]
async fn it_ends_when_nobody_gives_orders() {
    let Scene { bus, task, desktop: _desktop, .. } = Scene::new().await;
    drop(bus);
    task.await.unwrap().unwrap();
}
