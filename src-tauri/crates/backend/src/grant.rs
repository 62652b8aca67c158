//! LiveKit access tokens: signed here, LiveKit is not asked.

use crate::clock::UnixMs;
use crate::settings::LiveKit;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use pizoo_api::RoomName;
use pizoo_api::livekit::{CallType, Participant};
use secrecy::ExposeSecret as _;
use serde::Serialize;
use std::time::Duration;

/// How long a token opens the room.
const LIFE: Duration = Duration::from_secs(600);
/// How long the backend's own token is good.
const ADMINISTRATION: Duration = Duration::from_secs(60);

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct VideoGrant<'a> {
    room: &'a str,
    room_join: bool,
    can_publish: bool,
    can_subscribe: bool,
    can_publish_data: bool,
    can_publish_sources: &'a [&'a str],
}

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    sub: &'a str,
    name: &'a str,
    jti: &'a str,
    iat: i64,
    nbf: i64,
    exp: i64,
    video: VideoGrant<'a>,
}

/// A token for one room and one identity; in an audio call the camera cannot be published with it.
pub(crate) fn sign(
    livekit: &LiveKit,
    room: &RoomName,
    participant: &Participant,
    call_type: CallType,
    (jti, now): (&str, UnixMs),
) -> Result<String, jsonwebtoken::errors::Error> {
    let sources: &[&str] = match call_type {
        CallType::Audio => &["microphone"],
        CallType::Video => &["microphone", "camera"],
    };
    let claims = Claims {
        iss: &livekit.key,
        sub: participant.identity.as_str(),
        name: &participant.name,
        jti,
        iat: now.seconds(),
        nbf: now.seconds(),
        exp: (now + LIFE).seconds(),
        video: VideoGrant {
            room: room.as_str(),
            room_join: true,
            can_publish: true,
            can_subscribe: true,
            can_publish_data: true,
            can_publish_sources: sources,
        },
    };
    let key = EncodingKey::from_secret(livekit.secret.expose_secret().as_bytes());
    jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &key)
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Administration {
    room_create: bool,
}

#[derive(Serialize)]
struct AdministrationClaims<'a> {
    iss: &'a str,
    nbf: i64,
    exp: i64,
    video: Administration,
}

/// A token with which the backend itself makes and closes rooms. It never leaves the backend but for LiveKit.
pub(crate) fn administration(livekit: &LiveKit, now: UnixMs) -> Result<String, jsonwebtoken::errors::Error> {
    let claims = AdministrationClaims {
        iss: &livekit.key,
        nbf: now.seconds(),
        exp: (now + ADMINISTRATION).seconds(),
        video: Administration { room_create: true },
    };
    let key = EncodingKey::from_secret(livekit.secret.expose_secret().as_bytes());
    jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &key)
}
