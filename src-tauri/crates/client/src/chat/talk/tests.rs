use super::*;
use pizoo_api::chat::Partner;

const ME: &str = "me";
const THEM: &str = "them";

fn message(id: &str, from: &str) -> Message {
    Message {
        id: id.into(),
        match_id: "match".into(),
        sender_id: from.into(),
        receiver_id: if from == ME { THEM } else { ME }.into(),
        content: format!("text of {id}"),
        message_type: "text".into(),
        status: "sent".into(),
        created_at: format!("2026-01-01T00:00:{:0>2}Z", id.len()),
        read_at: None,
    }
}

fn conversation(unread: u32, newest: &str) -> Conversation {
    Conversation {
        match_id: "match".into(),
        user: Partner { id: THEM.into(), name: "Them".into(), display_name: None, photo: None, is_online: false },
        last_message: LastMessage { content: None, created_at: newest.into(), sender_id: None },
        unread_count: unread,
        matched_at: newest.into(),
    }
}

fn opened(ids: &[&str], more: bool) -> Talk {
    let mut talk = Talk::default();
    talk.open("match".into());
    let page = ids.iter().map(|id| message(id, THEM)).collect();
    talk.opened(&"match".into()).unwrap().page(page, more);
    talk
}

fn ids(talk: &Talk) -> Vec<String> {
    talk.view(Some(&ME.into())).unwrap().lines.iter().map(|line| line.message.id.to_string()).collect()
}

fn tell(talk: &mut Talk, event: Event) -> News {
    talk.event(&event, &ME.into())
}

#[test]
fn message_that_is_answered_and_told_is_shown_once() {
    let mut talk = opened(&[], false);
    let (line, stored) = (message("key", ME), message("stored", ME));
    talk.sending(line.clone());
    tell(&mut talk, Event::MessageNew { message: stored.clone() });
    talk.sent(&line, stored);
    assert_eq!(ids(&talk), ["stored"]);
}

#[test]
fn failed_line_keeps_its_key_and_lets_others_pass_until_it_is_tried_again() {
    let mut talk = opened(&["a"], false);
    let (line, next) = (message("key", ME), message("next", ME));
    talk.sending(line.clone());
    talk.sending(next.clone());
    talk.not_sent(&line);
    assert_eq!(talk.view(Some(&ME.into())).unwrap().lines[1].delivery, Delivery::Failed);
    assert_eq!(talk.waiting(&ME.into()), Some(next.clone()));
    talk.again(&line.id);
    talk.again(&line.id);
    assert_eq!(talk.view(Some(&ME.into())).unwrap().lines[1].delivery, Delivery::Sending);
    assert_eq!(talk.waiting(&ME.into()), Some(line.clone()));
    talk.sent(&line, message("stored", ME));
    assert_eq!(talk.waiting(&ME.into()), Some(next));
    assert_eq!(talk.waiting(&THEM.into()), None, "nobody sends what somebody else wrote");
}

#[test]
fn lines_of_several_conversations_are_sent_in_the_order_of_writing() {
    let mut talk = opened(&[], false);
    let written = ["match", "other", "match"]
        .iter()
        .enumerate()
        .map(|(n, match_id)| Message { match_id: (*match_id).into(), ..message(&format!("{n}"), ME) });
    written.clone().for_each(|line| talk.sending(line));
    for line in written {
        assert_eq!(talk.waiting(&ME.into()), Some(line.clone()));
        talk.sent(&line, message(&format!("stored {}", line.id), ME));
    }
    assert_eq!(talk.waiting(&ME.into()), None);
}

#[test]
fn newest_page_keeps_the_older_ones_it_joins() {
    let mut talk = opened(&["c", "d"], true);
    let open = talk.opened(&"match".into()).unwrap();
    assert_eq!(open.oldest(), Some("c".into()));
    open.older(vec![message("a", THEM), message("b", THEM)], false);
    assert_eq!(open.oldest(), None);
    open.page(vec![message("d", THEM), message("e", THEM)], true);
    assert_eq!(ids(&talk), ["a", "b", "c", "d", "e"]);
    assert!(!talk.view(None).unwrap().has_older);
}

#[test]
fn newest_page_after_a_gap_replaces_all() {
    let mut talk = opened(&["a", "b"], false);
    talk.opened(&"match".into()).unwrap().page(vec![message("y", THEM), message("z", THEM)], true);
    assert_eq!(ids(&talk), ["y", "z"]);
    assert!(talk.view(None).unwrap().has_older);
}

#[test]
fn receipt_marks_what_was_written_up_to_it() {
    let mut talk = opened(&[], false);
    for id in ["a", "b", "c"] {
        tell(&mut talk, Event::MessageNew { message: message(id, ME) });
    }
    let receipt = |read_by: &str, up_to: Option<&str>| Event::ReadReceipt {
        match_id: "match".into(),
        read_by: read_by.into(),
        read_at: "now".into(),
        up_to: up_to.map(Into::into),
    };
    let read = |talk: &Talk| {
        let lines = talk.view(Some(&ME.into())).unwrap().lines;
        lines.iter().filter(|line| line.delivery == Delivery::Read).count()
    };
    tell(&mut talk, receipt(ME, None));
    assert_eq!(read(&talk), 0, "one's own other device read something else");
    tell(&mut talk, receipt(THEM, Some("b")));
    assert_eq!(read(&talk), 2);
    tell(&mut talk, receipt(THEM, None));
    assert_eq!(read(&talk), 3);
}

#[test]
fn message_moves_its_conversation_up_and_counts_once_it_is_theirs() {
    let mut talk = Talk::default();
    let other = Conversation { match_id: "other".into(), ..conversation(0, "2026-01-01T00:00:01Z") };
    talk.listed(vec![other, conversation(1, "2026-01-01T00:00:00Z")]);
    assert!(tell(&mut talk, Event::MessageNew { message: message("new", THEM) }).list);
    assert_eq!((talk.list.list[0].match_id.as_str(), talk.list.list[0].unread_count), ("match", 2));
    tell(&mut talk, Event::MessageNew { message: message("mine", ME) });
    assert_eq!(talk.list.list[0].unread_count, 2);
}

#[test]
fn what_was_read_without_a_receipt_stays_read_until_something_newer_comes() {
    let mut talk = opened(&["a"], false);
    talk.listed(vec![conversation(1, "2026-01-01T00:00:05Z")]);
    assert_eq!(talk.unread(), Some("match".into()));
    talk.read(&"match".into());
    talk.listed(vec![conversation(1, "2026-01-01T00:00:05Z")]);
    assert_eq!(talk.unread(), None);
    talk.listed(vec![conversation(2, "2026-01-01T00:00:06Z")]);
    assert_eq!(talk.unread(), Some("match".into()));
}

#[test]
fn what_the_server_was_not_told_is_unread_again_at_its_next_word() {
    let mut talk = opened(&["a"], false);
    talk.listed(vec![conversation(1, "2026-01-01T00:00:05Z")]);
    talk.read(&"match".into());
    talk.unread_again(&"match".into());
    assert_eq!(talk.unread(), None);
    talk.listed(vec![conversation(1, "2026-01-01T00:00:05Z")]);
    assert_eq!(talk.unread(), Some("match".into()));
}

#[test]
fn line_that_was_read_before_it_came_does_not_count() {
    let mut talk = opened(&["a"], false);
    talk.listed(vec![conversation(0, "2026-01-01T00:00:00Z")]);
    let line = Message { read_at: Some("now".into()), status: "read".into(), ..message("call.declined:audio", THEM) };
    assert!(tell(&mut talk, Event::MessageNew { message: line }).list);
    assert_eq!(talk.list.list[0].unread_count, 0);
}

#[test]
fn match_that_is_gone_closes_its_chat() {
    let mut talk = opened(&["a"], false);
    talk.listed(vec![conversation(0, "x")]);
    tell(&mut talk, Event::MatchRemoved { match_id: "match".into() });
    assert!(talk.view(None).is_none() && talk.list.list.is_empty());
}

#[test]
fn writing_is_shown_until_the_message_comes() {
    let mut talk = opened(&[], false);
    let typing = |who: &str| Event::Typing { match_id: "match".into(), user_id: who.into(), is_typing: true };
    assert_eq!(tell(&mut talk, typing(ME)), News::default());
    assert!(tell(&mut talk, typing(THEM)).typing);
    assert!(talk.view(None).unwrap().typing);
    tell(&mut talk, Event::MessageNew { message: message("a", THEM) });
    assert!(!talk.view(None).unwrap().typing);
}

#[test]
fn session_that_is_cut_off_loses_no_line_and_another_account_sees_none() {
    let mut talk = opened(&["a"], false);
    talk.sending(message("key", ME));
    talk.sending(message("failed", ME));
    talk.not_sent(&message("failed", ME));
    talk.forget();
    assert!(talk.view(Some(&ME.into())).is_none() && !talk.list.loaded);
    assert_eq!(talk.waiting(&ME.into()).map(|line| line.id), Some("key".into()));
    talk.belong_to(&ME.into());
    assert_eq!(talk.unsent().lines.len(), 2);
    talk.belong_to(&THEM.into());
    assert_eq!(*talk.unsent(), Lines::default());
}

#[test]
fn line_of_an_earlier_start_is_old_until_its_writer_tries_it_again() {
    let lines = Lines { lines: vec![message("key", ME)], failed: vec!["key".into()] };
    let mut talk = Talk::with(lines);
    talk.open("match".into());
    assert!(talk.is_old(&"key".into()));
    assert_eq!(talk.view(Some(&ME.into())).unwrap().lines[0].delivery, Delivery::Failed);
    assert_eq!(talk.waiting(&ME.into()), None);
    talk.again(&"key".into());
    assert!(!talk.is_old(&"key".into()));
    assert!(talk.waiting(&ME.into()).is_some());
}
