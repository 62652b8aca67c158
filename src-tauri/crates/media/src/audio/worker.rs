//! The one thread that touches samples: every 10 ms it mixes, cancels echo and hands on what was captured.
//!
//! It waits for absolute deadlines, so being late once does not shift the pace. How much is played is decided by the
//! loudspeaker's ring, how much is captured by the microphone's; only where there is no device does its own clock count.

use std::sync::atomic::Ordering;
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use super::remote::RemoteReader;
use super::ring::{Playing, Recorded};
use super::volume::Gain;
use super::{EchoCanceller, FRAME, OnCapture, Shared};
use crate::sources::Sound;

const PERIOD: Duration = Duration::from_millis(10);
/// How many periods are made up for after a delay; what is older is lost.
const CATCH_UP: u32 = 5;
/// What WebRTC's canceller can use.
const LONGEST_DELAY: Duration = Duration::from_millis(500);

/// Where the own voice comes from at the moment.
pub(super) enum Voice {
    /// A microphone.
    Device(Box<Recorded>),
    /// A test source, at exactly 10 ms a period.
    Source(Box<dyn Sound>),
}

/// What the other threads tell the worker.
pub(super) enum Message {
    /// Someone to hear.
    Remote(RemoteReader),
    /// The loudspeaker, or that there is none.
    Speaker(Option<Playing>),
    /// The microphone, or that it is closed.
    Microphone(Option<Voice>),
}

/// The worker's state; all of it belongs to its thread.
pub(super) struct Worker {
    shared: Arc<Shared>,
    inbox: mpsc::Receiver<Message>,
    echo: Box<dyn EchoCanceller>,
    on_capture: OnCapture,
    remotes: Vec<RemoteReader>,
    gain: Gain,
    speaker: Option<Playing>,
    microphone: Option<Voice>,
    /// From `render` to the ear, as last measured.
    playback_delay: Duration,
}

impl Worker {
    pub(super) fn new(
        shared: Arc<Shared>,
        inbox: mpsc::Receiver<Message>,
        echo: Box<dyn EchoCanceller>,
        on_capture: OnCapture,
    ) -> Self {
        Self {
            shared,
            inbox,
            echo,
            on_capture,
            remotes: Vec::new(),
            gain: Gain::default(),
            speaker: None,
            microphone: None,
            playback_delay: Duration::ZERO,
        }
    }

    /// Runs until stopped.
    pub(super) fn run(mut self) {
        let mut due = Instant::now();
        while !self.shared.stopped.load(Ordering::Acquire) {
            let left = due.saturating_duration_since(Instant::now());
            if !left.is_zero() {
                thread::park_timeout(left); // also woken to stop
                continue;
            }
            self.tick();
            due += PERIOD;
            let now = Instant::now();
            if due + CATCH_UP * PERIOD < now {
                due = now;
            }
        }
    }

    /// One period.
    fn tick(&mut self) {
        while let Ok(message) = self.inbox.try_recv() {
            match message {
                Message::Remote(reader) => self.remotes.push(reader),
                Message::Speaker(speaker) => self.speaker = speaker,
                Message::Microphone(voice) => {
                    self.shared.input.reset();
                    self.shared.unheard.reset();
                    self.microphone = voice;
                }
            }
        }
        self.play();
        self.capture();
    }

    fn play(&mut self) {
        if self.speaker.is_none() {
            self.mix();
            // What nobody plays has no echo.
            self.echo.render(&mut [0; FRAME]);
            self.playback_delay = Duration::ZERO;
            return;
        }
        for _ in 0..=CATCH_UP {
            if !self.speaker.as_ref().is_some_and(Playing::wants_more) {
                break;
            }
            let mut far = self.mix();
            self.echo.render(&mut far);
            if let Some(speaker) = &mut self.speaker {
                self.playback_delay = speaker.push(&far);
            }
        }
    }

    /// The sum of all remotes, as loud as is wanted.
    fn mix(&mut self) -> [i16; FRAME] {
        let mut sum = [0i32; FRAME];
        self.remotes.retain_mut(|remote| {
            let stays = !remote.dropped();
            if stays {
                remote.add_to(&mut sum)
            } else {
                remote.add_end_to(&mut sum)
            }
            stays
        });
        self.shared.output.update(&clamped(&sum));
        self.gain.apply(&self.shared.volume, &mut sum);
        clamped(&sum)
    }

    fn capture(&mut self) {
        let mut frame = [0; FRAME];
        match &mut self.microphone {
            None => {}
            Some(Voice::Source(source)) => {
                source.fill(&mut frame);
                deliver(&self.shared, &mut self.on_capture, &frame);
            }
            Some(Voice::Device(recorded)) => {
                while let Some(age) = recorded.next(&mut frame) {
                    let delay = (self.playback_delay + age).min(LONGEST_DELAY);
                    self.echo.capture(&mut frame, u32::try_from(delay.as_millis()).unwrap_or(0));
                    deliver(&self.shared, &mut self.on_capture, &frame);
                }
            }
        }
    }
}

fn clamped(sum: &[i32; FRAME]) -> [i16; FRAME] {
    sum.map(|s| s.clamp(i16::MIN.into(), i16::MAX.into()) as i16)
}

/// The last gate: whatever is still in a ring, nothing passes while the user has the microphone off, but for how loud it is
/// where that is wanted.
fn deliver(shared: &Shared, on_capture: &mut OnCapture, frame: &[i16; FRAME]) {
    if shared.stopped.load(Ordering::Acquire) {
        return;
    }
    if shared.microphone.load(Ordering::SeqCst) {
        shared.input.update(frame);
        on_capture(frame);
    } else if shared.listening.load(Ordering::SeqCst) {
        shared.unheard.update(frame);
    }
}

#[cfg(test)]
mod tests {
    use super::super::ring::{playback, recording};
    use super::super::{Bypass, remote};
    use super::*;
    use crate::sources::Tone;

    struct Bench {
        worker: Worker,
        shared: Arc<Shared>,
        messages: mpsc::Sender<Message>,
        captured: mpsc::Receiver<[i16; FRAME]>,
    }

    fn bench(echo: Box<dyn EchoCanceller>) -> Bench {
        let shared = Arc::new(Shared::default());
        let (messages, inbox) = mpsc::channel();
        let (sender, captured) = mpsc::channel();
        let on_capture = Box::new(move |frame: &[i16; FRAME]| {
            let _ = sender.send(*frame);
        });
        Bench { worker: Worker::new(Arc::clone(&shared), inbox, echo, on_capture), shared, messages, captured }
    }

    #[test]
    fn two_loud_remotes_are_summed_and_saturate() {
        let mut bench = bench(Box::new(Bypass));
        let (mut player, playing) = playback(48_000, 1, &Arc::default()).unwrap();
        bench.messages.send(Message::Speaker(Some(playing))).unwrap();
        let remotes: Vec<_> = [30_000i16, 20_000]
            .map(|loud| {
                let (remote, reader) = remote::pair();
                remote.push(&[loud; 4 * FRAME]);
                bench.messages.send(Message::Remote(reader)).unwrap();
                remote
            })
            .into();
        bench.worker.tick();
        let mut heard = [0i16; FRAME];
        player.fill(&mut heard, Duration::ZERO);
        assert!(heard.iter().all(|s| *s == i16::MAX), "{heard:?}");
        drop(remotes);
        bench.worker.tick();
        assert!(bench.worker.remotes.is_empty());
    }

    #[test]
    fn volume_is_that_of_the_loudspeaker_not_of_what_came() {
        let mut bench = bench(Box::new(Bypass));
        let (mut player, playing) = playback(48_000, 1, &Arc::default()).unwrap();
        bench.messages.send(Message::Speaker(Some(playing))).unwrap();
        let (remote, reader) = remote::pair();
        bench.messages.send(Message::Remote(reader)).unwrap();
        bench.shared.volume.set(50);
        let mut heard = [0i16; FRAME];
        for _ in 0..50 {
            remote.push(&[8000; FRAME]);
            bench.worker.tick();
            player.fill(&mut heard, Duration::ZERO);
        }
        assert_eq!(heard, [2000; FRAME]);
        assert!((bench.shared.output.get() - 8000.0).abs() < 1.0, "{}", bench.shared.output.get());
    }

    #[test]
    fn remote_that_is_dropped_fades_out_in_ten_milliseconds() {
        let mut bench = bench(Box::new(Bypass));
        let (mut player, playing) = playback(48_000, 1, &Arc::default()).unwrap();
        bench.messages.send(Message::Speaker(Some(playing))).unwrap();
        let (remote, reader) = remote::pair();
        remote.push(&[8000; 8 * FRAME]);
        bench.messages.send(Message::Remote(reader)).unwrap();
        bench.worker.tick();
        drop(remote);
        let mut heard = Vec::new();
        for _ in 0..8 {
            let mut part = [0i16; FRAME];
            player.fill(&mut part, Duration::ZERO);
            heard.extend(part);
            bench.worker.tick();
        }
        let faded: Vec<i16> = heard.into_iter().skip_while(|sample| *sample == 8000).collect();
        assert!(faded[..FRAME].is_sorted_by(|a, b| a >= b) && faded[0] > 7900, "no click");
        assert!(faded[FRAME..].iter().all(|sample| *sample == 0) && bench.worker.remotes.is_empty());
    }

    #[test]
    fn microphone_that_is_off_is_never_heard_even_if_its_ring_is_full() {
        let mut bench = bench(Box::new(Bypass));
        let (mut recorder, recorded) = recording(48_000, 1, &Arc::default()).unwrap();
        bench.messages.send(Message::Microphone(Some(Voice::Device(Box::new(recorded))))).unwrap();
        recorder.take(&[9i16; 3 * FRAME], Duration::ZERO);
        bench.worker.tick();
        assert!(bench.captured.try_recv().is_err());
        bench.shared.microphone.store(true, Ordering::SeqCst);
        recorder.take(&[9i16; FRAME], Duration::ZERO);
        bench.worker.tick();
        assert_eq!(bench.captured.try_iter().collect::<Vec<_>>(), [[9; FRAME]], "the old sound is gone");
        bench.worker.tick();
        assert!(bench.captured.try_recv().is_err(), "no silence in place of sound that does not come");
    }

    #[test]
    fn microphone_that_is_off_is_measured_if_that_is_wanted_and_never_heard() {
        let mut bench = bench(Box::new(Bypass));
        let (mut recorder, recorded) = recording(48_000, 1, &Arc::default()).unwrap();
        bench.messages.send(Message::Microphone(Some(Voice::Device(Box::new(recorded))))).unwrap();
        recorder.take(&[2000i16; FRAME], Duration::ZERO);
        bench.worker.tick();
        assert_eq!(bench.shared.unheard.get(), 0.0);
        bench.shared.listening.store(true, Ordering::SeqCst);
        for _ in 0..50 {
            recorder.take(&[2000i16; FRAME], Duration::ZERO);
            bench.worker.tick();
        }
        assert!((bench.shared.unheard.get() - 2000.0).abs() < 1.0, "{}", bench.shared.unheard.get());
        assert_eq!(bench.shared.input.get(), 0.0);
        assert!(bench.captured.try_recv().is_err());
    }

    #[test]
    fn test_source_gives_one_frame_a_period() {
        let mut bench = bench(Box::new(Bypass));
        bench.shared.microphone.store(true, Ordering::SeqCst);
        bench.messages.send(Message::Microphone(Some(Voice::Source(Box::new(Tone::new(440)))))).unwrap();
        (0..7).for_each(|_| bench.worker.tick());
        assert_eq!(bench.captured.try_iter().count(), 7);
        bench.messages.send(Message::Microphone(None)).unwrap();
        bench.worker.tick();
        assert!(bench.captured.try_recv().is_err());
    }

    /// Tells what it is given.
    struct Witness(mpsc::Sender<(&'static str, i16, u32)>);

    impl EchoCanceller for Witness {
        fn render(&mut self, far: &mut [i16; FRAME]) {
            self.0.send(("render", far[0], 0)).unwrap();
        }
        fn capture(&mut self, near: &mut [i16; FRAME], delay_ms: u32) {
            self.0.send(("capture", near[0], delay_ms)).unwrap();
            near.fill(1);
        }
    }

    #[test]
    fn echo_canceller_sees_what_is_played_then_what_is_recorded_and_their_delay() {
        let (sender, seen) = mpsc::channel();
        let mut bench = bench(Box::new(Witness(sender)));
        bench.shared.microphone.store(true, Ordering::SeqCst);
        bench.worker.tick();
        assert_eq!(seen.try_iter().collect::<Vec<_>>(), [("render", 0, 0)], "no loudspeaker: silence");

        let (mut player, playing) = playback(48_000, 1, &Arc::default()).unwrap();
        let (mut recorder, recorded) = recording(48_000, 1, &Arc::default()).unwrap();
        bench.messages.send(Message::Speaker(Some(playing))).unwrap();
        bench.messages.send(Message::Microphone(Some(Voice::Device(Box::new(recorded))))).unwrap();
        let (remote, reader) = remote::pair();
        bench.messages.send(Message::Remote(reader)).unwrap();
        remote.push(&[5; 2 * FRAME]);
        bench.worker.tick();
        player.fill(&mut [0i16; FRAME], Duration::from_millis(20));
        recorder.take(&[7i16; FRAME], Duration::from_millis(4));
        seen.try_iter().for_each(drop);
        bench.worker.tick();
        // 10 ms ring + 20 ms device on the way out, 10 ms ring + 4 ms device on the way in.
        assert_eq!(seen.try_iter().collect::<Vec<_>>(), [("render", 0, 0), ("capture", 7, 44)]);
        assert_eq!(bench.captured.try_iter().collect::<Vec<_>>(), [[1; FRAME]], "what the canceller made of it");
    }
}
