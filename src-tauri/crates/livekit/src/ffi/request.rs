//! Requests to the library: answered at once, or later through a callback.

use super::{
    library::{self, LoadError},
    messages as pb,
    messages::{Callback, Request, Response},
    redact::redact,
    router,
};
use prost::Message as _;
use std::{
    pin::Pin,
    task::{Context, Poll, ready},
};
use tokio::sync::oneshot;

/// Why a request has no answer.
#[derive(Debug, Clone, thiserror::Error)]
pub(crate) enum CallError {
    /// There is no library.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// The library refused it: the object is gone or a value is out of range.
    #[error("the request was refused")]
    Refused,
    /// The library answered something else, or stopped answering.
    #[error("the library failed")]
    Failed,
    /// What the library reports, with everything secret taken out.
    #[error("{0}")]
    Reported(String),
}

impl CallError {
    /// An error text of the library.
    pub(crate) fn reported(text: &str) -> Self {
        Self::Reported(redact(text))
    }
}

/// An optional error text as a result.
pub(crate) fn reported(error: Option<&str>) -> Result<(), CallError> {
    error.map_or(Ok(()), |text| Err(CallError::reported(text)))
}

/// Sends a request that is answered at once.
pub(crate) fn call(request: Request) -> Result<Response, CallError> {
    let library = library::library()?;
    let bytes = pb::FfiRequest { message: Some(request) }.encode_to_vec();
    let (mut answer, mut length) = (std::ptr::null(), 0_usize);
    // SAFETY: both out pointers are valid for the call; the library reads `bytes` only during it.
    let handle = unsafe { (library.request)(bytes.as_ptr(), bytes.len(), &raw mut answer, &raw mut length) };
    if handle == 0 {
        return Err(CallError::Refused);
    }
    let _answer_owner = super::handle::Handle::new(handle);
    if answer.is_null() {
        return Err(CallError::Failed);
    }
    // SAFETY: the library filled both in for a non-zero handle; the bytes live until the handle is dropped.
    let answer = unsafe { std::slice::from_raw_parts(answer, length) };
    pb::FfiResponse::decode(answer).ok().and_then(|response| response.message).ok_or(CallError::Failed)
}

/// What an answer that nobody waits for any more needs to have undone.
type Abandon<T> = fn(T);

/// The answer to a request that the library gives later.
///
/// Dropping it does not cancel the request: what arrives is handed to its `abandon` function, which frees it.
pub(crate) struct Pending<T: Send + 'static> {
    receiver: oneshot::Receiver<T>,
    abandon: Abandon<T>,
}

impl<T: Send + 'static> Future for Pending<T> {
    type Output = Result<T, CallError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Poll::Ready(ready!(Pin::new(&mut self.receiver).poll(context)).map_err(|_| CallError::Failed))
    }
}

impl<T: Send + 'static> Drop for Pending<T> {
    fn drop(&mut self) {
        self.receiver.close();
        if let Ok(late) = self.receiver.try_recv() {
            (self.abandon)(late);
        }
    }
}

/// Sends a request that is answered later.
///
/// `request` is given the id under which the answer will come. `convert` runs on the library's callback thread, before
/// any later event of the library is handled; it must not block.
pub(crate) fn call_later<T: Send + 'static>(
    request: impl FnOnce(u64) -> Request,
    convert: impl FnOnce(Callback) -> T + Send + 'static,
    abandon: Abandon<T>,
) -> Result<Pending<T>, CallError> {
    let (sender, receiver) = oneshot::channel();
    let id = router::wait(Box::new(move |callback| {
        let Some(callback) = callback else { return };
        if let Err(late) = sender.send(convert(callback)) {
            abandon(late);
        }
    }));
    match call(request(id)) {
        Ok(_) => Ok(Pending { receiver, abandon }),
        Err(error) => {
            router::forget(id);
            Err(error)
        }
    }
}

/// Sends a request whose outcome nobody waits for; `keep` (memory or objects it refers to) lives until it is done.
pub(crate) fn call_and_keep<K: Send + 'static>(
    keep: K,
    request: impl FnOnce(u64, &K) -> Request,
) -> Result<(), CallError> {
    // The address of what a box holds stays the same when the box moves into the waiter.
    let keep = Box::new(keep);
    let id = router::next_id();
    let message = request(id, &keep);
    router::wait_as(id, Box::new(move |_| drop(keep)));
    call(message).map(|_| ()).inspect_err(|_| router::forget(id))
}

/// Nothing to undo.
pub(crate) fn nothing<T>(_: T) {}

/// Loads the library.
pub(crate) fn load() -> Result<(), LoadError> {
    library::library().map(|_| ())
}
