//! The call as the screen shows it.

use crate::view::{CallNotice, CallPhase, CallView, DeviceKind, Protection, RemoteView, SwitchedDevice, UserError};
use pizoo_api::chat::Conversation;
use pizoo_api::livekit::CallType;
use pizoo_api::photos::first_kept;
use pizoo_call::{Machine, Phase, Switch};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How long it is said that another device took over.
const SWITCHED: Duration = Duration::from_secs(6);

/// What the actor remembers of a call besides the machine.
pub(super) struct Screen {
    pub(super) conversation: Conversation,
    pub(super) call_type: CallType,
    pub(super) remote: RemoteView,
    together_since_ms: Option<u64>,
    notices: Vec<CallNotice>,
    pub(super) problem: Option<UserError>,
    pub(super) protection: Protection,
    pub(super) muted_speaking: bool,
    pub(super) own_blurred: bool,
    /// And until when that is shown.
    switched: Option<(SwitchedDevice, Duration)>,
}

impl Screen {
    pub(super) fn new(conversation: Conversation, call_type: CallType) -> Self {
        Self {
            conversation,
            call_type,
            remote: RemoteView::default(),
            together_since_ms: None,
            notices: Vec::new(),
            problem: None,
            protection: Protection::default(),
            muted_speaking: false,
            own_blurred: false,
            switched: None,
        }
    }

    pub(super) fn note(&mut self, notice: CallNotice, holds: bool) {
        self.notices.retain(|other| *other != notice);
        if holds {
            self.notices.push(notice);
        }
    }

    pub(super) fn clear(&mut self, notices: &[CallNotice]) {
        self.notices.retain(|notice| !notices.contains(notice));
    }

    /// Another device took over by itself; it is shown for a while.
    pub(super) fn switched(&mut self, kind: DeviceKind, name: String, now: Duration) {
        self.switched = Some((SwitchedDevice { kind, name }, now + SWITCHED));
    }

    /// When something is shown no longer.
    pub(super) fn deadline(&self) -> Option<Duration> {
        self.switched.as_ref().map(|(_, until)| *until)
    }

    /// The call is over: of what goes on in one there is nothing to show.
    pub(super) fn rest(&mut self) {
        self.remote = RemoteView::default();
        self.muted_speaking = false;
        self.own_blurred = false;
        self.switched = None;
    }

    /// `None` when there is nothing to show.
    pub(super) fn view(&mut self, machine: &Machine, now: Duration) -> Option<CallView> {
        self.switched.take_if(|(_, until)| *until <= now);
        let phase = match machine.phase() {
            Phase::Idle => return None,
            Phase::Calling => CallPhase::Calling,
            Phase::Ringing => CallPhase::Ringing,
            Phase::Connecting => CallPhase::Connecting,
            Phase::Waiting => CallPhase::Waiting,
            Phase::Active => CallPhase::Active,
            Phase::Reconnecting => CallPhase::Reconnecting,
            Phase::Ended(reason) => CallPhase::Ended { reason, seconds: machine.together(now).as_secs() },
        };
        if phase == CallPhase::Active && self.together_since_ms.is_none() {
            self.together_since_ms = Some(unix_ms());
        }
        let user = &self.conversation.user;
        Some(CallView {
            match_id: self.conversation.match_id.clone(),
            partner_id: user.id.clone(),
            partner_name: user.display_name.clone().unwrap_or_else(|| user.name.clone()),
            partner_photo: first_kept(&user.photo).cloned(),
            call_type: self.call_type,
            phase,
            microphone: machine.microphone(),
            camera: match self.call_type {
                CallType::Video => machine.camera(),
                // The token of an audio call allows none.
                CallType::Audio => Switch { available: false, wanted: false, on: false },
            },
            own_blurred: self.own_blurred,
            remote: self.remote,
            together_since_ms: self.together_since_ms,
            notices: self.notices.clone(),
            problem: self.problem.clone(),
            protection: self.protection.clone(),
            muted_speaking: self.muted_speaking && phase == CallPhase::Active,
            switched: self.switched.as_ref().map(|(device, _)| device.clone()),
        })
    }
}

fn unix_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use pizoo_api::chat::{LastMessage, Partner};
    use pizoo_call::{Input, Moment, Way};

    const S: Duration = Duration::from_secs(1);

    fn screen() -> Screen {
        let user = Partner { id: "bob".into(), name: "bob".into(), display_name: None, photo: None, is_online: true };
        let last_message = LastMessage { content: None, created_at: String::new(), sender_id: None };
        let conversation =
            Conversation { match_id: "match".into(), user, last_message, unread_count: 0, matched_at: String::new() };
        Screen::new(conversation, CallType::Video)
    }

    fn active() -> Machine {
        let mut machine = Machine::default();
        let inputs =
            [Input::Start { by: Way::Join, camera: false }, Input::TokenReady, Input::Joined { partner: true }];
        for input in inputs {
            machine.handle(input, Moment { now: S, random: 0.5 });
        }
        machine
    }

    #[test]
    fn device_that_took_over_is_shown_for_six_seconds() {
        let (mut screen, machine) = (screen(), active());
        screen.switched(DeviceKind::Speaker, "Headset".into(), 2 * S);
        screen.switched(DeviceKind::Speaker, "Box".into(), 3 * S);
        let shown = |screen: &mut Screen, now| screen.view(&machine, now).unwrap().switched;
        let newest = SwitchedDevice { kind: DeviceKind::Speaker, name: "Box".into() };
        assert_eq!(shown(&mut screen, 3 * S), Some(newest.clone()));
        let until = screen.deadline().unwrap();
        assert_eq!((until, shown(&mut screen, until - Duration::from_millis(1))), (9 * S, Some(newest)));
        assert_eq!((shown(&mut screen, until), screen.deadline()), (None, None));
    }

    #[test]
    fn hint_that_the_user_is_muted_is_shown_only_with_both_there() {
        let (mut screen, mut machine) = (screen(), active());
        screen.muted_speaking = true;
        assert!(screen.view(&machine, S).unwrap().muted_speaking);
        machine.handle(Input::RoomReconnecting, Moment { now: S, random: 0.5 });
        assert!(!screen.view(&machine, S).unwrap().muted_speaking);
    }
}
