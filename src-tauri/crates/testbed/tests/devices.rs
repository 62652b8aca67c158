//! The media crate with devices: the fake camera, and PulseAudio.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by failing")]

use pizoo_media::audio::{Audio, AudioConfig, AudioEvent, Bypass, Input, Output};
use pizoo_media::camera::{Camera, CameraChoice, CameraError, CameraEvent, VideoSource};
use pizoo_media::picture::Frame;
use pizoo_pattern::{Scene, Stamp, read_luma};
use pizoo_testbed::children::{self, Program};
use pizoo_testbed::deadline::{eventually, until};
use pizoo_testbed::rerun::{Inside, with_devices};
use pizoo_testbed::sound::{Devices, SoundServer, Voice, matches, speech};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

const SOON: Duration = Duration::from_secs(10);

/// What a camera delivered.
#[derive(Clone, Default)]
struct Film {
    frames: Arc<Mutex<Vec<Frame>>>,
    events: Arc<Mutex<Vec<CameraEvent>>>,
}

impl Film {
    async fn open(&self) -> Result<Camera, CameraError> {
        let (frames, events) = (self.frames.clone(), self.events.clone());
        tokio::task::spawn_blocking(move || {
            let on_frame = Box::new(move |frame| frames.lock().unwrap().push(frame));
            Camera::open(CameraChoice::Default, on_frame, Box::new(move |event| events.lock().unwrap().push(event)))
        })
        .await
        .unwrap()
    }

    fn stamps(&self) -> BTreeSet<Stamp> {
        let read = |frame: &Frame| {
            read_luma(frame.planes().0, frame.width as usize, frame.width as usize, frame.height as usize)
        };
        self.frames.lock().unwrap().iter().filter_map(read).collect()
    }

    async fn happens(&self, event: CameraEvent) {
        until(&format!("{event:?}"), SOON, async || self.events.lock().unwrap().contains(&event)).await.unwrap();
    }
}

#[tokio::test]
async fn camera_films_stalls_resumes_and_is_unplugged() {
    let Some(inside) = with_devices("camera_films_stalls_resumes_and_is_unplugged").await.unwrap() else { return };
    let film = Film::default();
    let camera = film.open().await.unwrap();
    assert_eq!(camera.name(), pizoo_testbed::camera::NAME);
    assert!(inside.camera.in_use());
    until("forty different pictures", SOON, async || film.stamps().len() >= 40).await.unwrap();
    {
        let frames = film.frames.lock().unwrap();
        let newest = frames.last().unwrap();
        assert_eq!((newest.width, newest.height), (1280, 720));
        assert_eq!(Scene::recognise(newest.planes().1, newest.planes().2), Some(Scene::One));
        assert!(frames.is_sorted_by_key(|frame| frame.timestamp_us));
    }
    inside.camera.stall().unwrap();
    film.happens(CameraEvent::Stalled).await;
    inside.camera.resume().unwrap();
    film.happens(CameraEvent::Resumed).await;
    inside.camera.unplug().unwrap();
    film.happens(CameraEvent::Gone).await;
    Box::new(camera).close();
    assert_eq!(film.open().await.unwrap_err(), CameraError::NoCamera);
    inside.camera.plug_in().unwrap();
    let again = film.open().await.unwrap();
    Box::new(again).close();
    assert!(!inside.camera.in_use(), "a closed camera is released");
}

#[tokio::test]
async fn camera_of_another_program_is_busy_until_it_is_given_back() {
    let name = "camera_of_another_program_is_busy_until_it_is_given_back";
    let Some(inside) = with_devices(name).await.unwrap() else { return };
    let film = Film::default();
    let taken = inside.camera.take().unwrap();
    assert_eq!(film.open().await.unwrap_err(), CameraError::Busy);
    drop(taken);
    let camera = film.open().await.unwrap();
    // Closing a stalled camera is as quick as any other.
    inside.camera.stall().unwrap();
    film.happens(CameraEvent::Stalled).await;
    let close = tokio::task::spawn_blocking(move || Box::new(camera).close());
    tokio::time::timeout(SOON, close).await.unwrap().unwrap();
}

#[tokio::test]
async fn voice_is_captured_and_played_and_devices_are_released() {
    let name = "voice_is_captured_and_played_and_devices_are_released";
    let Some(inside) = with_devices(name).await.unwrap() else { return };
    let (captured, events) = (Arc::new(Mutex::new(Vec::<i16>::new())), Arc::new(Mutex::new(Vec::new())));
    let (capture, event) = (captured.clone(), events.clone());
    let audio = Audio::start(
        AudioConfig { input: Input::Default, output: Output::Default },
        Box::new(Bypass),
        Box::new(move |frame| capture.lock().unwrap().extend_from_slice(frame)),
        Box::new(move |happened| event.lock().unwrap().push(happened)),
    )
    .unwrap();
    until("the loudspeaker", SOON, async || events.lock().unwrap().contains(&AudioEvent::SpeakerReady)).await.unwrap();
    assert_eq!(inside.sound.microphone_users().await.unwrap(), 0, "the microphone is off from the start");
    audio.set_microphone(true);
    let recording = inside.sound.record().await.unwrap();
    let (said_here, said_there) = tokio::try_join!(speech(Voice::One), speech(Voice::Two)).unwrap();
    let remote = audio.add_remote();
    let mut frames = said_there.chunks_exact(480).cycle();
    let mut clock = tokio::time::interval(Duration::from_millis(10));
    let newest = |samples: &[i16]| Some(samples.get(samples.len().checked_sub(5 * 48_000)?..)?.to_vec());
    for _ in 0..650 {
        clock.tick().await;
        remote.push(frames.next().unwrap());
    }
    let heard = matches(&said_there, &newest(&recording.stop().await.unwrap()).unwrap());
    assert!(heard.recognised(), "on the loudspeaker: {heard:?}");
    let own = matches(&said_here, &newest(&captured.lock().unwrap()).unwrap());
    assert!(own.recognised(), "in the microphone: {own:?}");
    audio.set_microphone(false);
    until("a closed microphone", SOON, async || inside.sound.microphone_users().await.unwrap() == 0).await.unwrap();
    drop(remote);
    tokio::task::spawn_blocking(move || audio.stop()).await.unwrap();
    until("a released loudspeaker", SOON, async || inside.sound.speaker_users().await.unwrap() == 0).await.unwrap();
}

#[tokio::test]
async fn sound_goes_on_when_the_sound_server_comes_back() {
    let name = "sound_goes_on_when_the_sound_server_comes_back";
    // Inside, this is the program whose server dies: it plays and listens until it is killed.
    if std::env::var_os("PIZOO_TEST_PLAYER").is_some() {
        let audio = Audio::start(AudioConfig::default(), Box::new(Bypass), Box::new(|_| ()), Box::new(|_| ())).unwrap();
        audio.set_microphone(true);
        tokio::time::sleep(Duration::from_secs(60)).await;
        return;
    }
    let server = SoundServer::start(Devices::Both).await.unwrap();
    let player = Program::new(std::env::current_exe().unwrap())
        .args([name, "--exact", "--test-threads=1"])
        .env("PIZOO_TEST_PLAYER", "1")
        .envs(&server.env())
        .spawn()
        .await
        .unwrap();
    let both = async |server: &SoundServer| {
        eventually("microphone and loudspeaker in use", SOON, async || {
            let used = server.microphone_users().await.ok()? == 1 && server.speaker_users().await.ok()? == 1;
            used.then_some(())
        })
        .await
        .unwrap();
    };
    both(&server).await;
    let server = server.crash_and_restart().await.unwrap();
    both(&server).await;
    player.kill().await.unwrap();
    server.stop().await.unwrap();
    children::end_all().await.unwrap();
}

/// Has the sound server do something.
async fn control(inside: &Inside, arguments: &[&str]) -> String {
    let answer = Program::new("pactl").args(arguments).envs(&inside.sound.env()).run(SOON).await.unwrap();
    String::from_utf8(answer).unwrap().trim().to_owned()
}

/// A microphone and loudspeaker, and what they captured and told.
struct Sounding {
    audio: Audio,
    captured: Arc<Mutex<Vec<i16>>>,
    events: Arc<Mutex<Vec<AudioEvent>>>,
}

impl Sounding {
    fn start(output: Output) -> Self {
        let (captured, events) = (Arc::<Mutex<Vec<i16>>>::default(), Arc::<Mutex<Vec<AudioEvent>>>::default());
        let (capture, event) = (captured.clone(), events.clone());
        let audio = Audio::start(
            AudioConfig { input: Input::Default, output },
            Box::new(Bypass),
            Box::new(move |frame| capture.lock().unwrap().extend_from_slice(frame)),
            Box::new(move |happened| event.lock().unwrap().push(happened)),
        );
        Self { audio: audio.unwrap(), captured, events }
    }

    async fn hears_unheard(&self) {
        until("a voice", SOON, async || self.audio.levels().unheard_rms > 150.0).await.unwrap();
    }

    fn told(&self) -> Vec<AudioEvent> {
        self.events.lock().unwrap().clone()
    }
}

#[tokio::test]
async fn microphone_that_is_off_is_measured_and_not_captured() {
    let name = "microphone_that_is_off_is_measured_and_not_captured";
    let Some(inside) = with_devices(name).await.unwrap() else { return };
    let here = Sounding::start(Output::None);
    here.audio.set_listening(true);
    here.hears_unheard().await;
    assert_eq!(inside.sound.microphone_users().await.unwrap(), 1);
    assert!(here.captured.lock().unwrap().is_empty() && here.told().is_empty());
    here.audio.set_microphone(true);
    until("the microphone", SOON, async || here.told() == [AudioEvent::MicrophoneReady]).await.unwrap();
    until("its sound", SOON, async || !here.captured.lock().unwrap().is_empty()).await.unwrap();
    here.audio.set_microphone(false);
    here.hears_unheard().await;
    let captured = here.captured.lock().unwrap().len();
    assert_eq!(inside.sound.microphone_users().await.unwrap(), 1, "it was not closed");
    assert_eq!(here.captured.lock().unwrap().len(), captured);
    assert_eq!(here.told(), [AudioEvent::MicrophoneReady]);
    here.audio.set_listening(false);
    until("a closed microphone", SOON, async || inside.sound.microphone_users().await.unwrap() == 0).await.unwrap();
    tokio::task::spawn_blocking(move || here.audio.stop()).await.unwrap();
}

#[tokio::test]
async fn loudspeaker_that_is_unplugged_is_told_with_the_one_that_takes_over() {
    let name = "loudspeaker_that_is_unplugged_is_told_with_the_one_that_takes_over";
    let Some(inside) = with_devices(name).await.unwrap() else { return };
    let description = "sink_properties=device.description=Headset";
    let headset = ["load-module", "module-null-sink", "sink_name=headset", "rate=48000", "norewinds=1", description];
    let headset = control(&inside, &headset).await;
    control(&inside, &["set-default-sink", "headset"]).await;
    let here = Sounding::start(Output::Default);
    until("the loudspeaker", SOON, async || here.told() == [AudioEvent::SpeakerReady]).await.unwrap();
    control(&inside, &["unload-module", &headset]).await;
    let other = |event: &AudioEvent| matches!(event, AudioEvent::SpeakerIs(name) if name != "Headset");
    until("the other loudspeaker", SOON, async || here.told().iter().any(other)).await.unwrap();
    // What the program chooses by itself is no news.
    let told = here.told().len();
    here.audio.configure(AudioConfig { input: Input::Default, output: Output::Named("micfeed".into()) });
    until("the chosen loudspeaker", SOON, async || here.told().len() > told).await.unwrap();
    assert_eq!(here.told()[told..], [AudioEvent::SpeakerReady]);
    tokio::task::spawn_blocking(move || here.audio.stop()).await.unwrap();
}
