//! Where a call stands and why it ended, as it is told. It is not what the machine remembers, which is more: its `State`.

use serde::Serialize;
use ts_rs::TS;

/// Where the call stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// No call.
    Idle,
    /// The server is being asked to ring.
    Calling,
    /// It rings at the other side.
    Ringing,
    /// Answering, fetching a token and joining.
    Connecting,
    /// In the room, alone.
    Waiting,
    /// Both are there.
    Active,
    /// A connection is being restored, the own or the other side's.
    Reconnecting,
    /// Over; everything was released.
    Ended(EndReason),
}

/// Why a call is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum EndReason {
    /// The user ended it.
    HungUp,
    /// The other side left.
    PartnerLeft,
    /// Nobody came while the user waited.
    NobodyCame,
    /// The other side was rung and is not there for a call. Why is not told.
    Unavailable,
    /// The connection could not be restored.
    ConnectionLost,
    /// It could not be started; the refusal was told to whoever started it.
    CouldNotConnect,
    /// The same account joined from another device.
    ElsewhereActive,
    /// The server closed the room or removed the user.
    ClosedByServer,
    /// It could not be encrypted end to end, and must not go on without.
    NotEncrypted,
}
