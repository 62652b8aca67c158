//! `GET /api/events`, a WebSocket: what one user is told, in a sequence of their own.
//!
//! Each frame is one JSON object with a `type`. A client asks with `?after=SEQ` (the last number it has seen, 0 for all;
//! without it, only what happens from now on) and gets [`ServerFrame::Hello`], what it missed in order, then what
//! happens. An [`Event`] with a number is kept for 14 days and comes again after a reconnect; typing and presence have
//! none and may be lost. A number that a client has seen already is one to ignore.

use crate::calls::Call;
use crate::chat::{Message, Partner};
use crate::{MatchId, MessageId, UserId};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What the backend sends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "type")]
#[expect(clippy::large_enum_variant, reason = "most frames are events")]
pub enum ServerFrame {
    /// The first frame.
    #[serde(rename = "hello")]
    Hello {
        /// The user's newest number.
        #[ts(type = "number")]
        seq: i64,
    },
    /// Now and then. A `seq` beyond what the client has seen tells it to connect again with `after`.
    #[serde(rename = "heartbeat")]
    Heartbeat {
        /// The user's newest number.
        #[ts(type = "number")]
        seq: i64,
    },
    /// What the client missed is not kept any more: it loads its lists anew. Events go on after `seq`.
    #[serde(rename = "resync")]
    Resync {
        /// The user's newest number.
        #[ts(type = "number")]
        seq: i64,
    },
    /// Something happened.
    #[serde(untagged)]
    Event(Numbered),
}

/// An event with its place in the user's sequence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Numbered {
    /// Its number; none for what is not kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(type = "number | null")]
    pub seq: Option<i64>,
    /// ISO 8601 with a zone.
    pub at: String,
    /// What happened.
    #[serde(flatten)]
    pub event: Event,
}

/// What happened, as the user who is told sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "type")]
pub enum Event {
    /// A message was sent or received, also on the sender's other devices.
    #[serde(rename = "message.new")]
    MessageNew {
        /// It.
        message: Message,
    },
    /// A side read what the other one wrote, up to a message.
    #[serde(rename = "read_receipt")]
    ReadReceipt {
        /// The conversation.
        match_id: MatchId,
        /// Who read.
        read_by: UserId,
        /// ISO 8601 with a zone.
        read_at: String,
        /// The newest message that is read now; those before it are, too.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        up_to: Option<MessageId>,
    },
    /// The other side writes or stopped. Not kept.
    #[serde(rename = "typing")]
    Typing {
        /// The conversation.
        match_id: MatchId,
        /// Who writes.
        user_id: UserId,
        /// Whether they go on.
        is_typing: bool,
    },
    /// The other side of a match came or went. Not kept.
    #[serde(rename = "presence")]
    Presence {
        /// Who.
        user_id: UserId,
        /// Whether a client of theirs is connected.
        online: bool,
    },
    /// Two people like each other.
    #[serde(rename = "match.new")]
    MatchNew {
        /// Their match.
        match_id: MatchId,
        /// The other side.
        user: Partner,
    },
    /// A match is gone: unmatched, blocked or an account deleted. Which one is not told.
    #[serde(rename = "match.removed")]
    MatchRemoved {
        /// It was this one.
        match_id: MatchId,
    },
    /// One's own agreement to be called changed, perhaps on another device.
    #[serde(rename = "match.calling")]
    MatchCalling {
        /// The match.
        match_id: MatchId,
        /// Whether calls are agreed to now.
        allowed: bool,
    },
    /// Somebody rings.
    #[serde(rename = "call.incoming")]
    CallIncoming {
        /// The call.
        call: Call,
    },
    /// One of the user's own devices rings somebody.
    #[serde(rename = "call.outgoing")]
    CallOutgoing {
        /// The call.
        call: Call,
    },
    /// The ring was accepted; for the callee's other devices: it was answered elsewhere.
    #[serde(rename = "call.accepted")]
    CallAccepted {
        /// The call.
        call: Call,
    },
    /// It is over; the call says how, as this user may know it.
    #[serde(rename = "call.ended")]
    CallEnded {
        /// The call.
        call: Call,
    },
}

/// What a client may send.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "type")]
pub enum ClientFrame {
    /// The user writes or stopped.
    #[serde(rename = "typing")]
    Typing {
        /// The conversation.
        match_id: MatchId,
        /// Whether they go on.
        is_typing: bool,
    },
}
