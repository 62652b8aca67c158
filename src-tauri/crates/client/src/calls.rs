//! Calls: one actor that runs the call machine and owns the room, the devices and the timers.
//!
//! Whoever holds [`Calls`] sends it wishes and watches what comes of them. Ending, in whatever way, releases camera and
//! microphone before the view says so; the room is left out of sight.

mod actor;
mod devices;
mod echo;
mod last_picture;
mod leaving;
mod muted;
mod protection;
mod receive;
mod room;
mod screen;
mod statistics;

pub(crate) use protection::Devices as ComparedDevices;
pub(crate) use statistics::Statistics;

use crate::allowance::Allowance;
pub(crate) use crate::devices::{PictureSlot, Sources};
use crate::session::Session;
use crate::view::{CallStatistics, CallView, CameraStart, ErrorCode, Picture, UserError};
use actor::{Actor, Command, Compared, Origin};
use pizoo_api::CallId;
use pizoo_api::calls::Call;
use pizoo_api::chat::Conversation;
use pizoo_api::livekit::CallType;
use pizoo_media::picture::Frame;
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::{mpsc, oneshot, watch};
use tokio_util::task::TaskTracker;

/// Where pictures go. A slot keeps the newest frame only.
#[derive(Clone, Default)]
pub(crate) struct Pictures {
    remote: Arc<PictureSlot>,
    own: Arc<PictureSlot>,
}

/// What a call begins as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Wish {
    pub(crate) call_type: CallType,
    /// The own camera. An audio call has none.
    pub(crate) camera: CameraStart,
}

pub(crate) struct Calls {
    commands: mpsc::Sender<Command>,
    view: watch::Receiver<Option<CallView>>,
    statistics: Arc<Statistics>,
    pictures: Pictures,
    compared: ComparedDevices,
}

impl Calls {
    pub(crate) fn start(
        session: Session,
        sources: Sources,
        compared: ComparedDevices,
        allowance: Arc<Allowance>,
        tasks: &TaskTracker,
    ) -> Self {
        let (commands, inbox) = mpsc::channel(32);
        let pictures = Pictures::default();
        let statistics = Arc::new(Statistics::default());
        let (actor, view) =
            Actor::new(session, sources, compared.clone(), allowance, inbox, pictures.clone(), Arc::clone(&statistics));
        tasks.spawn(actor.run());
        Self { commands, view, statistics, pictures, compared }
    }

    pub(crate) fn view(&self) -> watch::Receiver<Option<CallView>> {
        self.view.clone()
    }

    pub(crate) fn statistics(&self) -> CallStatistics {
        self.statistics.read()
    }

    pub(crate) fn picture(&self, picture: Picture) -> watch::Receiver<Option<Arc<Frame>>> {
        match picture {
            Picture::Remote => self.pictures.remote.subscribe(),
            Picture::Own => self.pictures.own.subscribe(),
        }
    }

    /// Where the own picture goes.
    pub(crate) fn own_picture(&self) -> Arc<PictureSlot> {
        Arc::clone(&self.pictures.own)
    }

    /// Rings the other side; returns once it rings or cannot.
    pub(crate) async fn ring(&self, conversation: Conversation, wish: Wish) -> Result<(), UserError> {
        self.start_by(Origin::Ring, conversation, wish).await
    }

    /// Answers a ring; returns once the room is joined or cannot be.
    pub(crate) async fn answer(&self, conversation: Conversation, id: CallId, wish: Wish) -> Result<(), UserError> {
        self.start_by(Origin::Answer(id), conversation, wish).await
    }

    /// Joins the room of a match; returns once it is joined or cannot be.
    pub(crate) async fn join(&self, conversation: Conversation, wish: Wish) -> Result<(), UserError> {
        self.start_by(Origin::Join, conversation, wish).await
    }

    async fn start_by(&self, by: Origin, conversation: Conversation, wish: Wish) -> Result<(), UserError> {
        let (answer, begun) = oneshot::channel();
        let conversation = Box::new(conversation);
        self.send(Command::Start { conversation, wish, by, pressed: Instant::now(), answer }).await?;
        begun.await.unwrap_or_else(|_| Err(ErrorCode::Internal.into()))
    }

    /// The server says how a call stands.
    pub(crate) async fn told(&self, call: Call) {
        // It fails only while everything ends.
        drop(self.send(Command::Told(Box::new(call))).await);
    }

    /// The event stream was away: how the call stands is asked for.
    pub(crate) async fn look_again(&self) {
        drop(self.send(Command::LookAgain).await);
    }

    pub(crate) async fn end(&self) -> Result<(), UserError> {
        self.send(Command::HangUp).await
    }

    /// Ends the call, and waits a moment until the server knows.
    pub(crate) async fn end_and_tell(&self) -> Result<(), UserError> {
        self.end().await?;
        let (done, told) = oneshot::channel();
        self.send(Command::Settle(done)).await?;
        drop(told.await);
        Ok(())
    }

    pub(crate) async fn dismiss(&self) -> Result<(), UserError> {
        self.send(Command::Dismiss).await
    }

    pub(crate) async fn set_microphone(&self, on: bool) -> Result<(), UserError> {
        self.send(Command::SetMicrophone(on)).await
    }

    pub(crate) async fn set_camera(&self, on: bool) -> Result<(), UserError> {
        self.send(Command::SetCamera(on)).await
    }

    pub(crate) async fn set_own_blur(&self, on: bool) -> Result<(), UserError> {
        self.send(Command::SetOwnBlur(on)).await
    }

    /// The user compared the code with these digits with the other side, and it is the same there.
    pub(crate) async fn confirm_code(&self, numbers: String) -> Result<(), UserError> {
        let (answer, compared) = oneshot::channel();
        self.send(Command::CodeCompared(numbers, answer)).await?;
        let Compared { own, partner, device } = compared.await.unwrap_or_else(|_| Err(ErrorCode::Internal.into()))?;
        let kept = self.compared.keep(own.as_str(), partner.as_str(), &device).await;
        kept.map_err(|error| {
            tracing::warn!(%error, "the compared device is not kept");
            ErrorCode::from(&error).into()
        })
    }

    /// Ends what is on and stops the actor. Calls after it fail.
    pub(crate) async fn shutdown(&self) {
        let (done, stopped) = oneshot::channel();
        if self.commands.send(Command::Shutdown(done)).await.is_ok() {
            drop(stopped.await);
        }
    }

    async fn send(&self, command: Command) -> Result<(), UserError> {
        self.commands.send(command).await.map_err(|_| ErrorCode::Internal.into())
    }
}
