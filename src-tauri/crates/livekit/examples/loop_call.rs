//! Two participants in one process call each other through a LiveKit server and say what they see and hear.
//!
//!     cargo run -p livekit-prebuilt --example loop_call -- ws://127.0.0.1:7880 KEY SECRET [plain|encrypted] [SCENARIO]
//!
//! SCENARIO is `signal`, `full`, `node` or `leave`: what happens to the first participant's connection in the middle.

use futures_util::StreamExt;
use livekit::{
    E2eeOptions, SimulateScenario,
    e2ee::{
        EncryptionType,
        key_provider::{KeyDerivationAlgorithm, KeyProvider, KeyProviderOptions},
    },
    options::{TrackPublishOptions, VideoCodec, VideoEncoding},
    prebuilt,
    prelude::*,
    webrtc::{
        audio_source::native::NativeAudioSource, audio_stream::native::NativeAudioStream, prelude::*,
        video_source::native::NativeVideoSource, video_stream::native::NativeVideoStream,
    },
};
use std::{
    error::Error,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime},
};
use tokio::{
    sync::mpsc::UnboundedReceiver,
    task::JoinSet,
    time::{Instant, interval, sleep},
};

type Failure = Box<dyn Error + Send + Sync>;

#[derive(Default)]
struct Received {
    pictures: AtomicU64,
    loudest: AtomicU64,
    bytes: AtomicU64,
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [url, key, secret, rest @ ..] = arguments.as_slice() else {
        return Err("usage: loop_call URL KEY SECRET [plain|encrypted] [signal|full|node|leave]".into());
    };
    prebuilt::load()?;
    let encrypted = rest.first().is_some_and(|mode| mode == "encrypted");
    let room = format!("loop-{}", std::process::id());
    let mut people = Vec::new();
    let mut work = JoinSet::new();
    for name in ["alice", "bob"] {
        let begin = Instant::now();
        let token = token(key, secret, &room, name)?;
        let (room, events) = Room::connect(url, &token, options(encrypted)).await?;
        println!("{name}: connected after {:?}", begin.elapsed());
        publish(&room, name, &mut work).await?;
        let received = Arc::new(Received::default());
        subscribe_all(&room);
        work.spawn(listen(name, events, Arc::clone(&received)));
        people.push((name, room, received));
    }
    sleep(Duration::from_secs(4)).await;
    report(&people).await;
    if let (Some(scenario), Some((name, room, _))) = (rest.get(1).and_then(|name| scenario(name)), people.first()) {
        println!("{name}: {scenario:?}");
        room.simulate_scenario(scenario).await?;
        sleep(Duration::from_secs(6)).await;
        report(&people).await;
    }
    for (name, room, _) in people {
        let begin = Instant::now();
        println!(
            "{name}: close {:?} after {:?}",
            room.close().await.map_err(|error| error.to_string()),
            begin.elapsed()
        );
    }
    work.abort_all();
    while work.join_next().await.is_some() {}
    let begin = Instant::now();
    while prebuilt::live_objects() > 0 && begin.elapsed() < Duration::from_secs(5) {
        sleep(Duration::from_millis(10)).await;
    }
    println!("objects left in the library: {} after {:?}", prebuilt::live_objects(), begin.elapsed());
    Ok(())
}

fn token(key: &str, secret: &str, room: &str, identity: &str) -> Result<String, Failure> {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_secs();
    let claims = serde_json::json!({
        "iss": key, "sub": identity, "name": identity, "nbf": now - 10, "exp": now + 600,
        "video": {"roomJoin": true, "room": room, "canPublish": true, "canSubscribe": true, "canPublishData": true},
    });
    let key = jsonwebtoken::EncodingKey::from_secret(secret.as_bytes());
    Ok(jsonwebtoken::encode(&jsonwebtoken::Header::default(), &claims, &key)?)
}

fn options(encrypted: bool) -> RoomOptions {
    let mut options = RoomOptions::default();
    options.auto_subscribe = false;
    options.join_retries = 0;
    if encrypted {
        let keys = KeyProviderOptions {
            ratchet_window_size: 0,
            failure_tolerance: 0,
            key_derivation_algorithm: KeyDerivationAlgorithm::HKDF,
            ..Default::default()
        };
        let key_provider = KeyProvider::new(keys);
        for name in ["alice", "bob"] {
            key_provider.set_key(
                &name.to_owned().into(),
                0,
                format!("{name}: thirty-two bytes of a key.").into_bytes(),
            );
        }
        options.encryption = Some(E2eeOptions { encryption_type: EncryptionType::Gcm, key_provider });
    }
    options
}

async fn publish(room: &Room, name: &str, work: &mut JoinSet<()>) -> Result<(), Failure> {
    let camera = NativeVideoSource::new(VideoResolution { width: 1280, height: 720 }, false);
    let microphone = NativeAudioSource::new(AudioSourceOptions::default(), 48_000, 1, 0);
    let video = LocalVideoTrack::create_video_track("camera", RtcVideoSource::Native(camera.clone()));
    let audio = LocalAudioTrack::create_audio_track("microphone", RtcAudioSource::Native(microphone.clone()));
    let me = room.local_participant();
    let sound = TrackPublishOptions { source: TrackSource::Microphone, dtx: false, red: false, ..Default::default() };
    let picture = TrackPublishOptions {
        source: TrackSource::Camera,
        simulcast: false,
        video_codec: VideoCodec::H264,
        video_encoding: Some(VideoEncoding { max_bitrate: 1_700_000, max_framerate: 30. }),
        ..Default::default()
    };
    for (track, options) in [(LocalTrack::Audio(audio), sound), (LocalTrack::Video(video), picture)] {
        let publication = me.publish_track(track, options).await?;
        println!("{name}: published {} {:?}", publication.mime_type(), publication.encryption_type());
    }
    work.spawn(film(camera));
    work.spawn(hum(microphone));
    Ok(())
}

async fn film(camera: NativeVideoSource) {
    let mut pace = interval(Duration::from_millis(33));
    let mut frame = VideoFrame::new(VideoRotation::VideoRotation0, I420Buffer::new_black(1280, 720));
    loop {
        pace.tick().await;
        frame.timestamp_us += 33_333;
        let shade = (frame.timestamp_us / 100_000 % 200) as u8;
        frame.buffer.data_mut().0.fill(shade + 20);
        camera.capture_frame(&frame);
    }
}

async fn hum(microphone: NativeAudioSource) {
    let mut pace = interval(Duration::from_millis(10));
    let wave: Vec<i16> = (0..480).map(|sample| ((sample as f32 * 0.0576).sin() * 9_000.) as i16).collect();
    let frame = AudioFrame { data: wave.into(), sample_rate: 48_000, num_channels: 1, samples_per_channel: 480 };
    loop {
        pace.tick().await;
        if let Err(error) = microphone.capture_frame(&frame).await {
            println!("the microphone: {error}");
        }
    }
}

fn subscribe_all(room: &Room) {
    for participant in room.remote_participants().into_values() {
        participant.track_publications().into_values().for_each(|publication| publication.set_subscribed(true));
    }
}

async fn listen(name: &'static str, mut events: UnboundedReceiver<RoomEvent>, received: Arc<Received>) {
    let mut streams = JoinSet::new();
    while let Some(event) = events.recv().await {
        match event {
            RoomEvent::TrackPublished { publication, .. } => publication.set_subscribed(true),
            RoomEvent::TrackSubscribed { track: RemoteTrack::Video(track), publication, .. } => {
                println!("{name}: subscribed to {:?} {:?}", publication.source(), publication.encryption_type());
                let (received, mut pictures) = (Arc::clone(&received), NativeVideoStream::new(track.rtc_track()));
                streams.spawn(async move {
                    while pictures.next().await.is_some() {
                        received.pictures.fetch_add(1, Ordering::Relaxed);
                    }
                });
            }
            RoomEvent::TrackSubscribed { track: RemoteTrack::Audio(track), .. } => {
                let (received, mut sound) =
                    (Arc::clone(&received), NativeAudioStream::new(track.rtc_track(), 48_000, 1));
                streams.spawn(async move {
                    while let Some(frame) = sound.next().await {
                        let loudest = frame.data.iter().map(|sample| u64::from(sample.unsigned_abs())).max();
                        received.loudest.fetch_max(loudest.unwrap_or(0), Ordering::Relaxed);
                    }
                });
            }
            RoomEvent::DataReceived { payload, topic, .. } => {
                println!("{name}: {} bytes about {topic:?}", payload.len());
                received.bytes.fetch_add(payload.len() as u64, Ordering::Relaxed);
            }
            event => println!("{name}: {event:?}"),
        }
    }
    println!("{name}: no more events");
}

async fn report(people: &[(&str, Room, Arc<Received>)]) {
    for (name, room, received) in people {
        let packet = DataPacket {
            payload: b"hello".to_vec(),
            topic: Some("greeting".to_owned()),
            reliable: true,
            ..Default::default()
        };
        let sent = room.local_participant().publish_data(packet).await.map_err(|error| error.to_string());
        let pictures = received.pictures.swap(0, Ordering::Relaxed);
        let loudest = received.loudest.swap(0, Ordering::Relaxed);
        let reports =
            room.get_stats().await.map_or(0, |stats| stats.publisher_stats.len() + stats.subscriber_stats.len());
        println!("{name}: {pictures} pictures, loudest sample {loudest}, {reports} reports, data {sent:?}");
    }
}

fn scenario(name: &str) -> Option<SimulateScenario> {
    Some(match name {
        "signal" => SimulateScenario::SignalReconnect,
        "full" => SimulateScenario::FullReconnect,
        "node" => SimulateScenario::NodeFailure,
        "leave" => SimulateScenario::ServerLeave,
        _ => return None,
    })
}
