//! What is said on `/api/events`.

use super::Dialect;
use super::typing::Typing;
use crate::bus::Ephemeral;
use crate::clock::UnixMs;
use crate::input;
use crate::state::Backend;
use crate::store::events::Row;
use pizoo_api::events::{ClientFrame, Numbered, ServerFrame};

/// One client of the event stream.
pub(crate) struct Stream {
    user: String,
    typing: Typing,
}

impl Stream {
    pub(crate) fn new(user: &str) -> Self {
        Self { user: user.to_owned(), typing: Typing::default() }
    }
}

fn text(frame: &ServerFrame) -> Option<String> {
    serde_json::to_string(frame).inspect_err(|error| tracing::error!(%error, "a frame cannot be written")).ok()
}

impl Dialect for Stream {
    fn hello(&self, seq: i64) -> Option<String> {
        text(&ServerFrame::Hello { seq })
    }

    fn resync(&self, seq: i64) -> Option<String> {
        text(&ServerFrame::Resync { seq })
    }

    fn heartbeat(&self, seq: i64) -> Option<String> {
        text(&ServerFrame::Heartbeat { seq })
    }

    /// The stored JSON with its number and time before it: no event is parsed on its way out.
    fn event(&self, row: &Row) -> Option<String> {
        let fields = row.body.strip_prefix('{')?;
        let (seq, at) = (row.seq, UnixMs(row.created_at).iso());
        Some(format!(r#"{{"seq":{seq},"at":"{at}",{fields}"#))
    }

    fn ephemeral(&self, ephemeral: &Ephemeral) -> Option<String> {
        let (at, event) = (UnixMs(ephemeral.at).iso(), ephemeral.event.clone());
        text(&ServerFrame::Event(Numbered { seq: None, at, event }))
    }

    async fn incoming(&mut self, backend: &Backend, text: &str) -> Vec<String> {
        match serde_json::from_str(text) {
            Ok(ClientFrame::Typing { match_id, is_typing }) if input::is_id(match_id.as_str()) => {
                let told = self.typing.tell(backend, &self.user, match_id.as_str(), is_typing).await;
                if let Err(error) = told {
                    tracing::warn!(%error, "typing was not told");
                }
            }
            // A newer client may say what this backend does not know.
            Ok(ClientFrame::Typing { .. }) | Err(_) => {
                tracing::debug!(count = 1, "socket frames not understood");
            }
        }
        Vec::new()
    }
}

#[cfg(test)]
mod tests {
    use super::{Dialect as _, Stream};
    use crate::store::events::Row;
    use pizoo_api::events::{Event, Numbered, ServerFrame};

    #[test]
    fn stored_event_goes_out_as_the_frame_of_the_contract() {
        let event = Event::MatchRemoved { match_id: "m\"1".into() };
        let body = serde_json::to_string(&event).unwrap();
        let frame = Stream::new("ada").event(&Row { seq: 7, created_at: 1, body }).unwrap();
        let at = "1970-01-01T00:00:00.001Z".to_owned();
        assert_eq!(
            serde_json::from_str::<ServerFrame>(&frame).unwrap(),
            ServerFrame::Event(Numbered { seq: Some(7), at, event })
        );
    }
}
