use super::*;
use pizoo_api::chat::{LastMessage, Partner};
use pizoo_api::livekit::CallType;
use pizoo_client::view::{CallPhase, Protection, RemoteView, Switch};

fn conversation(match_id: &str, unread_count: u32, content: &str, sender: &str) -> Conversation {
    Conversation {
        match_id: match_id.into(),
        user: Partner {
            id: "sara".into(),
            name: "sara_account".to_owned(),
            display_name: Some("Sara".to_owned()),
            photo: None,
            is_online: true,
        },
        last_message: LastMessage {
            content: Some(content.to_owned()),
            created_at: "2026-01-01T00:00:00Z".to_owned(),
            sender_id: Some(sender.into()),
        },
        unread_count,
        matched_at: "2026-01-01T00:00:00Z".to_owned(),
    }
}

fn list(list: &[Conversation]) -> ConversationsView {
    ConversationsView { loaded: true, list: list.to_vec(), problem: None }
}

fn rings() -> IncomingView {
    IncomingView {
        call_id: "call".into(),
        match_id: "match".into(),
        partner_id: "sara".into(),
        partner_name: "Sara".to_owned(),
        partner_photo: None,
        call_type: CallType::Video,
        silenced: false,
    }
}

fn call() -> CallView {
    let (match_id, partner_id, partner_name) = ("match".into(), "sara".into(), "Sara".to_owned());
    let switch = Switch { available: true, wanted: true, on: true };
    let (microphone, camera, remote) = (switch, switch, RemoteView::default());
    let (call_type, phase, together_since_ms, notices) = (CallType::Video, CallPhase::Connecting, None, Vec::new());
    CallView {
        match_id,
        partner_id,
        partner_name,
        partner_photo: None,
        call_type,
        phase,
        microphone,
        camera,
        own_blurred: false,
        remote,
        together_since_ms,
        notices,
        problem: None,
        protection: Protection::default(),
        muted_speaking: false,
        switched: None,
    }
}

/// A user who is elsewhere, with one conversation.
struct Scene {
    seen: Seen,
    list: ConversationsView,
    incoming: Option<IncomingView>,
    call: Option<CallView>,
    watched: bool,
    front: Option<MatchId>,
    quiet: bool,
    chosen: Preferences,
}

impl Scene {
    fn new() -> Self {
        let list = list(&[conversation("match", 0, "hi", "me")]);
        let seen = Seen::default().then(&list, None, None, false);
        let chosen = Preferences::default();
        Self { seen, list, incoming: None, call: None, watched: false, front: None, quiet: false, chosen }
    }

    fn look(&mut self) -> Vec<News> {
        let after = self.seen.then(&self.list, self.incoming.as_ref(), self.call.as_ref(), self.watched);
        let news = news(self.front.as_ref(), self.quiet, &self.chosen, &self.seen, &after);
        self.seen = after;
        news
    }

    fn line(&mut self, content: &str) -> Vec<News> {
        let unread = self.list.list[0].unread_count + 1;
        self.list = list(&[conversation("match", unread, content, "sara")]);
        self.look()
    }
}

fn message() -> News {
    News::Message { match_id: "match".into(), name: "Sara".to_owned() }
}

fn missed() -> News {
    News::Missed { match_id: "match".into(), name: "Sara".to_owned() }
}

#[test]
fn message_is_told_once() {
    let mut scene = Scene::new();
    assert_eq!(scene.line("hello"), [message()]);
    assert_eq!(scene.look(), []);
    assert_eq!(scene.line("are you there?"), [message()]);
}

#[test]
fn nothing_is_told_to_who_wants_quiet() {
    for quiet in [|scene: &mut Scene| scene.quiet = true, |scene: &mut Scene| scene.chosen.notifications = false] {
        let mut scene = Scene::new();
        quiet(&mut scene);
        assert_eq!(scene.line("hello"), []);
        assert_eq!(ring(false, scene.quiet, &scene.chosen, Some(&rings())), None);
    }
}

#[test]
fn nothing_is_told_of_the_chat_before_the_users_eyes_and_of_others_it_is() {
    let mut scene = Scene::new();
    scene.front = Some("match".into());
    assert_eq!(scene.line("hello"), []);
    // In another chat, in the settings or in a call.
    for elsewhere in [Some("another".into()), None] {
        scene.front = elsewhere;
        assert_eq!(scene.line("are you there?"), [message()]);
        assert_eq!(scene.line("hello?"), [message()]);
    }
}

#[test]
fn what_waited_before_the_start_is_no_news() {
    let mut scene = Scene::new();
    scene.seen = Seen::default();
    scene.list = list(&[conversation("match", 3, "hello", "sara")]);
    assert_eq!(scene.look(), []);
    assert_eq!(scene.line("and?"), [message()]);
}

#[test]
fn own_messages_and_recounts_are_no_news() {
    let mut scene = Scene::new();
    scene.list = list(&[conversation("match", 1, "from my phone", "me")]);
    assert_eq!(scene.look(), []);
    scene.list = list(&[conversation("match", 2, "from my phone", "sara")]);
    scene.look();
    scene.list.list[0].unread_count = 5;
    assert_eq!(scene.look(), []);
}

#[test]
fn first_message_of_a_new_match_is_told() {
    let mut scene = Scene::new();
    scene.list.list.insert(0, conversation("new", 1, "hello", "sara"));
    assert_eq!(scene.look(), [News::Message { match_id: "new".into(), name: "Sara".to_owned() }]);
}

#[test]
fn what_was_read_elsewhere_is_taken_back() {
    let mut scene = Scene::new();
    scene.line("hello");
    scene.list.list[0].unread_count = 0;
    scene.front = Some("match".into());
    assert_eq!(scene.look(), [News::Read("match".into())]);
}

#[test]
fn ring_is_shown_until_it_is_silenced() {
    let chosen = Preferences::default();
    assert!(ring(false, false, &chosen, Some(&rings())).is_some());
    assert!(ring(true, false, &chosen, Some(&rings())).is_none());
    assert!(ring(false, false, &chosen, Some(&IncomingView { silenced: true, ..rings() })).is_none());
}

#[test]
fn press_on_a_notification_leads_to_its_chat() {
    assert_eq!(way(About::Chat("match".into()), Press::Open, None, &Preferences::default()), Way::Chat("match".into()));
    let of_ring = |press| way(About::Ring("call".into()), press, Some(rings()), &Preferences::default());
    assert_eq!(of_ring(Press::Open), Way::Chat("match".into()));
    assert_eq!(of_ring(Press::Decline), Way::Away(rings()));
    assert_eq!(of_ring(Press::Accept), Way::Call { ring: rings(), camera: CameraStart::On });
    assert_eq!(of_ring(Press::AcceptVoice), Way::Call { ring: rings(), camera: CameraStart::Off });
}

#[test]
fn call_accepted_in_a_notification_begins_blurred_where_that_is_chosen() {
    let chosen = Preferences { blur_own: true, ..Preferences::default() };
    let of_ring = |press| way(About::Ring("call".into()), press, Some(rings()), &chosen);
    assert_eq!(of_ring(Press::Accept), Way::Call { ring: rings(), camera: CameraStart::Blurred });
    assert_eq!(of_ring(Press::AcceptVoice), Way::Call { ring: rings(), camera: CameraStart::Off });
}

#[test]
fn camera_stays_off_in_a_voice_call() {
    let voice = IncomingView { call_type: CallType::Audio, ..rings() };
    let way = way(About::Ring("call".into()), Press::Accept, Some(voice.clone()), &Preferences::default());
    assert_eq!(way, Way::Call { ring: voice, camera: CameraStart::Off });
}

#[test]
fn press_that_comes_too_late_only_opens_the_window() {
    let about = || About::Ring("call".into());
    let another = IncomingView { call_id: "another".into(), ..rings() };
    for press in [Press::Accept, Press::AcceptVoice, Press::Decline, Press::Open] {
        assert_eq!(way(about(), press, None, &Preferences::default()), Way::Window);
        assert_eq!(way(about(), press, Some(another.clone()), &Preferences::default()), Way::Window);
    }
}

#[test]
fn ring_that_nobody_saw_end_is_a_missed_call() {
    let mut scene = Scene::new();
    scene.incoming = Some(rings());
    assert_eq!(scene.look(), []);
    scene.incoming = None;
    assert_eq!(scene.look(), []);
    assert_eq!(scene.line("call.missed:video"), [missed()]);
}

#[test]
fn end_of_the_ring_and_its_line_may_come_together() {
    let mut scene = Scene::new();
    scene.incoming = Some(rings());
    scene.look();
    scene.incoming = None;
    assert_eq!(scene.line("call.missed:audio"), [missed()]);
}

#[test]
fn ring_that_the_user_declined_is_not_missed() {
    let by_window = |scene: &mut Scene| scene.watched = true;
    let by_notification = |scene: &mut Scene| scene.seen.settled(&"match".into());
    for decline in [by_window as fn(&mut Scene), by_notification] {
        let mut scene = Scene::new();
        scene.incoming = Some(rings());
        scene.look();
        decline(&mut scene);
        scene.incoming = None;
        scene.look();
        scene.watched = false;
        assert_eq!(scene.line("call.missed:video"), []);
    }
}

#[test]
fn answered_call_is_not_missed() {
    let mut scene = Scene::new();
    scene.incoming = Some(rings());
    scene.look();
    scene.incoming = None;
    scene.look();
    scene.call = Some(call());
    scene.look();
    scene.call = None;
    scene.look();
    assert_eq!(scene.line("call.ended:video:73"), []);
    assert_eq!(scene.line("call.missed:video"), []);
}

#[test]
fn second_ring_can_be_missed_after_a_declined_one() {
    let mut scene = Scene::new();
    scene.seen.settled(&"match".into());
    scene.incoming = Some(rings());
    scene.look();
    scene.incoming = None;
    assert_eq!(scene.line("call.missed:video"), [missed()]);
}

#[test]
fn person_who_writes_like_the_server_only_writes() {
    let mut scene = Scene::new();
    assert_eq!(scene.line("call.missed:video"), [message()]);
    assert_eq!(scene.line("call.missed:video:1"), [message()]);
    assert_eq!(scene.line("call.ended:video:soon"), [message()]);
}
