//! What is told, as pure functions of what was and what is.

use super::{About, Press};
use pizoo_api::MatchId;
use pizoo_api::chat::Conversation;
use pizoo_api::livekit::CallType;
use pizoo_client::view::{CallView, CameraStart, ConversationsView, IncomingView, Preferences};

/// What the client showed when it was last looked at.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    /// None until the list is loaded: what waited before the start is no news.
    list: Option<Vec<Conversation>>,
    ringing: Option<MatchId>,
    /// The match of the newest ring that is over, and whether the user knows of it.
    rang: Option<(MatchId, bool)>,
}

/// Something to tell, or to take back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum News {
    /// Somebody wrote.
    Message { match_id: MatchId, name: String },
    /// Somebody rang, and nobody was there.
    Missed { match_id: MatchId, name: String },
    /// What was there to read was read, perhaps on another device.
    Read(MatchId),
}

impl Seen {
    /// What is seen next. `watched` says that the user is at one of the app's windows.
    pub(super) fn then(
        &self,
        conversations: &ConversationsView,
        incoming: Option<&IncomingView>,
        call: Option<&CallView>,
        watched: bool,
    ) -> Self {
        let ringing = incoming.map(|ring| ring.match_id.clone());
        let mut rang = self.rang.clone();
        if let Some(over) = self.ringing.clone().filter(|_| self.ringing != ringing) {
            let settled = matches!(&rang, Some((match_id, true)) if *match_id == over);
            rang = Some((over, watched || settled));
        } else if ringing.is_some() && self.ringing.is_none() {
            rang = None;
        }
        if let (Some(call), Some((match_id, known))) = (call, &mut rang) {
            *known |= call.match_id == *match_id;
        }
        Self { list: conversations.loaded.then(|| conversations.list.clone()), ringing, rang }
    }

    /// The user answered the ring, by a notification.
    pub(super) fn settled(&mut self, match_id: &MatchId) {
        self.rang = Some((match_id.clone(), true));
    }
}

/// Whose ring has a notification. With the main window in front, the page shows it.
pub(super) fn ring<'a>(
    focused: bool,
    quiet: bool,
    preferences: &Preferences,
    incoming: Option<&'a IncomingView>,
) -> Option<&'a IncomingView> {
    incoming.filter(|ring| !focused && !quiet && preferences.notifications && !ring.silenced)
}

/// What to tell of the conversations. What happens in the chat that is before the user's eyes (`front`), they see.
pub(super) fn news(
    front: Option<&MatchId>,
    quiet: bool,
    preferences: &Preferences,
    before: &Seen,
    after: &Seen,
) -> Vec<News> {
    let (Some(old), Some(new)) = (&before.list, &after.list) else { return Vec::new() };
    let quiet = |of: &Conversation| quiet || !preferences.notifications || front == Some(&of.match_id);
    let known = |of: &Conversation| old.iter().find(|known| known.match_id == of.match_id);
    new.iter().filter_map(|now| change(known(now), now, after, quiet(now))).collect()
}

/// Where a press on a notification leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// To the window: what it was about is over.
    Window,
    /// To that chat.
    Chat(MatchId),
    /// Into a call.
    Call { ring: IncomingView, camera: CameraStart },
    /// To nothing.
    Away(IncomingView),
}

/// Where that press leads while this one rings.
pub(super) fn way(about: About, press: Press, incoming: Option<IncomingView>, chosen: &Preferences) -> Way {
    let ring = match about {
        About::Chat(match_id) => return Way::Chat(match_id),
        About::Ring(id) => incoming.filter(|ring| ring.call_id == id),
    };
    match (ring, press) {
        (None, _) => Way::Window,
        (Some(ring), Press::Open) => Way::Chat(ring.match_id),
        (Some(ring), Press::Decline) => Way::Away(ring),
        (Some(ring), Press::Accept) if ring.call_type == CallType::Video => {
            Way::Call { ring, camera: chosen.camera_start() }
        }
        (Some(ring), Press::Accept | Press::AcceptVoice) => Way::Call { ring, camera: CameraStart::Off },
    }
}

fn change(before: Option<&Conversation>, now: &Conversation, seen: &Seen, quiet: bool) -> Option<News> {
    let match_id = now.match_id.clone();
    let unread = before.map_or(0, |before| before.unread_count);
    if now.unread_count == 0 && unread > 0 {
        return Some(News::Read(match_id));
    }
    let is_new = now.unread_count > unread && before.is_none_or(|before| before.last_message != now.last_message);
    if quiet || !is_new || now.last_message.sender_id.as_ref() != Some(&now.user.id) {
        return None;
    }
    let name = now.user.display_name.clone().unwrap_or_else(|| now.user.name.clone());
    let rang = seen.rang.as_ref().filter(|(rang, _)| *rang == match_id).map(|(_, known)| *known);
    // A person could write such a line; without a ring that was seen here it is a message like any other.
    match (Line::of(now.last_message.content.as_deref()), rang) {
        (Line::Ended, _) | (Line::Missed, Some(true)) => None,
        (Line::Missed, Some(false)) => Some(News::Missed { match_id, name }),
        (Line::Missed, None) | (Line::Text, _) => Some(News::Message { match_id, name }),
    }
}

/// What a line looks like; whether the server wrote it, the list does not say.
enum Line {
    Missed,
    Ended,
    Text,
}

impl Line {
    fn of(content: Option<&str>) -> Self {
        let mut parts = content.unwrap_or_default().split(':');
        match (parts.next(), parts.next(), parts.next(), parts.next()) {
            (Some("call.missed"), Some("audio" | "video"), None, None) => Self::Missed,
            (Some("call.ended"), Some("audio" | "video"), Some(seconds), None) if seconds.parse::<u64>().is_ok() => {
                Self::Ended
            }
            _ => Self::Text,
        }
    }
}

#[cfg(test)]
mod tests;
