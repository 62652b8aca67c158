//! Notifications of the system: somebody rings, rang or wrote while the user was elsewhere. What is told is decided in
//! `policy`; how, by the system's module behind [`Notifier`].

#[cfg(target_os = "linux")]
mod bus;
#[cfg(not(target_os = "linux"))]
mod plugin;
mod policy;

#[cfg(target_os = "linux")]
use bus::notifier;
#[cfg(not(target_os = "linux"))]
use plugin::notifier;

use crate::shell::Shell;
use crate::texts::Texts;
use crate::windows::{self, call_is_on};
use pizoo_api::{CallId, MatchId};
use pizoo_client::Client;
use pizoo_client::view::IncomingView;
use policy::{News, Seen};
use tauri::{AppHandle, Builder, Manager, Wry};
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

/// A notification in the user's language. A message's text is never in it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Bubble {
    about: About,
    title: String,
    body: &'static str,
    buttons: Vec<(Press, &'static str)>,
}

/// What the user did with a notification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Press {
    Open,
    Accept,
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
    /// Whose notification is shown.
    ring: Option<CallId>,
}

impl Teller {
    async fn run(mut self, mut presses: mpsc::UnboundedReceiver<(About, Press)>, stop: CancellationToken) {
        let client = self.client.clone();
        let (mut incoming, mut call, mut preferences) = (client.incoming(), client.call(), client.preferences());
        let mut conversations = client.conversations();
        let mut focus = self.app.state::<Shell>().focus.view();
        loop {
            self.look();
            tokio::select! {
                changed = incoming.changed() => if changed.is_err() { return },
                changed = call.changed() => if changed.is_err() { return },
                changed = conversations.changed() => if changed.is_err() { return },
                changed = preferences.changed() => if changed.is_err() { return },
                changed = focus.changed() => if changed.is_err() { return },
                Some((about, press)) = presses.recv() => self.pressed(about, press),
                () = stop.cancelled() => return self.show_ring(None, Texts::of(None)),
            }
        }
    }

    /// Tells what is new since the last look.
    fn look(&mut self) {
        let focused = *self.app.state::<Shell>().focus.view().borrow();
        let chosen = self.client.preferences().borrow().clone();
        let texts = Texts::of(chosen.language.as_deref());
        let incoming = self.client.incoming().borrow().clone();
        let after = self.seen.then(
            &self.client.conversations().borrow(),
            incoming.as_ref(),
            self.client.call().borrow().as_ref().filter(|call| call_is_on(Some(call))),
            focused.main || focused.incoming,
        );
        self.show_ring(policy::ring(focused.main, &chosen, incoming.as_ref()), texts);
        for news in policy::news(focused.main, &chosen, &self.seen, &after) {
            match news {
                News::Message { match_id, name } => self.show_chat(match_id, texts.new_message(&name), "", texts),
                News::Missed { match_id, name } => self.show_chat(match_id, name, texts.missed_call, texts),
                News::Read(match_id) => self.notifier.close(About::Chat(match_id)),
            }
        }
        self.seen = after;
    }

    fn show_ring(&mut self, ring: Option<&IncomingView>, texts: &'static Texts) {
        if self.ring.as_ref() == ring.map(|ring| &ring.call_id) {
            return;
        }
        if let Some(over) = self.ring.take() {
            self.notifier.close(About::Ring(over));
        }
        let Some(ring) = ring else { return };
        self.ring = Some(ring.call_id.clone());
        self.notifier.show(Bubble {
            about: About::Ring(ring.call_id.clone()),
            title: ring.partner_name.clone(),
            body: texts.incoming(ring.call_type),
            buttons: vec![(Press::Accept, texts.accept), (Press::Decline, texts.decline), (Press::Open, texts.open)],
        });
    }

    fn show_chat(&self, match_id: MatchId, title: String, body: &'static str, texts: &'static Texts) {
        let buttons = vec![(Press::Open, texts.open)];
        self.notifier.show(Bubble { about: About::Chat(match_id), title, body, buttons });
    }

    fn pressed(&mut self, about: About, press: Press) {
        let match_id = match about {
            About::Chat(match_id) => match_id,
            About::Ring(id) => {
                let ring = self.client.incoming().borrow().clone().filter(|ring| ring.call_id == id);
                // It was over before the button was pressed.
                let Some(ring) = ring else { return windows::bring_to_front(&self.app) };
                match press {
                    Press::Accept => return self.accept(ring),
                    Press::Decline => return self.decline(&ring),
                    Press::Open => ring.match_id,
                }
            }
        };
        self.client.open_chat(match_id);
        windows::bring_to_front(&self.app);
    }

    /// The call that begins shows the window by itself; so does a page that has to say why there is none.
    fn accept(&mut self, ring: IncomingView) {
        self.seen.settled(&ring.match_id);
        let (client, app) = (self.client.clone(), self.app.clone());
        self.tasks.spawn(async move {
            if let Err(error) = client.accept_call(&ring.call_id, ring.call_type).await {
                warn!("A ring that was accepted in a notification is no call: {:?}", error.code);
                client.open_chat(ring.match_id);
                windows::bring_to_front(&app);
            }
        });
    }

    fn decline(&mut self, ring: &IncomingView) {
        self.seen.settled(&ring.match_id);
        let (client, id) = (self.client.clone(), ring.call_id.clone());
        self.tasks.spawn(async move {
            if let Err(error) = client.decline_call(&id).await {
                warn!("A ring may go on elsewhere: {:?}", error.code);
            }
        });
    }
}
