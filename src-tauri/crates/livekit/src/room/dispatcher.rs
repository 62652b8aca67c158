//! Hands a room's events to whoever listens.

use super::RoomEvent;
use parking_lot::Mutex;
use tokio::sync::mpsc;

/// The listeners of one room.
#[derive(Default)]
pub(crate) struct Dispatcher {
    listeners: Mutex<Vec<mpsc::UnboundedSender<RoomEvent>>>,
}

impl Dispatcher {
    pub(crate) fn register(&self) -> mpsc::UnboundedReceiver<RoomEvent> {
        let (sender, receiver) = mpsc::unbounded_channel();
        self.listeners.lock().push(sender);
        receiver
    }

    /// Events are dropped, when nobody takes them, outside the lock: dropping one may call the library.
    pub(crate) fn dispatch(&self, event: RoomEvent) {
        let listeners = self.listeners.lock().clone();
        let mut gone = false;
        for listener in &listeners {
            gone |= listener.send(event.clone()).is_err();
        }
        if gone {
            self.listeners.lock().retain(|listener| !listener.is_closed());
        }
    }

    /// The last event has been sent: receivers end after it.
    pub(crate) fn close(&self) {
        self.listeners.lock().clear();
    }
}
