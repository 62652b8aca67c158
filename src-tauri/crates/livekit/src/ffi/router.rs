//! Where the library's callbacks go: answers to whoever waits for them, events to the object they concern.
//!
//! A stream's first events may come before its opener knows its handle; while any stream is being opened, events that
//! nobody has subscribed to are kept (a bounded number), otherwise they are freed at once.

use super::{
    logs,
    messages::{self as pb, Callback},
    release,
};
use parking_lot::Mutex;
use prost::Message as _;
use std::{
    collections::{HashMap, VecDeque},
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, LazyLock, Weak,
        atomic::{AtomicU64, Ordering},
    },
};

/// Called with the answer, or with nothing when the library has failed. Must not block.
pub(super) type Waiter = Box<dyn FnOnce(Option<Callback>) + Send>;

/// What takes the events of one object (a room, a stream), in order, one at a time, on the library's threads.
/// It must not block and must not panic.
pub(crate) trait Sink: Send + Sync {
    /// One event.
    fn event(&self, event: Event);
    /// The library has panicked: nothing more will come.
    fn library_failed(&self) {}
}

/// An event whose objects inside the library are freed unless somebody takes it.
pub(crate) struct Event(Option<Callback>);

impl Event {
    /// A room's event that nobody wants.
    pub(crate) fn of_room(message: pb::room_event::Message) -> Self {
        Self(Some(Callback::RoomEvent(pb::RoomEvent { room_handle: 0, message: Some(message) })))
    }

    /// Takes the message, and with it the duty to own its handles.
    pub(crate) fn take(mut self) -> Option<Callback> {
        self.0.take()
    }
}

impl Drop for Event {
    fn drop(&mut self) {
        if let Some(message) = self.0.take() {
            release::release(&message);
        }
    }
}

/// One sink's queue. Whoever finds it idle delivers; meanwhile others, and the sink itself, only append.
struct Subscription {
    sink: Weak<dyn Sink>,
    queue: Mutex<Queue>,
}

#[derive(Default)]
struct Queue {
    events: VecDeque<Event>,
    delivering: bool,
}

impl Subscription {
    fn deliver(&self, event: Event) {
        {
            let mut queue = self.queue.lock();
            queue.events.push_back(event);
            if queue.delivering {
                return;
            }
            queue.delivering = true;
        }
        self.drain();
    }

    fn drain(&self) {
        loop {
            let event = {
                let mut queue = self.queue.lock();
                let event = queue.events.pop_front();
                queue.delivering = event.is_some();
                event
            };
            let Some(event) = event else { return };
            if let Some(sink) = self.sink.upgrade() {
                sink.event(event);
            }
        }
    }
}

#[derive(Default)]
struct Router {
    waiting: HashMap<u64, Waiter>,
    subscriptions: HashMap<u64, Arc<Subscription>>,
    opening: usize,
    early: HashMap<u64, VecDeque<Event>>,
}

/// Early events kept for one handle, and handles with early events: enough for every stream of a call.
const EARLY_EVENTS: usize = 16;
const EARLY_HANDLES: usize = 32;

static ROUTER: LazyLock<Mutex<Router>> = LazyLock::new(Mutex::default);
/// Our ids; the library numbers its own answers from 1.
static NEXT_ID: AtomicU64 = AtomicU64::new(1 << 48);

/// A fresh id for an answer.
pub(super) fn next_id() -> u64 {
    NEXT_ID.fetch_add(1, Ordering::Relaxed)
}

/// Registers a waiter under a fresh id, before the request that names it is sent.
pub(super) fn wait(waiter: Waiter) -> u64 {
    let id = next_id();
    wait_as(id, waiter);
    id
}

/// Registers a waiter under an id from [`next_id`].
pub(super) fn wait_as(id: u64, waiter: Waiter) {
    ROUTER.lock().waiting.insert(id, waiter);
}

/// Takes back a waiter whose request was not sent.
pub(super) fn forget(id: u64) {
    let waiter = ROUTER.lock().waiting.remove(&id);
    drop(waiter);
}

/// Marks that a stream is being opened; keep it until the stream is subscribed to.
pub(crate) struct Opening(());

/// Starts keeping early events.
pub(crate) fn opening() -> Opening {
    ROUTER.lock().opening += 1;
    Opening(())
}

impl Drop for Opening {
    fn drop(&mut self) {
        let unclaimed = {
            let mut router = ROUTER.lock();
            router.opening = router.opening.saturating_sub(1);
            if router.opening == 0 { std::mem::take(&mut router.early) } else { HashMap::new() }
        };
        drop(unclaimed);
    }
}

/// Sends a handle's events to `sink`, the early ones first, as long as `sink` lives and until [`unsubscribe`].
pub(crate) fn subscribe(handle: u64, sink: Weak<dyn Sink>) {
    let subscription = Arc::new(Subscription { sink, queue: Mutex::default() });
    {
        let mut router = ROUTER.lock();
        let events = router.early.remove(&handle).unwrap_or_default();
        // Until `drain` below, arriving events line up behind the early ones.
        *subscription.queue.lock() = Queue { events, delivering: true };
        router.subscriptions.insert(handle, Arc::clone(&subscription));
    }
    subscription.drain();
}

/// Stops sending a handle's events.
pub(crate) fn unsubscribe(handle: u64) {
    let subscription = ROUTER.lock().subscriptions.remove(&handle);
    drop(subscription);
}

/// The library's callback: decodes, routes, returns. Nothing in it blocks or unwinds.
///
/// # Safety
/// `data` must point to `length` readable bytes, as the library guarantees for the time of the call.
pub(super) unsafe extern "C" fn on_callback(data: *const u8, length: usize) {
    if data.is_null() {
        return;
    }
    // SAFETY: guaranteed by the caller.
    let bytes = unsafe { std::slice::from_raw_parts(data, length) };
    // Unwinding out of here would abort the process.
    let _ = catch_unwind(AssertUnwindSafe(|| {
        if let Ok(pb::FfiEvent { message: Some(message) }) = pb::FfiEvent::decode(bytes) {
            route(message);
        }
    }));
}

fn route(message: Callback) {
    match message {
        Callback::Logs(batch) => logs::emit(&batch),
        Callback::Panic(panic) => fail(&panic.message),
        message => {
            if let Some(id) = answer_id(&message) {
                let waiter = ROUTER.lock().waiting.remove(&id);
                match waiter {
                    Some(waiter) => waiter(Some(message)),
                    None => drop(Event(Some(message))),
                }
            } else if let Some(handle) = concerned(&message) {
                deliver(handle, Event(Some(message)));
            } else {
                drop(Event(Some(message)));
            }
        }
    }
}

fn deliver(handle: u64, event: Event) {
    let mut router = ROUTER.lock();
    if let Some(subscription) = router.subscriptions.get(&handle).cloned() {
        drop(router);
        subscription.deliver(event);
    } else if router.opening > 0 && (router.early.len() < EARLY_HANDLES || router.early.contains_key(&handle)) {
        let events = router.early.entry(handle).or_default();
        events.push_back(event);
        let oldest = if events.len() > EARLY_EVENTS { events.pop_front() } else { None };
        drop(router);
        drop(oldest);
    } else {
        drop(router);
        drop(event);
    }
}

/// The library has panicked: everybody who waits is told.
fn fail(message: &str) {
    tracing::error!(target: "livekit", "the library panicked: {}", super::redact::redact(message));
    let (waiting, subscriptions) = {
        let mut router = ROUTER.lock();
        (std::mem::take(&mut router.waiting), std::mem::take(&mut router.subscriptions))
    };
    for waiter in waiting.into_values() {
        waiter(None);
    }
    for sink in subscriptions.into_values().filter_map(|subscription| subscription.sink.upgrade()) {
        sink.library_failed();
    }
}

/// The id under which a request's answer was asked for.
fn answer_id(message: &Callback) -> Option<u64> {
    Some(match message {
        Callback::Connect(answer) => answer.async_id,
        Callback::Disconnect(answer) => answer.async_id,
        Callback::PublishTrack(answer) => answer.async_id,
        Callback::UnpublishTrack(answer) => answer.async_id,
        Callback::PublishData(answer) => answer.async_id,
        Callback::CaptureAudioFrame(answer) => answer.async_id,
        Callback::SetLocalMetadata(answer) => answer.async_id,
        Callback::SetLocalName(answer) => answer.async_id,
        Callback::SetLocalAttributes(answer) => answer.async_id,
        Callback::GetStats(answer) => answer.async_id,
        Callback::GetSessionStats(answer) => answer.async_id,
        Callback::SimulateScenario(answer) => answer.async_id,
        _ => return None,
    })
}

/// The object that an event is about.
fn concerned(message: &Callback) -> Option<u64> {
    Some(match message {
        Callback::RoomEvent(event) => event.room_handle,
        Callback::VideoStreamEvent(event) => event.stream_handle,
        Callback::AudioStreamEvent(event) => event.stream_handle,
        _ => return None,
    })
}
