//! Who is to look at what: notes between the code that writes and the sockets that wait, at most once.
//!
//! The truth is in the database; a note that is lost costs time, nothing else. A note goes to the mailboxes of the one
//! user it is for, so a socket wakes for its own user only. Between several instances the same notes go over Redis.

mod mailbox;
pub(crate) mod redis;

pub(crate) use mailbox::{Ending, Mail, Mailbox};

use crate::clock::UnixMs;
use pizoo_api::events::Event;
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use tokio::sync::{Notify, mpsc};

/// Sockets of one user on one instance; one more closes the oldest.
const MOST_SOCKETS: usize = 10;

/// "This user has events up to this number."
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Hint {
    pub(crate) user: String,
    pub(crate) seq: i64,
}

/// What the sockets of one user are told, here and on other instances.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Note {
    pub(crate) user: String,
    pub(crate) news: News,
}

/// What it is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum News {
    /// There are events up to this number.
    Look(i64),
    /// A session may have ended.
    Sessions,
    /// What is not kept: typing and presence.
    Ephemeral(Box<Ephemeral>),
}

/// An event without a number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Ephemeral {
    /// Milliseconds since 1970.
    pub(crate) at: i64,
    pub(crate) event: Event,
}

/// Carries notes to the sockets of this process and, where there are others, to them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bus(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    registry: Mutex<Registry>,
    /// A user's first socket came or the last one went.
    turned: Notify,
    /// To the other instances, if there are any.
    others: OnceLock<mpsc::Sender<Note>>,
}

#[derive(Debug, Default)]
struct Registry {
    users: HashMap<String, Vec<Entry>>,
    turned: HashSet<String>,
    next: u64,
}

#[derive(Debug)]
struct Entry {
    id: u64,
    mailbox: Arc<Mailbox>,
}

/// A socket's place in the registry; dropping it leaves.
#[derive(Debug)]
pub(crate) struct Member {
    bus: Bus,
    user: String,
    id: u64,
    mailbox: Arc<Mailbox>,
}

impl Bus {
    /// Tells of committed events.
    pub(crate) fn publish(&self, hint: Hint) {
        self.send(Note { user: hint.user, news: News::Look(hint.seq) });
    }

    /// Lets the user's sockets look whether their sessions still live.
    pub(crate) fn sessions_changed(&self, user: &str) {
        self.send(Note { user: user.to_owned(), news: News::Sessions });
    }

    /// Tells the user's connected clients of something that is not kept.
    pub(crate) fn ephemeral(&self, user: &str, event: Event, now: UnixMs) {
        self.send(Note { user: user.to_owned(), news: News::Ephemeral(Box::new(Ephemeral { at: now.0, event })) });
    }

    fn send(&self, note: Note) {
        self.deliver(&note);
        if let Some(others) = self.0.others.get()
            && others.try_send(note).is_err()
        {
            tracing::debug!(count = 1, "bus notes dropped");
        }
    }

    /// To the sockets of this process.
    fn deliver(&self, note: &Note) {
        if let Some(entries) = self.registry().users.get(&note.user) {
            for entry in entries {
                entry.mailbox.put(&note.news);
            }
        }
    }

    /// Notes go there from now on, too. The first caller wins.
    fn connect(&self, others: mpsc::Sender<Note>) {
        drop(self.0.others.set(others));
    }

    /// A place for a socket of this user. The eleventh closes the oldest.
    pub(crate) fn join(&self, user: &str) -> Member {
        let mailbox = Arc::new(Mailbox::default());
        let mut registry = self.registry();
        registry.next += 1;
        let id = registry.next;
        let entries = registry.users.entry(user.to_owned()).or_default();
        entries.push(Entry { id, mailbox: mailbox.clone() });
        if entries.len() > MOST_SOCKETS {
            entries.remove(0).mailbox.end(Ending::TooMany);
        }
        if entries.len() == 1 {
            registry.turned.insert(user.to_owned());
            self.0.turned.notify_one();
        }
        drop(registry);
        Member { bus: self.clone(), user: user.to_owned(), id, mailbox }
    }

    /// Waits until users came or went, and says for each whether they are here now.
    pub(crate) async fn turned(&self) -> Vec<(String, bool)> {
        loop {
            let turned = self.take_turned();
            if !turned.is_empty() {
                return turned;
            }
            self.0.turned.notified().await;
        }
    }

    fn take_turned(&self) -> Vec<(String, bool)> {
        let mut registry = self.registry();
        let users = std::mem::take(&mut registry.turned);
        users.into_iter().map(|user| (user.clone(), registry.users.contains_key(&user))).collect()
    }

    fn registry(&self) -> MutexGuard<'_, Registry> {
        self.0.registry.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Member {
    pub(crate) fn mailbox(&self) -> &Mailbox {
        &self.mailbox
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        let mut registry = self.bus.registry();
        let Some(entries) = registry.users.get_mut(&self.user) else { return };
        entries.retain(|entry| entry.id != self.id);
        if entries.is_empty() {
            registry.users.remove(&self.user);
            registry.turned.insert(self.user.clone());
            self.bus.0.turned.notify_one();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Bus, Ending, Hint, MOST_SOCKETS};

    #[tokio::test]
    async fn note_wakes_the_sockets_of_its_user_only() {
        let bus = Bus::default();
        let (ada, bob) = (bus.join("ada"), bus.join("bob"));
        for seq in [3, 5, 4] {
            bus.publish(Hint { user: "ada".into(), seq });
        }
        assert_eq!(ada.mailbox().wait().await.look, Some(5), "several notes become one");
        assert!(bob.mailbox().take().is_none());
    }

    #[tokio::test]
    async fn one_socket_too_many_ends_the_oldest() {
        let bus = Bus::default();
        let members: Vec<_> = (0..=MOST_SOCKETS).map(|_| bus.join("ada")).collect();
        assert_eq!(members[0].mailbox().wait().await.ending, Some(Ending::TooMany));
        assert!(members[1].mailbox().take().is_none());
    }

    #[tokio::test]
    async fn first_and_last_socket_are_told() {
        let bus = Bus::default();
        let (one, two) = (bus.join("ada"), bus.join("ada"));
        assert_eq!(bus.turned().await, [("ada".to_owned(), true)]);
        drop(one);
        assert!(bus.take_turned().is_empty());
        drop(two);
        assert_eq!(bus.turned().await, [("ada".to_owned(), false)]);
    }
}
