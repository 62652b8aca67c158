//! Conversations and the open chat, kept fresh by asking.
//!
//! Sent lines show at once. Each bears an idempotency key, so sending one again after a lost answer stores it once.

use crate::error::RequestError;
use crate::session::Session;
use crate::view::{ChatLine, ChatView, ConversationsView, Delivery, SessionView, UserError};
use pizoo_api::chat::{
    Conversation, ConversationsResponse, Message, MessagesResponse, SendMessageRequest, SendMessageResponse,
};
use pizoo_api::{MatchId, MessageId, UserId};
use reqwest::Method;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, watch};

const EVERY: Duration = Duration::from_secs(2);

pub(crate) struct Chat {
    session: Session,
    state: Mutex<State>,
    conversations: watch::Sender<ConversationsView>,
    chat: watch::Sender<Option<ChatView>>,
    wake: Notify,
}

#[derive(Default)]
struct State {
    open: Option<Open>,
    /// Lines that the server has not confirmed, by conversation.
    unsent: HashMap<MatchId, Vec<Message>>,
    failed: Vec<MessageId>,
}

struct Open {
    match_id: MatchId,
    messages: Option<Vec<Message>>,
    problem: Option<UserError>,
}

impl Chat {
    pub(crate) fn new(session: Session) -> Self {
        Self {
            session,
            state: Mutex::default(),
            conversations: watch::Sender::default(),
            chat: watch::Sender::default(),
            wake: Notify::new(),
        }
    }

    pub(crate) fn conversations(&self) -> watch::Receiver<ConversationsView> {
        self.conversations.subscribe()
    }

    pub(crate) fn open_chat(&self) -> watch::Receiver<Option<ChatView>> {
        self.chat.subscribe()
    }

    pub(crate) fn conversation(&self, id: &MatchId) -> Option<Conversation> {
        self.conversations.borrow().list.iter().find(|c| c.match_id == *id).cloned()
    }

    pub(crate) fn open(&self, id: MatchId) {
        let mut state = self.lock();
        if state.open.as_ref().is_none_or(|open| open.match_id != id) {
            state.open = Some(Open { match_id: id, messages: None, problem: None });
        }
        self.publish(&state);
        drop(state);
        self.wake.notify_one();
    }

    pub(crate) fn close(&self) {
        let mut state = self.lock();
        state.open = None;
        self.publish(&state);
    }

    pub(crate) fn reload(&self) {
        self.wake.notify_one();
    }

    /// Sends a line to the open conversation. A failure is a state of the line, not an error.
    pub(crate) async fn send(&self, content: String) {
        let content = content.trim().to_owned();
        let Some(sender) = self.session.user().map(|user| user.id).filter(|_| !content.is_empty()) else { return };
        let Some(match_id) = self.lock().open.as_ref().map(|open| open.match_id.clone()) else { return };
        let receiver = self.conversation(&match_id).map_or_else(|| UserId::from(""), |c| c.user.id);
        let line = Message {
            id: uuid::Uuid::new_v4().to_string().into(),
            match_id: match_id.clone(),
            sender_id: sender,
            receiver_id: receiver,
            content,
            message_type: "text".into(),
            status: "sending".into(),
            created_at: jiff::Timestamp::now().to_string(),
            read_at: None,
        };
        {
            let mut state = self.lock();
            state.unsent.entry(match_id).or_default().push(line.clone());
            self.publish(&state);
        }
        self.deliver(line).await;
    }

    /// Sends a failed line again.
    pub(crate) async fn retry(&self, id: &MessageId) {
        let line = {
            let mut state = self.lock();
            let before = state.failed.len();
            state.failed.retain(|failed| failed != id);
            if state.failed.len() == before {
                return;
            }
            self.publish(&state);
            state.unsent.values().flatten().find(|line| line.id == *id).cloned()
        };
        if let Some(line) = line {
            self.deliver(line).await;
        }
    }

    async fn deliver(&self, line: Message) {
        let body = SendMessageRequest {
            content: line.content.clone(),
            message_type: line.message_type.clone(),
            idempotency_key: Some(line.id.to_string()),
        };
        let path = ["api", "conversations", line.match_id.as_str(), "messages"];
        let answer =
            self.session.authorized::<SendMessageResponse>(|http| http.request(Method::POST, &path).json(&body)).await;
        let mut state = self.lock();
        match answer {
            Ok(stored) => {
                if let Some(lines) = state.unsent.get_mut(&line.match_id) {
                    lines.retain(|unsent| unsent.id != line.id);
                }
                if let Some(messages) =
                    state.open.as_mut().filter(|open| open.match_id == line.match_id).and_then(|o| o.messages.as_mut())
                    && !messages.iter().any(|known| known.id == stored.data.id)
                {
                    messages.push(stored.data);
                }
            }
            Err(error) => {
                tracing::info!(%error, "a message was not sent");
                state.failed.push(line.id);
            }
        }
        self.publish(&state);
        drop(state);
        self.wake.notify_one();
    }

    /// Keeps lists fresh for ever; empties them when the session ends.
    pub(crate) async fn run(&self) {
        let mut session = self.session.view();
        loop {
            if matches!(&*session.borrow_and_update(), SessionView::SignedIn { .. }) {
                self.refresh().await;
                tokio::select! {
                    () = tokio::time::sleep(EVERY) => {}
                    () = self.wake.notified() => {}
                    _ = session.changed() => {}
                }
            } else {
                *self.lock() = State::default();
                self.chat.send_replace(None);
                self.conversations.send_replace(ConversationsView::default());
                if session.changed().await.is_err() {
                    return;
                }
            }
        }
    }

    async fn refresh(&self) {
        let answer = self
            .session
            .authorized::<ConversationsResponse>(|http| http.request(Method::GET, &["api", "conversations"]))
            .await;
        self.conversations.send_if_modified(|view| {
            let new = match answer {
                Ok(answer) => ConversationsView { loaded: true, list: answer.conversations, problem: None },
                Err(error) => ConversationsView { problem: problem(&error), ..view.clone() },
            };
            let changed = *view != new;
            *view = new;
            changed
        });
        let Some(match_id) = self.lock().open.as_ref().map(|open| open.match_id.clone()) else { return };
        let path = ["api", "conversations", match_id.as_str(), "messages"];
        let answer = self.session.authorized::<MessagesResponse>(|http| http.request(Method::GET, &path)).await;
        let mut state = self.lock();
        // Another chat may be open by now.
        let Some(open) = state.open.as_mut().filter(|open| open.match_id == match_id) else { return };
        match answer {
            Ok(answer) => {
                open.messages = Some(answer.messages);
                open.problem = None;
            }
            Err(error) => open.problem = problem(&error),
        }
        self.publish(&state);
    }

    fn publish(&self, state: &State) {
        let me = self.session.user().map(|user| user.id);
        let view = state.open.as_ref().map(|open| ChatView {
            match_id: open.match_id.clone(),
            loaded: open.messages.is_some(),
            lines: lines(open, state, me.as_ref()),
            problem: open.problem.clone(),
        });
        self.chat.send_if_modified(|old| {
            let changed = *old != view;
            *old = view;
            changed
        });
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn lines(open: &Open, state: &State, me: Option<&UserId>) -> Vec<ChatLine> {
    let stored = open.messages.iter().flatten().map(|message| ChatLine {
        mine: Some(&message.sender_id) == me,
        delivery: if message.read_at.is_some() || message.status == "read" { Delivery::Read } else { Delivery::Sent },
        message: message.clone(),
    });
    let unsent = state.unsent.get(&open.match_id).into_iter().flatten().map(|message| ChatLine {
        mine: true,
        delivery: if state.failed.contains(&message.id) { Delivery::Failed } else { Delivery::Sending },
        message: message.clone(),
    });
    stored.chain(unsent).collect()
}

/// A session that ended is told by the session's own view.
fn problem(error: &RequestError) -> Option<UserError> {
    (*error != RequestError::SignedOut).then(|| error.into())
}
