//! Joining a room: connect without subscribing, publish, and only then subscribe.
//!
//! The other order orphans the remote picture in some 10 % of joins under load (LiveKit's single peer connection).

use super::last_picture::RemoteCamera;
use crate::livekit::e2ee::key_provider::KeyProvider;
use crate::livekit::e2ee::{E2eeOptions, EncryptionType};
use crate::livekit::options::{AudioEncoding, TrackPublishOptions, VideoCodec, VideoEncoding};
use crate::livekit::prelude::*;
use crate::livekit::webrtc::audio_source::native::NativeAudioSource;
use crate::livekit::webrtc::prelude::{RtcAudioSource, RtcVideoSource};
use crate::livekit::webrtc::video_source::native::NativeVideoSource;
use crate::view::{ErrorCode, RemoteView};
use futures_util::future::join_all;
use pizoo_api::UserId;
use pizoo_api::farewell::Farewell;
use pizoo_api::livekit::TokenResponse;
use std::time::Duration;
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};
use tokio_util::sync::CancellationToken;

const SIGNAL: Duration = Duration::from_secs(5);
const CONNECT: Duration = Duration::from_secs(12);
const PUBLISH: Duration = Duration::from_secs(8);
const LEAVE: Duration = Duration::from_millis(400);
/// A message that takes so long is said again anyway.
const SAY: Duration = Duration::from_secs(1);

/// How long good-bye may take to be said.
const FAREWELL: Duration = Duration::from_millis(350);
/// And then the own leaving, which takes some milliseconds.
const AFTER_FAREWELL: Duration = Duration::from_millis(150);
const LOOK: Duration = Duration::from_millis(10);

/// 720p30 of a face: enough for a good picture, little enough for a phone's link.
const VIDEO: VideoEncoding = VideoEncoding { max_bitrate: 1_700_000, max_framerate: 30.0 };
const AUDIO: AudioEncoding = AudioEncoding { max_bitrate: 32_000 };

/// Why a room could not be joined. Holds no token: the SDK's own texts may quote one, so they are cut before.
#[derive(Debug, thiserror::Error)]
pub(super) enum JoinError {
    #[error("LiveKit refused the token")]
    Refused,
    #[error("LiveKit cannot be reached: {0}")]
    Unreachable(String),
    #[error("LiveKit did not answer in time")]
    TimedOut,
    #[error("a track could not be published: {0}")]
    Publish(String),
}

impl From<&JoinError> for ErrorCode {
    fn from(error: &JoinError) -> Self {
        match error {
            JoinError::Refused | JoinError::Publish(_) => Self::CallRefused,
            JoinError::Unreachable(_) | JoinError::TimedOut => Self::CallServerUnreachable,
        }
    }
}

/// What is published.
#[derive(Clone)]
pub(super) struct Outgoing {
    pub(super) microphone: NativeAudioSource,
    /// Missing in an audio call, whose token does not allow a camera.
    pub(super) camera: Option<NativeVideoSource>,
}

/// A room that was joined and published to.
pub(super) struct Joined {
    room: Room,
    pub(super) events: UnboundedReceiver<RoomEvent>,
    microphone: LocalTrackPublication,
    camera: Option<LocalTrackPublication>,
    say: UnboundedSender<DataPacket>,
    /// Until somebody speaks.
    said: Option<UnboundedReceiver<DataPacket>>,
}

/// With keys, what is sent and received is encrypted end to end; nothing is before they are set.
pub(super) async fn join(
    token: TokenResponse,
    outgoing: Outgoing,
    live: Live,
    keys: Option<KeyProvider>,
) -> Result<Joined, JoinError> {
    let mut options = RoomOptions::default();
    let encrypted = keys.is_some();
    #[expect(deprecated, reason = "the other field encrypts data too, and over data the keys are agreed on")]
    {
        options.e2ee = keys.map(|key_provider| E2eeOptions { encryption_type: EncryptionType::Gcm, key_provider });
    }
    options.auto_subscribe = false;
    options.join_retries = 0;
    options.connect_timeout = SIGNAL;
    let connecting = Room::connect(&token.url, &token.token, options);
    let (room, events) = match tokio::time::timeout(CONNECT, connecting).await {
        Ok(Ok(joined)) => joined,
        Ok(Err(error)) => return Err(classify(&error.to_string())),
        Err(_) => return Err(JoinError::TimedOut),
    };
    match tokio::time::timeout(PUBLISH, publish(&room, &outgoing, live, encrypted)).await {
        Ok(Ok((microphone, camera))) => {
            let (say, said) = mpsc::unbounded_channel();
            Ok(Joined { room, events, microphone, camera, say, said: Some(said) })
        }
        failed => {
            let error = match failed {
                Ok(Err(error)) => JoinError::Publish(redacted(&error.to_string())),
                _ => JoinError::Publish("it took too long".into()),
            };
            leave(&room, LEAVE).await;
            Err(error)
        }
    }
}

/// Which devices deliver at the time of joining.
#[derive(Clone, Copy)]
pub(super) struct Live {
    pub(super) microphone: bool,
    pub(super) camera: bool,
}

async fn publish(
    room: &Room,
    outgoing: &Outgoing,
    live: Live,
    encrypted: bool,
) -> RoomResult<(LocalTrackPublication, Option<LocalTrackPublication>)> {
    let participant = room.local_participant();
    let source = RtcAudioSource::Native(outgoing.microphone.clone());
    let track = LocalTrack::Audio(LocalAudioTrack::create_audio_track("microphone", source));
    let options = TrackPublishOptions {
        source: TrackSource::Microphone,
        audio_encoding: Some(AUDIO),
        // Redundancy is added below the encryption, where it cannot be.
        red: !encrypted,
        ..TrackPublishOptions::default()
    };
    let microphone = participant.publish_track(track, options).await?;
    set_live(&microphone, live.microphone);
    let Some(camera) = outgoing.camera.clone() else { return Ok((microphone, None)) };
    let track = LocalVideoTrack::create_video_track("camera", RtcVideoSource::Native(camera));
    let options = TrackPublishOptions {
        source: TrackSource::Camera,
        video_codec: VideoCodec::H264,
        video_encoding: Some(VIDEO),
        // With two people it only costs, and a second until the first frame.
        simulcast: false,
        ..TrackPublishOptions::default()
    };
    let camera = participant.publish_track(LocalTrack::Video(track), options).await?;
    set_live(&camera, live.camera);
    Ok((microphone, Some(camera)))
}

fn set_live(publication: &LocalTrackPublication, live: bool) {
    match live {
        true => publication.unmute(),
        false => publication.mute(),
    }
}

async fn leave(room: &Room, limit: Duration) {
    match tokio::time::timeout(limit, room.close()).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::debug!(error = %redacted(&error.to_string()), "the room was gone already"),
        Err(_) => tracing::warn!("leaving the room took too long; the server will notice"),
    }
}

/// Says good-bye, ends what is sent and received, and waits for the other side's tracks to end too, unless in a hurry.
async fn part(room: &Room, patience: Duration, hurry: CancellationToken) {
    for participant in room.remote_participants().values() {
        for publication in participant.track_publications().values() {
            publication.set_subscribed(false);
        }
    }
    let local = room.local_participant();
    let say = async {
        let packet = DataPacket {
            payload: serde_json::to_vec(&Farewell::Bye).unwrap_or_default(),
            topic: Some(pizoo_api::farewell::TOPIC.to_owned()),
            reliable: true,
            destination_identities: Vec::new(),
        };
        drop(local.publish_data(packet).await);
        let own = local.track_publications();
        join_all(own.keys().map(|sid| local.unpublish_track(sid))).await;
    };
    // Whoever cannot be told sees it when the room is left.
    let _ = tokio::time::timeout(FAREWELL, say).await;
    let theirs = async {
        while room.remote_participants().values().any(|other| !other.track_publications().is_empty()) {
            tokio::time::sleep(LOOK).await;
        }
    };
    let unhurried = hurry.run_until_cancelled(theirs);
    if tokio::time::timeout(patience, unhurried).await.is_err() {
        tracing::debug!("the other side stays; its connection is not freed");
    }
}

impl Joined {
    /// Subscribes to what is published now and may be received; later publications come as events.
    pub(super) fn subscribe(&self, may_receive: impl Fn(EncryptionType) -> bool) {
        for participant in self.room.remote_participants().values() {
            for publication in participant.track_publications().values() {
                if may_receive(publication.encryption_type()) {
                    publication.set_subscribed(true);
                }
            }
        }
    }

    /// Whether the other side publishes something without encryption.
    pub(super) fn partner_is_plain(&self, partner: &UserId) -> bool {
        let participants = self.room.remote_participants();
        let partner = participants.values().find(|p| p.identity().as_str() == partner.as_str());
        partner.is_some_and(|partner| {
            partner.track_publications().values().any(|track| track.encryption_type() == EncryptionType::None)
        })
    }

    /// Whether the server publishes something of ours without encryption. Then frames go out as they are.
    pub(super) fn is_exposed(&self) -> bool {
        let own = self.room.local_participant().track_publications();
        own.values().any(|track| track.encryption_type() == EncryptionType::None)
    }

    /// What is sent from now on is encrypted with that key of ours.
    pub(super) fn use_key(&self, index: i32) {
        let own = self.room.local_participant().identity();
        for ((whose, _), cryptor) in self.room.e2ee_manager().frame_cryptors() {
            if whose == own {
                cryptor.set_key_index(index);
            }
        }
    }

    /// Says something to the other side alone, after what was said before. What is lost is said again by whoever says it.
    pub(super) fn tell(&self, partner: &UserId, payload: Vec<u8>) {
        let packet = DataPacket {
            payload,
            topic: Some(pizoo_api::e2ee::TOPIC.to_owned()),
            reliable: true,
            destination_identities: vec![partner.as_str().to_owned().into()],
        };
        // It fails once nobody speaks any more, which is when the room is left.
        drop(self.say.send(packet));
    }

    /// Carries what [`tell`](Self::tell) is given, in that order, until the room is left.
    pub(super) fn speak(&mut self) -> impl Future<Output = ()> + use<> {
        let said = self.said.take();
        let participant = self.room.local_participant();
        async move {
            let Some(mut said) = said else { return };
            while let Some(packet) = said.recv().await {
                match tokio::time::timeout(SAY, participant.publish_data(packet)).await {
                    Ok(Ok(())) => {}
                    Ok(Err(error)) => {
                        tracing::debug!(error = %redacted(&error.to_string()), "a message about keys was not sent");
                    }
                    Err(_) => tracing::debug!("a message about keys could not be sent in time"),
                }
            }
        }
    }

    pub(super) fn set_microphone(&self, live: bool) {
        set_live(&self.microphone, live);
    }

    pub(super) fn set_camera(&self, live: bool) {
        if let Some(camera) = &self.camera {
            set_live(camera, live);
        }
    }

    /// The other side's camera, if they publish one.
    pub(super) fn remote_camera(&self) -> Option<RemoteTrackPublication> {
        let publications =
            self.room.remote_participants().into_values().flat_map(|p| p.track_publications().into_values());
        publications.into_iter().find(|publication| publication.kind() == TrackKind::Video)
    }

    /// Whether the other side is in the room. A recorder or the like is not the other side.
    pub(super) fn has(&self, partner: &UserId) -> bool {
        self.room.remote_participants().keys().any(|identity| identity.as_str() == partner.as_str())
    }

    pub(super) fn remote(&self, partner: &UserId) -> RemoteView {
        let participants = self.room.remote_participants();
        let Some(partner) = participants.values().find(|p| p.identity().as_str() == partner.as_str()) else {
            return RemoteView::default();
        };
        let sends = |kind| partner.track_publications().values().any(|p| p.kind() == kind && !p.is_muted());
        RemoteView {
            present: true,
            video: sends(TrackKind::Video),
            audio: sends(TrackKind::Audio),
            speaking: partner.is_speaking(),
            poor: is_poor(partner.connection_quality()),
        }
    }

    /// What is known of that person's camera.
    pub(super) fn camera_of(&self, partner: &UserId) -> RemoteCamera {
        let participants = self.room.remote_participants();
        let Some(partner) = participants.values().find(|p| p.identity().as_str() == partner.as_str()) else {
            return RemoteCamera::Away;
        };
        let mut known = RemoteCamera::Unpublished;
        for publication in partner.track_publications().values().filter(|p| p.kind() == TrackKind::Video) {
            if !publication.is_muted() {
                return RemoteCamera::On;
            }
            known = RemoteCamera::Off;
        }
        known
    }

    /// Leaves for good: the other side is told.
    pub(super) async fn part(self, patience: Duration, hurry: CancellationToken) {
        part(&self.room, patience, hurry).await;
        leave(&self.room, AFTER_FAREWELL).await;
    }

    /// Leaves, to come back or because the room is gone.
    pub(super) async fn leave(self) {
        leave(&self.room, LEAVE).await;
    }
}

pub(super) fn is_poor(quality: ConnectionQuality) -> bool {
    matches!(quality, ConnectionQuality::Poor | ConnectionQuality::Lost)
}

/// The SDK has strings only.
fn classify(text: &str) -> JoinError {
    if ["401", "403", "Unauthorized", "invalid token", "permissions denied"].iter().any(|sign| text.contains(sign)) {
        JoinError::Refused
    } else {
        JoinError::Unreachable(redacted(text))
    }
}

/// Without anything that looks like a token: LiveKit's 401 quotes the whole one.
fn redacted(text: &str) -> String {
    let secretive = |word: &str| word.contains("eyJ") || word.contains("access_token=");
    text.split(' ').map(|word| if secretive(word) { "[redacted]" } else { word }).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusal_is_told_from_absence() {
        let refused =
            "engine: signal failure: ws failure: client error: 401 Unauthorized - invalid token: eyJhbGciOi.eyJ.x";
        assert!(matches!(classify(refused), JoinError::Refused));
        let absent = "engine: signal failure: transport connection error: Connection refused (os error 111)";
        assert!(matches!(classify(absent), JoinError::Unreachable(_)));
    }

    #[test]
    fn tokens_are_cut_from_texts() {
        let text = redacted("GET /rtc?access_token=abc failed: token eyJhbGciOiJIUzI1NiJ9.e30.sig is bad");
        assert_eq!(text, "GET [redacted] failed: token [redacted] is bad");
    }
}
