//! One call as a pure state machine.

use serde::Serialize;
use ts_rs::TS;

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
    /// The connection could not be restored.
    ConnectionLost,
    /// It could not be started; the session's problem says why.
    CouldNotConnect,
    /// The same account joined from another device.
    ElsewhereActive,
    /// The server closed the room or removed the user.
    ClosedByServer,
}
