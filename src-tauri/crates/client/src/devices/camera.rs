//! A camera that follows a wish: whether it is on, and which one it is.

use super::{DeviceEvent, PictureSlot, Report, Veil};
use crate::config::CameraSource;
use crate::view::CallNotice;
use pizoo_media::camera::{self, Camera, CameraChoice, CameraError, CameraEvent, VideoSource};
use pizoo_media::picture::{Blur, Frame};
use pizoo_media::sources::PatternCamera;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::{JoinHandle, spawn_blocking};

/// Pauses between attempts to open a camera that is busy or fails.
const OPENING: [Duration; 4] =
    [Duration::from_millis(200), Duration::from_millis(300), Duration::from_millis(500), Duration::from_millis(800)];

/// How often a camera is looked for where there was none.
const LOOK: Duration = Duration::from_secs(2);

/// Takes each picture on the camera's thread, beside the slot of the own picture.
pub(crate) type Sink = Arc<dyn Fn(&Frame) + Send + Sync>;

/// What is wanted of the camera.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Wish {
    pub(crate) on: bool,
    /// Its identifier; `None` is the first one.
    pub(crate) camera: Option<String>,
}

/// Quick changes of the wish are folded: only the newest counts.
pub(crate) struct CameraSwitch {
    wanted: Arc<watch::Sender<Wish>>,
    task: JoinHandle<()>,
}

/// Where the camera's pictures come from and go to.
#[derive(Clone)]
pub(crate) struct Film {
    pub(crate) source: CameraSource,
    pub(crate) own: Arc<PictureSlot>,
    pub(crate) sink: Sink,
    /// Over both.
    pub(crate) veil: Veil,
    pub(crate) report: Report,
}

impl CameraSwitch {
    pub(crate) fn new(film: Film, camera: Option<String>) -> Self {
        let (wanted, wish) = watch::channel(Wish { on: false, camera });
        let task = tokio::spawn(follow(wish, film));
        Self { wanted: Arc::new(wanted), task }
    }

    /// Opens or closes the camera; it reports when it has.
    pub(crate) fn set(&self, on: bool) {
        self.wanted.send_modify(|wish| wish.on = on);
    }

    /// Goes over to another camera.
    pub(crate) fn choose(&self, camera: Option<String>) {
        self.wanted.send_if_modified(|wish| {
            let changed = wish.camera != camera;
            wish.camera = camera;
            changed
        });
    }

    /// The wish, for who changes it; it does not keep the camera open.
    pub(super) fn wish(&self) -> std::sync::Weak<watch::Sender<Wish>> {
        Arc::downgrade(&self.wanted)
    }

    /// Closes it.
    pub(crate) async fn close(self) {
        drop(self.wanted);
        drop(self.task.await);
    }
}

/// A camera that was opened.
struct Open {
    camera: Box<dyn VideoSource>,
    /// It said that nothing more will come of it.
    over: Arc<AtomicBool>,
}

async fn follow(mut wish: watch::Receiver<Wish>, film: Film) {
    let mut open: Option<Open> = None;
    let mut camera = wish.borrow().camera.clone();
    // It may be that there is none: then one that appears is told, and stays dark.
    let mut missing = false;
    loop {
        tokio::select! {
            changed = wish.changed() => if changed.is_err() { break },
            () = appearance(film.source), if missing => {
                missing = false;
                (film.report)(DeviceEvent::CameraFound);
                continue;
            }
        }
        let wanted = wish.borrow_and_update().clone();
        let is_another = camera != wanted.camera;
        camera = wanted.camera;
        let shut = open.take_if(|open| is_another || !wanted.on || open.over.load(Ordering::Acquire));
        let was_on = shut.is_some();
        if let Some(shut) = shut {
            missing |= shut.over.load(Ordering::Acquire);
            close(shut.camera, &film.own).await;
        }
        match wanted.on {
            true if open.is_none() => match patiently(wish.clone(), || open_one(&film, camera.clone())).await {
                Ok(opened) => {
                    open = Some(opened);
                    missing = false;
                    (film.report)(DeviceEvent::CameraIs(true));
                }
                // What becomes of the newer wish is what counts.
                Err(error) if wish.has_changed().unwrap_or(true) => {
                    tracing::debug!(%error, "the camera is not waited for any more");
                }
                Err(error) => {
                    tracing::info!(%error, "the camera cannot be opened");
                    missing = error == CameraError::NoCamera;
                    (film.report)(DeviceEvent::CameraLost(notice(&error)));
                }
            },
            true => {}
            // That another one is chosen while none is on is nothing to tell.
            false if is_another && !was_on => {}
            false => (film.report)(DeviceEvent::CameraIs(false)),
        }
    }
    if let Some(open) = open {
        close(open.camera, &film.own).await;
    }
}

/// Waits until there is a camera. Drawn ones are there or not, for good.
async fn appearance(source: CameraSource) {
    if source != CameraSource::Default {
        return std::future::pending().await;
    }
    loop {
        tokio::time::sleep(LOOK).await;
        if spawn_blocking(|| !camera::list().is_empty()).await.unwrap_or(false) {
            return;
        }
    }
}

/// Tries again what is busy or fails: a camera that was just closed, by us or by another program, needs a moment. A new
/// wish, or the end of the call, ends the pause, and nothing is opened against it.
async fn patiently<T, Attempt>(
    mut wish: watch::Receiver<Wish>,
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

async fn open_one(film: &Film, chosen: Option<String>) -> Result<Open, CameraError> {
    let Film { source, own, sink, veil, report } = film.clone();
    let over = Arc::new(AtomicBool::new(false));
    let mut blur = Blur::default();
    let on_frame = Box::new(move |frame: Frame| {
        let frame = veil.over(frame, &mut blur);
        sink(&frame);
        own.send_replace(Some(Arc::new(frame)));
    });
    let on_event = Box::new({
        let over = Arc::clone(&over);
        move |event| {
            // Before it is told: whoever asks for the camera then is not to get this one.
            if matches!(event, CameraEvent::Gone | CameraEvent::Failed(_)) {
                over.store(true, Ordering::Release);
            }
            report(match event {
                CameraEvent::Gone => DeviceEvent::CameraLost(CallNotice::NoCamera),
                CameraEvent::Failed(_) => DeviceEvent::CameraLost(CallNotice::CameraFailed),
                CameraEvent::Stalled => DeviceEvent::CameraStalled,
                CameraEvent::Resumed => DeviceEvent::CameraIs(true),
            });
        }
    });
    let opening = spawn_blocking(move || -> Result<Box<dyn VideoSource>, CameraError> {
        match source {
            CameraSource::None => Err(CameraError::NoCamera),
            CameraSource::Default => Ok(Box::new(Camera::open(choice(chosen), on_frame, on_event)?)),
            CameraSource::Pattern(scene) => Ok(Box::new(PatternCamera::open(scene, on_frame, on_event)?)),
        }
    });
    let opened = opening.await.unwrap_or_else(|panicked| Err(CameraError::Failed(panicked.to_string())));
    opened.map(|camera| Open { camera, over })
}

/// The chosen one, or the first while that is not there.
fn choice(chosen: Option<String>) -> CameraChoice {
    let there = |id: &String| camera::list().iter().any(|camera| camera.id == *id || camera.name == *id);
    chosen.filter(there).map_or(CameraChoice::Default, CameraChoice::Named)
}

async fn close(camera: Box<dyn VideoSource>, own: &PictureSlot) {
    if let Err(error) = spawn_blocking(move || camera.close()).await {
        tracing::warn!(%error, "closing the camera failed");
    }
    own.send_replace(None);
}

fn notice(error: &CameraError) -> CallNotice {
    match error {
        CameraError::NoCamera => CallNotice::NoCamera,
        CameraError::Busy => CallNotice::CameraBusy,
        CameraError::Denied => CallNotice::CameraDenied,
        CameraError::Failed(_) => CallNotice::CameraFailed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::ready;

    fn film(report: Report) -> (Film, watch::Receiver<Option<Arc<Frame>>>) {
        let (own, picture) = watch::channel(None);
        let source = CameraSource::Pattern(pizoo_pattern::Scene::One);
        (Film { source, own: Arc::new(own), sink: Arc::new(|_| ()), veil: Veil::default(), report }, picture)
    }

    #[tokio::test]
    async fn other_camera_is_opened_while_it_is_on_and_nothing_is_told_while_it_is_off() {
        let (events, mut told) = tokio::sync::mpsc::unbounded_channel();
        let (film, mut picture) = film(Arc::new(move |event| events.send(event).unwrap_or_default()));
        let camera = CameraSwitch::new(film, None);
        let choose = |id: &str| camera.wanted.send_modify(|wish| wish.camera = Some(id.to_owned()));
        choose("one");
        camera.set(true);
        assert_eq!(told.recv().await, Some(DeviceEvent::CameraIs(true)));
        picture.wait_for(Option::is_some).await.unwrap();
        choose("another");
        assert_eq!(told.recv().await, Some(DeviceEvent::CameraIs(true)));
        picture.wait_for(Option::is_some).await.unwrap();
        camera.set(false);
        assert_eq!(told.recv().await, Some(DeviceEvent::CameraIs(false)));
        assert!(picture.borrow().is_none());
        camera.close().await;
        assert_eq!(told.recv().await, None);
    }

    #[tokio::test]
    async fn busy_camera_is_tried_again() {
        let (_wanted, wish) = watch::channel(Wish { on: true, camera: None });
        let mut answers = [Err(CameraError::Busy), Ok("camera")].into_iter();
        let opened = patiently(wish, || ready(answers.next().unwrap())).await;
        assert_eq!(opened, Ok("camera"));
    }

    #[tokio::test]
    async fn missing_camera_is_not_tried_again() {
        let (_wanted, wish) = watch::channel(Wish { on: true, camera: None });
        let mut answers = [Err(CameraError::NoCamera), Ok("camera")].into_iter();
        let opened = patiently(wish, || ready(answers.next().unwrap())).await;
        assert_eq!(opened, Err(CameraError::NoCamera));
    }

    #[tokio::test]
    async fn camera_that_was_switched_off_meanwhile_is_not_tried_again() {
        let (wanted, wish) = watch::channel(Wish { on: true, camera: None });
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
            wanted.send_modify(|wish| wish.on = false);
        };
        let (opened, ()) = tokio::join!(opening, switching_off);
        assert_eq!(opened, Err(CameraError::Busy));
    }

    #[tokio::test]
    async fn ended_call_does_not_wait_for_a_busy_camera() {
        let (wanted, wish) = watch::channel(Wish { on: true, camera: None });
        drop(wanted);
        let mut answers = [Err(CameraError::Busy), Ok("camera")].into_iter();
        let opened = patiently(wish, || ready(answers.next().unwrap())).await;
        assert_eq!(opened, Err(CameraError::Busy));
    }
}
