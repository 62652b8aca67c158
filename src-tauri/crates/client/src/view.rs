//! What the user interface is told: snapshots of the app's state, without a secret in them.
//!
//! These types, and those of `pizoo-api` they mention, are the source of the UI's TypeScript (`cargo xtask types`).
//! A page takes a [`Snapshot`] when it loads, and then asks for [`Changes`], again and again.

mod preferences;
mod snapshot;

use pizoo_api::account::User;
use pizoo_api::chat::{Conversation, Message};
use pizoo_api::livekit::CallType;
use pizoo_api::{CallId, MatchId, UserId};
use pizoo_call::EndReason;
pub use pizoo_call::Switch;
pub use preferences::{CallNote, Feeling, Preferences, QuietHours, Theme};
use serde::{Deserialize, Serialize};
pub use snapshot::{CallsLeft, Changes, Snapshot, ViewChange};
use ts_rs::TS;

/// How pictures get on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum PicturePath {
    /// Rust draws under the transparent page; the page leaves the tile unpainted.
    Native,
    /// The page fetches frames from the `vid` scheme and draws them on a canvas.
    Canvas,
}

/// Who is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum SessionView {
    /// The stored session is being restored.
    Starting {
        /// Why it could not be yet. It is tried again and again.
        problem: Option<UserError>,
    },
    /// Nobody; `problem` says why if it was not the user's wish.
    SignedOut {
        /// Why there is no session, if that needs a word.
        problem: Option<UserError>,
    },
    /// This user.
    SignedIn {
        /// The account.
        user: User,
        /// Set when the session could not be stored and ends with the app (locked or missing keychain).
        problem: Option<UserError>,
    },
}

/// Which backend, and what it can do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct ServerView {
    /// Its address, for people.
    pub address: String,
    /// This app (or another on this computer) hosts it.
    pub on_this_computer: bool,
    /// The newest sign-in mail can be opened by a button.
    pub development_mail: bool,
    /// Whether calls can be made.
    pub calls: CallAvailability,
    /// The server's sentence on what is missing, where calls are not configured.
    pub calls_problem: Option<String>,
    /// It can ring people. One that cannot (the original) lets both sides join and wait for each other.
    pub rings: bool,
    /// It keeps photos of people.
    pub photos: bool,
}

/// Whether calls can be made, as far as the server is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum CallAvailability {
    /// Not asked yet.
    Unknown,
    /// Yes.
    Ready,
    /// The server lacks its LiveKit settings.
    NotConfigured,
    /// The server does not answer.
    Offline,
}

/// The conversation list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, TS)]
pub struct ConversationsView {
    /// False until the first answer.
    pub loaded: bool,
    /// Newest activity first.
    pub list: Vec<Conversation>,
    /// Why the list may be old.
    pub problem: Option<UserError>,
}

/// The open conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct ChatView {
    /// Which one.
    pub match_id: MatchId,
    /// False until the first answer.
    pub loaded: bool,
    /// Oldest first; lines that were not stored yet come last.
    pub lines: Vec<ChatLine>,
    /// There are older messages than those in `lines`.
    pub has_older: bool,
    /// The other side is writing.
    pub typing: bool,
    /// Whether the user agreed to calls in this match; `None` while that is not known, or where nobody asks.
    pub calling: Option<bool>,
    /// Why the messages may be old.
    pub problem: Option<UserError>,
}

/// One line of a chat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct ChatLine {
    /// The message; one that is not stored yet has its idempotency key for an id.
    pub message: Message,
    /// Whether the reader wrote it.
    pub mine: bool,
    /// How far it got.
    pub delivery: Delivery,
}

/// How far a message got.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Delivery {
    /// On its way.
    Sending,
    /// Stored by the server.
    Sent,
    /// Read by the other side.
    Read,
    /// Not stored; can be sent again without doubling.
    Failed,
}

/// Somebody rings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct IncomingView {
    /// Which call.
    pub call_id: CallId,
    /// The match it is with.
    pub match_id: MatchId,
    /// Who rings.
    pub partner_id: UserId,
    /// Their name.
    pub partner_name: String,
    /// Their photo, if the server keeps one.
    pub partner_photo: Option<String>,
    /// Voice or video.
    pub call_type: CallType,
    /// The user does not want to hear it any more; it still can be answered.
    pub silenced: bool,
}

/// The call on the screen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct CallView {
    /// The match it is with.
    pub match_id: MatchId,
    /// The other side.
    pub partner_id: UserId,
    /// Their name.
    pub partner_name: String,
    /// Their photo, if the server keeps one.
    pub partner_photo: Option<String>,
    /// Voice or video, as started.
    pub call_type: CallType,
    /// Where it stands.
    pub phase: CallPhase,
    /// The own microphone.
    pub microphone: Switch,
    /// The own camera.
    pub camera: Switch,
    /// The own picture leaves this computer blurred beyond recognition.
    pub own_blurred: bool,
    /// What the other side sends.
    pub remote: RemoteView,
    /// When both sides were first together, milliseconds since 1970.
    #[ts(type = "number | null")]
    pub together_since_ms: Option<u64>,
    /// Things the user should know while the call goes on.
    pub notices: Vec<CallNotice>,
    /// Why it could not be connected, if that is how it ended.
    pub problem: Option<UserError>,
    /// Who else could see and hear it.
    pub protection: Protection,
    /// The user speaks although the microphone is off. Only where the user wants to be told (`Preferences::remind_muted`).
    pub muted_speaking: bool,
    /// The microphone or loudspeaker that took another one's place by itself, for some seconds.
    pub switched: Option<SwitchedDevice>,
}

/// A device that took another one's place by itself, because that one is gone or the system prefers another now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct SwitchedDevice {
    /// Which of the two.
    pub kind: DeviceKind,
    /// The one that is used now, for people.
    pub name: String,
}

/// Microphone or loudspeaker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum DeviceKind {
    /// The microphone.
    Microphone,
    /// The loudspeaker.
    Speaker,
}

/// Who else could see and hear a call.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Protection {
    /// Keys are being agreed on, or nobody is there to agree with. Nothing is sent before.
    #[default]
    Agreeing,
    /// Nobody else: the keys are the two sides' own.
    EndToEnd {
        /// Seven emoji that both people see if nobody is in the middle.
        emoji: Vec<String>,
        /// The same in digits, for those who cannot see emoji.
        numbers: String,
        /// What is known of the other side's device.
        trust: Trust,
    },
    /// Whoever runs the call server: the other side cannot encrypt.
    Plain,
}

/// What is known of the other side's device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Trust {
    /// The code was never compared.
    Unverified,
    /// The code was compared, now or in an earlier call.
    Verified,
    /// The code was compared with another device of this person.
    Changed,
}

/// The own camera at the beginning of a video call. It can be another one later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum CameraStart {
    /// On, as it sees.
    On,
    /// On, blurred beyond recognition before it leaves this computer.
    Blurred,
    /// Dark.
    Off,
}

/// Where a call stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "name", rename_all = "snake_case")]
pub enum CallPhase {
    /// The server is being asked to ring the other side.
    Calling,
    /// It rings over there, as far as anybody can know.
    Ringing,
    /// Joining the room.
    Connecting,
    /// In the room, alone.
    Waiting,
    /// Both are there.
    Active,
    /// The connection, or the other side's, is being restored.
    Reconnecting,
    /// Over; devices and room are released.
    Ended {
        /// Why.
        reason: EndReason,
        /// How long both were together, in seconds.
        #[ts(type = "number")]
        seconds: u64,
    },
}

/// What the other side sends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, TS)]
pub struct RemoteView {
    /// They are in the room.
    pub present: bool,
    /// There is a picture: it arrives, or it is the last one that did, while they or the own connection are on the way back.
    pub video: bool,
    /// Their microphone is on.
    pub audio: bool,
    /// They are speaking.
    pub speaking: bool,
    /// Their connection is poor.
    pub poor: bool,
}

/// Things the user should know while the call goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum CallNotice {
    /// There is no camera.
    NoCamera,
    /// Another program has the camera.
    CameraBusy,
    /// The camera stopped delivering.
    CameraFailed,
    /// The user or the system forbids the camera.
    CameraDenied,
    /// There is no microphone.
    NoMicrophone,
    /// The microphone stopped delivering.
    MicrophoneFailed,
    /// The user or the system forbids the microphone.
    MicrophoneDenied,
    /// There is no loudspeaker.
    NoSpeaker,
    /// The own connection is poor.
    PoorConnection,
}

/// A place on the page that a picture goes to, in CSS pixels from the page's top left corner.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct Tile {
    /// Which picture.
    pub picture: Picture,
    /// Left edge.
    pub x: f64,
    /// Top edge.
    pub y: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
    /// Shown beyond recognition.
    #[serde(default)]
    pub blurred: bool,
}

/// Which picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum Picture {
    /// The other side's camera, as sent, fitted into the tile.
    Remote,
    /// The own camera, mirrored, filling the tile.
    Own,
}

/// What went wrong, for a person: the UI has the words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct UserError {
    /// What the UI switches on.
    pub code: ErrorCode,
    /// The server's sentence, if there is one; shown only where the UI has no better words.
    pub detail: Option<String>,
    /// When trying again makes sense.
    #[ts(type = "number | null")]
    pub retry_after_seconds: Option<u64>,
}

/// The kinds of failure that need different words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// The server cannot be reached.
    Offline,
    /// The server failed.
    ServerFailed,
    /// The request was refused as malformed.
    Invalid,
    /// The sign-in link is wrong, used or expired.
    BadLink,
    /// The pasted text holds no link or code.
    NotALink,
    /// The session is over.
    SignedOut,
    /// The account must be verified first.
    NotVerified,
    /// Too many; see `retry_after_seconds`.
    RateLimited,
    /// The server lacks its LiveKit settings.
    CallsNotConfigured,
    /// LiveKit cannot be reached.
    CallServerUnreachable,
    /// LiveKit refused the token.
    CallRefused,
    /// There is no such thing, or it is somebody else's.
    NotFound,
    /// The keychain is locked.
    KeychainLocked,
    /// There is no keychain.
    KeychainMissing,
    /// A call is on already.
    CallInProgress,
    /// The call is over, or was answered on another device.
    CallOver,
    /// The user has not agreed to calls in this match.
    CallingNotAllowed,
    /// The code is wrong, used or expired.
    BadCode,
    /// Address and password do not go together.
    BadPassword,
    /// The server said why in `detail`: a field cannot be taken as it is.
    Refused,
    /// No Pizoo server answers at the address.
    NotAServer,
    /// The server wants a newer version of this app.
    VersionTooOld,
    /// Something else, which is in the log.
    Internal,
}

/// Figures of the running or the last call; every value is measured.
#[derive(Clone, Debug, Default, PartialEq, Serialize, TS)]
pub struct CallStatistics {
    /// From the button, or the other side's answer, to the room.
    pub press_to_joined_ms: Option<f64>,
    /// From the button, or the other side's answer, to the first decoded frame of the other side.
    pub press_to_first_frame_ms: Option<f64>,
    /// Decoded frames.
    #[ts(type = "number")]
    pub frames_received: u64,
    /// Of the newest frame.
    pub width: u32,
    /// Of the newest frame.
    pub height: u32,
    /// Decoded frames a second over the call so far.
    pub fps: f64,
    /// Root mean square of the received sound over the last second, 0 to 32,767.
    pub audio_rms: f64,
    /// Times that a stalled picture was subscribed again.
    pub resubscribed: u32,
}

/// A device to choose from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct Device {
    /// What [`Preferences`] keep.
    pub id: String,
    /// Its name, for people.
    pub name: String,
}

/// The devices that are there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, TS)]
pub struct Devices {
    /// Microphones.
    pub microphones: Vec<Device>,
    /// Loudspeakers.
    pub speakers: Vec<Device>,
    /// Cameras.
    pub cameras: Vec<Device>,
}

/// The own devices being tried, outside of a call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, TS)]
pub struct Preview {
    /// How loud the microphone is, 0 to 1 of what can be.
    pub level: f64,
    /// Why there is no sound or picture.
    pub notice: Option<CallNotice>,
    /// Pictures come.
    pub picture: bool,
}

/// A person whom the user may like.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct Person {
    /// Who.
    pub id: UserId,
    /// Their name.
    pub name: String,
    /// Their photo, if the server keeps one.
    pub photo: Option<String>,
}

/// What a like led to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct Swiped {
    /// The match, if both like each other.
    pub match_id: Option<MatchId>,
}

/// A signed-in device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct SignedInDevice {
    /// Identifier.
    pub id: String,
    /// What it called itself when it signed in.
    pub name: String,
    /// When it was last seen, ISO 8601 with a zone.
    pub last_seen: String,
    /// It is this one.
    pub here: bool,
}
