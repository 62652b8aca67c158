//! The call as the screen shows it.

use crate::view::{CallNotice, CallPhase, CallView, Protection, RemoteView, UserError};
use pizoo_api::chat::Conversation;
use pizoo_api::livekit::CallType;
use pizoo_call::{Machine, Phase, Switch};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// What the actor remembers of a call besides the machine.
pub(super) struct Screen {
    pub(super) conversation: Conversation,
    pub(super) call_type: CallType,
    pub(super) remote: RemoteView,
    together_since_ms: Option<u64>,
    notices: Vec<CallNotice>,
    pub(super) problem: Option<UserError>,
    pub(super) protection: Protection,
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

    /// `None` when there is nothing to show.
    pub(super) fn view(&mut self, machine: &Machine, now: Duration) -> Option<CallView> {
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
            call_type: self.call_type,
            phase,
            microphone: machine.microphone(),
            camera: match self.call_type {
                CallType::Video => machine.camera(),
                // The token of an audio call allows none.
                CallType::Audio => Switch { available: false, wanted: false, on: false },
            },
            remote: self.remote,
            together_since_ms: self.together_since_ms,
            notices: self.notices.clone(),
            problem: self.problem.clone(),
            protection: self.protection.clone(),
        })
    }
}

fn unix_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
