//! The thread that owns the streams: which device is wanted, and what each is looked at for.
//!
//! Everything that may block in a sound system is done here, so a hanging one harms neither the worker nor a callback.
//! Streams stay on this thread from opening to dropping, as some systems demand.

mod side;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

use super::host::Direction;
use super::worker::{Message, Voice};
use super::{AudioConfig, AudioEvent, Input, OnEvent, Output, Shared};
use crate::sources::{Sound, Speech, Tone};
use side::{Outside, Side};

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
    Source { input: Input, open: bool, told: bool },
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
        Self { shared, outside: Outside::new(messages, on_event), config, microphone, speaker }
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
        let listening = self.shared.listening.load(Ordering::SeqCst);
        let outside = &mut self.outside;
        // Both are looked at, and failures told, before anything that may block in a hanging sound system.
        if let Some(side) = &mut self.speaker {
            side.look(outside, now);
        }
        if let Microphone::Device(side) = &mut self.microphone
            && (wanted || listening)
        {
            side.set_silent(!wanted);
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
            Microphone::Source { input, open, told } => {
                if *open != (wanted || listening) {
                    *open = !*open;
                    outside.send(Message::Microphone(open.then(|| source(input)).flatten().map(Voice::Source)));
                }
                if wanted && !*told {
                    (outside.on_event)(AudioEvent::MicrophoneReady);
                }
                *told = wanted;
                None
            }
            Microphone::Device(side) if wanted || listening => Some(side.step(outside, now)),
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
            Input::Speech | Input::Tone(_) => Self::Source { input: input.clone(), open: false, told: false },
        }
    }
}

fn speaker(output: &Output) -> Option<Side> {
    match output {
        Output::Default => Some(Side::new(Direction::Output, None)),
        Output::Named(name) => Some(Side::new(Direction::Output, Some(name.clone()))),
        Output::Either(name, instead) => Some(Side::new(Direction::Output, Some(name.clone())).or(instead.clone())),
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
