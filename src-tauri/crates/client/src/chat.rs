//! Conversations and the open chat, kept fresh by the event stream, and by asking where there is none.
//!
//! Written lines show at once and are sent in their order, one after another, also after a time in which the server was
//! away. Each bears an idempotency key, so sending one again after a lost answer stores it once.

mod talk;
mod unsent;

pub(crate) use unsent::Unsent;

use crate::error::RequestError;
use crate::events::Signal;
use crate::preferences::Chosen;
use crate::server::Extras;
use crate::session::Session;
use crate::view::{ChatView, ConversationsView, SessionView, UserError};
use pizoo_api::calls::Calling;
use pizoo_api::chat::{
    Conversation, ConversationsResponse, Message, MessagesResponse, ReadRequest, SendMessageRequest,
    SendMessageResponse, TypingRequest,
};
use pizoo_api::{MatchId, MessageId, UserId};
use pizoo_call::backoff;
use reqwest::Method;
use serde::de::IgnoredAny;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use talk::Talk;
use tokio::sync::broadcast::{self, error::RecvError};
use tokio::sync::{Notify, watch};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// Between two looks where no stream tells of news.
const WITHOUT_STREAM: Duration = Duration::from_secs(2);
/// Between two looks where one does: for what it cannot know, such as an absent server.
const WITH_STREAM: Duration = Duration::from_secs(30);
/// After the last word of it, the other side has stopped writing.
const TYPING: Duration = Duration::from_secs(6);
/// Messages in one page.
const PAGE: &str = "50";

pub(crate) struct Chat {
    session: Session,
    chosen: Arc<Chosen>,
    extras: watch::Receiver<Option<Extras>>,
    talk: Mutex<Talk>,
    unsent: Unsent,
    conversations: watch::Sender<ConversationsView>,
    chat: watch::Sender<Option<ChatView>>,
    visible: AtomicBool,
    wake: Notify,
    /// A line was written, or what waits for the server may be tried now.
    written: Notify,
}

impl Chat {
    pub(crate) fn new(
        session: Session,
        chosen: Arc<Chosen>,
        extras: watch::Receiver<Option<Extras>>,
        unsent: Unsent,
    ) -> Self {
        Self {
            session,
            chosen,
            extras,
            talk: Mutex::new(Talk::with(unsent.now())),
            unsent,
            conversations: watch::Sender::default(),
            chat: watch::Sender::default(),
            visible: AtomicBool::new(true),
            wake: Notify::new(),
            written: Notify::new(),
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
        let mut talk = self.lock();
        talk.open(id);
        self.publish(&talk);
        drop(talk);
        self.wake.notify_one();
    }

    pub(crate) fn close(&self) {
        let mut talk = self.lock();
        talk.open = None;
        self.publish(&talk);
    }

    pub(crate) fn reload(&self) {
        self.wake.notify_one();
    }

    /// Whether the user can see the open chat: only then is it read.
    pub(crate) fn set_visible(&self, visible: bool) {
        if !self.visible.swap(visible, Ordering::Relaxed) && visible {
            self.wake.notify_one();
        }
    }

    /// Writes a line into the open conversation. A failure is a state of the line, not an error.
    pub(crate) fn send(&self, content: &str) {
        if let Some(match_id) = self.opened() {
            self.write(match_id, content);
        }
    }

    /// Writes a line into any conversation.
    pub(crate) fn write(&self, match_id: MatchId, content: &str) {
        let content = content.trim().to_owned();
        let Some(sender) = self.session.user().map(|user| user.id).filter(|_| !content.is_empty()) else { return };
        let receiver = self.conversation(&match_id).map_or_else(|| UserId::from(""), |c| c.user.id);
        let line = Message {
            id: uuid::Uuid::new_v4().to_string().into(),
            match_id,
            sender_id: sender,
            receiver_id: receiver,
            content,
            message_type: "text".into(),
            status: "sending".into(),
            created_at: jiff::Timestamp::now().to_string(),
            read_at: None,
        };
        self.change(|talk| talk.sending(line));
        self.written.notify_one();
    }

    /// Sends a failed line again.
    pub(crate) fn retry(&self, id: &MessageId) {
        self.change(|talk| talk.again(id));
        self.written.notify_one();
    }

    /// Sends what was written for ever, one line after another, so that they keep their order. A server that is away is
    /// waited for; a line has failed only if the server said so.
    pub(crate) async fn deliver(&self) {
        let mut attempt = 0;
        loop {
            let me = self.session.user().map(|user| user.id);
            let line = me.and_then(|me| self.lock().waiting(&me));
            let Some(line) = line else {
                self.written.notified().await;
                continue;
            };
            if self.lock().is_old(&line.id) && !self.keys_are_taken().await {
                // It may be there already, and would be there twice.
                self.change(|talk| talk.not_sent(&line));
                continue;
            }
            match self.post(&line).await {
                Err(error) if self.is_sent_again(&error) => {
                    tracing::info!(%error, attempt, "a message waits for the server");
                    tokio::select! {
                        () = tokio::time::sleep(backoff(attempt, rand::random())) => {}
                        () = self.written.notified() => {}
                    }
                    attempt = attempt.saturating_add(1);
                    continue;
                }
                Ok(stored) => self.change(|talk| talk.sent(&line, stored.data)),
                Err(error) => {
                    tracing::info!(%error, "a message was not sent");
                    self.change(|talk| talk.not_sent(&line));
                }
            }
            attempt = 0;
            self.wake.notify_one();
        }
    }

    /// Keeps what was not sent for the next start, until `stop`.
    pub(crate) async fn keep_unsent(&self, stop: CancellationToken) {
        self.unsent.keep(stop).await;
    }

    /// Whether the server stores a line once that is sent once more; waits until it has said so.
    async fn keys_are_taken(&self) -> bool {
        let mut extras = self.extras.clone();
        let known = extras.wait_for(Option::is_some).await.map(|extras| *extras);
        known.is_ok_and(|extras| extras.is_some_and(|extras| extras.message_keys))
    }

    /// Whether a line is sent again by itself: nobody said no, and it cannot be stored twice.
    fn is_sent_again(&self, error: &RequestError) -> bool {
        let is_unanswered = matches!(
            error,
            // Signed out: another session takes the place of the one that it was sent with.
            RequestError::Offline(_) | RequestError::SignedOut | RequestError::Status { status: 408 | 502..=504, .. }
        );
        is_unanswered && self.extras.borrow().is_none_or(|extras| extras.message_keys)
    }

    async fn post(&self, line: &Message) -> Result<SendMessageResponse, RequestError> {
        let body = SendMessageRequest {
            content: line.content.clone(),
            message_type: line.message_type.clone(),
            idempotency_key: Some(line.id.to_string()),
        };
        let path = ["api", "conversations", line.match_id.as_str(), "messages"];
        self.session.authorized(|http| http.request(Method::POST, &path).json(&body)).await
    }

    /// Puts older messages before those of the open chat, if there are any.
    ///
    /// # Errors
    /// The server cannot be reached, or does not answer well.
    pub(crate) async fn load_older(&self) -> Result<(), UserError> {
        let oldest = self.lock().open.as_ref().and_then(|open| Some((open.match_id.clone(), open.oldest()?)));
        let Some((match_id, before)) = oldest else { return Ok(()) };
        let page = self.page(&match_id, Some(&before)).await?;
        self.change(|talk| {
            if let Some(open) = talk.opened(&match_id) {
                open.older(page.messages, page.has_more);
            }
        });
        Ok(())
    }

    /// Tells the other side of the open chat that the user writes, or stopped. Nobody waits for it.
    pub(crate) async fn typing(&self, is_typing: bool) {
        let Some(match_id) = self.opened() else { return };
        let path = ["api", "conversations", match_id.as_str(), "typing"];
        let body = TypingRequest { is_typing };
        let told = self.session.authorized::<IgnoredAny>(|http| http.request(Method::POST, &path).json(&body)).await;
        if let Err(error) = told {
            tracing::debug!(%error, "the other side does not see that the user writes");
        }
    }

    /// Agrees to be called in a match, or takes it back.
    ///
    /// # Errors
    /// The server cannot be reached, or there is no such match.
    pub(crate) async fn allow_calling(&self, match_id: &MatchId, allowed: bool) -> Result<(), UserError> {
        let path = ["api", "matches", match_id.as_str(), "calling"];
        let body = Calling { allowed };
        let now: Calling = self.session.authorized(|http| http.request(Method::PUT, &path).json(&body)).await?;
        self.change(|talk| {
            if let Some(open) = talk.opened(match_id) {
                open.calling = Some(now.allowed);
            }
        });
        Ok(())
    }

    /// Keeps lists fresh for ever; empties them when the session ends, or is somebody else's.
    pub(crate) async fn run(&self, mut signals: broadcast::Receiver<Signal>) {
        let mut session = self.session.view();
        let (mut streaming, mut look, mut typing) = (false, Instant::now(), None);
        let mut reader = None;
        loop {
            let (now, by_wish) = {
                let view = session.borrow_and_update();
                (signed_in(&view), matches!(*view, SessionView::SignedOut { problem: None }))
            };
            if reader != now && reader.is_some() {
                self.forget(by_wish);
                look = Instant::now();
            }
            if let Some(me) = now.as_ref().filter(|_| reader != now) {
                self.change(|talk| talk.belong_to(me));
                // What an earlier life of the app could not send waits.
                self.written.notify_one();
            }
            reader = now;
            if reader.is_none() {
                if session.changed().await.is_err() {
                    return;
                }
                look = Instant::now();
                continue;
            }
            tokio::select! {
                () = tokio::time::sleep_until(look) => {
                    self.refresh().await;
                    look = Instant::now() + if streaming { WITH_STREAM } else { WITHOUT_STREAM };
                }
                () = self.wake.notified() => look = Instant::now(),
                () = at(typing) => {
                    typing = None;
                    self.change(|talk| talk.open.iter_mut().for_each(talk::Open::stop_typing));
                }
                signal = signals.recv() => match signal {
                    Ok(Signal::Connected) | Err(RecvError::Lagged(_)) => {
                        streaming = true;
                        look = Instant::now();
                        self.written.notify_one();
                    }
                    Ok(Signal::Event(event)) => {
                        let Some(me) = self.session.user().map(|user| user.id) else { continue };
                        let news = self.change(|talk| talk.event(&event, &me));
                        if news.list {
                            look = Instant::now();
                        }
                        if news.typing {
                            typing = Some(Instant::now() + TYPING);
                        }
                    }
                    Ok(Signal::Disconnected) => {
                        streaming = false;
                        look = look.min(Instant::now() + WITHOUT_STREAM);
                    }
                    Err(RecvError::Closed) => return,
                },
                _ = session.changed() => {}
            }
            self.mark_read().await;
        }
    }

    /// The session ended. What was not sent is forgotten too if the user wished for that end: one that was cut off signs in
    /// again.
    fn forget(&self, by_wish: bool) {
        let mut talk = self.lock();
        match by_wish {
            true => *talk = Talk::default(),
            false => talk.forget(),
        }
        self.publish(&talk);
        drop(talk);
        self.chat.send_replace(None);
        self.conversations.send_replace(ConversationsView::default());
    }

    async fn refresh(&self) {
        let path = ["api", "conversations"];
        let answer = self.session.authorized::<ConversationsResponse>(|http| http.request(Method::GET, &path)).await;
        self.change(|talk| match answer {
            Ok(answer) => talk.listed(answer.conversations),
            Err(error) => talk.list.problem = problem(&error),
        });
        let Some(match_id) = self.opened() else { return };
        let page = self.page(&match_id, None).await;
        // Another chat may be open by now.
        self.change(|talk| match (talk.opened(&match_id), page) {
            (Some(open), Ok(page)) => open.page(page.messages, page.has_more),
            (Some(open), Err(error)) => open.problem = problem(&error),
            (None, _) => {}
        });
        self.learn_calling(&match_id).await;
    }

    /// Asks once for each chat that is opened; changes are told by the stream.
    async fn learn_calling(&self, match_id: &MatchId) {
        if self.lock().opened(match_id).is_none_or(|open| open.calling.is_some()) {
            return;
        }
        let path = ["api", "matches", match_id.as_str(), "calling"];
        match self.session.authorized::<Calling>(|http| http.request(Method::GET, &path)).await {
            Ok(calling) => self.change(|talk| {
                if let Some(open) = talk.opened(match_id) {
                    open.calling = Some(calling.allowed);
                }
            }),
            Err(error) => tracing::debug!(%error, "it is not known whether calls are agreed to"),
        }
    }

    async fn page(&self, match_id: &MatchId, before: Option<&MessageId>) -> Result<MessagesResponse, RequestError> {
        let path = ["api", "conversations", match_id.as_str(), "messages"];
        // Whether it is read is for the user to say, not for whoever loads it.
        let usual = [("limit", PAGE), ("mark_read", "false")];
        let query: Vec<_> = usual.into_iter().chain(before.map(|id| ("before", id.as_str()))).collect();
        self.session.authorized(|http| http.request(Method::GET, &path).query(&query)).await
    }

    /// What the user looks at is read: on all their devices, and the other side is told if the user wants that. A server
    /// that can keep nothing from the other side is told nothing then.
    async fn mark_read(&self) {
        let unread = self.lock().unread().filter(|_| self.visible.load(Ordering::Relaxed));
        let Some(match_id) = unread else { return };
        let (private, extras) = (!self.chosen.now().read_receipts, *self.extras.borrow());
        if private && extras.is_none() {
            return;
        }
        self.change(|talk| talk.read(&match_id));
        if private && !extras.unwrap_or_default().private_read {
            return;
        }
        let path = ["api", "conversations", match_id.as_str(), "read-receipts"];
        let body = ReadRequest { private, ..ReadRequest::default() };
        let told = self.session.authorized::<IgnoredAny>(|http| http.request(Method::POST, &path).json(&body)).await;
        if let Err(error) = told {
            tracing::debug!(%error, "the messages stay unread at the server");
            self.change(|talk| talk.unread_again(&match_id));
        }
    }

    fn opened(&self) -> Option<MatchId> {
        self.lock().open.as_ref().map(|open| open.match_id.clone())
    }

    /// Changes what is known, and shows it.
    fn change<T>(&self, change: impl FnOnce(&mut Talk) -> T) -> T {
        let mut talk = self.lock();
        let result = change(&mut talk);
        self.publish(&talk);
        result
    }

    fn publish(&self, talk: &Talk) {
        let me = self.session.user().map(|user| user.id);
        let view = talk.view(me.as_ref());
        self.unsent.want(talk.unsent().clone());
        self.chat.send_if_modified(|old| {
            let changed = *old != view;
            *old = view;
            changed
        });
        self.conversations.send_if_modified(|old| {
            let changed = *old != talk.list;
            old.clone_from(&talk.list);
            changed
        });
    }

    fn lock(&self) -> MutexGuard<'_, Talk> {
        self.talk.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn signed_in(session: &SessionView) -> Option<UserId> {
    match session {
        SessionView::SignedIn { user, .. } => Some(user.id.clone()),
        _ => None,
    }
}

async fn at(time: Option<Instant>) {
    match time {
        Some(time) => tokio::time::sleep_until(time).await,
        None => std::future::pending().await,
    }
}

/// A session that ended is told by the session's own view.
fn problem(error: &RequestError) -> Option<UserError> {
    (*error != RequestError::SignedOut).then(|| error.into())
}
