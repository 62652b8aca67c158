use super::*;
use crate::view::CallAvailability;
use tokio::task::JoinHandle;

/// The views' other ends.
struct Scene {
    session: watch::Sender<SessionView>,
    server: watch::Sender<ServerView>,
    conversations: watch::Sender<ConversationsView>,
    chat: watch::Sender<Option<ChatView>>,
    _call: watch::Sender<Option<CallView>>,
    _incoming: watch::Sender<Option<IncomingView>>,
    _calls_left: watch::Sender<Option<CallsLeft>>,
    _preferences: watch::Sender<Preferences>,
    follow: JoinHandle<()>,
    feed: Feed,
}

impl Scene {
    /// Waits until the feed has counted so many changes.
    async fn counted(&self, changes: u64) {
        self.feed.revisions.clone().wait_for(|revisions| revisions.newest == changes).await.unwrap();
    }
}

fn server(address: &str) -> ServerView {
    ServerView {
        address: address.into(),
        on_this_computer: false,
        development_mail: false,
        calls: CallAvailability::Unknown,
        calls_problem: None,
        rings: false,
        photos: false,
    }
}

fn scene() -> Scene {
    let (session, for_session) = watch::channel(SessionView::Starting { problem: None });
    let (server, for_server) = watch::channel(server("https://one.example"));
    let (conversations, for_conversations) = watch::channel(ConversationsView::default());
    let (chat, for_chat) = watch::channel(None);
    let (call, for_call) = watch::channel(None);
    let (incoming, for_incoming) = watch::channel(None);
    let (calls_left, for_calls_left) = watch::channel(None);
    let (preferences, for_preferences) = watch::channel(Preferences::default());
    let (feed, follow) = Feed::new(Views {
        session: for_session,
        server: for_server,
        conversations: for_conversations,
        chat: for_chat,
        call: for_call,
        incoming: for_incoming,
        calls_left: for_calls_left,
        preferences: for_preferences,
    });
    Scene {
        session,
        server,
        conversations,
        chat,
        _call: call,
        _incoming: incoming,
        _calls_left: calls_left,
        _preferences: preferences,
        follow: tokio::spawn(follow),
        feed,
    }
}

fn signed_out() -> SessionView {
    SessionView::SignedOut { problem: None }
}

#[tokio::test]
async fn page_that_waits_is_told_of_a_change_as_it_happens() {
    let scene = scene();
    let start = scene.feed.snapshot(PicturePath::Canvas);
    assert_eq!(start.session, SessionView::Starting { problem: None });
    let (told, ()) = tokio::join!(scene.feed.changes(start.revision), async {
        scene.session.send_replace(signed_out());
    });
    let told = told.unwrap();
    assert_eq!(told.changes, [ViewChange::Session(signed_out())]);
    assert_ne!(told.revision, start.revision);
}

#[tokio::test]
async fn slow_page_gets_each_changed_view_once_and_the_newest_of_it() {
    let scene = scene();
    let start = scene.feed.snapshot(PicturePath::Canvas).revision;
    scene.server.send_replace(server("https://two.example"));
    scene.counted(1).await;
    scene.server.send_replace(server("https://three.example"));
    scene.counted(2).await;
    scene.conversations.send_modify(|view| view.loaded = true);
    scene.counted(3).await;
    let told = scene.feed.changes(start).await.unwrap();
    let loaded = ConversationsView { loaded: true, ..ConversationsView::default() };
    assert_eq!(told.changes, [ViewChange::Server(server("https://three.example")), ViewChange::Conversations(loaded)]);
    // The same again for another page that stands where this one stood.
    assert_eq!(scene.feed.changes(start).await.unwrap(), told);
}

#[tokio::test]
async fn view_that_did_not_change_again_is_not_told_again() {
    let scene = scene();
    scene.session.send_replace(signed_out());
    let first = scene.feed.changes(0).await.unwrap();
    scene.chat.send_replace(None);
    let second = scene.feed.changes(first.revision).await.unwrap();
    assert_eq!(second.changes, [ViewChange::Chat(None)]);
}

#[tokio::test]
async fn quiet_while_is_answered_with_nothing_and_the_same_revision() {
    let mut scene = scene();
    scene.session.send_replace(signed_out());
    let first = scene.feed.changes(0).await.unwrap();
    scene.feed.patience = Duration::ZERO;
    let quiet = scene.feed.changes(first.revision).await.unwrap();
    assert_eq!(quiet, Changes { revision: first.revision, changes: Vec::new() });
}

#[tokio::test]
async fn page_of_an_earlier_life_gets_everything() {
    let scene = scene();
    let told = scene.feed.changes(41).await.unwrap();
    assert_eq!(told.changes.len(), 8);
    assert_eq!(told.revision, scene.feed.snapshot(PicturePath::Canvas).revision);
}

#[tokio::test]
async fn end_of_the_client_is_an_error_for_who_waits() {
    let scene = scene();
    scene.follow.abort();
    assert_eq!(scene.feed.changes(0).await.unwrap_err().code, ErrorCode::Internal);
}
