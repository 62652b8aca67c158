//! The computer's sound system through cpal: finding devices, opening streams.
//!
//! What differs between systems is here: which sound system, and which of its devices are none. To support another one,
//! extend [`host`] and [`is_dummy`].

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use cpal::traits::{DeviceTrait, HostTrait, StreamTrait};
use cpal::{Data, Error, ErrorKind, FromSample, Host, I24, Sample, SampleFormat, SizedSample, U24};
use tracing::debug;

use super::format::{Choice, choose};
use super::ring::{Player, Playing, Recorded, Recorder, StreamState, playback, recording};

/// How long opening a stream may take.
const OPEN_LIMIT: Duration = Duration::from_secs(2);

/// Length of a microphone's buffers.
const RECORDING_MS: u32 = 10;
/// Length of a loudspeaker's buffers, of which there are two. A sound server without real-time rights that shares two
/// busy cores with the call runs dry at 10 ms: some four gaps a second, which the client is not even told.
const PLAYBACK_MS: u32 = if cfg!(target_os = "linux") { 20 } else { 10 };

/// Which way the sound goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    /// Microphones.
    Input,
    /// Loudspeakers.
    Output,
}

/// One device, for people to choose from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AudioDevice {
    /// What the system calls it; stays the same.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// It is the system's default.
    pub is_default: bool,
}

/// The devices there are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AudioDevices {
    /// Microphones.
    pub inputs: Vec<AudioDevice>,
    /// Loudspeakers.
    pub outputs: Vec<AudioDevice>,
}

/// The devices there are right now; none if there is no sound system. It blocks for some milliseconds, or seconds if a
/// sound server hangs.
#[must_use]
pub fn list() -> AudioDevices {
    let Ok(host) = host() else { return AudioDevices::default() };
    let all = |direction| {
        let default = find_default(&host, direction).ok().map(|d| d.id);
        let found = devices(&host, direction).unwrap_or_default();
        found
            .into_iter()
            .map(|d| AudioDevice { is_default: Some(&d.id) == default.as_ref(), name: d.name(), id: d.id })
            .collect()
    };
    AudioDevices { inputs: all(Direction::Input), outputs: all(Direction::Output) }
}

/// Why a device is not there.
#[derive(Debug, thiserror::Error)]
pub(super) enum OpenError {
    /// There is none.
    #[error("no such device")]
    Missing,
    /// The user or the system forbids it.
    #[error("access to the device is denied")]
    Denied,
    /// There is one, but it cannot be used.
    #[error("{0}")]
    Failed(String),
}

impl From<Error> for OpenError {
    fn from(e: Error) -> Self {
        match e.kind() {
            ErrorKind::DeviceNotAvailable | ErrorKind::HostUnavailable => Self::Missing,
            ErrorKind::PermissionDenied => Self::Denied,
            _ => Self::Failed(e.to_string()),
        }
    }
}

impl From<rubato::ResamplerConstructionError> for OpenError {
    fn from(e: rubato::ResamplerConstructionError) -> Self {
        Self::Failed(e.to_string())
    }
}

/// The sound system to use.
#[cfg(target_os = "linux")]
pub(super) fn host() -> Result<Host, OpenError> {
    let server_named = std::env::var_os("PULSE_SERVER").is_some_and(|s| !s.is_empty());
    match cpal::host_from_id(cpal::HostId::PulseAudio) {
        Ok(host) => Ok(host),
        // Whoever names a server means that one, not the hardware behind its back.
        Err(e) if server_named => Err(e.into()),
        // Without a card, ALSA finds nothing either, but says so on stderr at every try.
        Err(_) if !std::path::Path::new("/dev/snd").exists() => Err(OpenError::Missing),
        Err(_) => Ok(cpal::host_from_id(cpal::HostId::Alsa)?),
    }
}

/// The sound system to use.
#[cfg(not(target_os = "linux"))]
pub(super) fn host() -> Result<Host, OpenError> {
    let id = cpal::ALL_HOSTS.first().ok_or(OpenError::Missing)?;
    Ok(cpal::host_from_id(*id)?)
}

/// What sound servers offer in place of hardware: PulseAudio's null sink, and the monitors, which record what is being
/// played. A monitor as microphone would send everybody their own voice back.
fn is_dummy(id: &str) -> bool {
    cfg!(target_os = "linux") && (id.ends_with(".monitor") || id == "auto_null")
}

/// A device that was found.
pub(super) struct Found {
    pub(super) id: String,
    device: cpal::Device,
}

impl Found {
    fn new(device: cpal::Device) -> Option<Self> {
        let id = device.id().ok()?.id().to_owned();
        Some(Self { id, device })
    }

    /// What people call it.
    pub(super) fn name(&self) -> String {
        self.device.description().map_or_else(|_| self.id.clone(), |d| d.name().to_owned())
    }
}

/// Finds a device: the first of those named, by identifier or name, that is there, or else the default. A dummy only if
/// it is named.
///
/// `Missing` if there is none; `Failed` if the sound system does not answer and must be connected anew.
pub(super) fn find<'a>(
    host: &Host,
    direction: Direction,
    names: impl Iterator<Item = &'a str>,
) -> Result<Found, OpenError> {
    for name in names {
        if let Some(found) = find_named(host, direction, name)? {
            return Ok(found);
        }
    }
    find_default(host, direction)
}

fn find_named(host: &Host, direction: Direction, name: &str) -> Result<Option<Found>, OpenError> {
    let mut all = host.devices().map_err(unanswered)?.filter_map(Found::new);
    Ok(all.find(|d| (d.id == name || d.name() == name) && goes(&d.device, direction)))
}

fn find_default(host: &Host, direction: Direction) -> Result<Found, OpenError> {
    let default = match direction {
        Direction::Input => host.default_input_device(),
        Direction::Output => host.default_output_device(),
    };
    match default.and_then(Found::new).filter(|d| !is_dummy(&d.id)) {
        Some(found) => Ok(found),
        None => devices(host, direction)?.into_iter().next().ok_or(OpenError::Missing),
    }
}

fn devices(host: &Host, direction: Direction) -> Result<Vec<Found>, OpenError> {
    let all = host.devices().map_err(unanswered)?;
    Ok(all.filter(|d| goes(d, direction)).filter_map(Found::new).filter(|d| !is_dummy(&d.id)).collect())
}

fn unanswered(e: Error) -> OpenError {
    OpenError::Failed(e.to_string())
}

fn goes(device: &cpal::Device, direction: Direction) -> bool {
    match direction {
        Direction::Input => device.supports_input(),
        Direction::Output => device.supports_output(),
    }
}

/// A running stream; dropping it releases the device.
pub(super) struct Stream {
    _stream: cpal::Stream,
    pub(super) state: Arc<StreamState>,
}

/// Opens a microphone and starts it.
pub(super) fn open_microphone(found: &Found) -> Result<(Stream, Recorded), OpenError> {
    let choice = choose(found.device.supported_input_configs()?, 1).ok_or_else(unusable)?;
    let build = |config| {
        let state = Arc::new(StreamState::default());
        let (recorder, recorded) = recording(choice.rate, choice.channels, &state)?;
        let stream = build_input(&found.device, choice, config, recorder, &state)?;
        Ok((Stream { _stream: stream, state }, recorded))
    };
    let (stream, recorded) = build(choice.config(RECORDING_MS)).or_else(|e| with_default_buffers(e, choice, build))?;
    stream._stream.play()?;
    debug!(device = found.id, rate = choice.rate, channels = choice.channels, format = %choice.format, "microphone open");
    Ok((stream, recorded))
}

/// Opens a loudspeaker and starts it.
pub(super) fn open_speaker(found: &Found) -> Result<(Stream, Playing), OpenError> {
    let choice = choose(found.device.supported_output_configs()?, 2).ok_or_else(unusable)?;
    let build = |config| {
        let state = Arc::new(StreamState::default());
        let (player, playing) = playback(choice.rate, choice.channels, &state)?;
        let stream = build_output(&found.device, choice, config, player, &state)?;
        Ok((Stream { _stream: stream, state }, playing))
    };
    let (stream, playing) = build(choice.config(PLAYBACK_MS)).or_else(|e| with_default_buffers(e, choice, build))?;
    stream._stream.play()?;
    debug!(device = found.id, rate = choice.rate, channels = choice.channels, format = %choice.format, "loudspeaker open");
    Ok((stream, playing))
}

fn unusable() -> OpenError {
    OpenError::Failed("the device has no usable format".to_owned())
}

fn with_default_buffers<T>(
    error: OpenError,
    choice: Choice,
    build: impl Fn(cpal::StreamConfig) -> Result<T, OpenError>,
) -> Result<T, OpenError> {
    match error {
        OpenError::Missing | OpenError::Denied => Err(error),
        OpenError::Failed(_) => build(choice.config_default_buffers()),
    }
}

fn build_input(
    device: &cpal::Device,
    choice: Choice,
    config: cpal::StreamConfig,
    mut recorder: Recorder,
    state: &Arc<StreamState>,
) -> Result<cpal::Stream, OpenError> {
    let on_data = move |data: &Data, info: &cpal::InputCallbackInfo| {
        let time = info.timestamp();
        let latency = time.callback.saturating_duration_since(time.capture);
        match data.sample_format() {
            SampleFormat::F32 => take::<f32>(&mut recorder, data, latency),
            SampleFormat::I16 => take::<i16>(&mut recorder, data, latency),
            SampleFormat::I32 => take::<i32>(&mut recorder, data, latency),
            SampleFormat::I24 => take::<I24>(&mut recorder, data, latency),
            SampleFormat::F64 => take::<f64>(&mut recorder, data, latency),
            SampleFormat::U16 => take::<u16>(&mut recorder, data, latency),
            SampleFormat::U8 => take::<u8>(&mut recorder, data, latency),
            SampleFormat::I8 => take::<i8>(&mut recorder, data, latency),
            SampleFormat::U24 => take::<U24>(&mut recorder, data, latency),
            SampleFormat::U32 => take::<u32>(&mut recorder, data, latency),
            SampleFormat::I64 => take::<i64>(&mut recorder, data, latency),
            SampleFormat::U64 => take::<u64>(&mut recorder, data, latency),
            _ => {} // `choose` takes no other
        }
    };
    Ok(device.build_input_stream_raw(config, choice.format, on_data, on_error(state), Some(OPEN_LIMIT))?)
}

fn build_output(
    device: &cpal::Device,
    choice: Choice,
    config: cpal::StreamConfig,
    mut player: Player,
    state: &Arc<StreamState>,
) -> Result<cpal::Stream, OpenError> {
    let on_data = move |data: &mut Data, info: &cpal::OutputCallbackInfo| {
        let time = info.timestamp();
        let latency = time.playback.saturating_duration_since(time.callback);
        match data.sample_format() {
            SampleFormat::F32 => fill::<f32>(&mut player, data, latency),
            SampleFormat::I16 => fill::<i16>(&mut player, data, latency),
            SampleFormat::I32 => fill::<i32>(&mut player, data, latency),
            SampleFormat::I24 => fill::<I24>(&mut player, data, latency),
            SampleFormat::F64 => fill::<f64>(&mut player, data, latency),
            SampleFormat::U16 => fill::<u16>(&mut player, data, latency),
            SampleFormat::U8 => fill::<u8>(&mut player, data, latency),
            SampleFormat::I8 => fill::<i8>(&mut player, data, latency),
            SampleFormat::U24 => fill::<U24>(&mut player, data, latency),
            SampleFormat::U32 => fill::<u32>(&mut player, data, latency),
            SampleFormat::I64 => fill::<i64>(&mut player, data, latency),
            SampleFormat::U64 => fill::<u64>(&mut player, data, latency),
            _ => {} // `choose` takes no other
        }
    };
    Ok(device.build_output_stream_raw(config, choice.format, on_data, on_error(state), Some(OPEN_LIMIT))?)
}

fn take<T: SizedSample>(recorder: &mut Recorder, data: &Data, latency: Duration)
where
    f32: FromSample<T>,
{
    if let Some(samples) = data.as_slice::<T>() {
        recorder.take(samples, latency);
    }
}

fn fill<T: SizedSample + Sample + FromSample<f32>>(player: &mut Player, data: &mut Data, latency: Duration) {
    if let Some(samples) = data.as_slice_mut::<T>() {
        player.fill(samples, latency);
    }
}

/// A dead ALSA device calls this hundreds of thousands of times a second until the stream is dropped: a flag, no more.
fn on_error(state: &Arc<StreamState>) -> impl FnMut(Error) + Send + 'static {
    let state = Arc::clone(state);
    move |e| match e.kind() {
        ErrorKind::Xrun => {
            state.slips.fetch_add(1, Ordering::Relaxed);
        }
        ErrorKind::DeviceChanged | ErrorKind::RealtimeDenied => {}
        _ => state.failed.store(true, Ordering::Release),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_os = "linux")]
    fn monitors_and_null_sinks_are_no_devices() {
        assert!(
            is_dummy("alsa_output.pci.analog-stereo.monitor") && is_dummy("auto_null") && is_dummy("auto_null.monitor")
        );
        assert!(!is_dummy("alsa_input.usb-webcam.mono") && !is_dummy("mic"));
    }

    #[test]
    fn glitches_are_counted_and_other_errors_end_the_stream() {
        let state = Arc::new(StreamState::default());
        let mut report = on_error(&state);
        for kind in [ErrorKind::Xrun, ErrorKind::DeviceChanged, ErrorKind::RealtimeDenied] {
            report(Error::new(kind));
        }
        assert!(!state.failed.load(Ordering::Acquire));
        assert_eq!(state.slips.load(Ordering::Relaxed), 1);
        report(Error::new(ErrorKind::StreamInvalidated));
        assert!(state.failed.load(Ordering::Acquire));
    }
}
