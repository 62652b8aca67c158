//! All views at once, and what is new in them for a page that asks again and again.
//!
//! The page asks (`Client::changes`) instead of being sent events: a shell delivers an event by having the web view run its
//! text as a script, and WebKit keeps such texts in memory (decision 8).

use crate::view::{
    CallView, CallsLeft, Changes, ChatView, ConversationsView, ErrorCode, IncomingView, PicturePath, Preferences,
    ServerView, SessionView, Snapshot, UserError, ViewChange,
};
use std::time::Duration;
use tokio::sync::watch;

/// After that long without news the answer says that there are none, so that nobody on the way thinks the request dead.
const PATIENCE: Duration = Duration::from_secs(25);

/// The views that a page shows.
#[derive(Clone)]
pub(crate) struct Views {
    pub(crate) session: watch::Receiver<SessionView>,
    pub(crate) server: watch::Receiver<ServerView>,
    pub(crate) conversations: watch::Receiver<ConversationsView>,
    pub(crate) chat: watch::Receiver<Option<ChatView>>,
    pub(crate) call: watch::Receiver<Option<CallView>>,
    pub(crate) incoming: watch::Receiver<Option<IncomingView>>,
    pub(crate) calls_left: watch::Receiver<Option<CallsLeft>>,
    pub(crate) preferences: watch::Receiver<Preferences>,
}

/// The revision of the newest change of all, and of each view's.
#[derive(Clone, Copy, Default)]
struct Revisions {
    newest: u64,
    session: u64,
    server: u64,
    conversations: u64,
    chat: u64,
    call: u64,
    incoming: u64,
    calls_left: u64,
    preferences: u64,
}

/// Tells pages what is new. Any number of them may ask, each from where it stands.
pub(crate) struct Feed {
    views: Views,
    revisions: watch::Receiver<Revisions>,
    patience: Duration,
}

impl Feed {
    /// The feed, and the work that keeps it up to date.
    pub(crate) fn new(views: Views) -> (Self, impl Future<Output = ()> + Send + 'static) {
        let (revise, revisions) = watch::channel(Revisions::default());
        let follow = follow(views.clone(), revise);
        (Self { views, revisions, patience: PATIENCE }, follow)
    }

    /// Everything as it is now, and the revision to go on from.
    pub(crate) fn snapshot(&self, pictures: PicturePath) -> Snapshot {
        // Read first: a change in between is told once more, not lost.
        let revision = self.revisions.borrow().newest;
        let Views { session, server, conversations, chat, call, incoming, calls_left, preferences } = &self.views;
        Snapshot {
            revision,
            session: session.borrow().clone(),
            server: server.borrow().clone(),
            conversations: conversations.borrow().clone(),
            chat: chat.borrow().clone(),
            call: call.borrow().clone(),
            incoming: incoming.borrow().clone(),
            calls_left: *calls_left.borrow(),
            preferences: preferences.borrow().clone(),
            pictures,
        }
    }

    /// Waits until something is newer than that revision, and tells what. A revision that was never given out belongs to
    /// an earlier life of the app: everything is new to that page.
    ///
    /// # Errors
    /// [`ErrorCode::Internal`] when the client ends.
    pub(crate) async fn changes(&self, after: u64) -> Result<Changes, UserError> {
        let mut revisions = self.revisions.clone();
        let news = async { revisions.wait_for(|revisions| revisions.newest != after).await.map(|news| *news) };
        match tokio::time::timeout(self.patience, news).await {
            Ok(Ok(revisions)) => Ok(self.since(after, &revisions)),
            Ok(Err(_)) => Err(ErrorCode::Internal.into()),
            Err(_) => Ok(Changes { revision: after, changes: Vec::new() }),
        }
    }

    fn since(&self, after: u64, revisions: &Revisions) -> Changes {
        let is_new = |revision: u64| revision > after || after > revisions.newest;
        let Views { session, server, conversations, chat, call, incoming, calls_left, preferences } = &self.views;
        let changes = [
            is_new(revisions.session).then(|| ViewChange::Session(session.borrow().clone())),
            is_new(revisions.server).then(|| ViewChange::Server(server.borrow().clone())),
            is_new(revisions.conversations).then(|| ViewChange::Conversations(conversations.borrow().clone())),
            is_new(revisions.chat).then(|| ViewChange::Chat(chat.borrow().clone())),
            is_new(revisions.call).then(|| ViewChange::Call(call.borrow().clone())),
            is_new(revisions.incoming).then(|| ViewChange::Incoming(incoming.borrow().clone())),
            is_new(revisions.calls_left).then(|| ViewChange::CallsLeft(*calls_left.borrow())),
            is_new(revisions.preferences).then(|| ViewChange::Preferences(preferences.borrow().clone())),
        ];
        Changes { revision: revisions.newest, changes: changes.into_iter().flatten().collect() }
    }
}

/// Counts every change of a view, until one of them has come to its end.
async fn follow(mut views: Views, revise: watch::Sender<Revisions>) {
    type Part = fn(&mut Revisions) -> &mut u64;
    loop {
        let (changed, part): (_, Part) = tokio::select! {
            changed = views.session.changed() => (changed, |revisions| &mut revisions.session),
            changed = views.server.changed() => (changed, |revisions| &mut revisions.server),
            changed = views.conversations.changed() => (changed, |revisions| &mut revisions.conversations),
            changed = views.chat.changed() => (changed, |revisions| &mut revisions.chat),
            changed = views.call.changed() => (changed, |revisions| &mut revisions.call),
            changed = views.incoming.changed() => (changed, |revisions| &mut revisions.incoming),
            changed = views.calls_left.changed() => (changed, |revisions| &mut revisions.calls_left),
            changed = views.preferences.changed() => (changed, |revisions| &mut revisions.preferences),
        };
        if changed.is_err() {
            return;
        }
        revise.send_modify(|revisions| {
            revisions.newest += 1;
            *part(revisions) = revisions.newest;
        });
    }
}

#[cfg(test)]
mod tests;
