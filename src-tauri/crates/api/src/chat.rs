//! `/api/matches` and `/api/conversations`.

use crate::{MatchId, MessageId, UserId};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// `GET /api/conversations`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConversationsResponse {
    /// Newest activity first.
    pub conversations: Vec<Conversation>,
}

/// One match with its last message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Conversation {
    /// The match, which every other route takes.
    pub match_id: MatchId,
    /// The other side.
    pub user: Partner,
    /// The newest message; without one its `content` is null and `created_at` the match's.
    pub last_message: LastMessage,
    /// Messages to the reader that were not read.
    pub unread_count: u32,
    /// When they matched, ISO 8601 with a zone.
    pub matched_at: String,
}

/// The other side of a match.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Partner {
    /// Identifier.
    pub id: UserId,
    /// Account name.
    pub name: String,
    /// Name on the profile; fall back on `name`.
    pub display_name: Option<String>,
    /// Address of a picture, if there is one. Only one that the server itself keeps is fetched; see [`crate::photos`].
    pub photo: Option<String>,
    /// Whether a client of theirs is connected.
    pub is_online: bool,
}

/// The newest message of a conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LastMessage {
    /// Its text, if there is a message.
    pub content: Option<String>,
    /// ISO 8601 with a zone.
    pub created_at: String,
    /// Who wrote it, if there is a message.
    pub sender_id: Option<UserId>,
}

/// `GET /api/conversations/{id}/messages`, oldest first.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MessagesResponse {
    /// The messages.
    pub messages: Vec<Message>,
    /// Whether there are older ones: ask again with `before`, the first one's id. The original does not say.
    #[serde(default)]
    pub has_more: bool,
}

/// One message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Message {
    /// Identifier.
    pub id: MessageId,
    /// The conversation.
    pub match_id: MatchId,
    /// Who wrote it.
    pub sender_id: UserId,
    /// Who gets it.
    pub receiver_id: UserId,
    /// Its text.
    pub content: String,
    /// `text`, or `system` for lines that the backend wrote, in the caller's name: then the content is a code that clients
    /// translate. `call.missed:video`: nobody answered, for the caller also when it was declined; `call.declined:audio`:
    /// only for who declined, and read already; `call.ended:audio:73` (seconds).
    pub message_type: String,
    /// `sent` or `read`.
    pub status: String,
    /// ISO 8601 with a zone.
    pub created_at: String,
    /// When the receiver read it, ISO 8601 with a zone.
    #[serde(default)]
    pub read_at: Option<String>,
}

/// `POST /api/conversations/{id}/messages`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SendMessageRequest {
    /// Its text, 1 to 4,000 characters.
    pub content: String,
    /// `text`.
    #[serde(default = "text")]
    pub message_type: String,
    /// Made up by the sender, up to 128 bytes, no slash: a second request with the same key gets the first one's message and
    /// stores nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idempotency_key: Option<String>,
}

fn text() -> String {
    "text".into()
}

/// Its 200 answer.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SendMessageResponse {
    /// One sentence for a person.
    pub message: String,
    /// What was stored.
    pub data: Message,
    /// Always null here: the original's weekly limit does not exist in this backend.
    pub remaining_messages: Option<u32>,
}

/// `POST /api/conversations/{id}/read-receipts`, whose body may be empty.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReadRequest {
    /// The newest message that was read; without it, all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub up_to: Option<MessageId>,
    /// They count as read for the reader, on all devices; the sender is not told and sees no difference. Only a server
    /// with the feature [`crate::health::PRIVATE_READ`] knows it: to another one it is a receipt like any.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub private: bool,
}

/// `POST /api/conversations/{id}/typing`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TypingRequest {
    /// Whether the user writes or stopped.
    pub is_typing: bool,
}

/// `GET /api/matches`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MatchesResponse {
    /// Newest first.
    pub matches: Vec<MatchEntry>,
}

/// One match in the list.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MatchEntry {
    /// Identifier.
    pub match_id: MatchId,
    /// ISO 8601 with a zone.
    pub matched_at: String,
    /// The other side.
    pub profile: MatchProfile,
}

/// The other side's profile, as much of it as a list needs.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MatchProfile {
    /// The user's id.
    pub user_id: UserId,
    /// Name on the profile.
    pub display_name: String,
    /// Addresses of pictures.
    #[serde(default)]
    pub photos: Vec<String>,
}
