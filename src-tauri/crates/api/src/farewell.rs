//! What a side of a call says to the other in the room before it leaves: nothing but that. A reliable data packet.

use serde::{Deserialize, Serialize};

/// The data packets' topic.
pub const TOPIC: &str = "pizoo.call.v1";

/// One message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Farewell {
    /// The sender hung up, and leaves the room in a moment.
    Bye,
}
