//! What a notification says, and which buttons it has. A message's text is never in it, and a name only where the user
//! wants that and the screen is not locked.

use super::{About, Bubble, Press, Words};
use crate::texts::Texts;
use pizoo_api::MatchId;
use pizoo_api::livekit::CallType;
use pizoo_client::view::IncomingView;

/// Somebody rings. A video call can be answered as a voice call, with the camera off.
pub(super) fn ring(ring: &IncomingView, names: bool, texts: &'static Texts) -> Bubble {
    let body = texts.incoming(ring.call_type);
    let accept = match ring.call_type {
        CallType::Video => vec![(Press::Accept, texts.accept_video), (Press::AcceptVoice, texts.accept_voice)],
        CallType::Audio => vec![(Press::Accept, texts.accept)],
    };
    let others = [(Press::Decline, texts.decline), (Press::Open, texts.open)];
    Bubble {
        about: About::Ring(ring.call_id.clone()),
        words: names.then(|| Words { title: ring.partner_name.clone(), body }),
        discreet: Words { title: texts.somebody_calls.to_owned(), body },
        buttons: accept.into_iter().chain(others).collect(),
    }
}

/// Somebody wrote.
pub(super) fn message(match_id: MatchId, name: &str, names: bool, texts: &'static Texts) -> Bubble {
    let discreet = Words { title: texts.somebody_wrote.to_owned(), body: "" };
    chat(match_id, names.then(|| Words { title: texts.new_message(name), body: "" }), discreet, texts)
}

/// Somebody rang, and nobody was there.
pub(super) fn missed(match_id: MatchId, name: &str, names: bool, texts: &'static Texts) -> Bubble {
    let discreet = Words { title: texts.missed_call.to_owned(), body: "" };
    chat(match_id, names.then(|| Words { title: name.to_owned(), body: texts.missed_call }), discreet, texts)
}

fn chat(match_id: MatchId, words: Option<Words>, discreet: Words, texts: &'static Texts) -> Bubble {
    Bubble { about: About::Chat(match_id), words, discreet, buttons: vec![(Press::Open, texts.open)] }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rings(call_type: CallType) -> IncomingView {
        IncomingView {
            call_id: "call".into(),
            match_id: "match".into(),
            partner_id: "sara".into(),
            partner_name: "Sara".to_owned(),
            partner_photo: None,
            call_type,
            silenced: false,
        }
    }

    fn all(names: bool) -> [Bubble; 3] {
        let texts = Texts::of(Some("en"));
        let video = ring(&rings(CallType::Video), names, texts);
        [video, message("match".into(), "Sara", names, texts), missed("match".into(), "Sara", names, texts)]
    }

    fn texts_of(words: &Words) -> String {
        format!("{}\n{}", words.title, words.body)
    }

    #[test]
    fn name_is_said_where_the_user_wants_that() {
        for bubble in all(true) {
            assert!(texts_of(bubble.said(false)).contains("Sara"), "{bubble:?}");
        }
        for bubble in all(false) {
            assert!(!texts_of(bubble.said(false)).contains("Sara"), "{bubble:?}");
        }
    }

    #[test]
    fn no_name_is_on_a_locked_screen() {
        let said: Vec<_> = all(true).iter().map(|bubble| texts_of(bubble.said(true))).collect();
        let all = ["Somebody is calling\nIncoming video call", "Somebody wrote to you\n", "Missed call\n"];
        assert_eq!(said, all);
    }

    #[test]
    fn video_call_can_be_answered_as_a_voice_call() {
        let presses = |call_type| -> Vec<Press> {
            let bubble = ring(&rings(call_type), true, Texts::of(Some("en")));
            bubble.buttons.into_iter().map(|(press, _)| press).collect()
        };
        let video = [Press::Accept, Press::AcceptVoice, Press::Decline, Press::Open];
        assert_eq!(presses(CallType::Video), video);
        assert_eq!(presses(CallType::Audio), [Press::Accept, Press::Decline, Press::Open]);
    }
}
