//! How the two sides of a call agree on keys that no server sees: messages between clients, in the room, over reliable
//! data packets. No backend reads them.
//!
//! ```text
//!   the committer (the smaller identity)          the other side
//!      <───────────── Hello (if nothing comes) ─────────────
//!      ── Commit: a hash of the own public key ────────────>
//!      <─────────────────── Key: the public key ────────────
//!      ── Reveal: the key that was committed to, a proof ──>
//!      <─────────────────────────── Proof ──────────────────
//! ```
//!
//! The commitment comes before the other key is known, so nobody in the middle can search for keys that give the same
//! code on both sides (as in ZRTP, RFC 6189 section 4.4.1.1, and Matrix's short authentication strings). Every message may
//! come twice or never, in the order in which they were said; each is repeated until the next one answers it. Whoever is
//! told of another agreement than the one they wait for says Hello, and the committer begins anew.

use serde::{Deserialize, Serialize};

/// The data packets' topic. Another version of the agreement has another one.
pub const TOPIC: &str = "pizoo.e2ee.v1";

/// One message. Keys, hashes, signatures and codes are unpadded Base64 (RFC 4648 section 4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum KeyMessage {
    /// The other side, which does not commit, has no keys yet.
    Hello,
    /// Begins an agreement.
    Commit {
        /// SHA-256 of the committer's public key and the circumstances. Names the agreement from here on.
        commitment: String,
    },
    /// The other side's half.
    Key {
        /// Which agreement.
        commitment: String,
        /// X25519 (RFC 7748), for this agreement only.
        key: String,
        /// The lowest key number that the sender has not used in this room.
        next: u32,
    },
    /// The committer's half.
    Reveal {
        /// Which agreement.
        commitment: String,
        /// X25519, for this agreement only; its hash is the commitment.
        key: String,
        /// The lowest key number that the sender has not used in this room.
        next: u32,
        /// Who the sender is.
        proof: Proof,
    },
    /// The other side has the keys.
    Proof {
        /// Which agreement.
        commitment: String,
        /// Who the sender is.
        proof: Proof,
    },
}

impl KeyMessage {
    /// What a log may say of it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Hello => "hello",
            Self::Commit { .. } => "commit",
            Self::Key { .. } => "key",
            Self::Reveal { .. } => "reveal",
            Self::Proof { .. } => "proof",
        }
    }
}

/// Which device takes part in an agreement, in words that only its two sides can write.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    /// The device's public key, Ed25519 (RFC 8032). The same in every call.
    pub device: String,
    /// The device's signature of this agreement.
    pub signature: String,
    /// A code over device and signature with the key that was just agreed on: whoever only listens cannot put another
    /// device in its place.
    pub mac: String,
}
