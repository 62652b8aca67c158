//! Names of rooms, participants and tracks.

use std::fmt;

macro_rules! name {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, Eq, Hash, PartialEq, PartialOrd, Ord)]
        pub struct $name(pub(crate) String);

        impl $name {
            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.0
            }
        }
    };
}

macro_rules! server_name {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        name!($(#[$doc])* $name);

        impl TryFrom<String> for $name {
            type Error = String;

            fn try_from(value: String) -> Result<Self, Self::Error> {
                if value.starts_with($prefix) { Ok(Self(value)) } else { Err(value) }
            }
        }
    };
}

server_name!(
    /// The server's name of one session of a room.
    RoomSid,
    "RM_"
);
server_name!(
    /// The server's name of one stay of a participant; another one after every full reconnect.
    ParticipantSid,
    "PA_"
);
server_name!(
    /// The server's name of a published track; another one after every full reconnect.
    TrackSid,
    "TR_"
);
name!(
    /// Who a participant is, from its token.
    ParticipantIdentity
);

impl From<String> for ParticipantIdentity {
    fn from(value: String) -> Self {
        Self(value)
    }
}
