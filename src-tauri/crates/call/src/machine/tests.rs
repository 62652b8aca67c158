//! Each test is one story of a call, told by its inputs.

use super::limits::ANSWERED_LIMIT;
use super::*;
use crate::RECONNECT_LIMIT;
use proptest::prelude::*;

const S: Duration = Duration::from_secs(1);

struct Story {
    machine: Machine,
    now: Duration,
}

impl Story {
    fn new() -> Self {
        Self { machine: Machine::default(), now: S }
    }
    fn input(&mut self, input: Input) -> Vec<Effect> {
        self.machine.handle(input, Moment { now: self.now, random: 0.5 })
    }
    /// Goes to the machine's next deadline and ticks.
    fn wait(&mut self) -> Vec<Effect> {
        self.now = self.now.max(self.machine.deadline().unwrap());
        self.input(Input::Tick)
    }
    fn phase(&self) -> Phase {
        self.machine.phase()
    }
    fn active() -> Self {
        let mut story = Self::new();
        story.input(Input::Start { by: Way::Join, camera: true });
        story.input(Input::TokenReady);
        story.input(Input::MicrophoneIs(true));
        story.input(Input::CameraIs(true));
        story.input(Input::Joined { partner: true });
        assert_eq!(story.phase(), Phase::Active);
        story
    }
}

#[test]
fn audio_call_never_opens_the_camera() {
    let mut story = Story::new();
    let effects = story.input(Input::Start { by: Way::Join, camera: false });
    assert_eq!(effects, [Effect::FetchToken, Effect::Microphone(true)]);
    assert_eq!(story.input(Input::TokenReady), [Effect::Join]);
    assert!(story.input(Input::Joined { partner: true }).is_empty());
}

#[test]
fn first_to_press_waits_and_both_meet() {
    let mut story = Story::new();
    story.input(Input::Start { by: Way::Join, camera: true });
    story.input(Input::TokenReady);
    story.input(Input::Joined { partner: false });
    assert_eq!(story.phase(), Phase::Waiting);
    story.input(Input::PartnerJoined);
    assert_eq!(story.phase(), Phase::Active);
}

#[test]
fn second_start_changes_nothing() {
    let mut story = Story::active();
    assert!(story.input(Input::Start { by: Way::Join, camera: false }).is_empty());
    assert_eq!(story.phase(), Phase::Active);
}

#[test]
fn hanging_up_releases_once() {
    let mut story = Story::active();
    assert_eq!(story.input(Input::HangUp), [Effect::Release]);
    assert!(story.input(Input::HangUp).is_empty());
    assert_eq!(story.phase(), Phase::Ended(EndReason::HungUp));
    assert!(!story.machine.microphone().on && !story.machine.camera().on);
}

#[test]
fn room_that_arrives_after_hanging_up_is_left() {
    let mut story = Story::new();
    story.input(Input::Start { by: Way::Join, camera: true });
    story.input(Input::TokenReady);
    story.input(Input::HangUp);
    assert_eq!(story.input(Input::Joined { partner: true }), [Effect::Release]);
}

#[test]
fn partner_who_hangs_up_ends_the_call_at_once() {
    let mut story = Story::active();
    assert_eq!(story.input(Input::PartnerLeft { on_purpose: true }), [Effect::Release]);
    assert_eq!(story.phase(), Phase::Ended(EndReason::PartnerLeft));
}

#[test]
fn partner_who_vanishes_has_thirty_seconds_to_return() {
    let mut story = Story::active();
    story.input(Input::PartnerLeft { on_purpose: false });
    assert_eq!(story.phase(), Phase::Reconnecting);
    story.now += 29 * S;
    assert!(story.input(Input::Tick).is_empty());
    story.input(Input::PartnerJoined);
    assert_eq!(story.phase(), Phase::Active);
    story.input(Input::PartnerLeft { on_purpose: false });
    assert_eq!(story.wait(), [Effect::Release]);
    assert_eq!(story.phase(), Phase::Ended(EndReason::PartnerLeft));
}

#[test]
fn wishes_survive_a_reconnect() {
    let mut story = Story::active();
    story.input(Input::SetMicrophone(false));
    story.input(Input::MicrophoneIs(false));
    story.input(Input::RoomReconnecting);
    assert_eq!(story.phase(), Phase::Reconnecting);
    story.input(Input::SetCamera(false));
    story.input(Input::RoomRestored);
    assert_eq!(story.phase(), Phase::Active);
    assert!(!story.machine.microphone().on);
    assert!(!story.machine.camera().wanted);
}

#[test]
fn switch_says_on_until_the_device_is_closed() {
    let mut story = Story::active();
    assert_eq!(story.input(Input::SetMicrophone(false)), [Effect::Microphone(false)]);
    assert!(story.machine.microphone().on && story.machine.microphone().syncing());
    story.input(Input::MicrophoneIs(false));
    assert!(!story.machine.microphone().on && !story.machine.microphone().syncing());
}

#[test]
fn lost_camera_leaves_the_call_going() {
    let mut story = Story::active();
    assert!(story.input(Input::CameraLost { missing: true }).is_empty());
    assert_eq!(story.phase(), Phase::Active);
    assert!(!story.machine.camera().available);
    assert_eq!(story.input(Input::SetCamera(true)), [Effect::Camera(true)], "it may have been plugged in again");
    story.input(Input::CameraIs(true));
    assert!(story.machine.camera().available && story.machine.camera().on);
}

#[test]
fn microphone_that_comes_back_is_on_again_if_it_is_still_wanted() {
    let mut story = Story::active();
    assert!(story.input(Input::MicrophoneLost).is_empty());
    let lost = Switch { available: false, wanted: true, on: false };
    assert_eq!(story.machine.microphone(), lost, "off, and the wish is to be seen");
    story.input(Input::MicrophoneIs(true));
    assert_eq!(story.machine.microphone(), Switch { available: true, wanted: true, on: true });
}

#[test]
fn microphone_that_was_turned_off_while_it_was_lost_stays_off_and_can_be_turned_on() {
    let mut story = Story::active();
    story.input(Input::MicrophoneLost);
    assert_eq!(story.input(Input::SetMicrophone(false)), [Effect::Microphone(false)]);
    story.input(Input::MicrophoneIs(false));
    // Both were said before it was turned off.
    story.input(Input::MicrophoneLost);
    story.input(Input::MicrophoneIs(true));
    assert_eq!(story.machine.microphone(), Switch { available: true, wanted: false, on: false });
    assert_eq!(story.input(Input::SetMicrophone(true)), [Effect::Microphone(true)]);
    story.input(Input::MicrophoneIs(true));
    assert!(story.machine.microphone().on);
}

#[test]
fn camera_that_failed_can_be_pressed_again_and_does_not_light_up_by_itself() {
    let mut story = Story::active();
    story.input(Input::CameraLost { missing: false });
    assert_eq!(story.machine.camera(), Switch { available: true, wanted: false, on: false });
    assert_eq!(story.input(Input::SetCamera(true)), [Effect::Camera(true)]);
    story.input(Input::CameraLost { missing: true });
    assert!(!story.machine.camera().available);
    assert!(story.input(Input::CameraFound).is_empty(), "dark until somebody asks for it");
    assert_eq!(story.machine.camera(), Switch { available: true, wanted: false, on: false });
}

#[test]
fn other_camera_is_tried_in_place_of_one_that_failed_only() {
    let mut story = Story::active();
    assert!(story.input(Input::CameraChosen).is_empty(), "one that is open goes over by itself");
    story.input(Input::CameraLost { missing: false });
    assert_eq!(story.input(Input::CameraChosen), [Effect::Camera(true)]);
    assert!(story.machine.camera().wanted);
    story.input(Input::CameraLost { missing: true });
    assert_eq!(story.input(Input::CameraChosen), [Effect::Camera(true)], "and the next one");
    story.input(Input::CameraIs(true));
    story.input(Input::CameraLost { missing: false });
    story.input(Input::SetCamera(false));
    assert!(story.input(Input::CameraChosen).is_empty(), "the user wants none");
    let mut dark = Story::new();
    dark.input(Input::Start { by: Way::Join, camera: false });
    assert!(dark.input(Input::CameraChosen).is_empty());
}

#[test]
fn lost_room_is_joined_again_with_one_token() {
    let mut story = Story::active();
    story.input(Input::RoomReconnecting);
    assert_eq!(story.input(Input::RoomLost(LossCause::Connection)), [Effect::FetchToken]);
    assert_eq!(story.input(Input::TokenReady), [Effect::Join]);
    let mut joins = 0;
    loop {
        story.input(Input::JoinFailed(StartFailure::Unreachable));
        match story.wait().as_slice() {
            [Effect::Join] => joins += 1,
            [Effect::Release] => break,
            other => panic!("{other:?}"),
        }
    }
    assert!(joins >= 10, "{joins}");
    assert_eq!(story.phase(), Phase::Ended(EndReason::ConnectionLost));
    assert_eq!(story.now, S + RECONNECT_LIMIT);
}

#[test]
fn rejoined_room_without_the_partner_waits_for_them() {
    let mut story = Story::active();
    story.input(Input::RoomLost(LossCause::Connection));
    story.input(Input::TokenReady);
    story.input(Input::Joined { partner: false });
    assert_eq!(story.phase(), Phase::Reconnecting);
    story.input(Input::PartnerJoined);
    assert_eq!(story.phase(), Phase::Active);
}

#[test]
fn same_account_elsewhere_ends_this_call() {
    let mut story = Story::active();
    assert_eq!(story.input(Input::RoomLost(LossCause::SameIdentity)), [Effect::Release]);
    assert_eq!(story.phase(), Phase::Ended(EndReason::ElsewhereActive));
}

#[test]
fn refused_token_ends_the_start() {
    let mut story = Story::new();
    story.input(Input::Start { by: Way::Join, camera: true });
    assert_eq!(story.input(Input::CouldNotStart(StartFailure::Refused)), [Effect::Release]);
    assert_eq!(story.phase(), Phase::Ended(EndReason::CouldNotConnect));
}

#[test]
fn time_together_counts_from_meeting_to_the_end() {
    let mut story = Story::active();
    story.now += 90 * S;
    story.input(Input::HangUp);
    story.now += 10 * S;
    assert_eq!(story.machine.together(story.now), 90 * S);
}

#[test]
fn dismissed_call_leaves_nothing() {
    let mut story = Story::active();
    story.input(Input::HangUp);
    story.input(Input::Dismiss);
    assert_eq!(story.phase(), Phase::Idle);
    assert_eq!(story.machine.deadline(), None);
}

#[test]
fn answered_ring_connects_and_hanging_up_tells_the_server() {
    let mut story = Story::new();
    assert_eq!(
        story.input(Input::Start { by: Way::Ring, camera: true }),
        [Effect::Ring, Effect::Microphone(true), Effect::Camera(true)]
    );
    assert_eq!(story.phase(), Phase::Calling);
    story.input(Input::Rings);
    assert_eq!(story.phase(), Phase::Ringing);
    assert_eq!(story.input(Input::Answered), [Effect::FetchToken]);
    assert!(story.input(Input::Answered).is_empty(), "the answer and the event of it are one");
    story.input(Input::TokenReady);
    story.input(Input::Joined { partner: true });
    assert_eq!(story.phase(), Phase::Active);
    assert_eq!(story.input(Input::HangUp), [Effect::Release, Effect::EndCall]);
}

#[test]
fn ring_that_is_given_up_is_cancelled_at_the_server() {
    for rings in [false, true] {
        let mut story = Story::new();
        story.input(Input::Start { by: Way::Ring, camera: false });
        if rings {
            story.input(Input::Rings);
        }
        assert_eq!(story.input(Input::HangUp), [Effect::Release, Effect::CancelRing]);
    }
}

#[test]
fn nobody_answering_and_being_refused_look_the_same() {
    let mut refused = Story::new();
    refused.input(Input::Start { by: Way::Ring, camera: true });
    refused.input(Input::Rings);
    let mut unanswered = refused.machine.clone();
    assert_eq!(refused.input(Input::RingOver(RingOutcome::Unavailable)), [Effect::Release]);
    let late = unanswered.deadline().unwrap();
    unanswered.handle(Input::Tick, Moment { now: late, random: 0.5 });
    assert_eq!((refused.phase(), unanswered.phase()), (Phase::Ended(EndReason::Unavailable), refused.phase()));
}

#[test]
fn answer_waits_for_the_server_before_it_costs_a_token() {
    let mut story = Story::new();
    let effects = story.input(Input::Start { by: Way::Answer, camera: false });
    assert_eq!(effects, [Effect::Answer, Effect::Microphone(true)]);
    assert_eq!(story.phase(), Phase::Connecting);
    assert_eq!(story.input(Input::Answered), [Effect::FetchToken]);
}

#[test]
fn answer_that_comes_second_releases_and_leaves_the_call_to_the_other_device() {
    let mut story = Story::new();
    story.input(Input::Start { by: Way::Answer, camera: true });
    assert_eq!(story.input(Input::RingOver(RingOutcome::Elsewhere)), [Effect::Release]);
    assert_eq!(story.phase(), Phase::Ended(EndReason::ElsewhereActive));
}

#[test]
fn call_that_ended_at_the_server_is_not_ended_again() {
    for by in [Way::Ring, Way::Answer] {
        let mut story = Story::new();
        story.input(Input::Start { by, camera: true });
        story.input(Input::Answered);
        story.input(Input::TokenReady);
        story.input(Input::Joined { partner: true });
        assert_eq!(story.input(Input::RingOver(RingOutcome::HungUp)), [Effect::Release]);
        assert_eq!(story.phase(), Phase::Ended(EndReason::PartnerLeft));
    }
}

#[test]
fn who_answered_and_never_comes_is_not_waited_for_long() {
    let mut story = Story::new();
    story.input(Input::Start { by: Way::Ring, camera: true });
    story.input(Input::Answered);
    story.input(Input::TokenReady);
    story.input(Input::Joined { partner: false });
    assert_eq!(story.machine.deadline(), Some(story.now + ANSWERED_LIMIT));
    assert_eq!(story.wait(), [Effect::Release, Effect::EndCall]);
    assert_eq!(story.phase(), Phase::Ended(EndReason::NobodyCame));
}

fn any_way() -> impl Strategy<Value = Way> {
    prop_oneof![Just(Way::Join), Just(Way::Ring), Just(Way::Answer)]
}

fn any_outcome() -> impl Strategy<Value = RingOutcome> {
    prop_oneof![
        Just(RingOutcome::Unavailable),
        Just(RingOutcome::Cancelled),
        Just(RingOutcome::Elsewhere),
        Just(RingOutcome::HungUp),
    ]
}

fn any_input() -> impl Strategy<Value = Input> {
    prop_oneof![
        (any_way(), any::<bool>()).prop_map(|(by, camera)| Input::Start { by, camera }),
        Just(Input::Rings),
        Just(Input::Answered),
        any_outcome().prop_map(Input::RingOver),
        Just(Input::HangUp),
        Just(Input::Dismiss),
        any::<bool>().prop_map(Input::SetMicrophone),
        any::<bool>().prop_map(Input::SetCamera),
        Just(Input::TokenReady),
        Just(Input::CouldNotStart(StartFailure::Refused)),
        Just(Input::JoinFailed(StartFailure::Unreachable)),
        any::<bool>().prop_map(|partner| Input::Joined { partner }),
        Just(Input::PartnerJoined),
        any::<bool>().prop_map(|on_purpose| Input::PartnerLeft { on_purpose }),
        Just(Input::RoomReconnecting),
        Just(Input::RoomRestored),
        Just(Input::RoomLost(LossCause::Connection)),
        Just(Input::RoomLost(LossCause::SameIdentity)),
        Just(Input::Unprotected),
        any::<bool>().prop_map(Input::MicrophoneIs),
        Just(Input::MicrophoneLost),
        any::<bool>().prop_map(Input::CameraIs),
        any::<bool>().prop_map(|missing| Input::CameraLost { missing }),
        Just(Input::CameraFound),
        Just(Input::CameraChosen),
        Just(Input::Tick),
    ]
}

proptest! {
    #[test]
    fn every_live_call_can_end_and_every_end_releases(inputs in prop::collection::vec((any_input(), 0u64..40_000), 0..60)) {
        let mut story = Story::new();
        for (input, pause) in inputs {
            let live = story.machine.is_live();
            story.now += Duration::from_millis(pause);
            let effects = story.input(input);
            if live && !story.machine.is_live() {
                prop_assert_eq!(effects.first(), Some(&Effect::Release));
            }
            let told = effects.iter().filter(|effect| matches!(effect, Effect::CancelRing | Effect::EndCall)).count();
            prop_assert!(told == 0 || told == 1 && live && !story.machine.is_live());
            if !story.machine.is_live() {
                prop_assert!(!story.machine.microphone().on && !story.machine.camera().on);
            }
        }
        story.input(Input::HangUp);
        prop_assert!(!story.machine.is_live());
    }

    #[test]
    fn devices_are_wanted_by_people_only_and_a_microphone_is_never_on_unseen(
        inputs in prop::collection::vec(any_input(), 0..60),
    ) {
        let mut story = Story::new();
        for input in inputs {
            let (microphone, camera) = (story.machine.microphone(), story.machine.camera());
            let effects = story.input(input);
            let (microphone_now, camera_now) = (story.machine.microphone(), story.machine.camera());
            if microphone_now.wanted && !microphone.wanted {
                prop_assert!(matches!(input, Input::Start { .. } | Input::SetMicrophone(true)), "{:?}", input);
            }
            if microphone_now.on && !microphone.on {
                prop_assert!(microphone.wanted, "{:?}", input);
            }
            if camera_now.wanted && !camera.wanted || effects.contains(&Effect::Camera(true)) {
                let asked = matches!(
                    input,
                    Input::Start { camera: true, .. } | Input::SetCamera(true) | Input::CameraChosen
                );
                prop_assert!(asked, "{:?}", input);
            }
        }
    }

    #[test]
    fn nobody_is_left_hanging(inputs in prop::collection::vec(any_input(), 0..40)) {
        let mut story = Story::new();
        for input in inputs { story.input(input); }
        // Without any further word, an unanswered call ends by its deadlines; only a call with both there goes on.
        for _ in 0..200 {
            if story.machine.deadline().is_none() { break; }
            let effects = story.wait();
            if effects.contains(&Effect::FetchToken) || effects.contains(&Effect::Join) {
                story.input(Input::JoinFailed(StartFailure::Unreachable));
            }
        }
        prop_assert!(matches!(story.phase(), Phase::Idle | Phase::Active | Phase::Ended(_)), "{:?}", story.phase());
    }
}

#[test]
fn call_that_cannot_be_encrypted_ends_and_everything_is_released() {
    let mut story = Story::active();
    assert_eq!(story.input(Input::Unprotected), [Effect::Release]);
    assert_eq!(story.phase(), Phase::Ended(EndReason::NotEncrypted));
    assert!(story.input(Input::Unprotected).is_empty());
}
