//! A camera's life, with a device of our own in place of the driver.

use std::sync::mpsc::{self, Receiver, Sender};

use super::device::{Device, ReadError};
use super::*;

const PATIENCE: Duration = Duration::from_secs(20);

/// A driver that does what it is told, and blocks until it is told something.
struct Script(Receiver<Result<Frame, ReadError>>, #[expect(dead_code, reason = "dropped with the device")] Sender<()>);

impl Device for Script {
    fn name(&self) -> &str {
        "Script"
    }
    fn read(&mut self) -> Result<Frame, ReadError> {
        self.0.recv().unwrap_or(Err(ReadError::Gone))
    }
}

struct Bench {
    driver: Sender<Result<Frame, ReadError>>,
    frames: Receiver<Frame>,
    events: Receiver<CameraEvent>,
    /// Disconnected once the device is dropped.
    device: Receiver<()>,
    camera: Result<Camera, CameraError>,
}

fn frame() -> Result<Frame, ReadError> {
    Ok(Frame::new(2, 2))
}

fn open(first: Vec<Result<Frame, ReadError>>) -> Bench {
    let limits = Limits { open: PATIENCE, first_frame: Duration::from_millis(200), stall_looks: 2 };
    let (driver, script) = mpsc::channel();
    let (frame_sender, frames) = mpsc::channel();
    let (event_sender, events) = mpsc::channel();
    let (device_sender, device) = mpsc::channel();
    first.into_iter().for_each(|f| driver.send(f).unwrap());
    let open: Opener = Box::new(move || Ok(Box::new(Script(script, device_sender)) as Box<dyn Device>));
    let on_frame = Box::new(move |f| drop(frame_sender.send(f)));
    let on_event = Box::new(move |e| drop(event_sender.send(e)));
    let camera = Camera::open_with(open, limits, on_frame, on_event);
    Bench { driver, frames, events, device, camera }
}

#[test]
fn frames_are_delivered_until_the_camera_is_closed() {
    /// A driver that always has a frame.
    struct Endless(#[expect(dead_code, reason = "dropped with the device")] Sender<()>);
    impl Device for Endless {
        fn name(&self) -> &str {
            "Endless"
        }
        fn read(&mut self) -> Result<Frame, ReadError> {
            std::thread::park_timeout(Duration::from_millis(1));
            frame()
        }
    }
    let (device_sender, device) = mpsc::channel();
    let (frame_sender, frames) = mpsc::channel();
    let open: Opener = Box::new(move || Ok(Box::new(Endless(device_sender)) as Box<dyn Device>));
    let on_frame = Box::new(move |f| drop(frame_sender.send(f)));
    let camera = Camera::open_with(open, Limits::default(), on_frame, Box::new(|_| {})).unwrap();
    assert_eq!(camera.name(), "Endless");
    for _ in 0..5 {
        frames.recv_timeout(PATIENCE).unwrap();
    }
    Box::new(camera).close();
    assert!(device.recv_timeout(PATIENCE).is_err(), "the device is released");
    while frames.try_recv().is_ok() {}
    assert_eq!(frames.try_recv().unwrap_err(), mpsc::TryRecvError::Disconnected, "no frame can come any more");
}

#[test]
fn camera_without_a_picture_is_an_error() {
    let bench = open(vec![]);
    assert_eq!(bench.camera.unwrap_err(), CameraError::Failed("it delivers no picture".to_owned()));
    drop(bench.driver);
    assert!(bench.device.recv_timeout(PATIENCE).is_err());
}

#[test]
fn unplugging_is_told_and_releases_the_device() {
    let bench = open(vec![frame(), Err(ReadError::Gone)]);
    let _camera = bench.camera.unwrap();
    assert_eq!(bench.events.recv_timeout(PATIENCE).unwrap(), CameraEvent::Gone);
    assert_eq!(bench.device.try_recv(), Err(mpsc::TryRecvError::Disconnected));
}

#[test]
fn stall_and_resumption_are_told() {
    let bench = open(vec![frame()]);
    let _camera = bench.camera.unwrap();
    assert_eq!(bench.events.recv_timeout(PATIENCE).unwrap(), CameraEvent::Stalled);
    bench.driver.send(frame()).unwrap();
    assert_eq!(bench.events.recv_timeout(PATIENCE).unwrap(), CameraEvent::Resumed);
}

#[test]
fn stuck_driver_does_not_hold_up_closing_and_delivers_nothing_later() {
    let bench = open(vec![frame()]);
    bench.frames.recv_timeout(PATIENCE).unwrap();
    let started = Instant::now();
    drop(bench.camera);
    assert!(started.elapsed() < PATIENCE, "closing waited for the driver");
    bench.driver.send(frame()).unwrap();
    assert!(bench.device.recv_timeout(PATIENCE).is_err(), "the thread ends when the driver returns");
    assert!(bench.frames.try_recv().is_err());
}

#[test]
fn few_broken_frames_are_skipped_and_many_are_a_failure() {
    let broken = || Err(ReadError::Broken("half a JPEG".to_owned()));
    let bench = open(vec![broken(), broken(), frame()]);
    let _camera = bench.camera.unwrap();
    (0..60).for_each(|_| bench.driver.send(broken()).unwrap());
    let mut events = std::iter::from_fn(|| bench.events.recv_timeout(PATIENCE).ok());
    assert!(events.any(|e| e == CameraEvent::Failed("half a JPEG".to_owned())));
}

#[test]
fn panicking_driver_is_a_failure() {
    struct Panics(bool);
    impl Device for Panics {
        fn name(&self) -> &str {
            "Panics"
        }
        fn read(&mut self) -> Result<Frame, ReadError> {
            assert!(!std::mem::replace(&mut self.0, true), "on purpose");
            frame()
        }
    }
    let (sender, events) = mpsc::channel();
    let open: Opener = Box::new(|| Ok(Box::new(Panics(false)) as Box<dyn Device>));
    let on_event = Box::new(move |e| drop(sender.send(e)));
    let _camera = Camera::open_with(open, Limits::default(), Box::new(|_| {}), on_event).unwrap();
    assert!(matches!(events.recv_timeout(PATIENCE).unwrap(), CameraEvent::Failed(_)));
}

#[test]
fn refusal_is_the_error_of_opening() {
    let open: Opener = Box::new(|| Err(CameraError::Busy));
    let camera = Camera::open_with(open, Limits::default(), Box::new(|_| {}), Box::new(|_| {}));
    assert_eq!(camera.unwrap_err(), CameraError::Busy);
}
