//! A camera that shows the test picture.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use pizoo_pattern::{Scene, Stamp, draw_i420};

use crate::camera::{CameraError, OnEvent, OnFrame, RELEASE_LIMIT, VideoSource};
use crate::picture::Frame;
use crate::thread::BoundedThread;

const WIDTH: u32 = 1280;
const HEIGHT: u32 = 720;
const INTERVAL: Duration = Duration::from_nanos(1_000_000_000 / 30);

/// The moving test picture of `pizoo-pattern`, 1280x720 at 30 frames a second.
///
/// The stamp is the time of drawing: milliseconds since 1970, the lower 32 bits. Every frame has another one, and
/// whoever reads it on the same computer knows the age of the picture.
#[derive(Debug)]
pub struct PatternCamera {
    name: String,
    closed: Arc<AtomicBool>,
    thread: Option<BoundedThread>,
}

impl PatternCamera {
    /// Starts it. The callbacks are those of [`Camera::open`](crate::camera::Camera::open); nothing can happen to this
    /// camera, so `on_event` is never called.
    ///
    /// # Errors
    /// [`CameraError::Failed`] if there is no thread to be had.
    pub fn open(scene: Scene, on_frame: OnFrame, on_event: OnEvent) -> Result<Self, CameraError> {
        drop(on_event);
        let closed = Arc::new(AtomicBool::new(false));
        let thread = BoundedThread::spawn("pizoo-pattern", {
            let closed = Arc::clone(&closed);
            move || draw(scene, on_frame, &closed)
        })
        .map_err(|e| CameraError::Failed(e.to_string()))?;
        Ok(Self { name: format!("Test picture {scene:?}"), closed, thread: Some(thread) })
    }
}

impl VideoSource for PatternCamera {
    fn name(&self) -> &str {
        &self.name
    }

    fn close(self: Box<Self>) {}
}

impl Drop for PatternCamera {
    fn drop(&mut self) {
        self.closed.store(true, Ordering::Release);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            thread.join_until(Instant::now() + RELEASE_LIMIT);
        }
    }
}

fn draw(scene: Scene, mut on_frame: OnFrame, closed: &AtomicBool) {
    let start = Instant::now();
    let mut due = start;
    loop {
        loop {
            if closed.load(Ordering::Acquire) {
                return;
            }
            let left = due.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            thread::park_timeout(left);
        }
        let mut frame = Frame::new(WIDTH, HEIGHT);
        let (width, height) = (frame.width as usize, frame.height as usize);
        let (y, u, v) = frame.planes_mut();
        draw_i420(scene, now_stamp(), width, height, y, u, v);
        frame.timestamp_us = i64::try_from(start.elapsed().as_micros()).unwrap_or(i64::MAX);
        on_frame(frame);
        due += INTERVAL;
        let now = Instant::now();
        if due + 4 * INTERVAL < now {
            due = now; // the computer slept: no burst of old pictures
        }
    }
}

fn now_stamp() -> Stamp {
    Stamp(SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |t| t.as_millis() as u32))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    #[test]
    fn frames_carry_readable_rising_stamps_until_closed() {
        let (sender, frames) = mpsc::channel();
        let on_frame = Box::new(move |frame| drop(sender.send(frame)));
        let camera = PatternCamera::open(Scene::One, on_frame, Box::new(|_| {})).unwrap();
        let stamps: Vec<u32> = (0..5)
            .map(|_| {
                let frame: Frame = frames.recv_timeout(Duration::from_secs(10)).unwrap();
                assert_eq!((frame.width, frame.height), (1280, 720));
                pizoo_pattern::read_luma(frame.planes().0, 1280, 1280, 720).unwrap().0
            })
            .collect();
        assert!(stamps.windows(2).all(|w| w[1].wrapping_sub(w[0]) as i32 > 0), "{stamps:?}");
        Box::new(camera).close();
        assert!(frames.try_iter().count() <= 2);
        assert_eq!(frames.try_recv().unwrap_err(), mpsc::TryRecvError::Disconnected);
    }
}
