//! Who rings. A ring that comes in is shown until it is answered, here or elsewhere, or over; only one at a time can be,
//! because a user who is rung or in a call is busy to everybody else.

use crate::calls::{Calls, Wish};
use crate::chat::Chat;
use crate::error::RequestError;
use crate::events::Signal;
use crate::session::Session;
use crate::view::{ErrorCode, IncomingView, SessionView, UserError};
use jiff::Timestamp;
use pizoo_api::CallId;
use pizoo_api::calls::{Call, CallResponse, CallState, CallsResponse};
use pizoo_api::chat::Conversation;
use pizoo_api::events::Event;
use pizoo_api::photos::first_kept;
use reqwest::Method;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast::{self, error::RecvError};
use tokio::sync::watch;
use tokio::time::Instant;

/// The server ends a ring after 45 s; this is for one that cannot say so any more.
const LONGEST: Duration = Duration::from_secs(50);
/// A ring of a match that is not in the list yet waits for the list.
const UNKNOWN_MATCH: Duration = Duration::from_secs(3);

pub(crate) struct Rings {
    session: Session,
    chat: Arc<Chat>,
    calls: Arc<Calls>,
    view: watch::Sender<Option<IncomingView>>,
}

impl Rings {
    pub(crate) fn new(session: Session, chat: Arc<Chat>, calls: Arc<Calls>) -> Self {
        Self { session, chat, calls, view: watch::Sender::new(None) }
    }

    pub(crate) fn view(&self) -> watch::Receiver<Option<IncomingView>> {
        self.view.subscribe()
    }

    /// Follows the event stream for ever.
    pub(crate) async fn run(&self, mut signals: broadcast::Receiver<Signal>) {
        let mut session = self.session.view();
        let mut rung = self.session.user().map(|user| user.id);
        let mut until = Instant::now();
        loop {
            let ringing = self.view.borrow().is_some();
            tokio::select! {
                signal = signals.recv() => match signal {
                    Ok(Signal::Connected) | Err(RecvError::Lagged(_)) => self.ask().await,
                    Ok(Signal::Event(event)) => self.event(*event).await,
                    Ok(Signal::Disconnected) => {}
                    Err(RecvError::Closed) => return,
                },
                () = tokio::time::sleep_until(until), if ringing => {
                    self.view.send_replace(None);
                }
                _ = session.changed() => {
                    let now = match &*session.borrow_and_update() {
                        SessionView::SignedIn { user, .. } => Some(user.id.clone()),
                        _ => None,
                    };
                    if now != rung {
                        self.view.send_replace(None);
                    }
                    rung = now;
                }
            }
            if !ringing && self.view.borrow().is_some() {
                until = Instant::now() + LONGEST;
            }
        }
    }

    /// Answers a ring.
    ///
    /// # Errors
    /// It is over, was answered elsewhere, or the room cannot be joined.
    pub(crate) async fn accept(&self, id: &CallId, wish: Wish) -> Result<(), UserError> {
        let incoming = self.taken(id).ok_or(ErrorCode::CallOver)?;
        let conversation = self.chat.conversation(&incoming.match_id).ok_or(ErrorCode::NotFound)?;
        self.calls.answer(conversation, id.clone(), wish).await
    }

    /// Refuses a ring; the caller is told that it was only by what the user has to say, if anything.
    ///
    /// # Errors
    /// The server was not reached: it may go on ringing on other devices, not here.
    pub(crate) async fn decline(&self, id: &CallId, message: Option<&str>) -> Result<(), UserError> {
        let incoming = self.taken(id);
        if let (Some(incoming), Some(message)) = (incoming, message) {
            self.chat.write(incoming.match_id, message);
        }
        let path = ["api", "calls", id.as_str(), "decline"];
        match self.session.authorized::<CallResponse>(|http| http.request(Method::POST, &path)).await {
            // It was over already.
            Ok(_) | Err(RequestError::Status { status: 404 | 409, .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Stops the sound of a ring, here.
    pub(crate) fn silence(&self, id: &CallId) {
        self.view.send_if_modified(|view| match view {
            Some(incoming) if incoming.call_id == *id && !incoming.silenced => {
                incoming.silenced = true;
                true
            }
            _ => false,
        });
    }

    async fn event(&self, event: Event) {
        match event {
            Event::CallIncoming { call } => {
                // What was missed is told later: it may be over, and the word of that comes after this one.
                let call = if is_due(&call, Timestamp::now()) { self.as_it_stands(&call.id).await } else { Some(call) };
                if let Some(call) = call {
                    self.incoming(call).await;
                }
            }
            Event::CallAccepted { call } | Event::CallEnded { call } => {
                self.taken(&call.id);
                self.calls.told(call).await;
            }
            // The row of a match that is gone may have rung.
            Event::MatchRemoved { match_id } => {
                self.take(|incoming| incoming.match_id == match_id);
            }
            _ => {}
        }
    }

    /// What rings now, after a time in which nothing was heard.
    async fn ask(&self) {
        let path = ["api", "calls", "ringing"];
        let rings = match self.session.authorized::<CallsResponse>(|http| http.request(Method::GET, &path)).await {
            Ok(answer) => answer.calls,
            Err(error) => return tracing::debug!(%error, "it is not known who rings"),
        };
        self.take(|incoming| !rings.iter().any(|call| call.id == incoming.call_id));
        for call in rings {
            self.incoming(call).await;
        }
        self.calls.look_again().await;
    }

    /// None where the server does not say.
    async fn as_it_stands(&self, id: &CallId) -> Option<Call> {
        let path = ["api", "calls", id.as_str()];
        match self.session.authorized::<CallResponse>(|http| http.request(Method::GET, &path)).await {
            Ok(answer) => Some(answer.call),
            Err(error) => {
                tracing::debug!(%error, "a ring that seems to be over is left out");
                None
            }
        }
    }

    async fn incoming(&self, call: Call) {
        let me = self.session.user().map(|user| user.id);
        let shown = self.view.borrow().as_ref().is_some_and(|incoming| incoming.call_id == call.id);
        if me.as_ref() != Some(&call.callee_id) || call.state != CallState::Ringing || shown {
            return;
        }
        let Some(Conversation { user, match_id, .. }) = self.conversation(&call).await else {
            return tracing::warn!("a ring of an unknown match is left out");
        };
        self.view.send_replace(Some(IncomingView {
            call_id: call.id,
            match_id,
            partner_id: user.id,
            partner_name: user.display_name.unwrap_or(user.name),
            partner_photo: first_kept(&user.photo).cloned(),
            call_type: call.call_type,
            silenced: false,
        }));
    }

    async fn conversation(&self, call: &Call) -> Option<Conversation> {
        if let Some(known) = self.chat.conversation(&call.match_id) {
            return Some(known);
        }
        self.chat.reload();
        let mut list = self.chat.conversations();
        let known = list.wait_for(|view| view.list.iter().any(|known| known.match_id == call.match_id));
        let view = tokio::time::timeout(UNKNOWN_MATCH, known).await.ok()?.ok()?;
        view.list.iter().find(|known| known.match_id == call.match_id).cloned()
    }

    fn taken(&self, id: &CallId) -> Option<IncomingView> {
        self.take(|incoming| incoming.call_id == *id)
    }

    /// Takes the ring off the screen, if it is such a one.
    fn take(&self, is_it: impl Fn(&IncomingView) -> bool) -> Option<IncomingView> {
        let mut taken = None;
        self.view.send_if_modified(|view| {
            if view.as_ref().is_some_and(&is_it) {
                taken = view.take();
            }
            taken.is_some()
        });
        taken
    }
}

/// Whether a ring is over by this computer's clock, which may be wrong.
fn is_due(call: &Call, now: Timestamp) -> bool {
    call.expires_at.parse::<Timestamp>().is_ok_and(|end| end <= now)
}
