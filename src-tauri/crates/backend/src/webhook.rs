//! LiveKit's webhooks: who came into a room and who left it.
//!
//! A webhook is believed if its `Authorization` is a JWT signed with the API secret that holds the hash of the body.
//! Checked here with what signs our own tokens: LiveKit's own crate would bring a second HTTP stack for these few lines.

use crate::clock::UnixMs;
use crate::settings::LiveKit;
use crate::state::Backend;
use crate::store::StoreError;
use crate::store::rooms::{self, Change};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use secrecy::ExposeSecret as _;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

/// LiveKit's clock may differ by so much.
const LEEWAY: i64 = 60;
/// The rooms of matches.
const ROOMS: &str = "pizoo-match-";

/// Why a webhook is not taken.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WebhookError {
    #[error("{0}")]
    NotConfigured(String),
    #[error("the signature is not LiveKit's")]
    Refused,
    #[error(transparent)]
    Store(#[from] StoreError),
}

#[derive(Deserialize)]
struct Claims {
    sha256: String,
    exp: i64,
    #[serde(default)]
    nbf: i64,
}

/// What is read of a webhook; protobuf's JSON leaves out what is empty and writes long numbers as text.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Hook {
    event: String,
    #[serde(default)]
    id: String,
    #[serde(default)]
    created_at: Number,
    room: Option<Room>,
    participant: Option<Participant>,
}

#[derive(Deserialize)]
struct Room {
    #[serde(default)]
    name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Participant {
    #[serde(default)]
    identity: String,
    /// `STANDARD` where it is missing; recorders and agents are no people.
    kind: Option<String>,
    #[serde(default)]
    joined_at: Number,
    #[serde(default)]
    joined_at_ms: Number,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(try_from = "serde_json::Value")]
struct Number(i64);

impl TryFrom<serde_json::Value> for Number {
    type Error = &'static str;

    fn try_from(value: serde_json::Value) -> Result<Self, Self::Error> {
        let number = value.as_i64().or_else(|| value.as_str()?.parse().ok());
        number.map(Self).ok_or("it is no number")
    }
}

impl Participant {
    fn joined(&self) -> UnixMs {
        if self.joined_at_ms.0 > 0 { UnixMs(self.joined_at_ms.0) } else { seconds(self.joined_at) }
    }
}

fn seconds(number: Number) -> UnixMs {
    UnixMs(number.0.saturating_mul(1000))
}

/// Takes a webhook. One that is not about a match's room, or is of an unknown kind, changes nothing.
pub(crate) async fn take(backend: &Backend, signature: &str, body: &[u8]) -> Result<(), WebhookError> {
    let livekit = backend.calls().map_err(WebhookError::NotConfigured)?;
    let now = backend.now();
    let hash = check(&livekit, signature, body, now)?;
    let hook: Hook = match serde_json::from_slice(body) {
        Ok(hook) => hook,
        Err(error) => {
            tracing::warn!(%error, "a webhook of LiveKit was not understood");
            return Ok(());
        }
    };
    let room = hook.room.unwrap_or(Room { name: String::new() }).name;
    let Some(match_id) = room.strip_prefix(ROOMS) else { return Ok(()) };
    let person = hook.participant.filter(|participant| {
        !participant.identity.is_empty() && participant.kind.as_deref().is_none_or(|kind| kind == "STANDARD")
    });
    let change = match (hook.event.as_str(), &person) {
        ("participant_joined", Some(person)) => Change::Joined(&person.identity, person.joined()),
        ("participant_left" | "participant_connection_aborted", Some(person)) => {
            Change::Left(&person.identity, person.joined())
        }
        // Whole seconds: whoever joined within this one is in a new room only if the next webhook says so.
        ("room_finished", _) => Change::Finished(UnixMs(seconds(hook.created_at).0.saturating_add(999))),
        _ => Change::Other,
    };
    let mut tx = backend.store.write().await?;
    let id = if hook.id.is_empty() { &hash } else { &hook.id };
    rooms::take(&mut tx, id, match_id, &change, now).await?;
    tx.commit().await?;
    Ok(())
}

fn check(livekit: &LiveKit, signature: &str, body: &[u8], now: UnixMs) -> Result<String, WebhookError> {
    let mut rules = Validation::new(Algorithm::HS256);
    rules.set_issuer(&[&livekit.key]);
    rules.set_required_spec_claims(&["exp", "iss"]);
    // Checked below by the clock that was passed in.
    rules.validate_exp = false;
    rules.validate_aud = false;
    let key = DecodingKey::from_secret(livekit.secret.expose_secret().as_bytes());
    let token = signature.trim().strip_prefix("Bearer ").unwrap_or(signature).trim();
    let claims = jsonwebtoken::decode::<Claims>(token, &key, &rules).map_err(|_| WebhookError::Refused)?.claims;
    let in_time =
        claims.exp.saturating_add(LEEWAY) > now.seconds() && claims.nbf.saturating_sub(LEEWAY) <= now.seconds();
    let hash = Sha256::digest(body);
    // The hash is no secret: the signature over it is what counts.
    let same = STANDARD.decode(&claims.sha256).is_ok_and(|claimed| claimed == hash.as_slice());
    if in_time && same { Ok(claims.sha256) } else { Err(WebhookError::Refused) }
}
