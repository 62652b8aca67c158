//! Notifications of the system: somebody rings, rang or wrote while the user was elsewhere. What is told is decided in
//! `policy`; how, by the system's module behind [`Notifier`].

#[cfg(target_os = "linux")]
mod bus;
#[cfg(not(target_os = "linux"))]
mod plugin;
mod policy;
#[cfg(target_os = "linux")]
mod screen;
mod words;

#[cfg(target_os = "linux")]
use bus::notifier;
#[cfg(not(target_os = "linux"))]
use plugin::notifier;

use crate::shell::Shell;
use crate::texts::Texts;
use crate::windows::{self, MAIN, call_is_on};
use pizoo_api::{CallId, MatchId};
use pizoo_client::Client;
use pizoo_client::view::{CameraStart, IncomingView};
use policy::{News, Seen, Way};
use tauri::{AppHandle, Builder, Emitter, Manager, Wry};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::warn;

/// What a notification is about; there is one of each at a time.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum About {
    Ring(CallId),
    Chat(MatchId),
}

/// A notification in the user's language.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Bubble {
    about: About,
    /// With a name, if the user wants that.
    words: Option<Words>,
    discreet: Words,
    buttons: Vec<(Press, &'static str)>,
}

/// What it says.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Words {
    title: String,
    body: &'static str,
}

impl Bubble {
    /// What it says on a screen that is locked or not.
    fn said(&self, locked: bool) -> &Words {
        self.words.as_ref().filter(|_| !locked).unwrap_or(&self.discreet)
    }
}

/// What the user did with a notification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Press {
    Open,
    Accept,
    /// With the camera off.
    AcceptVoice,
    Decline,
}

/// One system's notifications. It does not fail: where there are none, nothing is shown.
trait Notifier: Send {
    /// Shows it in place of an older one about the same.
    fn show(&self, bubble: Bubble);

    /// Takes it off the screen, if it is there.
    fn close(&self, about: About);
}

/// Registers what the system's module needs.
pub(super) fn register(builder: Builder<Wry>) -> Builder<Wry> {
    #[cfg(not(target_os = "linux"))]
    let builder = builder.plugin(tauri_plugin_notification::init());
    builder
}

/// Follows the client until `stop`.
pub(super) fn follow(app: &AppHandle, client: &Client, tasks: &TaskTracker, stop: &CancellationToken) {
    let (pressed, presses) = mpsc::unbounded_channel();
    let teller = Teller {
        notifier: notifier(app, pressed, tasks, stop),
        app: app.clone(),
        client: client.clone(),
        tasks: tasks.clone(),
        seen: Seen::default(),
        ring: None,
    };
    tasks.spawn(teller.run(presses, stop.clone()));
}

struct Teller {
    notifier: Box<dyn Notifier>,
    app: AppHandle,
    client: Client,
    tasks: TaskTracker,
    seen: Seen,
    /// The ring whose notification is shown.
    ring: Option<About>,
}

impl Teller {
    async fn run(mut self, mut presses: mpsc::UnboundedReceiver<(About, Press)>, stop: CancellationToken) {
        let client = self.client.clone();
        let (mut incoming, mut call, mut preferences) = (client.incoming(), client.call(), client.preferences());
        let (mut conversations, mut quiet) = (client.conversations(), client.quiet());
        let mut focus = self.app.state::<Shell>().focus.view();
        loop {
            self.look();
            tokio::select! {
                changed = incoming.changed() => if changed.is_err() { return },
                changed = call.changed() => if changed.is_err() { return },
                changed = conversations.changed() => if changed.is_err() { return },
                changed = preferences.changed() => if changed.is_err() { return },
                changed = quiet.changed() => if changed.is_err() { return },
                changed = focus.changed() => if changed.is_err() { return },
                Some((about, press)) = presses.recv() => self.pressed(about, press),
                () = stop.cancelled() => return self.show_ring(None),
            }
        }
    }

    /// Tells what is new since the last look.
    fn look(&mut self) {
        let focused = *self.app.state::<Shell>().focus.view().borrow();
        let chosen = self.client.preferences().borrow().clone();
        // Asked anew: the clock went on.
        let quiet = self.client.is_quiet();
        let (names, texts) = (chosen.show_names, Texts::of(chosen.language.as_deref()));
        let incoming = self.client.incoming().borrow().clone();
        let after = self.seen.then(
            &self.client.conversations().borrow(),
            incoming.as_ref(),
            self.client.call().borrow().as_ref().filter(|call| call_is_on(Some(call))),
            focused.main || focused.incoming,
        );
        let ring = policy::ring(focused.main, quiet, &chosen, incoming.as_ref());
        self.show_ring(ring.map(|ring| words::ring(ring, names, texts)));
        let open = self.client.chat().borrow().as_ref().map(|chat| chat.match_id.clone());
        let front = open.filter(|_| focused.main && focused.reading);
        for news in policy::news(front.as_ref(), quiet, &chosen, &self.seen, &after) {
            match news {
                News::Message { match_id, name } => self.notifier.show(words::message(match_id, &name, names, texts)),
                News::Missed { match_id, name } => self.notifier.show(words::missed(match_id, &name, names, texts)),
                News::Read(match_id) => self.notifier.close(About::Chat(match_id)),
            }
        }
        self.seen = after;
    }

    fn show_ring(&mut self, bubble: Option<Bubble>) {
        if self.ring.as_ref() == bubble.as_ref().map(|bubble| &bubble.about) {
            return;
        }
        if let Some(over) = self.ring.take() {
            self.notifier.close(over);
        }
        let Some(bubble) = bubble else { return };
        self.ring = Some(bubble.about.clone());
        self.notifier.show(bubble);
    }

    fn pressed(&mut self, about: About, press: Press) {
        let incoming = self.client.incoming().borrow().clone();
        let way = policy::way(about, press, incoming, &self.client.preferences().borrow());
        match way {
            Way::Window => windows::bring_to_front(&self.app),
            Way::Chat(match_id) => go_to(&self.app, &self.client, match_id),
            Way::Call { ring, camera } => self.accept(ring, camera),
            Way::Away(ring) => self.decline(&ring),
        }
    }

    /// The call that begins shows the window by itself; so does a page that has to say why there is none.
    fn accept(&mut self, ring: IncomingView, camera: CameraStart) {
        self.seen.settled(&ring.match_id);
        let (client, app) = (self.client.clone(), self.app.clone());
        self.tasks.spawn(async move {
            if let Err(error) = client.accept_call(&ring.call_id, ring.call_type, camera).await {
                warn!("A ring that was accepted in a notification is no call: {:?}", error.code);
                go_to(&app, &client, ring.match_id);
            }
        });
    }

    fn decline(&mut self, ring: &IncomingView) {
        self.seen.settled(&ring.match_id);
        let (client, id) = (self.client.clone(), ring.call_id.clone());
        self.tasks.spawn(async move {
            if let Err(error) = client.decline_call(&id, None).await {
                warn!("A ring may go on elsewhere: {:?}", error.code);
            }
        });
    }
}

/// Shows that chat to a person who asked for it. The page goes there also if it is the open one already: it may be at
/// another place.
fn go_to(app: &AppHandle, client: &Client, match_id: MatchId) {
    client.open_chat(match_id.clone());
    if let Err(error) = app.emit_to(MAIN, "open-chat", match_id) {
        warn!("The page was not told of the chat that it is to show: {error}");
    }
    windows::bring_to_front(app);
}
