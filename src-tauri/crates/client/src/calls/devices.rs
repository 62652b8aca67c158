//! The own devices during a call: microphone and loudspeaker with echo cancellation, and the camera.
//!
//! Frames go straight from the device's thread into LiveKit's sources. Opening and closing happens off the runtime.

use super::echo::Apm;
use super::{Pictures, Sources};
pub(super) use crate::devices::DeviceEvent;
use crate::devices::{CameraSwitch, Film, Follower, Report, Veil, close};
use crate::livekit::webrtc::audio_source::native::NativeAudioSource;
use crate::livekit::webrtc::prelude::{AudioFrame, AudioSourceOptions, VideoResolution};
use crate::livekit::webrtc::video_frame::{I420Buffer, VideoFrame, VideoRotation};
use crate::livekit::webrtc::video_source::native::NativeVideoSource;
use crate::view::CallNotice;
use pizoo_media::audio::{Audio, RemoteAudio};
use pizoo_media::picture::Frame;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// Sound that LiveKit has not taken, in 10 ms frames. More means that it stalls, and old sound is worthless.
const MICROPHONE_QUEUE: usize = 10;

pub(super) struct Devices {
    audio: Option<Arc<Audio>>,
    camera: CameraSwitch,
    follower: Follower,
    pump: JoinHandle<()>,
    microphone_source: NativeAudioSource,
    camera_source: NativeVideoSource,
    sending: Arc<AtomicBool>,
    veil: Veil,
    report: Report,
}

impl Devices {
    pub(super) fn open(sources: &Sources, pictures: &Pictures, report: Report) -> Self {
        let microphone_source = NativeAudioSource::new(AudioSourceOptions::default(), 48_000, 1, 0);
        let camera_source = NativeVideoSource::new(VideoResolution { width: 1280, height: 720 }, false);
        // Nothing goes out until it is known who can see and hear it.
        let sending = Arc::new(AtomicBool::new(false));
        let (captured, queue) = mpsc::channel(MICROPHONE_QUEUE);
        let pump = tokio::spawn(pump(queue, microphone_source.clone()));
        let on_event = {
            let report = Arc::clone(&report);
            move |event| report(DeviceEvent::from(event))
        };
        let audio = Audio::start(
            sources.audio(),
            Box::new(Apm::new()),
            // A full queue drops the new frame: the audio thread never waits.
            Box::new({
                let sending = Arc::clone(&sending);
                move |frame: &[i16; 480]| {
                    if sending.load(Ordering::Acquire) {
                        let _ = captured.try_send(*frame);
                    }
                }
            }),
            Box::new(on_event),
        );
        let audio = audio.inspect_err(|error| tracing::error!(%error, "the call goes on without sound")).ok();
        let audio = audio.map(Arc::new);
        let (sink, veil) = (camera_source.clone(), Veil::default());
        let film = Film {
            source: sources.camera,
            own: Arc::clone(&pictures.own),
            sink: Arc::new({
                let sending = Arc::clone(&sending);
                move |frame| {
                    if sending.load(Ordering::Acquire) {
                        send(frame, &sink);
                    }
                }
            }),
            veil: veil.clone(),
            report: Arc::clone(&report),
        };
        let camera = CameraSwitch::new(film, sources.camera());
        let follower = sources.follow(audio.as_ref(), &camera);
        Self { audio, camera, follower, pump, microphone_source, camera_source, sending, veil, report }
    }

    pub(super) fn microphone_source(&self) -> NativeAudioSource {
        self.microphone_source.clone()
    }

    pub(super) fn camera_source(&self) -> NativeVideoSource {
        self.camera_source.clone()
    }

    /// Lets what microphone and camera capture out of this computer, or keeps it here.
    pub(super) fn set_sending(&self, sending: bool) {
        self.sending.store(sending, Ordering::Release);
    }

    /// Opens or closes the microphone.
    pub(super) fn set_microphone(&self, on: bool) {
        match &self.audio {
            Some(audio) => audio.set_microphone(on),
            None if on => (self.report)(DeviceEvent::MicrophoneLost(CallNotice::MicrophoneFailed)),
            None => {}
        }
    }

    /// Whether the microphone is measured while it is off.
    pub(super) fn set_listening(&self, on: bool) {
        if let Some(audio) = &self.audio {
            audio.set_listening(on);
        }
    }

    /// How loud it is at the microphone while that is off and measured; else 0.
    pub(super) fn unheard(&self) -> f32 {
        self.audio.as_ref().map_or(0.0, |audio| audio.levels().unheard_rms)
    }

    /// Opens or closes the camera; it reports when it has.
    pub(super) fn set_camera(&self, on: bool) {
        self.camera.set(on);
    }

    /// Blurs the own picture beyond recognition, for both sides, or shows it.
    pub(super) fn set_blurred(&self, on: bool) {
        self.veil.set(on);
    }

    /// Goes over to another camera.
    pub(super) fn choose_camera(&self, camera: Option<String>) {
        self.camera.choose(camera);
    }

    /// A place for the other side's sound. None once closing began.
    pub(super) fn add_remote(&self) -> Option<RemoteAudio> {
        self.audio.as_ref().map(|audio| audio.add_remote())
    }

    /// Releases everything; returns within half a second whatever the devices do.
    pub(super) async fn close(self) {
        self.follower.end().await;
        close(self.audio, self.camera).await;
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
