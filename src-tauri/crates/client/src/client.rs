//! The handle: everything that an app may ask of the client.

use crate::account::PhoneCode;
use crate::allowance::Allowance;
use crate::calls::{Calls, ComparedDevices, Sources, Wish};
use crate::chat::{Chat, Unsent};
use crate::config::ClientConfig;
use crate::devices::Previews;
use crate::events::Events;
use crate::feed::{Feed, Views};
use crate::http::Http;
use crate::keychain::Keychain;
use crate::photos::Kept;
use crate::preferences::Chosen;
use crate::quiet::Quiet;
use crate::rings::Rings;
use crate::server::Server;
use crate::session::Session;
use crate::sounds::Sounds;
use crate::view::{
    CallAvailability, CallStatistics, CallView, CallsLeft, CameraStart, Changes, ChatView, ConversationsView,
    ErrorCode, IncomingView, Picture, PicturePath, Preferences, ServerView, SessionView, Snapshot, UserError,
};
use crate::wake::Wake;
use pizoo_api::livekit::CallType;
use pizoo_api::{CallId, MatchId, MessageId};
use pizoo_media::picture::Frame;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// A call that is wanted right after the start waits so long for what the server can do.
const SERVER_KNOWN: Duration = Duration::from_secs(3);

/// The app without a window. Cheap to clone; all clones are one client.
#[derive(Clone)]
pub struct Client {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) session: Session,
    server: watch::Receiver<ServerView>,
    pub(crate) http: Http,
    pub(crate) wake: Wake,
    pub(crate) quiet: Arc<Quiet>,
    pub(crate) chat: Arc<Chat>,
    pub(crate) calls: Arc<Calls>,
    rings: Arc<Rings>,
    allowance: Arc<Allowance>,
    chosen: Arc<Chosen>,
    feed: Feed,
    pub(crate) previews: Arc<Previews>,
    /// Missing where nobody listens.
    pub(crate) speaker_tests: Option<mpsc::Sender<()>>,
    phone_code: Mutex<Option<PhoneCode>>,
    kept_photos: Mutex<Kept>,
    tasks: TaskTracker,
    stop: CancellationToken,
}

/// The client could not be started.
#[derive(Debug, thiserror::Error)]
#[error("the network client cannot be set up: {0}")]
pub struct StartError(#[from] reqwest::Error);

impl Client {
    /// Starts the client; the stored session is restored in the background. Needs a running tokio runtime.
    ///
    /// # Errors
    /// [`StartError`] when the TLS set-up of this computer is unusable.
    pub fn start(config: ClientConfig) -> Result<Self, StartError> {
        let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
        let keychain = Keychain::new(config.keychain, &config.profile, &config.server);
        let http = Http::new(config.server)?;
        let wake = Wake::default();
        let session = Session::new(http.clone(), keychain.clone(), tasks.clone());
        let server = Server::new(http.clone(), config.on_this_computer);
        let server_view = server.view();
        let unsent = Unsent::load(config.folder.clone(), http.base().to_string());
        let chosen = Arc::new(Chosen::load(config.folder));
        let quiet = Arc::new(Quiet::new(chosen.view()));
        let events = Events::new(session.clone(), server.view(), wake.subscribe());
        let chat = Arc::new(Chat::new(session.clone(), Arc::clone(&chosen), server.extras(), unsent));
        let sources = Sources { camera: config.camera, audio: config.audio, chosen: chosen.view() };
        let allowance = Arc::new(Allowance::new(session.view()));
        let compared = ComparedDevices::new(keychain);
        let calls = Arc::new(Calls::start(session.clone(), sources.clone(), compared, Arc::clone(&allowance), &tasks));
        let rings = Arc::new(Rings::new(session.clone(), Arc::clone(&chat), Arc::clone(&calls)));
        let previews = Arc::new(Previews::new(sources.clone(), calls.own_picture(), calls.view()));
        let sounds = Sounds::new(sources, rings.view(), calls.view(), quiet.view());
        let speaker_tests = sounds.map(|(sounds, asked)| {
            tasks.spawn(sounds.run(stop.clone()));
            asked
        });
        let (feed, follow) = Feed::new(Views {
            session: session.view(),
            server: server.view(),
            conversations: chat.conversations(),
            chat: chat.open_chat(),
            call: calls.view(),
            incoming: rings.view(),
            calls_left: allowance.view(),
            preferences: chosen.view(),
        });
        let (for_chat, for_rings) = (events.subscribe(), events.subscribe());
        let until_stopped = |stop: CancellationToken| async move { stop.cancelled_owned().await };
        {
            let (session, stop) = (session.clone(), until_stopped(stop.clone()));
            tasks.spawn(async move {
                tokio::select! { () = session.keep_restoring() => {}, () = stop => {} }
            });
        }
        {
            let (wakes, stop) = (wake.subscribe(), until_stopped(stop.clone()));
            tasks.spawn(async move {
                tokio::select! { () = server.run(wakes) => {}, () = stop => {} }
            });
        }
        {
            let (quiet, wakes, stop) = (Arc::clone(&quiet), wake.subscribe(), until_stopped(stop.clone()));
            tasks.spawn(async move {
                tokio::select! { () = quiet.run(wakes) => {}, () = stop => {} }
            });
        }
        {
            let (chat, stop) = (Arc::clone(&chat), until_stopped(stop.clone()));
            tasks.spawn(async move {
                tokio::select! { () = chat.run(for_chat) => {}, () = stop => {} }
            });
        }
        {
            let (chat, stop) = (Arc::clone(&chat), until_stopped(stop.clone()));
            tasks.spawn(async move {
                tokio::select! { () = chat.deliver() => {}, () = stop => {} }
            });
        }
        {
            let (chat, stop) = (Arc::clone(&chat), stop.clone());
            tasks.spawn(async move { chat.keep_unsent(stop).await });
        }
        {
            let (allowance, stop) = (Arc::clone(&allowance), until_stopped(stop.clone()));
            tasks.spawn(async move {
                tokio::select! { () = allowance.run() => {}, () = stop => {} }
            });
        }
        {
            let (rings, stop) = (Arc::clone(&rings), until_stopped(stop.clone()));
            tasks.spawn(async move {
                tokio::select! { () = rings.run(for_rings) => {}, () = stop => {} }
            });
        }
        {
            let (previews, stop) = (Arc::clone(&previews), until_stopped(stop.clone()));
            tasks.spawn(async move {
                tokio::select! { () = previews.run() => {}, () = stop => {} }
            });
        }
        {
            let stop = until_stopped(stop.clone());
            tasks.spawn(async move {
                tokio::select! { () = events.run() => {}, () = stop => {} }
            });
        }
        {
            let stop = until_stopped(stop.clone());
            tasks.spawn(async move {
                tokio::select! { () = follow => {}, () = stop => {} }
            });
        }
        let phone_code = Mutex::default();
        let inner = Inner {
            session,
            server: server_view,
            http,
            wake,
            quiet,
            chat,
            calls,
            rings,
            allowance,
            chosen,
            feed,
            previews,
            speaker_tests,
            phone_code,
            kept_photos: Mutex::default(),
            tasks,
            stop,
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    pub(crate) fn phone_code(&self) -> MutexGuard<'_, Option<PhoneCode>> {
        self.inner.phone_code.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn kept_photos(&self) -> MutexGuard<'_, Kept> {
        self.inner.kept_photos.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Who is signed in.
    pub fn session(&self) -> watch::Receiver<SessionView> {
        self.inner.session.view()
    }

    /// Tries the stored session again now, if it could not be restored yet.
    pub fn retry_start(&self) {
        self.inner.session.try_again();
    }

    /// Which backend, and what it can do.
    pub fn server(&self) -> watch::Receiver<ServerView> {
        self.inner.server.clone()
    }

    /// The conversation list.
    pub fn conversations(&self) -> watch::Receiver<ConversationsView> {
        self.inner.chat.conversations()
    }

    /// The open conversation.
    pub fn chat(&self) -> watch::Receiver<Option<ChatView>> {
        self.inner.chat.open_chat()
    }

    /// The call on the screen.
    pub fn call(&self) -> watch::Receiver<Option<CallView>> {
        self.inner.calls.view()
    }

    /// Who rings.
    pub fn incoming(&self) -> watch::Receiver<Option<IncomingView>> {
        self.inner.rings.view()
    }

    /// How many calls the limit still allows, if that is known.
    pub fn calls_left(&self) -> watch::Receiver<Option<CallsLeft>> {
        self.inner.allowance.view()
    }

    /// What the user chose.
    pub fn preferences(&self) -> watch::Receiver<Preferences> {
        self.inner.chosen.view()
    }

    /// Everything at once.
    pub fn snapshot(&self, pictures: PicturePath) -> Snapshot {
        self.inner.feed.snapshot(pictures)
    }

    /// Waits for views that are newer than that revision (of a [`Snapshot`], or of the last changes), and tells them. When
    /// nothing is new for 25 s it says so.
    ///
    /// # Errors
    /// [`ErrorCode::Internal`] when the client ends.
    pub async fn changes(&self, after: u64) -> Result<Changes, UserError> {
        self.inner.feed.changes(after).await
    }

    /// Opens a conversation in place of the open one.
    pub fn open_chat(&self, match_id: MatchId) {
        self.inner.chat.open(match_id);
    }

    /// Closes the open conversation.
    pub fn close_chat(&self) {
        self.inner.chat.close();
    }

    /// Writes a line into the open conversation, which is sent when those before it are; whether it arrived is told by the
    /// line's delivery.
    pub fn send_message(&self, text: &str) {
        self.inner.chat.send(text);
    }

    /// Sends a failed line again; the server stores it once.
    pub fn retry_message(&self, id: &MessageId) {
        self.inner.chat.retry(id);
    }

    /// Asks the server for news now.
    ///
    /// # Errors
    /// Offline or signed out.
    pub async fn reload(&self) -> Result<(), UserError> {
        self.inner.chat.reload();
        Ok(self.inner.session.reload().await?)
    }

    /// Puts older messages before those of the open chat.
    ///
    /// # Errors
    /// The server cannot be reached, or does not answer well.
    pub async fn load_older(&self) -> Result<(), UserError> {
        self.inner.chat.load_older().await
    }

    /// Tells the other side of the open chat that the user writes, or stopped.
    pub async fn set_typing(&self, writing: bool) {
        self.inner.chat.typing(writing).await;
    }

    /// Whether the user can see the open chat: what arrives in one that can be seen is read.
    pub fn set_visible(&self, visible: bool) {
        self.inner.chat.set_visible(visible);
    }

    /// Agrees to be called in a match, or takes it back; the other side is not told.
    ///
    /// # Errors
    /// The server cannot be reached, or there is no such match.
    pub async fn allow_calling(&self, match_id: &MatchId, allowed: bool) -> Result<(), UserError> {
        self.inner.chat.allow_calling(match_id, allowed).await
    }

    /// Answers the ring; returns once its room is joined, or cannot be. An audio call has no camera.
    ///
    /// # Errors
    /// [`ErrorCode::CallOver`] when it does not ring any more; else as [`Client::start_call`].
    pub async fn accept_call(&self, id: &CallId, call_type: CallType, camera: CameraStart) -> Result<(), UserError> {
        self.inner.previews.stop().await;
        self.inner.rings.accept(id, Wish { call_type, camera }).await
    }

    /// Refuses the ring; the caller is not told that it was, unless a message says so, which is written into the match's
    /// conversation.
    ///
    /// # Errors
    /// The server cannot be reached; here it does not ring any more, and the message is sent as soon as it can be.
    pub async fn decline_call(&self, id: &CallId, message: Option<&str>) -> Result<(), UserError> {
        self.inner.rings.decline(id, message).await
    }

    /// Stops the sound of a ring, here.
    pub fn silence_call(&self, id: &CallId) {
        self.inner.rings.silence(id);
    }

    /// Takes over what the user chose, and keeps it.
    ///
    /// # Errors
    /// It holds, but cannot be kept beyond the app's end.
    pub async fn set_preferences(&self, preferences: Preferences) -> Result<(), UserError> {
        self.inner.chosen.set(preferences).await
    }

    /// Rings the other side of a match; returns once it rings. On a server that cannot ring it joins the match's room and
    /// waits there. An audio call has no camera.
    ///
    /// # Errors
    /// Not verified, not agreed to calls in this match, limit reached, not configured, unreachable, a call on already, or
    /// no such match.
    pub async fn start_call(
        &self,
        match_id: &MatchId,
        call_type: CallType,
        camera: CameraStart,
    ) -> Result<(), UserError> {
        let user = self.inner.session.user().ok_or(ErrorCode::SignedOut)?;
        if !user.verified {
            return Err(ErrorCode::NotVerified.into());
        }
        let conversation = self.inner.chat.conversation(match_id).ok_or(ErrorCode::NotFound)?;
        let rings = self.rings().await;
        if self.inner.server.borrow().calls == CallAvailability::NotConfigured {
            return Err(ErrorCode::CallsNotConfigured.into());
        }
        let wish = Wish { call_type, camera };
        match rings {
            true => self.inner.calls.ring(conversation, wish).await,
            false => self.inner.calls.join(conversation, wish).await,
        }
    }

    /// Whether the server can ring; a server that has not answered yet is waited for a moment.
    pub(crate) async fn rings(&self) -> bool {
        let mut server = self.server();
        let known = server.wait_for(|view| view.calls != CallAvailability::Unknown);
        drop(tokio::time::timeout(SERVER_KNOWN, known).await);
        self.inner.server.borrow().rings
    }

    /// Ends the call; without one it does nothing.
    ///
    /// # Errors
    /// Only while shutting down.
    pub async fn end_call(&self) -> Result<(), UserError> {
        self.inner.calls.end().await
    }

    /// Closes the screen of an ended call.
    ///
    /// # Errors
    /// Only while shutting down.
    pub async fn dismiss_call(&self) -> Result<(), UserError> {
        self.inner.calls.dismiss().await
    }

    /// Turns the microphone on or off; the view tells when it is so.
    ///
    /// # Errors
    /// Only while shutting down.
    pub async fn set_microphone(&self, on: bool) -> Result<(), UserError> {
        self.inner.calls.set_microphone(on).await
    }

    /// Turns the camera on or off; the view tells when it is so.
    ///
    /// # Errors
    /// Only while shutting down.
    pub async fn set_camera(&self, on: bool) -> Result<(), UserError> {
        self.inner.calls.set_camera(on).await
    }

    /// Blurs the own picture beyond recognition before it leaves this computer, or shows it; without a video call it does
    /// nothing.
    ///
    /// # Errors
    /// Only while shutting down.
    pub async fn set_own_blur(&self, on: bool) -> Result<(), UserError> {
        self.inner.calls.set_own_blur(on).await
    }

    /// The code that is shown with these digits is the same at the other side: its device is known from now on.
    ///
    /// # Errors
    /// [`ErrorCode::Invalid`] when another code is shown by now; the keychain's when the device cannot be kept, which
    /// then holds for this call only.
    pub async fn confirm_code(&self, numbers: &str) -> Result<(), UserError> {
        self.inner.calls.confirm_code(numbers.to_owned()).await
    }

    /// Figures of the running or the last call.
    pub fn statistics(&self) -> CallStatistics {
        self.inner.calls.statistics()
    }

    /// The newest picture of one side; `None` when there is none.
    pub fn picture(&self, picture: Picture) -> watch::Receiver<Option<Arc<Frame>>> {
        self.inner.calls.picture(picture)
    }

    /// Ends the call, releases devices and stops every task. The session stays stored.
    pub async fn shutdown(&self) {
        self.inner.previews.stop().await;
        self.inner.calls.shutdown().await;
        self.inner.stop.cancel();
        self.inner.tasks.close();
        self.inner.tasks.wait().await;
    }
}
