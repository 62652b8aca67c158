//! What the app lets be heard: the ring, the ringing over there, and that a call begins or ends.
//!
//! A task follows what the screen shows. The loudspeaker is open only while something sounds. What is in the call itself is
//! none of its business.

use crate::client::Client;
use crate::devices::Sources;
use crate::view::{CallPhase, CallView, IncomingView};
use pizoo_media::audio::{Audio, AudioConfig, AudioEvent, Bypass, Input, Output, RemoteAudio};
use pizoo_media::sounds::{Chime, Signal};
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::time::{Interval, interval};
use tokio_util::sync::CancellationToken;

/// What a frame of a [`Chime`] lasts.
const FRAME: Duration = Duration::from_millis(10);
/// Frames ahead of the loudspeaker: the runtime is late at times. More would ring on after the end.
const AHEAD: usize = 4;
/// Frames until what was handed over is heard to its end.
const OUT: u32 = 15;
/// Frames that the loudspeaker stays open with nothing to play: one sound often follows another.
const LINGER: u32 = 50;
/// Frames that a short sound waits for a loudspeaker to open. Later it would be about nothing.
const PATIENCE: u32 = 200;

/// What the task is told and looks at.
pub(crate) struct Sounds {
    sources: Sources,
    incoming: watch::Receiver<Option<IncomingView>>,
    call: watch::Receiver<Option<CallView>>,
    quiet: watch::Receiver<bool>,
    tests: mpsc::Receiver<()>,
    /// The call's phase when it was last looked at.
    phase: Option<CallPhase>,
    /// A short sound, which comes before those that go on.
    short: Option<Signal>,
    speaker: Option<Speaker>,
}

/// The open loudspeaker.
struct Speaker {
    audio: Audio,
    config: AudioConfig,
    events: mpsc::UnboundedReceiver<AudioEvent>,
    ready: bool,
    playing: Option<Playing>,
    /// Frames since something was last to be played, or since it was opened.
    idle: u32,
}

struct Playing {
    signal: Signal,
    chime: Chime,
    remote: RemoteAudio,
    /// Frames since it was over.
    over: u32,
}

impl Sounds {
    /// Also where tests of the loudspeaker are asked for. `None` where nobody listens.
    pub(crate) fn new(
        mut sources: Sources,
        incoming: watch::Receiver<Option<IncomingView>>,
        call: watch::Receiver<Option<CallView>>,
        quiet: watch::Receiver<bool>,
    ) -> Option<(Self, mpsc::Sender<()>)> {
        if sources.audio.output == Output::None {
            return None;
        }
        sources.audio.input = Input::None;
        let (asked, tests) = mpsc::channel(1);
        let (phase, short, speaker) = (None, None, None);
        Some((Self { sources, incoming, call, quiet, tests, phase, short, speaker }, asked))
    }

    /// Runs until stopped.
    pub(crate) async fn run(mut self, stop: CancellationToken) {
        let mut clock = interval(FRAME);
        loop {
            self.play(&mut clock);
            tokio::select! {
                () = stop.cancelled() => break,
                changed = self.incoming.changed() => if changed.is_err() { break },
                changed = self.call.changed() => match changed {
                    Ok(()) => self.call_changed(),
                    Err(_) => break,
                },
                changed = self.quiet.changed() => if changed.is_err() { break },
                changed = self.sources.chosen.changed() => if changed.is_err() { break },
                Some(()) = self.tests.recv() => self.short = Some(Signal::Test),
                _ = clock.tick(), if self.speaker.is_some() => self.advance().await,
            }
        }
        self.close().await;
    }

    /// What is to be heard now.
    fn wanted(&self) -> Option<Signal> {
        let quiet = *self.quiet.borrow();
        self.short.or_else(|| lasting(self.incoming.borrow().as_ref(), self.call.borrow().as_ref(), quiet))
    }

    fn call_changed(&mut self) {
        let phase = self.call.borrow_and_update().as_ref().map(|call| call.phase);
        self.short = short(self.phase, phase).or(self.short);
        self.phase = phase;
    }

    /// Begins what is wanted, and ends what is not.
    fn play(&mut self, clock: &mut Interval) {
        let wanted = self.wanted();
        if let Some(signal) = wanted {
            let config = outlet(&self.sources, signal);
            match &mut self.speaker {
                Some(speaker) => speaker.turn_to(config),
                None => {
                    self.speaker = Speaker::open(config);
                    clock.reset();
                }
            }
        }
        match &mut self.speaker {
            Some(speaker) => speaker.play(wanted),
            None => self.short = None,
        }
    }

    /// The next 10 ms.
    async fn advance(&mut self) {
        let Some(speaker) = &mut self.speaker else { return };
        let short_is_over = speaker.advance();
        let is_idle = speaker.playing.is_none() && speaker.idle >= LINGER;
        if short_is_over {
            self.short = None;
        }
        // One that does not open is waited for as long as something is to be heard.
        if is_idle && self.wanted().is_none() {
            self.close().await;
        }
    }

    async fn close(&mut self) {
        if let Some(speaker) = self.speaker.take()
            && let Err(error) = tokio::task::spawn_blocking(move || speaker.audio.stop()).await
        {
            tracing::warn!(%error, "closing the loudspeaker failed");
        }
    }
}

/// Where that is heard: a ring on a loudspeaker of its own, if one is chosen and there; all else on that of calls.
fn outlet(sources: &Sources, signal: Signal) -> AudioConfig {
    let AudioConfig { input, output } = sources.audio();
    let ringer = sources.chosen.borrow().ringer.clone();
    let output = match (signal, &sources.audio.output, ringer, output) {
        (Signal::Ring, Output::Default, Some(ringer), Output::Named(of_calls)) => Output::Either(ringer, of_calls),
        (Signal::Ring, Output::Default, Some(ringer), _) => Output::Named(ringer),
        (.., output) => output,
    };
    AudioConfig { input, output }
}

/// What goes on for as long as things are so.
fn lasting(incoming: Option<&IncomingView>, call: Option<&CallView>, quiet: bool) -> Option<Signal> {
    if incoming.is_some_and(|incoming| !incoming.silenced) && !quiet {
        return Some(Signal::Ring);
    }
    let rings_there = call.is_some_and(|call| matches!(call.phase, CallPhase::Calling | CallPhase::Ringing));
    rings_there.then_some(Signal::Ringback)
}

/// What is heard once, when things become so.
fn short(before: Option<CallPhase>, now: Option<CallPhase>) -> Option<Signal> {
    use CallPhase::{Active, Calling, Connecting, Ended, Reconnecting, Ringing, Waiting};
    match (before, now?) {
        (None | Some(Calling | Ringing | Connecting | Waiting), Active) => Some(Signal::Connected),
        (Some(Calling | Ringing | Connecting | Waiting | Active | Reconnecting), Ended { .. }) => Some(Signal::Ended),
        _ => None,
    }
}

impl Speaker {
    fn open(config: AudioConfig) -> Option<Self> {
        let (event, events) = mpsc::unbounded_channel();
        let on_event = Box::new(move |happened| {
            // Nobody listens any more once it is closed.
            let _ = event.send(happened);
        });
        let audio = Audio::start(config.clone(), Box::new(Bypass), Box::new(|_| ()), on_event);
        let audio = audio.inspect_err(|error| tracing::error!(%error, "no sound")).ok()?;
        Some(Self { audio, config, events, ready: false, playing: None, idle: 0 })
    }

    /// Sounds there from now on, from the beginning.
    fn turn_to(&mut self, config: AudioConfig) {
        if self.config == config {
            return;
        }
        self.audio.configure(config.clone());
        // What was said of the other one does not count for this one.
        while self.events.try_recv().is_ok() {}
        (self.config, self.ready, self.playing, self.idle) = (config, false, None, 0);
    }

    fn play(&mut self, wanted: Option<Signal>) {
        while let Ok(event) = self.events.try_recv() {
            match event {
                AudioEvent::SpeakerReady => self.ready = true,
                AudioEvent::NoSpeaker | AudioEvent::SpeakerFailed => self.ready = false,
                _ => {}
            }
        }
        // Dropping what is in the middle of playing fades it out.
        self.playing.take_if(|playing| wanted != Some(playing.signal));
        // Nothing is pushed before it can be heard: the beginning would be lost.
        if let Some(signal) = wanted
            && self.playing.is_none()
            && self.ready
        {
            let mut playing = Playing { signal, chime: Chime::new(signal), remote: self.audio.add_remote(), over: 0 };
            (0..AHEAD).for_each(|_| playing.push());
            self.playing = Some(playing);
            self.idle = 0;
        }
    }

    /// The next 10 ms; true when a short sound has been heard to its end, or cannot be heard at all.
    fn advance(&mut self) -> bool {
        let Some(playing) = &mut self.playing else {
            self.idle += 1;
            return self.idle >= PATIENCE;
        };
        playing.push();
        playing.over >= OUT
    }
}

impl Playing {
    fn push(&mut self) {
        match self.chime.next() {
            Some(frame) => self.remote.push(&frame),
            None => self.over += 1,
        }
    }
}

impl Client {
    /// Plays a short sound on the loudspeaker that is chosen. One at a time: asking again meanwhile changes nothing.
    pub fn test_speaker(&self) {
        if let Some(tests) = &self.inner.speaker_tests {
            // Full means that one is about to sound.
            let _ = tests.try_send(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::CameraSource;
    use crate::view::Preferences;
    use pizoo_api::livekit::CallType;
    use pizoo_call::EndReason;

    fn incoming(silenced: bool) -> IncomingView {
        IncomingView {
            call_id: "call".into(),
            match_id: "match".into(),
            partner_id: "partner".into(),
            partner_name: "Partner".into(),
            partner_photo: None,
            call_type: CallType::Video,
            silenced,
        }
    }

    #[test]
    fn ring_is_heard_unless_it_is_silenced_or_it_is_a_quiet_time() {
        assert_eq!(lasting(Some(&incoming(false)), None, false), Some(Signal::Ring));
        assert_eq!(lasting(Some(&incoming(true)), None, false), None);
        assert_eq!(lasting(Some(&incoming(false)), None, true), None);
        assert_eq!(lasting(None, None, false), None);
    }

    fn sources(output: Output, speaker: Option<&str>, ringer: Option<&str>) -> Sources {
        let [speaker, ringer] = [speaker, ringer].map(|id| id.map(str::to_owned));
        let chosen = watch::Sender::new(Preferences { speaker, ringer, ..Preferences::default() }).subscribe();
        Sources { camera: CameraSource::None, audio: AudioConfig { input: Input::None, output }, chosen }
    }

    #[test]
    fn ring_has_a_loudspeaker_of_its_own_or_else_that_of_calls() {
        let output = |sources: &Sources, signal| outlet(sources, signal).output;
        let both = sources(Output::Default, Some("headset"), Some("box"));
        assert_eq!(output(&both, Signal::Ring), Output::Either("box".into(), "headset".into()));
        let elsewhere = Output::Named("headset".into());
        for signal in [Signal::Ringback, Signal::Connected, Signal::Ended, Signal::Test] {
            assert_eq!(output(&both, signal), elsewhere);
        }
        assert_eq!(output(&sources(Output::Default, Some("headset"), None), Signal::Ring), elsewhere);
        let ringer = Output::Named("box".into());
        assert_eq!(output(&sources(Output::Default, None, Some("box")), Signal::Ring), ringer);
        assert_eq!(output(&sources(Output::None, None, Some("box")), Signal::Ring), Output::None);
    }

    #[test]
    fn first_meeting_and_end_are_heard_once_and_a_reconnect_is_not() {
        use CallPhase::{Active, Calling, Connecting, Reconnecting, Ringing, Waiting};
        let ended = CallPhase::Ended { reason: EndReason::HungUp, seconds: 1 };
        let heard = |phases: &[CallPhase]| -> Vec<Signal> {
            let mut before = None;
            let each = phases.iter().filter_map(|phase| short(before.replace(*phase), Some(*phase)));
            each.collect()
        };
        let all = [Calling, Ringing, Connecting, Waiting, Active, Reconnecting, Active, ended, ended];
        assert_eq!(heard(&all), [Signal::Connected, Signal::Ended]);
        assert_eq!(heard(&[Calling, ended]), [Signal::Ended]);
        assert_eq!(short(Some(ended), None), None);
    }
}
