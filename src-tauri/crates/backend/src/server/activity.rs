//! What a connection is doing: answering, waiting for a request, or receiving the head of one.
//!
//! On HTTP/2 any frame of an idle client looks like the beginning of a head. Then the connection ends sooner, with a
//! GOAWAY, and a client connects again when it has something to ask.

use crate::settings::Limits;
use axum::body::{Body, Bytes};
use hyper::body::{Frame, SizeHint};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use tokio::time::Instant;

#[derive(Clone)]
pub(super) struct Activity(Arc<Mutex<State>>);

struct State {
    /// Requests whose answer is not sent yet.
    running: usize,
    since: Since,
}

/// Why nothing is running, and since when.
enum Since {
    Connected(Instant),
    Answered(Instant),
    FirstByte(Instant),
}

impl Activity {
    pub(super) fn new() -> Self {
        Self(Arc::new(Mutex::new(State { running: 0, since: Since::Connected(Instant::now()) })))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Bytes arrived.
    pub(super) fn received(&self) {
        let mut state = self.state();
        if state.running == 0 && !matches!(state.since, Since::FirstByte(_)) {
            state.since = Since::FirstByte(Instant::now());
        }
    }

    /// Ends when the client has been silent, or has trickled a head, for longer than it may. It looks a few times in
    /// that long rather than being told of every request.
    pub(super) async fn silent_too_long(&self, limits: &Limits) {
        let look = limits.header_timeout.min(limits.idle_timeout) / 4;
        loop {
            let now = Instant::now();
            let deadline = {
                let state = self.state();
                match (state.running, &state.since) {
                    (0, Since::Connected(at) | Since::FirstByte(at)) => *at + limits.header_timeout,
                    (0, Since::Answered(at)) => *at + limits.idle_timeout,
                    _ => now + look,
                }
            };
            if deadline <= now {
                return;
            }
            tokio::time::sleep_until(deadline.min(now + look)).await;
        }
    }
}

/// A request that runs, until its answer is sent.
pub(super) struct Busy(Activity);

impl Busy {
    pub(super) fn new(activity: &Activity) -> Self {
        activity.state().running += 1;
        Self(activity.clone())
    }

    /// The body, which holds on to this.
    pub(super) fn until_sent(self, body: Body) -> Answering {
        Answering { body, _busy: self }
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.running -= 1;
        state.since = Since::Answered(Instant::now());
    }
}

pub(super) struct Answering {
    body: Body,
    _busy: Busy,
}

impl hyper::body::Body for Answering {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
