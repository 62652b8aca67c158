//! The thread that owns the streams: opens them, watches them, rebuilds them, and tells what happened.
//!
//! Everything that may block in a sound system is done here, so a hanging one harms neither the worker nor a callback.
//! Streams stay on this thread from opening to dropping, as some systems demand.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

use tracing::{debug, info, warn};

use super::health::{Backoff, Health, Verdict};
use super::host::{self, Direction, OpenError, Stream};
use super::worker::{Message, Voice};
use super::{AudioConfig, AudioEvent, Input, OnEvent, Output, Shared};
use crate::sources::{Sound, Speech, Tone};

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

/// What the control thread is woken for.
pub(super) enum Order {
    /// Something that it shares changed.
    Look,
    /// Other devices are wanted.
    Configure(AudioConfig),
}

/// The control thread's state.
pub(super) struct Control {
    shared: Arc<Shared>,
    outside: Outside,
    config: AudioConfig,
    microphone: Microphone,
    speaker: Option<Side>,
}

enum Microphone {
    Absent { told: bool },
    Source { input: Input, on: bool },
    Device(Box<Side>),
}

impl Control {
    pub(super) fn new(
        config: AudioConfig,
        shared: Arc<Shared>,
        messages: mpsc::Sender<Message>,
        on_event: OnEvent,
    ) -> Self {
        let (microphone, speaker) = (Microphone::new(&config.input), speaker(&config.output));
        Self { shared, outside: Outside { messages, on_event, host: None }, config, microphone, speaker }
    }

    /// Runs until the other end of `orders` is dropped.
    pub(super) fn run(mut self, orders: &mpsc::Receiver<Order>) {
        loop {
            let pause = self.step(Instant::now());
            let waited = match pause {
                Some(pause) => orders.recv_timeout(pause),
                None => orders.recv().map_err(|_| RecvTimeoutError::Disconnected),
            };
            if matches!(waited, Err(RecvTimeoutError::Disconnected)) || self.shared.stopped.load(Ordering::Acquire) {
                return; // the streams are dropped here
            }
            if let Ok(Order::Configure(config)) = waited {
                self.configure(config);
            }
        }
    }

    /// Gives up what is not wanted any more; the next step opens the rest.
    fn configure(&mut self, config: AudioConfig) {
        if config.input != self.config.input {
            match &mut self.microphone {
                Microphone::Device(side) => side.release(&mut self.outside),
                Microphone::Source { .. } => self.outside.send(Message::Microphone(None)),
                Microphone::Absent { .. } => {}
            }
            self.microphone = Microphone::new(&config.input);
        }
        if config.output != self.config.output {
            if let Some(side) = &mut self.speaker {
                side.release(&mut self.outside);
            }
            self.speaker = speaker(&config.output);
        }
        self.config = config;
    }

    /// Does what is due. Returns how long until the next look, `None` for until woken.
    fn step(&mut self, now: Instant) -> Option<Duration> {
        let wanted = self.shared.microphone.load(Ordering::SeqCst);
        let outside = &mut self.outside;
        // Both are looked at, and failures told, before anything that may block in a hanging sound system.
        if let Some(side) = &mut self.speaker {
            side.look(outside, now);
        }
        if let Microphone::Device(side) = &mut self.microphone
            && wanted
        {
            side.look(outside, now);
        }
        let speaker_pause = self.speaker.as_mut().map(|side| side.step(outside, now));
        let microphone_pause = match &mut self.microphone {
            Microphone::Absent { told } => {
                if wanted && !*told {
                    (outside.on_event)(AudioEvent::NoMicrophone);
                }
                *told = wanted;
                None
            }
            Microphone::Source { input, on } => {
                if wanted != *on {
                    *on = wanted;
                    outside.send(Message::Microphone(wanted.then(|| source(input)).flatten().map(Voice::Source)));
                    if wanted {
                        (outside.on_event)(AudioEvent::MicrophoneReady);
                    }
                }
                None
            }
            Microphone::Device(side) if wanted => Some(side.step(outside, now)),
            Microphone::Device(side) => {
                side.reset(outside);
                None
            }
        };
        speaker_pause.into_iter().chain(microphone_pause).min()
    }
}

impl Microphone {
    fn new(input: &Input) -> Self {
        let device = |name| Self::Device(Box::new(Side::new(Direction::Input, name)));
        match input {
            Input::Default => device(None),
            Input::Named(name) => device(Some(name.clone())),
            Input::None => Self::Absent { told: false },
            Input::Speech | Input::Tone(_) => Self::Source { input: input.clone(), on: false },
        }
    }
}

fn speaker(output: &Output) -> Option<Side> {
    match output {
        Output::Default => Some(Side::new(Direction::Output, None)),
        Output::Named(name) => Some(Side::new(Direction::Output, Some(name.clone()))),
        Output::None => None,
    }
}

fn source(input: &Input) -> Option<Box<dyn Sound>> {
    match input {
        Input::Speech => Some(Box::new(Speech::new())),
        Input::Tone(hz) => Some(Box::new(Tone::new(*hz))),
        Input::Default | Input::Named(_) | Input::None => None,
    }
}

/// What both sides work with.
struct Outside {
    messages: mpsc::Sender<Message>,
    on_event: OnEvent,
    host: Option<cpal::Host>,
}

impl Outside {
    fn send(&self, message: Message) {
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
    health: Health,
}

/// One of the two devices, while it is wanted.
struct Side {
    direction: Direction,
    name: Option<String>,
    open: Option<Open>,
    verdict: Option<Verdict>,
    backoff: Backoff,
    told: Option<Status>,
    enumerated: Instant,
}

impl Side {
    fn new(direction: Direction, name: Option<String>) -> Self {
        let (backoff, enumerated) = (Backoff::default(), Instant::now());
        Self { direction, name, open: None, verdict: None, backoff, told: None, enumerated }
    }

    /// Looks at the stream and tells what is to be seen.
    fn look(&mut self, outside: &mut Outside, now: Instant) {
        self.verdict = self.open.as_mut().map(|Open { stream, health, .. }| {
            let alive = health.look(stream.state.callbacks.load(Ordering::Relaxed), now);
            if stream.state.failed.load(Ordering::Acquire) { Verdict::Dead } else { alive }
        });
        match self.verdict {
            Some(Verdict::Dead) => self.tell(outside, Status::Failed),
            Some(Verdict::Alive) => self.tell(outside, Status::Ready),
            Some(Verdict::Starting | Verdict::Quiet) | None => {}
        }
    }

    /// Opens, closes or replaces the stream where needed. Returns how long until the next look.
    fn step(&mut self, outside: &mut Outside, now: Instant) -> Duration {
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
        if self.open.is_some() && self.told != Some(Status::Ready) { LOOK_STARTING } else { LOOK }
    }

    /// Gives the device up if another one should be used by now, or if it is gone.
    fn follow(&mut self, outside: &mut Outside) {
        let (direction, name) = (self.direction, self.name.as_deref());
        let found = match outside.host().and_then(|host| host::find(host, direction, name)) {
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
                if self.told != Some(status) {
                    warn!(direction = ?self.direction, "cannot open the audio device: {e}");
                }
                self.tell(outside, status);
            }
        }
    }

    fn try_open(&self, outside: &mut Outside) -> Result<Open, OpenError> {
        let found = host::find(outside.host()?, self.direction, self.name.as_deref())?;
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
        Ok(Open { stream, device: found.id, health: Health::new(Instant::now()) })
    }

    /// The device is not wanted any more.
    fn reset(&mut self, outside: &mut Outside) {
        self.release(outside);
        self.told = None;
        self.backoff = Backoff::default();
    }

    fn release(&mut self, outside: &mut Outside) {
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
        if self.told.replace(status) != Some(status) {
            (outside.on_event)(event(self.direction, status));
        }
    }
}
