//! The own devices: which there are, which the user chose, and how a change takes effect while they are open.
//!
//! Calls ([`crate::calls`]) and the preview open them; this is what both have in common.

mod camera;
mod preview;
mod veil;

pub(crate) use camera::{CameraSwitch, Film};
pub(crate) use preview::Previews;
pub(crate) use veil::Veil;

use crate::client::Client;
use crate::config::CameraSource;
use crate::view::{CallNotice, Device, Devices, ErrorCode, Preferences, Preview, UserError};
use camera::Wish;
use pizoo_media::audio::{self, Audio, AudioConfig, AudioDevice, AudioEvent, Input, Output};
use pizoo_media::picture::Frame;
use std::sync::{Arc, Weak};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::{JoinHandle, spawn_blocking};

/// Whoever closes devices waits this long for one; the device itself goes on closing.
const CLOSING: Duration = Duration::from_millis(450);

/// The newest picture, if there is one.
pub(crate) type PictureSlot = watch::Sender<Option<Arc<Frame>>>;

/// What a device said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum DeviceEvent {
    MicrophoneReady,
    /// It may come back by itself.
    MicrophoneLost(CallNotice),
    /// Another one, of that name, took its place by itself.
    MicrophoneIs(String),
    SpeakerReady,
    SpeakerLost,
    /// Another one, of that name, took its place by itself.
    SpeakerIs(String),
    CameraIs(bool),
    /// No frame for a while; it may come back by itself.
    CameraStalled,
    CameraLost(CallNotice),
    /// There is one again, after there was none. It is not open.
    CameraFound,
}

/// Whom devices tell; it may be called on any thread.
pub(crate) type Report = Arc<dyn Fn(DeviceEvent) + Send + Sync>;

impl From<AudioEvent> for DeviceEvent {
    fn from(event: AudioEvent) -> Self {
        match event {
            AudioEvent::MicrophoneReady => Self::MicrophoneReady,
            AudioEvent::NoMicrophone => Self::MicrophoneLost(CallNotice::NoMicrophone),
            AudioEvent::MicrophoneDenied => Self::MicrophoneLost(CallNotice::MicrophoneDenied),
            AudioEvent::MicrophoneFailed => Self::MicrophoneLost(CallNotice::MicrophoneFailed),
            AudioEvent::MicrophoneIs(name) => Self::MicrophoneIs(name),
            AudioEvent::SpeakerReady => Self::SpeakerReady,
            AudioEvent::SpeakerIs(name) => Self::SpeakerIs(name),
            AudioEvent::NoSpeaker | AudioEvent::SpeakerFailed => Self::SpeakerLost,
        }
    }
}

/// Where sound and pictures come from and go to. The user chooses among real devices; synthetic ones stay what they are.
#[derive(Clone, Debug)]
pub(crate) struct Sources {
    pub(crate) camera: CameraSource,
    pub(crate) audio: AudioConfig,
    pub(crate) chosen: watch::Receiver<Preferences>,
}

impl Sources {
    /// Microphone and loudspeaker as they are chosen now.
    pub(crate) fn audio(&self) -> AudioConfig {
        let chosen = self.chosen.borrow();
        let input = match (&self.audio.input, &chosen.microphone) {
            (Input::Default, Some(id)) => Input::Named(id.clone()),
            (other, _) => other.clone(),
        };
        let output = match (&self.audio.output, &chosen.speaker) {
            (Output::Default, Some(id)) => Output::Named(id.clone()),
            (other, _) => other.clone(),
        };
        AudioConfig { input, output }
    }

    /// The camera that is chosen now.
    pub(crate) fn camera(&self) -> Option<String> {
        match self.camera {
            CameraSource::Default => self.chosen.borrow().camera.clone(),
            CameraSource::Pattern(_) | CameraSource::None => None,
        }
    }

    /// The volume that is chosen now.
    pub(crate) fn volume(&self) -> u8 {
        self.chosen.borrow().volume
    }

    /// Has open devices follow what the user chooses, until the result is ended or they are closed.
    pub(crate) fn follow(&self, audio: Option<&Arc<Audio>>, camera: &CameraSwitch) -> Follower {
        let (audio, wish) = (audio.map_or_else(Weak::new, Arc::downgrade), camera.wish());
        Follower(tokio::spawn(follow(self.clone(), audio, wish)))
    }
}

/// A task that does what the user chooses to devices that are open.
pub(crate) struct Follower(JoinHandle<()>);

impl Follower {
    /// Ends it; it does not use the devices any more then.
    pub(crate) async fn end(self) {
        self.0.abort();
        drop(self.0.await);
    }
}

async fn follow(mut sources: Sources, audio: Weak<Audio>, wish: Weak<watch::Sender<Wish>>) {
    loop {
        if let Some(audio) = audio.upgrade() {
            audio.configure(sources.audio());
            audio.set_volume(sources.volume());
        }
        let Some(camera) = wish.upgrade() else { return };
        camera.send_if_modified(|wish| {
            let chosen = sources.camera();
            let changed = wish.camera != chosen;
            wish.camera = chosen;
            changed
        });
        drop(camera);
        if sources.chosen.changed().await.is_err() {
            return;
        }
    }
}

/// Releases devices; returns within half a second whatever they do.
pub(crate) async fn close(audio: Option<Arc<Audio>>, camera: CameraSwitch) {
    // Dropping it blocks.
    let sound = spawn_blocking(move || drop(audio));
    let (heard, seen) =
        tokio::join!(tokio::time::timeout(CLOSING, sound), tokio::time::timeout(CLOSING, camera.close()));
    if heard.is_err() || seen.is_err() {
        tracing::warn!(sound = heard.is_ok(), camera = seen.is_ok(), "a device takes its time to close");
    }
}

/// What there is at this moment. It blocks.
fn list() -> Devices {
    let audio::AudioDevices { inputs, outputs } = audio::list();
    let device = |AudioDevice { id, name, .. }| Device { id, name };
    Devices {
        microphones: inputs.into_iter().map(device).collect(),
        speakers: outputs.into_iter().map(device).collect(),
        cameras: pizoo_media::camera::list()
            .into_iter()
            .map(|camera| Device { id: camera.id, name: camera.name })
            .collect(),
    }
}

impl Client {
    /// The devices that are there.
    ///
    /// # Errors
    /// [`ErrorCode::Internal`] when a driver fails in a way that cannot be survived.
    pub async fn list_devices(&self) -> Result<Devices, UserError> {
        spawn_blocking(list).await.map_err(|error| {
            tracing::warn!(%error, "the devices cannot be listed");
            ErrorCode::Internal.into()
        })
    }

    /// Opens the microphone, and the camera if wanted, for trying. Again, with or without the camera, changes only that.
    ///
    /// # Errors
    /// [`ErrorCode::CallInProgress`]: a call has the devices.
    pub fn start_preview(&self, camera: bool) -> Result<(), UserError> {
        self.inner.previews.start(camera)
    }

    /// How the preview is; nothing while there is none.
    pub fn preview(&self) -> Preview {
        self.inner.previews.now()
    }

    /// Releases what [`Client::start_preview`] opened.
    pub async fn stop_preview(&self) {
        self.inner.previews.stop().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sources(camera: CameraSource, input: Input, output: Output) -> (watch::Sender<Preferences>, Sources) {
        let chosen = Preferences {
            microphone: Some("mic".into()),
            speaker: Some("box".into()),
            camera: Some("cam".into()),
            ..Preferences::default()
        };
        let (sender, chosen) = watch::channel(chosen);
        (sender, Sources { camera, audio: AudioConfig { input, output }, chosen })
    }

    #[test]
    fn choice_is_among_real_devices() {
        let (_chosen, sources) = sources(CameraSource::Default, Input::Default, Output::Default);
        let (input, output) = (Input::Named("mic".into()), Output::Named("box".into()));
        assert_eq!(sources.audio(), AudioConfig { input, output });
        assert_eq!(sources.camera().as_deref(), Some("cam"));
    }

    #[test]
    fn synthetic_devices_stay_what_they_are() {
        let (_chosen, sources) = sources(CameraSource::None, Input::Speech, Output::None);
        assert_eq!(sources.audio(), sources.audio);
        assert_eq!(sources.camera(), None);
    }
}
