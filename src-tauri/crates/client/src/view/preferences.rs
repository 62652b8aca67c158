//! What the user chose.

use super::CameraStart;
use pizoo_api::MatchId;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What the user chose; kept on this computer, for each profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct Preferences {
    /// A language of the catalogue (`en`, `ar`, `pt-BR`, ...); `None` follows the system.
    pub language: Option<String>,
    /// Light or dark.
    pub theme: Theme,
    /// The microphone's identifier; `None` follows the system.
    pub microphone: Option<String>,
    /// The loudspeaker's identifier; `None` follows the system.
    pub speaker: Option<String>,
    /// The camera's identifier; `None` is the first one.
    pub camera: Option<String>,
    /// How loud the other side is, in percent, 0 to 100.
    pub volume: u8,
    /// The other side learns that a message was read.
    pub read_receipts: bool,
    /// The other side's picture is blurred until the user asks for it.
    pub blur_remote: bool,
    /// Video calls begin with the own picture blurred for the other side.
    pub blur_own: bool,
    /// A call that cannot be encrypted end to end is ended.
    pub require_encryption: bool,
    /// Rings and messages are told outside of the window.
    pub notifications: bool,
    /// Neither sound nor notification.
    pub do_not_disturb: bool,
    /// The same, every day between two times.
    pub quiet_hours: Option<QuietHours>,
    /// Notifications say who rings or wrote.
    pub show_names: bool,
    /// The loudspeaker that rings, by its identifier; `None` is the one of calls.
    pub ringer: Option<String>,
    /// The microphone stays open while it is off in a call, to notice that the user speaks. Nothing of it is sent.
    pub remind_muted: bool,
    /// Closing the window leaves the app in the tray, where there is one.
    pub close_to_tray: bool,
    /// M and V switch microphone and camera in a call.
    pub single_keys: bool,
    /// The microphone is on only while the space bar is held.
    pub push_to_talk: bool,
    /// The app starts with the computer.
    pub autostart: bool,
    /// The ground rules of calls were read, in these matches.
    pub ground_rules: Vec<MatchId>,
    /// How calls felt, the newest of each match. Nobody else is told.
    pub call_notes: Vec<CallNote>,
}

/// A time of every day; one that ends before it begins goes over midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct QuietHours {
    /// Minutes after midnight, local time.
    pub from: u16,
    /// Minutes after midnight, local time; not in it any more.
    pub to: u16,
}

impl QuietHours {
    /// Whether that minute of the day is in it. From and to the same is the whole day.
    pub fn contain(self, minute: u16) -> bool {
        if self.from < self.to {
            (self.from..self.to).contains(&minute)
        } else {
            minute >= self.from || minute < self.to
        }
    }
}

/// How a call felt to the user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CallNote {
    /// The match that it was with.
    pub match_id: MatchId,
    /// How it felt.
    pub feeling: Feeling,
    /// When that was noted, milliseconds since 1970.
    #[ts(type = "number")]
    pub noted_at_ms: u64,
}

/// How a call felt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Feeling {
    /// Good.
    Good,
    /// Not for me.
    NotForMe,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            language: None,
            theme: Theme::System,
            microphone: None,
            speaker: None,
            camera: None,
            volume: 100,
            read_receipts: true,
            blur_remote: true,
            blur_own: false,
            require_encryption: false,
            notifications: true,
            do_not_disturb: false,
            quiet_hours: None,
            show_names: true,
            ringer: None,
            remind_muted: false,
            close_to_tray: false,
            single_keys: true,
            push_to_talk: false,
            autostart: false,
            ground_rules: Vec::new(),
            call_notes: Vec::new(),
        }
    }
}

impl Preferences {
    /// Whether neither sound nor notification is wanted at that minute of the user's day.
    pub fn is_quiet(&self, minute: u16) -> bool {
        self.do_not_disturb || self.quiet_hours.is_some_and(|hours| hours.contain(minute))
    }

    /// How a video call begins that nobody said more about.
    pub fn camera_start(&self) -> CameraStart {
        if self.blur_own { CameraStart::Blurred } else { CameraStart::On }
    }
}

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    /// As the system.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}
