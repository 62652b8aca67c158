//! Identifiers as they stand on the wire: opaque strings, one type a kind.

use serde::{Deserialize, Serialize};
use std::fmt;
use ts_rs::TS;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS)]
        #[serde(transparent)]
        #[ts(type = "string")]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String))]
        pub struct $name(String);

        impl $name {
            /// The identifier as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text)
            }
        }
        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }
        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

id!(
    /// A user; also the participant identity in a LiveKit room.
    UserId
);
id!(
    /// A match of two users, which is also their conversation.
    MatchId
);
id!(
    /// One chat message.
    MessageId
);
id!(
    /// One call, from its ring to its end.
    CallId
);
id!(
    /// A LiveKit room.
    RoomName
);

impl RoomName {
    /// The one room of a match: `pizoo-match-{match_id}`.
    pub fn of(id: &MatchId) -> Self {
        Self(format!("pizoo-match-{id}"))
    }
}

impl UserId {
    /// The name a participant bears when none was chosen: `User-` and the first eight characters of the id.
    pub fn default_participant_name(&self) -> String {
        format!("User-{}", self.0.chars().take(8).collect::<String>())
    }
}
