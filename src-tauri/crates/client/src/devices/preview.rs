//! The own devices being tried, outside of a call: how loud the microphone is, and what the camera sees.
//!
//! Nothing of it is sent or played. A call that starts has the devices to itself.

use super::{CameraSwitch, DeviceEvent, Film, Follower, PictureSlot, Sources, Veil, close};
use crate::view::{CallNotice, CallPhase, CallView, ErrorCode, Preview, UserError};
use pizoo_media::audio::{Audio, Bypass, Output};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// Of 16-bit samples.
const FULL_SCALE: f32 = 32_768.0;

pub(crate) struct Previews {
    sources: Sources,
    own: Arc<PictureSlot>,
    call: watch::Receiver<Option<CallView>>,
    open: Mutex<Option<Open>>,
}

struct Open {
    audio: Option<Arc<Audio>>,
    camera: CameraSwitch,
    follower: Follower,
    trouble: Arc<Mutex<Trouble>>,
}

/// Why there is no sound or picture.
#[derive(Clone, Copy, Default)]
struct Trouble {
    microphone: Option<CallNotice>,
    camera: Option<CallNotice>,
}

impl Trouble {
    fn told(&mut self, event: DeviceEvent) {
        match event {
            DeviceEvent::MicrophoneReady => self.microphone = None,
            DeviceEvent::MicrophoneLost(notice) => self.microphone = Some(notice),
            DeviceEvent::CameraIs(_) | DeviceEvent::CameraFound => self.camera = None,
            DeviceEvent::CameraStalled => self.camera = Some(CallNotice::CameraFailed),
            DeviceEvent::CameraLost(notice) => self.camera = Some(notice),
            DeviceEvent::SpeakerReady
            | DeviceEvent::SpeakerLost
            | DeviceEvent::MicrophoneIs(_)
            | DeviceEvent::SpeakerIs(_) => {}
        }
    }
}

impl Previews {
    /// `own` is where the own picture of calls goes, too.
    pub(crate) fn new(mut sources: Sources, own: Arc<PictureSlot>, call: watch::Receiver<Option<CallView>>) -> Self {
        // Who hears their own voice at once covers their ears.
        sources.audio.output = Output::None;
        Self { sources, own, call, open: Mutex::default() }
    }

    /// Ends the preview at every call, for ever.
    pub(crate) async fn run(&self) {
        let mut call = self.call.clone();
        while call.changed().await.is_ok() {
            if is_on(&call.borrow_and_update()) {
                self.stop().await;
            }
        }
    }

    pub(crate) fn start(&self, camera: bool) -> Result<(), UserError> {
        let mut open = lock(&self.open);
        // Looked at under the lock: a call that begins from here on ends what is opened now.
        if is_on(&self.call.borrow()) {
            return Err(ErrorCode::CallInProgress.into());
        }
        open.get_or_insert_with(|| self.open()).camera.set(camera);
        Ok(())
    }

    fn open(&self) -> Open {
        let trouble = Arc::new(Mutex::new(Trouble::default()));
        let report: super::Report = {
            let trouble = Arc::clone(&trouble);
            Arc::new(move |event| lock(&trouble).told(event))
        };
        let on_event = {
            let report = Arc::clone(&report);
            Box::new(move |event| report(DeviceEvent::from(event)))
        };
        // What is captured goes nowhere: its level is all that is wanted.
        let audio = Audio::start(self.sources.audio(), Box::new(Bypass), Box::new(|_| ()), on_event);
        let audio = audio.inspect_err(|error| tracing::error!(%error, "no sound can be tried")).ok().map(Arc::new);
        match &audio {
            Some(audio) => audio.set_microphone(true),
            None => lock(&trouble).microphone = Some(CallNotice::MicrophoneFailed),
        }
        let (own, sink, veil) = (Arc::clone(&self.own), Arc::new(|_: &_| ()), Veil::default());
        let film = Film { source: self.sources.camera, own, sink, veil, report };
        let camera = CameraSwitch::new(film, self.sources.camera());
        let follower = self.sources.follow(audio.as_ref(), &camera);
        Open { audio, camera, follower, trouble }
    }

    pub(crate) fn now(&self) -> Preview {
        let open = lock(&self.open);
        let Some(open) = &*open else { return Preview::default() };
        let level = open.audio.as_ref().map_or(0.0, |audio| audio.levels().input_rms / FULL_SCALE);
        let Trouble { microphone, camera } = *lock(&open.trouble);
        let picture = self.own.borrow().is_some();
        Preview { level: f64::from(level.min(1.0)), notice: microphone.or(camera), picture }
    }

    /// Releases the devices; without a preview it does nothing.
    pub(crate) async fn stop(&self) {
        let open = lock(&self.open).take();
        if let Some(Open { audio, camera, follower, .. }) = open {
            follower.end().await;
            close(audio, camera).await;
        }
    }
}

fn is_on(call: &Option<CallView>) -> bool {
    call.as_ref().is_some_and(|call| !matches!(call.phase, CallPhase::Ended { .. }))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
