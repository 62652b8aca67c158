//! One of the two devices: opens it, watches it, rebuilds it, and tells what happened. Whether it is wanted is not decided
//! here.

use std::sync::atomic::Ordering;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use tracing::{debug, info, warn};

use crate::audio::health::{Backoff, Health, Verdict};
use crate::audio::host::{self, Direction, OpenError, Stream};
use crate::audio::worker::{Message, Voice};
use crate::audio::{AudioEvent, OnEvent};

/// How often streams are looked at.
const LOOK: Duration = Duration::from_millis(100);
/// The same while one starts: readiness is worth telling soon.
const LOOK_STARTING: Duration = Duration::from_millis(20);
/// How often the system's devices are looked at. PulseAudio moves a stream to another device without a word.
const ENUMERATE: Duration = Duration::from_millis(1500);

/// What holds for a device, as far as anybody was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Status {
    Missing,
    Denied,
    Failed,
    Ready,
}

/// Another device took its place by itself.
fn moved(direction: Direction, name: String) -> AudioEvent {
    match direction {
        Direction::Input => AudioEvent::MicrophoneIs(name),
        Direction::Output => AudioEvent::SpeakerIs(name),
    }
}

fn event(direction: Direction, status: Status) -> AudioEvent {
    match (direction, status) {
        (Direction::Input, Status::Missing) => AudioEvent::NoMicrophone,
        (Direction::Input, Status::Denied) => AudioEvent::MicrophoneDenied,
        (Direction::Input, Status::Failed) => AudioEvent::MicrophoneFailed,
        (Direction::Input, Status::Ready) => AudioEvent::MicrophoneReady,
        (Direction::Output, Status::Missing) => AudioEvent::NoSpeaker,
        (Direction::Output, Status::Failed | Status::Denied) => AudioEvent::SpeakerFailed,
        (Direction::Output, Status::Ready) => AudioEvent::SpeakerReady,
    }
}

/// What both sides work with.
pub(super) struct Outside {
    messages: mpsc::Sender<Message>,
    pub(super) on_event: OnEvent,
    host: Option<cpal::Host>,
}

impl Outside {
    pub(super) fn new(messages: mpsc::Sender<Message>, on_event: OnEvent) -> Self {
        Self { messages, on_event, host: None }
    }

    pub(super) fn send(&self, message: Message) {
        // A worker that is gone needs nothing.
        let _ = self.messages.send(message);
    }

    fn host(&mut self) -> Result<&cpal::Host, OpenError> {
        if self.host.is_none() {
            self.host = Some(host::host()?);
        }
        self.host.as_ref().ok_or(OpenError::Missing)
    }
}

/// A stream and what is known of it.
struct Open {
    stream: Stream,
    device: String,
    /// The device's name, for people.
    name: String,
    health: Health,
}

/// One of the two devices, while it is wanted.
pub(super) struct Side {
    direction: Direction,
    name: Option<String>,
    /// Comes before the default one where the named one is not there.
    instead: Option<String>,
    open: Option<Open>,
    verdict: Option<Verdict>,
    backoff: Backoff,
    /// It is open only to be measured: nothing is told of it.
    silent: bool,
    told: Option<Status>,
    /// The device that was last in use.
    used: Option<String>,
    enumerated: Instant,
}

impl Side {
    pub(super) fn new(direction: Direction, name: Option<String>) -> Self {
        let (backoff, enumerated) = (Backoff::default(), Instant::now());
        Self {
            direction,
            name,
            instead: None,
            open: None,
            verdict: None,
            backoff,
            silent: false,
            told: None,
            used: None,
            enumerated,
        }
    }

    /// That one comes before the default one where the named one is not there.
    pub(super) fn or(self, instead: String) -> Self {
        Self { instead: Some(instead), ..self }
    }

    /// What was told before it was silent is told anew after; what failed meanwhile is tried at once.
    pub(super) fn set_silent(&mut self, silent: bool) {
        if silent {
            self.told = None;
        } else if self.silent {
            self.backoff = Backoff::default();
        }
        self.silent = silent;
    }

    /// Looks at the stream and tells what is to be seen.
    pub(super) fn look(&mut self, outside: &mut Outside, now: Instant) {
        self.verdict = self.open.as_mut().map(|Open { stream, health, .. }| {
            let alive = health.look(stream.state.callbacks.load(Ordering::Relaxed), now);
            if stream.state.failed.load(Ordering::Acquire) { Verdict::Dead } else { alive }
        });
        match self.verdict {
            Some(Verdict::Dead) => self.tell(outside, Status::Failed),
            Some(Verdict::Alive) => {
                self.tell(outside, Status::Ready);
                self.tell_device(outside);
            }
            Some(Verdict::Starting | Verdict::Quiet) | None => {}
        }
    }

    /// Opens, closes or replaces the stream where needed. Returns how long until the next look.
    pub(super) fn step(&mut self, outside: &mut Outside, now: Instant) -> Duration {
        match self.verdict {
            Some(Verdict::Dead) => {
                self.release(outside);
                outside.host = None;
                self.backoff.failed(now);
                return LOOK;
            }
            Some(Verdict::Alive) => {
                self.backoff = Backoff::default();
                if now.saturating_duration_since(self.enumerated) >= ENUMERATE {
                    self.enumerated = now;
                    self.follow(outside);
                }
            }
            Some(Verdict::Starting | Verdict::Quiet) | None => {}
        }
        if self.open.is_none() && self.backoff.is_due(now) {
            self.open(outside, now);
        }
        let awaited = !self.silent && self.told != Some(Status::Ready);
        if self.open.is_some() && awaited { LOOK_STARTING } else { LOOK }
    }

    /// The devices that are wanted, the best one first.
    fn names(&self) -> impl Iterator<Item = &str> {
        self.name.as_deref().into_iter().chain(self.instead.as_deref())
    }

    /// Gives the device up if another one should be used by now, or if it is gone.
    fn follow(&mut self, outside: &mut Outside) {
        let direction = self.direction;
        let found = match outside.host().and_then(|host| host::find(host, direction, self.names())) {
            Ok(found) => Some(found.id),
            Err(OpenError::Missing) => None,
            // The stream's own errors will tell.
            Err(OpenError::Failed(_) | OpenError::Denied) => return,
        };
        if let Some(open) = &self.open
            && found.as_ref() != Some(&open.device)
        {
            info!(?direction, from = open.device, to = found, "the audio device changed");
            self.release(outside);
        }
    }

    fn open(&mut self, outside: &mut Outside, now: Instant) {
        match self.try_open(outside) {
            Ok(open) => {
                self.open = Some(open);
                self.enumerated = now;
            }
            Err(e) => {
                self.backoff.failed(now);
                let status = match e {
                    OpenError::Missing => Status::Missing,
                    OpenError::Denied => Status::Denied,
                    OpenError::Failed(_) => Status::Failed,
                };
                if status != Status::Missing {
                    outside.host = None;
                }
                if self.told != Some(status) && !self.silent {
                    warn!(direction = ?self.direction, "cannot open the audio device: {e}");
                }
                self.tell(outside, status);
            }
        }
    }

    fn try_open(&self, outside: &mut Outside) -> Result<Open, OpenError> {
        let found = host::find(outside.host()?, self.direction, self.names())?;
        let stream = match self.direction {
            Direction::Input => {
                let (stream, recorded) = host::open_microphone(&found)?;
                outside.send(Message::Microphone(Some(Voice::Device(Box::new(recorded)))));
                stream
            }
            Direction::Output => {
                let (stream, playing) = host::open_speaker(&found)?;
                outside.send(Message::Speaker(Some(playing)));
                stream
            }
        };
        Ok(Open { stream, name: found.name(), device: found.id, health: Health::new(Instant::now()) })
    }

    /// The device is not wanted any more.
    pub(super) fn reset(&mut self, outside: &mut Outside) {
        self.release(outside);
        self.told = None;
        self.backoff = Backoff::default();
    }

    pub(super) fn release(&mut self, outside: &mut Outside) {
        self.verdict = None;
        let Some(open) = self.open.take() else { return };
        outside.send(match self.direction {
            Direction::Input => Message::Microphone(None),
            Direction::Output => Message::Speaker(None),
        });
        let (started, slips) = (Instant::now(), open.stream.state.slips.load(Ordering::Relaxed));
        drop(open.stream);
        debug!(direction = ?self.direction, device = open.device, slips, took = ?started.elapsed(), "released");
    }

    fn tell(&mut self, outside: &mut Outside, status: Status) {
        if !self.silent && self.told.replace(status) != Some(status) {
            (outside.on_event)(event(self.direction, status));
        }
    }

    /// Tells if the device that delivers is not the one that did so before.
    fn tell_device(&mut self, outside: &mut Outside) {
        let Some(open) = self.open.as_ref().filter(|_| !self.silent) else { return };
        if let Some(name) = other(&mut self.used, &open.device, &open.name) {
            (outside.on_event)(moved(self.direction, name));
        }
    }
}

/// The name of the device in use, if it is another one than before.
fn other(used: &mut Option<String>, device: &str, name: &str) -> Option<String> {
    if used.as_deref() == Some(device) {
        return None;
    }
    let before = used.replace(device.to_owned());
    before.map(|_| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outside() -> (Outside, mpsc::Receiver<AudioEvent>) {
        let (sender, told) = mpsc::channel();
        let on_event = Box::new(move |event| {
            let _ = sender.send(event);
        });
        (Outside::new(mpsc::channel().0, on_event), told)
    }

    #[test]
    fn side_that_is_silent_tells_nothing_and_what_is_so_afterwards() {
        let (mut outside, told) = outside();
        let mut side = Side::new(Direction::Input, None);
        side.tell(&mut outside, Status::Ready);
        side.tell(&mut outside, Status::Ready);
        assert_eq!(told.try_iter().collect::<Vec<_>>(), [AudioEvent::MicrophoneReady]);
        side.set_silent(true);
        side.tell(&mut outside, Status::Failed);
        side.tell(&mut outside, Status::Ready);
        assert_eq!(told.try_iter().count(), 0);
        side.set_silent(false);
        side.tell(&mut outside, Status::Ready);
        assert_eq!(told.try_iter().collect::<Vec<_>>(), [AudioEvent::MicrophoneReady]);
    }

    #[test]
    fn device_that_failed_unnoticed_is_tried_at_once_when_it_is_wanted() {
        let mut side = Side::new(Direction::Input, None);
        let now = Instant::now();
        side.set_silent(true);
        side.backoff.failed(now);
        side.set_silent(true);
        assert!(!side.backoff.is_due(now));
        side.set_silent(false);
        assert!(side.backoff.is_due(now));
        side.backoff.failed(now);
        side.set_silent(false);
        assert!(!side.backoff.is_due(now), "only the change is a reason");
    }

    #[test]
    fn other_device_is_told_once_and_the_first_not_at_all() {
        let mut used = None;
        assert_eq!(other(&mut used, "headset", "Headset"), None);
        assert_eq!(other(&mut used, "headset", "Headset"), None);
        assert_eq!(other(&mut used, "box", "Box").as_deref(), Some("Box"));
        assert_eq!(other(&mut used, "box", "Box"), None);
        assert_eq!(other(&mut used, "headset", "Headset").as_deref(), Some("Headset"));
    }
}
