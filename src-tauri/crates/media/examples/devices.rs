//! What this computer's microphone, loudspeaker and camera do, without a call.
//!
//! `cargo run -p pizoo-media --example devices` lists the devices. Then, until the standard input ends:
//! - `... -- sound [HZ]` plays a tone (440 Hz) and shows events and levels; a line `m` turns the microphone on and off.
//! - `... -- camera [NAME]` shows the frames of a camera.

use std::env;
use std::error::Error;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use pizoo_media::audio::{self, Audio, AudioConfig, Bypass, FRAME, RATE, RemoteAudio};
use pizoo_media::camera::{self, Camera, CameraChoice, VideoSource};
use pizoo_media::sources::{Sound, Tone};

fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt().with_env_filter("warn,pizoo_media=debug").with_writer(io::stderr).init();
    let mut arguments = env::args().skip(1);
    match (arguments.next().as_deref(), arguments.next()) {
        (None, _) => list(),
        (Some("sound"), hz) => sound(hz.map_or(Ok(440), |hz| hz.parse())?)?,
        (Some("camera"), name) => camera(name.map_or(CameraChoice::Default, CameraChoice::Named))?,
        (Some(other), _) => return Err(format!("unknown: {other}; try `sound` or `camera`").into()),
    }
    Ok(())
}

fn list() {
    let audio::AudioDevices { inputs, outputs } = audio::list();
    for (kind, devices) in [("microphone", inputs), ("loudspeaker", outputs)] {
        println!("{} {kind}(s)", devices.len());
        for device in devices {
            println!("  {} {} [{}]", if device.is_default { '*' } else { ' ' }, device.name, device.id);
        }
    }
    let cameras = camera::list();
    println!("{} camera(s)", cameras.len());
    for camera in cameras {
        println!("    {} [{}]", camera.name, camera.id);
    }
}

/// Lines of the standard input; the channel closes when it ends.
fn lines() -> Receiver<String> {
    let (sender, lines) = mpsc::channel();
    thread::spawn(move || io::stdin().lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
    lines
}

/// What was captured since the last look.
#[derive(Default)]
struct Captured {
    frames: u32,
    rises: u32,
    last: i16,
}

fn sound(hz: u32) -> Result<(), Box<dyn Error>> {
    let captured = Arc::new(Mutex::new(Captured::default()));
    let on_capture = {
        let captured = Arc::clone(&captured);
        move |frame: &[i16; FRAME]| {
            let mut captured = captured.lock().unwrap_or_else(PoisonError::into_inner);
            captured.frames += 1;
            for sample in frame {
                captured.rises += u32::from(captured.last < 0 && *sample >= 0);
                captured.last = *sample;
            }
        }
    };
    let on_event = |event| println!("event {event:?}");
    let audio = Audio::start(AudioConfig::default(), Box::new(Bypass), Box::new(on_capture), Box::new(on_event))?;
    let player = play(audio.add_remote(), hz);
    let (lines, mut on) = (lines(), false);
    loop {
        match lines.recv_timeout(Duration::from_millis(500)) {
            Ok(line) if line == "m" => {
                on = !on;
                println!("microphone {}", if on { "on" } else { "off" });
                audio.set_microphone(on);
            }
            Ok(line) => println!("unknown: {line}"),
            Err(RecvTimeoutError::Disconnected) => break,
            Err(RecvTimeoutError::Timeout) => {
                let Captured { frames, rises, .. } =
                    std::mem::take(&mut *captured.lock().unwrap_or_else(PoisonError::into_inner));
                let pitch = f64::from(rises) * f64::from(RATE) / f64::from(frames.max(1)) / FRAME as f64;
                let levels = audio.levels();
                println!("captured {frames} frames, about {pitch:.0} Hz; {levels:?}");
            }
        }
    }
    let stopping = Instant::now();
    audio.stop();
    println!("stopped in {:?}", stopping.elapsed());
    drop(player);
    Ok(())
}

/// Pushes a tone in frames of 10 ms, as a call would, until the returned channel is dropped.
fn play(remote: RemoteAudio, hz: u32) -> mpsc::Sender<()> {
    let (owner, owned) = mpsc::channel();
    thread::spawn(move || {
        let (mut tone, mut frame, mut due) = (Tone::new(hz), [0; FRAME], Instant::now());
        loop {
            tone.fill(&mut frame);
            remote.push(&frame);
            due += Duration::from_millis(10);
            let left = due.saturating_duration_since(Instant::now());
            if owned.recv_timeout(left) == Err(RecvTimeoutError::Disconnected) {
                return;
            }
        }
    });
    owner
}

fn camera(choice: CameraChoice) -> Result<(), Box<dyn Error>> {
    let frames = Arc::new(AtomicU64::new(0));
    let on_frame = {
        let frames = Arc::clone(&frames);
        move |frame| {
            if frames.fetch_add(1, Ordering::Relaxed).is_multiple_of(30) {
                println!("{frame:?}");
            }
        }
    };
    let opened = Instant::now();
    let camera = Camera::open(choice, Box::new(on_frame), Box::new(|event| println!("event {event:?}")))?;
    println!("{} after {:?}", camera.name(), opened.elapsed());
    while lines().recv().is_ok() {}
    println!("{} frames in {:?}", frames.load(Ordering::Relaxed), opened.elapsed());
    let closing = Instant::now();
    Box::new(camera).close();
    println!("closed in {:?}", closing.elapsed());
    Ok(())
}
