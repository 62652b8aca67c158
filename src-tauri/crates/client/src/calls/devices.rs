//! The own devices during a call: microphone and loudspeaker with echo cancellation, and the camera.
//!
//! Frames go straight from the device's thread into LiveKit's sources. Opening and closing happens off the runtime.

use super::echo::Apm;
use super::{Pictures, Sources};
use crate::config::CameraSource;
use crate::livekit::webrtc::audio_source::native::NativeAudioSource;
use crate::livekit::webrtc::prelude::{AudioFrame, AudioSourceOptions, VideoResolution};
use crate::livekit::webrtc::video_frame::{I420Buffer, VideoFrame, VideoRotation};
use crate::livekit::webrtc::video_source::native::NativeVideoSource;
use crate::view::CallNotice;
use pizoo_media::audio::{Audio, AudioEvent, RemoteAudio};
use pizoo_media::camera::{Camera, CameraChoice, CameraError, CameraEvent, VideoSource};
use pizoo_media::picture::Frame;
use pizoo_media::sources::PatternCamera;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::task::{JoinHandle, spawn_blocking};

/// Ending a call waits this long for a device; the device itself goes on closing.
const CLOSING: Duration = Duration::from_millis(450);
/// Pauses between attempts to open a camera that is busy or fails.
const OPENING: [Duration; 4] =
    [Duration::from_millis(200), Duration::from_millis(300), Duration::from_millis(500), Duration::from_millis(800)];
/// Sound that LiveKit has not taken, in 10 ms frames. More means that it stalls, and old sound is worthless.
const MICROPHONE_QUEUE: usize = 10;

/// What a device said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DeviceEvent {
    MicrophoneReady,
    MicrophoneLost(CallNotice),
    SpeakerReady,
    SpeakerLost,
    CameraIs(bool),
    /// No frame for a while; it may come back by itself.
    CameraStalled,
    CameraLost(CallNotice),
}

type Report = Arc<dyn Fn(DeviceEvent) + Send + Sync>;

pub(super) struct Devices {
    audio: Option<Audio>,
    camera: CameraSwitch,
    pump: JoinHandle<()>,
    microphone_source: NativeAudioSource,
    camera_source: NativeVideoSource,
}

impl Devices {
    pub(super) fn open(sources: &Sources, pictures: &Pictures, report: Report) -> Self {
        let microphone_source = NativeAudioSource::new(AudioSourceOptions::default(), 48_000, 1, 0);
        let camera_source = NativeVideoSource::new(VideoResolution { width: 1280, height: 720 }, false);
        let (captured, queue) = mpsc::channel(MICROPHONE_QUEUE);
        let pump = tokio::spawn(pump(queue, microphone_source.clone()));
        let on_event = {
            let report = Arc::clone(&report);
            move |event| report(translate(event))
        };
        let audio = Audio::start(
            sources.audio.clone(),
            Box::new(Apm::new()),
            // A full queue drops the new frame: the audio thread never waits.
            Box::new(move |frame: &[i16; 480]| {
                let _ = captured.try_send(*frame);
            }),
            Box::new(on_event),
        );
        let audio = audio.inspect_err(|error| tracing::error!(%error, "the call goes on without sound")).ok();
        if audio.is_none() {
            report(DeviceEvent::MicrophoneLost(CallNotice::MicrophoneFailed));
        }
        let camera = CameraSwitch::new(sources.camera, camera_source.clone(), pictures.clone(), report);
        Self { audio, camera, pump, microphone_source, camera_source }
    }

    pub(super) fn microphone_source(&self) -> NativeAudioSource {
        self.microphone_source.clone()
    }

    pub(super) fn camera_source(&self) -> NativeVideoSource {
        self.camera_source.clone()
    }

    /// Opens or closes the microphone.
    pub(super) fn set_microphone(&self, on: bool) {
        if let Some(audio) = &self.audio {
            audio.set_microphone(on);
        }
    }

    /// Opens or closes the camera; it reports when it has.
    pub(super) fn set_camera(&self, on: bool) {
        self.camera.wanted.send_replace(on);
    }

    /// A place for the other side's sound. None once closing began.
    pub(super) fn add_remote(&self) -> Option<RemoteAudio> {
        self.audio.as_ref().map(Audio::add_remote)
    }

    /// Releases everything; returns within half a second whatever the devices do.
    pub(super) async fn close(mut self) {
        let audio = self.audio.take();
        let sound = spawn_blocking(move || audio.map(Audio::stop));
        let (heard, seen) =
            tokio::join!(tokio::time::timeout(CLOSING, sound), tokio::time::timeout(CLOSING, self.camera.close()));
        if heard.is_err() || seen.is_err() {
            tracing::warn!(sound = heard.is_ok(), camera = seen.is_ok(), "a device takes its time to close");
        }
        // Its queue ended with the audio engine.
        self.pump.abort();
    }
}

/// Carries captured sound to LiveKit, which takes it asynchronously.
async fn pump(mut queue: mpsc::Receiver<[i16; 480]>, source: NativeAudioSource) {
    while let Some(samples) = queue.recv().await {
        let frame = AudioFrame {
            data: samples.as_slice().into(),
            sample_rate: 48_000,
            num_channels: 1,
            samples_per_channel: 480,
        };
        if let Err(error) = source.capture_frame(&frame).await {
            tracing::debug!(error = %error.message, "LiveKit did not take a sound frame");
        }
    }
}

fn translate(event: AudioEvent) -> DeviceEvent {
    match event {
        AudioEvent::MicrophoneReady => DeviceEvent::MicrophoneReady,
        AudioEvent::NoMicrophone => DeviceEvent::MicrophoneLost(CallNotice::NoMicrophone),
        AudioEvent::MicrophoneFailed => DeviceEvent::MicrophoneLost(CallNotice::MicrophoneFailed),
        AudioEvent::SpeakerReady => DeviceEvent::SpeakerReady,
        AudioEvent::NoSpeaker | AudioEvent::SpeakerFailed => DeviceEvent::SpeakerLost,
    }
}

/// A camera that follows a wish. Quick toggles are folded: only the newest wish counts.
struct CameraSwitch {
    wanted: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl CameraSwitch {
    fn new(source: CameraSource, sink: NativeVideoSource, pictures: Pictures, report: Report) -> Self {
        let (wanted, wish) = watch::channel(false);
        let task = tokio::spawn(follow(wish, source, sink, pictures, report));
        Self { wanted, task }
    }

    async fn close(self) {
        drop(self.wanted);
        drop(self.task.await);
    }
}

async fn follow(
    mut wish: watch::Receiver<bool>,
    source: CameraSource,
    sink: NativeVideoSource,
    pictures: Pictures,
    report: Report,
) {
    let mut camera: Option<Box<dyn VideoSource>> = None;
    while wish.changed().await.is_ok() {
        let on = *wish.borrow_and_update();
        match (on, camera.take()) {
            (true, None) => {
                let attempt = || open(source, sink.clone(), pictures.clone(), Arc::clone(&report));
                match patiently(wish.clone(), attempt).await {
                    Ok(opened) => {
                        camera = Some(opened);
                        report(DeviceEvent::CameraIs(true));
                    }
                    Err(error) => {
                        tracing::info!(%error, "the camera cannot be opened");
                        report(DeviceEvent::CameraLost(notice(&error)));
                    }
                }
            }
            (false, Some(open)) => {
                close(open, &pictures).await;
                report(DeviceEvent::CameraIs(false));
            }
            (true, open) => camera = open,
            (false, None) => report(DeviceEvent::CameraIs(false)),
        }
    }
    if let Some(open) = camera {
        close(open, &pictures).await;
    }
}

/// Tries again what is busy or fails: a camera that was just closed, by us or by another program, needs a moment. A new
/// wish, or the end of the call, ends the pause, and nothing is opened against it.
async fn patiently<T, Attempt>(
    mut wish: watch::Receiver<bool>,
    mut open: impl FnMut() -> Attempt,
) -> Result<T, CameraError>
where
    Attempt: Future<Output = Result<T, CameraError>>,
{
    for pause in OPENING {
        let opened = open().await;
        if !matches!(opened, Err(CameraError::Busy | CameraError::Failed(_))) {
            return opened;
        }
        if tokio::time::timeout(pause, wish.changed()).await.is_ok() {
            return opened;
        }
    }
    open().await
}

async fn open(
    source: CameraSource,
    sink: NativeVideoSource,
    pictures: Pictures,
    report: Report,
) -> Result<Box<dyn VideoSource>, CameraError> {
    let on_frame = Box::new(move |frame: Frame| {
        send(&frame, &sink);
        pictures.own.send_replace(Some(Arc::new(frame)));
    });
    let on_event = Box::new(move |event| {
        report(match event {
            CameraEvent::Gone => DeviceEvent::CameraLost(CallNotice::NoCamera),
            CameraEvent::Failed(_) => DeviceEvent::CameraLost(CallNotice::CameraFailed),
            CameraEvent::Stalled => DeviceEvent::CameraStalled,
            CameraEvent::Resumed => DeviceEvent::CameraIs(true),
        });
    });
    let opening = spawn_blocking(move || -> Result<Box<dyn VideoSource>, CameraError> {
        match source {
            CameraSource::None => Err(CameraError::NoCamera),
            CameraSource::Default => Ok(Box::new(Camera::open(CameraChoice::Default, on_frame, on_event)?)),
            CameraSource::Pattern(scene) => Ok(Box::new(PatternCamera::open(scene, on_frame, on_event)?)),
        }
    });
    opening.await.unwrap_or_else(|panicked| Err(CameraError::Failed(panicked.to_string())))
}

async fn close(camera: Box<dyn VideoSource>, pictures: &Pictures) {
    if let Err(error) = spawn_blocking(move || camera.close()).await {
        tracing::warn!(%error, "closing the camera failed");
    }
    pictures.own.send_replace(None);
}

/// One copy, into the buffer that LiveKit encodes from.
fn send(frame: &Frame, sink: &NativeVideoSource) {
    let mut buffer = I420Buffer::new(frame.width, frame.height);
    let (y, u, v) = frame.planes();
    let (to_y, to_u, to_v) = buffer.data_mut();
    to_y.copy_from_slice(y);
    to_u.copy_from_slice(u);
    to_v.copy_from_slice(v);
    let mut outgoing = VideoFrame::new(VideoRotation::VideoRotation0, buffer);
    outgoing.timestamp_us = frame.timestamp_us;
    sink.capture_frame(&outgoing);
}

fn notice(error: &CameraError) -> CallNotice {
    match error {
        CameraError::NoCamera => CallNotice::NoCamera,
        CameraError::Busy => CallNotice::CameraBusy,
        _ => CallNotice::CameraFailed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::ready;

    #[tokio::test]
    async fn busy_camera_is_tried_again() {
        let (_wanted, wish) = watch::channel(true);
        let mut answers = [Err(CameraError::Busy), Ok("camera")].into_iter();
        let opened = patiently(wish, || ready(answers.next().unwrap())).await;
        assert_eq!(opened, Ok("camera"));
    }

    #[tokio::test]
    async fn missing_camera_is_not_tried_again() {
        let (_wanted, wish) = watch::channel(true);
        let mut answers = [Err(CameraError::NoCamera), Ok("camera")].into_iter();
        let opened = patiently(wish, || ready(answers.next().unwrap())).await;
        assert_eq!(opened, Err(CameraError::NoCamera));
    }

    #[tokio::test]
    async fn camera_that_was_switched_off_meanwhile_is_not_tried_again() {
        let (wanted, wish) = watch::channel(true);
        let (refused, first) = tokio::sync::oneshot::channel();
        let mut refused = Some(refused);
        let mut answers = [Err(CameraError::Busy), Ok("camera")].into_iter();
        let opening = patiently(wish, || {
            if let Some(refused) = refused.take() {
                refused.send(()).unwrap();
            }
            ready(answers.next().unwrap())
        });
        let switching_off = async {
            first.await.unwrap();
            wanted.send_replace(false);
        };
        let (opened, ()) = tokio::join!(opening, switching_off);
        assert_eq!(opened, Err(CameraError::Busy));
    }

    #[tokio::test]
    async fn ended_call_does_not_wait_for_a_busy_camera() {
        let (wanted, wish) = watch::channel(true);
        drop(wanted);
        let mut answers = [Err(CameraError::Busy), Ok("camera")].into_iter();
        let opened = patiently(wish, || ready(answers.next().unwrap())).await;
        assert_eq!(opened, Err(CameraError::Busy));
    }
}
