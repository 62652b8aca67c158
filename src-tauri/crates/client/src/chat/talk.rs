//! What is known of the conversations: pure, so that every order of answers and events can be tried.

use super::unsent::Lines;
use crate::view::{ChatLine, ChatView, ConversationsView, Delivery, UserError};
use pizoo_api::chat::{Conversation, LastMessage, Message};
use pizoo_api::events::Event;
use pizoo_api::{MatchId, MessageId, UserId};
use std::collections::{HashMap, HashSet};

#[derive(Default)]
pub(super) struct Talk {
    pub(super) list: ConversationsView,
    pub(super) open: Option<Open>,
    /// Lines that the server has not confirmed, of all conversations.
    unsent: Lines,
    /// Those of them that were written before the app was started.
    old: HashSet<MessageId>,
    /// The newest message that was seen, until the server knows of it or if it is not to.
    seen: HashMap<MatchId, String>,
}

/// The open conversation.
pub(super) struct Open {
    pub(super) match_id: MatchId,
    messages: Option<Vec<Message>>,
    has_older: bool,
    typing: bool,
    pub(super) calling: Option<bool>,
    pub(super) problem: Option<UserError>,
}

/// What an event asks for beyond what it says itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct News {
    /// The list is to be loaded anew.
    pub(super) list: bool,
    /// The other side began to write in the open conversation.
    pub(super) typing: bool,
}

impl Talk {
    /// With what an earlier life of the app could not send.
    pub(super) fn with(unsent: Lines) -> Self {
        let old = unsent.lines.iter().map(|line| line.id.clone()).collect();
        Self { unsent, old, ..Self::default() }
    }

    /// Nothing is known any more but what was not sent.
    pub(super) fn forget(&mut self) {
        let (unsent, old) = (std::mem::take(&mut self.unsent), std::mem::take(&mut self.old));
        *self = Self { unsent, old, ..Self::default() };
    }

    /// Lines of anybody else are gone.
    pub(super) fn belong_to(&mut self, me: &UserId) {
        self.unsent.lines.retain(|line| line.sender_id == *me);
        let lines = &self.unsent.lines;
        self.unsent.failed.retain(|failed| lines.iter().any(|line| line.id == *failed));
    }

    pub(super) fn unsent(&self) -> &Lines {
        &self.unsent
    }

    pub(super) fn open(&mut self, match_id: MatchId) {
        if self.open.as_ref().is_none_or(|open| open.match_id != match_id) {
            let (messages, has_older) = (None, false);
            self.open = Some(Open { match_id, messages, has_older, typing: false, calling: None, problem: None });
        }
    }

    /// The open conversation, if it is this one.
    pub(super) fn opened(&mut self, match_id: &MatchId) -> Option<&mut Open> {
        self.open.as_mut().filter(|open| open.match_id == *match_id)
    }

    /// A line was written.
    pub(super) fn sending(&mut self, line: Message) {
        self.unsent.lines.push(line);
    }

    /// What is to be sent next.
    pub(super) fn waiting(&self, me: &UserId) -> Option<Message> {
        self.unsent.lines.iter().find(|line| line.sender_id == *me && !self.is_failed(&line.id)).cloned()
    }

    fn is_failed(&self, id: &MessageId) -> bool {
        self.unsent.failed.contains(id)
    }

    /// Whether a line may have been sent before the app was started, without the answer having come.
    pub(super) fn is_old(&self, id: &MessageId) -> bool {
        self.old.contains(id)
    }

    /// A line that failed is tried again.
    pub(super) fn again(&mut self, id: &MessageId) {
        self.unsent.failed.retain(|failed| failed != id);
        self.old.remove(id);
    }

    pub(super) fn sent(&mut self, line: &Message, stored: Message) {
        self.unsent.lines.retain(|unsent| unsent.id != line.id);
        if let Some(open) = self.opened(&line.match_id) {
            open.add(stored);
        }
    }

    pub(super) fn not_sent(&mut self, line: &Message) {
        self.unsent.failed.push(line.id.clone());
    }

    /// Takes over what an event says.
    pub(super) fn event(&mut self, event: &Event, me: &UserId) -> News {
        let news = News { list: true, typing: false };
        match event {
            Event::MessageNew { message } => {
                if let Some(open) = self.opened(&message.match_id) {
                    open.typing &= message.sender_id == *me;
                    open.add(message.clone());
                }
                self.newest(message, me);
                news
            }
            Event::ReadReceipt { match_id, read_by, read_at, up_to } if read_by != me => {
                if let Some(open) = self.opened(match_id) {
                    open.read(me, read_at, up_to.as_ref());
                }
                News::default()
            }
            Event::Typing { match_id, user_id, is_typing } if user_id != me => match self.opened(match_id) {
                Some(open) => {
                    open.typing = *is_typing;
                    News { list: false, typing: *is_typing }
                }
                None => News::default(),
            },
            Event::Presence { user_id, online } => {
                for conversation in self.list.list.iter_mut().filter(|known| known.user.id == *user_id) {
                    conversation.user.is_online = *online;
                }
                News::default()
            }
            Event::MatchRemoved { match_id } => {
                self.list.list.retain(|known| known.match_id != *match_id);
                if self.opened(match_id).is_some() {
                    self.open = None;
                }
                News::default()
            }
            Event::MatchCalling { match_id, allowed } => {
                if let Some(open) = self.opened(match_id) {
                    open.calling = Some(*allowed);
                }
                News::default()
            }
            // Read on another device of one's own, a new match.
            Event::ReadReceipt { .. } | Event::MatchNew { .. } => news,
            _ => News::default(),
        }
    }

    /// The list shows the newest line at once; how much is unread, the server knows.
    fn newest(&mut self, message: &Message, me: &UserId) {
        let Some(at) = self.list.list.iter().position(|known| known.match_id == message.match_id) else { return };
        let mut conversation = self.list.list.remove(at);
        conversation.last_message = LastMessage {
            content: Some(message.content.clone()),
            created_at: message.created_at.clone(),
            sender_id: Some(message.sender_id.clone()),
        };
        // One that was read before it came is told to the devices that do not know of it yet.
        if message.sender_id != *me && message.read_at.is_none() {
            conversation.unread_count = conversation.unread_count.saturating_add(1);
        }
        self.list.list.insert(0, conversation);
    }

    /// The list, as the server gave it.
    pub(super) fn listed(&mut self, mut list: Vec<Conversation>) {
        for conversation in &mut list {
            let seen = self.seen.get(&conversation.match_id);
            if seen.is_some_and(|seen| *seen >= conversation.last_message.created_at) {
                conversation.unread_count = 0;
            }
        }
        self.list = ConversationsView { loaded: true, list, problem: None };
    }

    /// Which conversation is read by being looked at, if there is something to read in it.
    pub(super) fn unread(&self) -> Option<MatchId> {
        let open = self.open.as_ref().filter(|open| open.messages.is_some())?;
        let known = self.list.list.iter().find(|known| known.match_id == open.match_id)?;
        (known.unread_count > 0).then(|| open.match_id.clone())
    }

    /// It was read. What comes later is not.
    pub(super) fn read(&mut self, match_id: &MatchId) {
        for conversation in self.list.list.iter_mut().filter(|known| known.match_id == *match_id) {
            conversation.unread_count = 0;
            self.seen.insert(match_id.clone(), conversation.last_message.created_at.clone());
        }
    }

    /// The server does not know that it was read: as soon as it says so, it is read once more.
    pub(super) fn unread_again(&mut self, match_id: &MatchId) {
        self.seen.remove(match_id);
    }

    pub(super) fn view(&self, me: Option<&UserId>) -> Option<ChatView> {
        let open = self.open.as_ref()?;
        Some(ChatView {
            match_id: open.match_id.clone(),
            loaded: open.messages.is_some(),
            lines: self.lines(open, me),
            has_older: open.has_older,
            typing: open.typing,
            calling: open.calling,
            problem: open.problem.clone(),
        })
    }

    fn lines(&self, open: &Open, me: Option<&UserId>) -> Vec<ChatLine> {
        let stored = open.messages.iter().flatten().map(|message| ChatLine {
            mine: Some(&message.sender_id) == me,
            delivery: if message.read_at.is_some() || message.status == "read" {
                Delivery::Read
            } else {
                Delivery::Sent
            },
            message: message.clone(),
        });
        let written = |line: &&Message| line.match_id == open.match_id && Some(&line.sender_id) == me;
        let unsent = self.unsent.lines.iter().filter(written).map(|message| ChatLine {
            mine: true,
            delivery: if self.is_failed(&message.id) { Delivery::Failed } else { Delivery::Sending },
            message: message.clone(),
        });
        stored.chain(unsent).collect()
    }
}

impl Open {
    pub(super) fn oldest(&self) -> Option<MessageId> {
        self.messages.as_ref().filter(|_| self.has_older)?.first().map(|message| message.id.clone())
    }

    pub(super) fn stop_typing(&mut self) {
        self.typing = false;
    }

    /// The newest page: it replaces what it overlaps, and all if it does not.
    pub(super) fn page(&mut self, page: Vec<Message>, more: bool) {
        let known = self.messages.take().unwrap_or_default();
        let overlap = page.first().and_then(|first| known.iter().position(|message| message.id == first.id));
        let kept = overlap.unwrap_or(0);
        if kept == 0 {
            self.has_older = more;
        }
        self.messages = Some(known.into_iter().take(kept).chain(page).collect());
        self.problem = None;
    }

    /// The page before the oldest message that is known.
    pub(super) fn older(&mut self, page: Vec<Message>, more: bool) {
        let Some(known) = self.messages.as_mut() else { return };
        self.has_older = more;
        let new = page.into_iter().filter(|message| known.iter().all(|old| old.id != message.id)).collect::<Vec<_>>();
        known.splice(0..0, new);
    }

    /// A message that came by itself; the answer to sending it and the event of it are one.
    fn add(&mut self, message: Message) {
        if let Some(known) = self.messages.as_mut()
            && known.iter().all(|old| old.id != message.id)
        {
            known.push(message);
        }
    }

    /// The other side read what `me` wrote, up to a message; one that is not known here is newer than all.
    fn read(&mut self, me: &UserId, at: &str, up_to: Option<&MessageId>) {
        let Some(known) = self.messages.as_mut() else { return };
        let last = up_to.and_then(|id| known.iter().position(|message| message.id == *id)).unwrap_or(known.len());
        for message in known.iter_mut().take(last.saturating_add(1)) {
            if message.sender_id == *me && message.read_at.is_none() {
                message.read_at = Some(at.to_owned());
                message.status = "read".into();
            }
        }
    }
}

#[cfg(test)]
mod tests;
