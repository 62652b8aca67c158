//! What is said on `/ws/{user_id}`: the frames of the original's clients, over the same events.

use super::Dialect;
use super::typing::Typing;
use crate::bus::Ephemeral;
use crate::clock::UnixMs;
use crate::http::problem::Problem;
use crate::input;
use crate::routes::legacy;
use crate::state::Backend;
use crate::store::accounts::User;
use crate::store::audience;
use crate::store::events::Row;
use pizoo_api::events::Event;
use serde::Deserialize;
use serde_json::{Value, json};

/// One client of the original's socket.
pub(crate) struct Original {
    user: User,
    typing: Typing,
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Incoming {
    /// The receiver is the match's other side, whatever the client says.
    Message {
        match_id: String,
        message: String,
    },
    Typing {
        receiver_id: String,
        #[serde(default = "yes")]
        is_typing: bool,
    },
    ReadReceipt {
        match_id: String,
    },
}

fn yes() -> bool {
    true
}

impl Original {
    pub(crate) fn new(user: User) -> Self {
        Self { user, typing: Typing::default() }
    }

    /// As the original says it; nothing for what it does not know.
    fn said(&self, event: Event, at: i64) -> Option<String> {
        let own = |user: &str| user == self.user.id;
        let frame = match event {
            // One that is read already is nothing that anybody has to look at: the user knows of it.
            Event::MessageNew { message } if !own(message.sender_id.as_str()) && message.read_at.is_none() => json!({
                "type": "new_message",
                "sender_id": message.sender_id,
                "message": message.content,
                "match_id": message.match_id,
                "timestamp": message.created_at,
            }),
            Event::ReadReceipt { match_id, read_by, .. } if !own(read_by.as_str()) => {
                json!({"type": "read_receipt", "match_id": match_id, "read_by": read_by})
            }
            Event::Typing { user_id, is_typing, .. } => {
                json!({"type": "typing", "user_id": user_id, "is_typing": is_typing})
            }
            Event::Presence { user_id, online } => {
                json!({"type": "user_status", "user_id": user_id, "online": online, "timestamp": UnixMs(at).iso()})
            }
            _ => return None,
        };
        Some(frame.to_string())
    }

    async fn act(&mut self, backend: &Backend, frame: Incoming) -> Option<Value> {
        match frame {
            Incoming::Message { match_id, message } => {
                let stored = input::is_id(&match_id)
                    && taken(legacy::send(backend, &self.user, match_id, message).await, "a message was not stored");
                Some(json!({"type": "message_sent", "success": stored}))
            }
            Incoming::Typing { receiver_id, is_typing } => {
                if input::is_id(&receiver_id) {
                    let told = self.tell_typing(backend, &receiver_id, is_typing).await;
                    taken(told.map_err(Problem::from), "typing was not told");
                }
                None
            }
            Incoming::ReadReceipt { match_id } => {
                if input::is_id(&match_id) {
                    taken(legacy::read(backend, &self.user, match_id).await, "a receipt was not stored");
                }
                None
            }
        }
    }

    async fn tell_typing(&mut self, backend: &Backend, to: &str, is_typing: bool) -> crate::store::Result<()> {
        match audience::match_with(backend.store.read(), &self.user.id, to).await? {
            Some(id) => self.typing.tell(backend, &self.user.id, &id, is_typing).await,
            None => Ok(()),
        }
    }
}

fn taken(done: Result<(), Problem>, otherwise: &'static str) -> bool {
    done.inspect_err(|problem| tracing::debug!(?problem, otherwise)).is_ok()
}

impl Dialect for Original {
    fn hello(&self, _seq: i64) -> Option<String> {
        None
    }

    fn resync(&self, _seq: i64) -> Option<String> {
        None
    }

    fn heartbeat(&self, _seq: i64) -> Option<String> {
        None
    }

    fn event(&self, row: &Row) -> Option<String> {
        self.said(serde_json::from_str(&row.body).ok()?, row.created_at)
    }

    fn ephemeral(&self, ephemeral: &Ephemeral) -> Option<String> {
        self.said(ephemeral.event.clone(), ephemeral.at)
    }

    async fn incoming(&mut self, backend: &Backend, text: &str) -> Vec<String> {
        let Ok(frame) = serde_json::from_str(text) else {
            tracing::debug!(count = 1, "socket frames not understood");
            return Vec::new();
        };
        self.act(backend, frame).await.map(|answer| answer.to_string()).into_iter().collect()
    }
}
