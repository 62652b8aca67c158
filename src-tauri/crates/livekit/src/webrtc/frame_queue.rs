//! The bounded queue between the library's callback and a stream's reader: when full, the oldest frame goes.

use parking_lot::Mutex;
use std::{
    collections::VecDeque,
    task::{Context, Poll, Waker},
};

pub(super) struct FrameQueue<T> {
    capacity: usize,
    state: Mutex<State<T>>,
}

struct State<T> {
    frames: VecDeque<T>,
    closed: bool,
    reader: Option<Waker>,
}

impl<T> FrameQueue<T> {
    /// Holds at most `capacity` frames, at least one.
    pub(super) fn new(capacity: usize) -> Self {
        let state = State { frames: VecDeque::new(), closed: false, reader: None };
        Self { capacity: capacity.max(1), state: Mutex::new(state) }
    }

    /// Adds a frame. Frames are dropped outside the lock, since dropping one calls the library.
    pub(super) fn push(&self, frame: T) {
        let mut state = self.state.lock();
        if state.closed {
            drop(state);
            drop(frame);
            return;
        }
        let oldest = if state.frames.len() >= self.capacity { state.frames.pop_front() } else { None };
        state.frames.push_back(frame);
        let reader = state.reader.take();
        drop(state);
        drop(oldest);
        if let Some(reader) = reader {
            reader.wake();
        }
    }

    /// No more frames will come; the reader still gets the ones that are here.
    pub(super) fn end(&self) {
        let mut state = self.state.lock();
        state.closed = true;
        let reader = state.reader.take();
        drop(state);
        if let Some(reader) = reader {
            reader.wake();
        }
    }

    /// Ends the queue and drops the frames in it.
    pub(super) fn close(&self) {
        self.end();
        let frames = std::mem::take(&mut self.state.lock().frames);
        drop(frames);
    }

    pub(super) fn poll_next(&self, context: &Context<'_>) -> Poll<Option<T>> {
        let mut state = self.state.lock();
        match state.frames.pop_front() {
            Some(frame) => Poll::Ready(Some(frame)),
            None if state.closed => Poll::Ready(None),
            None => {
                state.reader = Some(context.waker().clone());
                Poll::Pending
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::FrameQueue;
    use std::task::{Context, Poll, Waker};

    fn next(queue: &FrameQueue<u32>) -> Poll<Option<u32>> {
        queue.poll_next(&Context::from_waker(Waker::noop()))
    }

    #[test]
    fn a_full_queue_loses_its_oldest_frame() {
        let queue = FrameQueue::new(2);
        (1..=3).for_each(|frame| queue.push(frame));
        assert_eq!(
            (next(&queue), next(&queue), next(&queue)),
            (Poll::Ready(Some(2)), Poll::Ready(Some(3)), Poll::Pending)
        );
    }

    #[test]
    fn an_ended_queue_is_read_to_its_end() {
        let queue = FrameQueue::new(2);
        queue.push(1);
        queue.end();
        queue.push(2);
        assert_eq!((next(&queue), next(&queue)), (Poll::Ready(Some(1)), Poll::Ready(None)));
    }

    #[test]
    fn a_closed_queue_is_empty() {
        let queue = FrameQueue::new(2);
        queue.push(1);
        queue.close();
        assert_eq!(next(&queue), Poll::Ready(None));
    }
}
