//! Microphone and loudspeaker of one call: 48 kHz mono in frames of 10 ms, echo cancelled.
//!
//! ```text
//!  remotes --push--> [ring] \                                        / [ring] --> loudspeaker callback
//!                            worker, every 10 ms: mix > echo.render >
//!  on_capture  <------------        echo.capture < resample          < [ring] <-- microphone callback
//!                                                                 control: opens, watches, rebuilds the streams
//! ```
//!
//! - The device callbacks touch rings and atomics only: no lock, no allocation.
//! - One *worker* thread owns the echo canceller and runs every 10 ms; the loudspeaker's ring is kept at 20 to 30 ms,
//!   so the device's clock sets the pace, or the worker's own where there is no loudspeaker.
//! - One *control* thread owns the streams. It follows the system's default devices, watches for errors and for
//!   callbacks that stopped coming, and rebuilds with backoff.
//!
//! A device that is missing or fails is an [`AudioEvent`]; the call goes on, and `on_capture` is simply not called:
//! silence is never captured in place of a device. On Linux a PulseAudio (or PipeWire) server is preferred, as named by
//! `PULSE_SERVER`; ALSA is used where there is none.
//!
//! It is not a mixer with a volume for each remote, a recorder or a codec, and knows nothing of rooms.

mod control;
mod format;
mod health;
mod host;
pub(crate) mod level;
pub(crate) mod remote;
mod resample;
mod ring;
mod volume;
mod worker;

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

pub use host::{AudioDevice, AudioDevices, list};
pub use remote::RemoteAudio;

use crate::thread::BoundedThread;
use control::{Control, Order};
use level::Meter;
use volume::Volume;
use worker::{Message, Worker};

/// Samples a second, everywhere between the devices' own rates.
pub const RATE: u32 = 48_000;
/// Samples in 10 ms.
pub const FRAME: usize = 480;

/// How long [`Audio::stop`] may take.
const STOP_LIMIT: Duration = Duration::from_millis(450);

/// Which devices.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AudioConfig {
    /// Where the own voice comes from.
    pub input: Input,
    /// Where the others are heard.
    pub output: Output,
}

/// Where the own voice comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Input {
    /// The system's default microphone, also when that changes.
    #[default]
    Default,
    /// The microphone with this identifier or name ([`list`]); the default one while it is not there.
    Named(String),
    /// A synthetic voice. It is not echo cancelled.
    Speech,
    /// A tone of so many Hz. It is not echo cancelled.
    Tone(u32),
    /// None: turning the microphone on gives [`AudioEvent::NoMicrophone`].
    None,
}

/// Where the others are heard.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Output {
    /// The system's default loudspeaker, also when that changes.
    #[default]
    Default,
    /// The loudspeaker with this identifier or name ([`list`]); the default one while it is not there.
    Named(String),
    /// The first of these two that is there; the default one while neither is.
    Either(String, String),
    /// Nowhere; that is no event.
    None,
}

/// Removes from the microphone what the loudspeaker plays. 10 ms of 48 kHz mono a call, both always by the same thread.
pub trait EchoCanceller: Send {
    /// What is about to be played; it may be changed. Without a loudspeaker, silence.
    fn render(&mut self, far: &mut [i16; FRAME]);
    /// What was recorded, to be cleaned. `delay_ms` is the time from `render` of a sound to `capture` of its echo.
    fn capture(&mut self, near: &mut [i16; FRAME], delay_ms: u32);
}

/// No echo cancellation: for headphones, test sources and tests.
#[derive(Clone, Copy, Debug, Default)]
pub struct Bypass;

impl EchoCanceller for Bypass {
    fn render(&mut self, _far: &mut [i16; FRAME]) {}
    fn capture(&mut self, _near: &mut [i16; FRAME], _delay_ms: u32) {}
}

/// What happened to the devices. Each is told once, until something else happens to that device.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum AudioEvent {
    /// The microphone is wanted, but there is none. It is looked for again and again.
    NoMicrophone,
    /// The user or the system forbids the microphone. It is tried again and again.
    MicrophoneDenied,
    /// The microphone cannot be opened, or stopped delivering. It is tried again and again.
    MicrophoneFailed,
    /// The microphone delivers.
    MicrophoneReady,
    /// Another microphone delivers in place of the one before, though nobody asked for it by [`Audio::configure`]: that one
    /// is gone, or is not the system's default any more. This is its name, for people.
    MicrophoneIs(String),
    /// There is no loudspeaker. It is looked for again and again.
    NoSpeaker,
    /// The loudspeaker cannot be opened, or stopped playing. It is tried again and again.
    SpeakerFailed,
    /// The loudspeaker plays.
    SpeakerReady,
    /// Another loudspeaker plays in place of the one before, likewise.
    SpeakerIs(String),
}

/// Root mean squares of the last moments (about 50 ms), 0 to 32,767.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Levels {
    /// What was captured; 0 while the microphone is off.
    pub input_rms: f32,
    /// What the microphone hears while it is off ([`Audio::set_listening`]); else 0.
    pub unheard_rms: f32,
    /// What the others sent, mixed, whether or not there is a loudspeaker.
    pub output_rms: f32,
}

/// Called with each captured 10 ms, on the worker thread: it must not block.
pub type OnCapture = Box<dyn FnMut(&[i16; FRAME]) + Send>;
/// Called with each event, on the control thread.
pub type OnEvent = Box<dyn FnMut(AudioEvent) + Send>;

/// The audio cannot start at all.
#[derive(Debug, thiserror::Error)]
pub enum AudioError {
    /// The system gives no more threads.
    #[error("no thread for audio: {0}")]
    Thread(#[from] std::io::Error),
}

/// What the public side, the worker and the control thread share.
#[derive(Debug, Default)]
struct Shared {
    /// The user wants the microphone on. The worker looks at it before every single `on_capture`.
    microphone: AtomicBool,
    /// How loud the microphone is, is wanted while it is off.
    listening: AtomicBool,
    stopped: AtomicBool,
    /// How loud the remotes are played.
    volume: Volume,
    input: Meter,
    unheard: Meter,
    output: Meter,
}

/// The running microphone and loudspeaker. Dropping it stops it.
pub struct Audio {
    shared: Arc<Shared>,
    messages: mpsc::Sender<Message>,
    /// Anything sent wakes the control thread; when it is dropped, that thread ends.
    orders: Option<mpsc::Sender<Order>>,
    threads: Vec<BoundedThread>,
}

impl Audio {
    /// Starts with the loudspeaker on and the microphone off (not even opened). Devices are opened in the background.
    ///
    /// # Errors
    /// Only if there are no threads to be had. Missing and failing devices are events.
    pub fn start(
        config: AudioConfig,
        echo: Box<dyn EchoCanceller>,
        on_capture: OnCapture,
        on_event: OnEvent,
    ) -> Result<Self, AudioError> {
        let shared = Arc::new(Shared::default());
        let (messages, inbox) = mpsc::channel();
        let (orders, ordered) = mpsc::channel();
        let worker = Worker::new(Arc::clone(&shared), inbox, echo, on_capture);
        let mut audio =
            Self { shared: Arc::clone(&shared), messages: messages.clone(), orders: Some(orders), threads: Vec::new() };
        // If the second thread fails to start, dropping `audio` ends the first.
        audio.threads.push(BoundedThread::spawn("pizoo-audio", move || worker.run())?);
        let control = Control::new(config, shared, messages, on_event);
        audio.threads.push(BoundedThread::spawn("pizoo-devices", move || control.run(&ordered))?);
        Ok(audio)
    }

    /// Opens or closes the microphone. Off takes effect at once: `on_capture` is not called any more (but for a call that
    /// is under way), and the device is released in the background. On is confirmed by [`AudioEvent::MicrophoneReady`].
    pub fn set_microphone(&self, on: bool) {
        self.shared.microphone.store(on, Ordering::SeqCst);
        self.shared.unheard.reset();
        if !on {
            self.shared.input.reset();
        }
        self.order(Order::Look);
    }

    /// Keeps the microphone's device open while the microphone is off, only to measure how loud it is:
    /// [`Levels::unheard_rms`]. Systems that show which programs record show this one then, so it is for users who asked
    /// for it. Nothing that it hears gets to `on_capture` or is kept; of the sound nothing but that level leaves the worker.
    /// Nothing is told of the device meanwhile, not even that there is none; turning the microphone on is confirmed as ever.
    /// Off at the start. With the microphone on it changes nothing.
    pub fn set_listening(&self, on: bool) {
        if self.shared.listening.swap(on, Ordering::SeqCst) != on {
            self.shared.unheard.reset();
            self.order(Order::Look);
        }
    }

    /// Goes over to other devices, in the background: what did not change goes on undisturbed. What becomes of the new ones
    /// is told by events, as at the start.
    pub fn configure(&self, config: AudioConfig) {
        self.order(Order::Configure(config));
    }

    /// How loud the remotes are played, in percent, 0 to 100. [`Levels`] tell of them as they came.
    pub fn set_volume(&self, percent: u8) {
        self.shared.volume.set(percent);
    }

    fn order(&self, order: Order) {
        if let Some(orders) = &self.orders {
            // A control thread that is gone has released the devices already.
            let _ = orders.send(order);
        }
    }

    /// Adds someone to hear, until the [`RemoteAudio`] is dropped.
    #[must_use]
    pub fn add_remote(&self) -> RemoteAudio {
        let (remote, reader) = remote::pair();
        // Only a stopped worker refuses; then nothing is heard anyway.
        let _ = self.messages.send(Message::Remote(reader));
        remote
    }

    /// How loud it is right now.
    #[must_use]
    pub fn levels(&self) -> Levels {
        let Shared { microphone, listening, input, unheard, output, .. } = &*self.shared;
        let (input_rms, unheard_rms) = match (microphone.load(Ordering::SeqCst), listening.load(Ordering::SeqCst)) {
            (true, _) => (input.get(), 0.0),
            (false, true) => (0.0, unheard.get()),
            (false, false) => (0.0, 0.0),
        };
        Levels { input_rms, unheard_rms, output_rms: output.get() }
    }

    /// Releases the devices and ends the threads, within half a second: it blocks that long at most. Not to be called
    /// from the callbacks.
    pub fn stop(self) {
        drop(self);
    }
}

impl Drop for Audio {
    fn drop(&mut self) {
        let deadline = Instant::now() + STOP_LIMIT;
        self.shared.stopped.store(true, Ordering::SeqCst);
        self.orders = None;
        for thread in &self.threads {
            thread.thread().unpark();
        }
        for thread in self.threads.drain(..) {
            thread.join_until(deadline);
        }
    }
}

impl fmt::Debug for Audio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Audio").field("levels", &self.levels()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::Receiver;

    const PATIENCE: Duration = Duration::from_secs(20);

    fn start(config: AudioConfig) -> (Audio, Receiver<[i16; FRAME]>, Receiver<AudioEvent>) {
        let (frame_sender, frames) = mpsc::channel();
        let (event_sender, events) = mpsc::channel();
        let on_capture = Box::new(move |frame: &[i16; FRAME]| {
            let _ = frame_sender.send(*frame);
        });
        let on_event = Box::new(move |event| {
            let _ = event_sender.send(event);
        });
        (Audio::start(config, Box::new(Bypass), on_capture, on_event).unwrap(), frames, events)
    }

    #[test]
    fn tone_is_captured_only_while_the_microphone_is_on() {
        let (audio, frames, events) = start(AudioConfig { input: Input::Tone(1000), output: Output::None });
        audio.set_microphone(true);
        assert_eq!(events.recv_timeout(PATIENCE).unwrap(), AudioEvent::MicrophoneReady);
        for _ in 0..20 {
            assert!(level::rms(&frames.recv_timeout(PATIENCE).unwrap()) > 10_000.0);
        }
        audio.set_microphone(false);
        let underway = frames.recv_timeout(Duration::from_millis(50)).is_ok();
        while underway && frames.try_recv().is_ok() {}
        assert!(frames.recv_timeout(Duration::from_millis(100)).is_err(), "captured while off");
        assert!(audio.levels().input_rms < 1.0);
        audio.set_microphone(true);
        assert_eq!(events.recv_timeout(PATIENCE).unwrap(), AudioEvent::MicrophoneReady);
        frames.recv_timeout(PATIENCE).unwrap();
    }

    /// Waits until the microphone that is off hears something.
    fn hears_unheard(audio: &Audio) {
        let deadline = Instant::now() + PATIENCE;
        while audio.levels().unheard_rms < 10_000.0 {
            assert!(Instant::now() < deadline, "{:?}", audio.levels());
            std::thread::park_timeout(Duration::from_millis(5));
        }
    }

    #[test]
    fn microphone_that_is_off_can_be_listened_to_and_captures_and_tells_nothing() {
        let (audio, frames, events) = start(AudioConfig { input: Input::Tone(1000), output: Output::None });
        audio.set_listening(true);
        hears_unheard(&audio);
        assert_eq!(audio.levels().input_rms, 0.0);
        for _ in 0..2 {
            assert!(frames.try_recv().is_err(), "captured while off");
            assert!(events.try_recv().is_err(), "told while off");
            audio.set_microphone(true);
            assert_eq!(events.recv_timeout(PATIENCE).unwrap(), AudioEvent::MicrophoneReady);
            for _ in 0..20 {
                frames.recv_timeout(PATIENCE).unwrap();
            }
            assert!(events.try_recv().is_err(), "told once");
            assert_eq!(audio.levels().unheard_rms, 0.0);
            audio.set_microphone(false);
            hears_unheard(&audio);
            // Captured before it was turned off.
            while frames.try_recv().is_ok() {}
            hears_unheard(&audio);
        }
        audio.set_listening(false);
        assert_eq!(audio.levels(), Levels::default());
    }

    #[test]
    fn absent_microphone_is_an_event_and_captures_nothing() {
        let (audio, frames, events) = start(AudioConfig { input: Input::None, output: Output::None });
        audio.set_microphone(true);
        assert_eq!(events.recv_timeout(PATIENCE).unwrap(), AudioEvent::NoMicrophone);
        assert!(frames.try_recv().is_err());
        audio.stop();
        assert!(frames.recv().is_err());
    }

    /// How often the wave rises through zero: once a period.
    fn rises(frame: &[i16; FRAME]) -> usize {
        frame.windows(2).filter(|pair| pair[0] < 0 && pair[1] >= 0).count()
    }

    #[test]
    fn other_microphone_is_taken_over_while_it_is_on() {
        let (audio, frames, events) = start(AudioConfig { input: Input::Tone(1000), output: Output::None });
        audio.set_microphone(true);
        assert_eq!(events.recv_timeout(PATIENCE).unwrap(), AudioEvent::MicrophoneReady);
        assert!(rises(&frames.recv_timeout(PATIENCE).unwrap()) <= 10);
        audio.configure(AudioConfig { input: Input::Tone(5000), output: Output::None });
        assert_eq!(events.recv_timeout(PATIENCE).unwrap(), AudioEvent::MicrophoneReady);
        while rises(&frames.recv_timeout(PATIENCE).unwrap()) < 49 {}
        audio.configure(AudioConfig { input: Input::None, output: Output::None });
        assert_eq!(events.recv_timeout(PATIENCE).unwrap(), AudioEvent::NoMicrophone);
        while frames.recv_timeout(Duration::from_millis(100)).is_ok() {}
    }

    #[test]
    fn other_microphone_stays_closed_while_it_is_off() {
        let (audio, frames, events) = start(AudioConfig { input: Input::None, output: Output::None });
        audio.configure(AudioConfig { input: Input::Tone(5000), output: Output::None });
        assert!(frames.recv_timeout(Duration::from_millis(100)).is_err());
        assert!(events.try_recv().is_err());
        audio.set_microphone(true);
        assert_eq!(events.recv_timeout(PATIENCE).unwrap(), AudioEvent::MicrophoneReady);
        frames.recv_timeout(PATIENCE).unwrap();
    }

    #[test]
    fn same_devices_again_disturb_nothing() {
        let config = AudioConfig { input: Input::Tone(1000), output: Output::None };
        let (audio, frames, events) = start(config.clone());
        audio.set_microphone(true);
        assert_eq!(events.recv_timeout(PATIENCE).unwrap(), AudioEvent::MicrophoneReady);
        audio.configure(config);
        for _ in 0..20 {
            frames.recv_timeout(PATIENCE).unwrap();
        }
        assert!(events.try_recv().is_err());
    }

    #[test]
    fn remote_sound_is_heard_without_a_loudspeaker() {
        let (audio, _frames, _events) = start(AudioConfig { input: Input::None, output: Output::None });
        let remote = audio.add_remote();
        let deadline = Instant::now() + PATIENCE;
        while audio.levels().output_rms < 900.0 {
            remote.push(&[1000; FRAME]);
            std::thread::park_timeout(Duration::from_millis(5));
            assert!(Instant::now() < deadline, "{:?}", audio.levels());
        }
    }

    #[test]
    fn stop_ends_both_callbacks() {
        let (audio, frames, events) = start(AudioConfig { input: Input::Speech, output: Output::None });
        audio.set_microphone(true);
        frames.recv_timeout(PATIENCE).unwrap();
        audio.stop();
        // Both senders live in the callbacks: they are gone.
        assert!(frames.iter().count() < 100);
        assert!(events.iter().count() < 10);
    }
}
