//! Everything at once, and what is new since.

use super::{CallView, ChatView, ConversationsView, IncomingView, PicturePath, Preferences, ServerView, SessionView};
use serde::Serialize;
use ts_rs::TS;

/// Everything at once, for a page that just loaded.
#[derive(Clone, Debug, Serialize, TS)]
pub struct Snapshot {
    /// Where to go on from, with [`Changes`].
    #[ts(type = "number")]
    pub revision: u64,
    /// Who is signed in.
    pub session: SessionView,
    /// Which backend, and what it can do.
    pub server: ServerView,
    /// The conversation list.
    pub conversations: ConversationsView,
    /// The open conversation, if one is open.
    pub chat: Option<ChatView>,
    /// The call on the screen, if there is one; an ended call stays until it is dismissed.
    pub call: Option<CallView>,
    /// Who rings, if anybody does.
    pub incoming: Option<IncomingView>,
    /// How many calls the limit still allows, if that is known.
    pub calls_left: Option<CallsLeft>,
    /// What the user chose.
    pub preferences: Preferences,
    /// How pictures get on the screen.
    pub pictures: PicturePath,
}

/// What changed since a revision.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
pub struct Changes {
    /// Where to go on from.
    #[ts(type = "number")]
    pub revision: u64,
    /// Each view that is another now, whole, as it is by now; none when nothing was new for a while.
    pub changes: Vec<ViewChange>,
}

/// One view as it is now.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(tag = "name", content = "view", rename_all = "snake_case")]
pub enum ViewChange {
    /// Who is signed in.
    Session(SessionView),
    /// Which backend, and what it can do.
    Server(ServerView),
    /// The conversation list.
    Conversations(ConversationsView),
    /// The open conversation, if one is open.
    Chat(Option<ChatView>),
    /// The call on the screen, if there is one.
    Call(Option<CallView>),
    /// Who rings, if anybody does.
    Incoming(Option<IncomingView>),
    /// How many calls the limit still allows, if that is known.
    CallsLeft(Option<CallsLeft>),
    /// What the user chose.
    Preferences(Preferences),
}

/// How many calls the server's limit still allows, as it said with the newest token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
pub struct CallsLeft {
    /// So many can be begun now.
    pub left: u32,
    /// When there is one more, milliseconds since 1970.
    #[ts(type = "number")]
    pub more_at_ms: u64,
}
