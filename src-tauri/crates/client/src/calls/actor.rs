//! The actor: feeds the machine and carries out its effects.

use super::devices::{DeviceEvent, Devices};
use super::last_picture::{LastPicture, RemoteCamera};
use super::leaving::{Leaving, Manners};
use super::protection::{self, Known, Protection};
use super::receive::Receiving;
use super::room::{JoinError, Joined};
use super::screen::Screen;
use super::{Pictures, Sources, Statistics, Wish};
use crate::allowance::Allowance;
use crate::error::RequestError;
use crate::livekit::RoomEvent;
use crate::session::Session;
use crate::view::{CallView, CameraStart, ErrorCode, Preferences, UserError};
use pizoo_api::CallId;
use pizoo_api::calls::Call;
use pizoo_api::chat::Conversation;
use pizoo_api::livekit::{CallType, TokenResponse};
use pizoo_call::{Effect, EndReason, Input, LossCause, Machine, Moment, Phase, StartFailure, Way};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinSet;

mod joining;
mod own_devices;
mod protecting;
mod ring;
mod room_events;
mod watchdog;
use own_devices::Listening;
pub(super) use protecting::Compared;
use ring::{Placed, Ring};
use watchdog::Watchdog;

pub(super) enum Command {
    Start {
        conversation: Box<Conversation>,
        wish: Wish,
        by: Origin,
        pressed: Instant,
        answer: oneshot::Sender<Result<(), UserError>>,
    },
    HangUp,
    Dismiss,
    /// The server says how a call stands.
    Told(Box<Call>),
    /// Something may have been missed.
    LookAgain,
    /// Answered when the server knows of the last call's end, or cannot be told.
    Settle(oneshot::Sender<()>),
    SetMicrophone(bool),
    SetCamera(bool),
    SetOwnBlur(bool),
    /// The user compared the code with these digits.
    CodeCompared(String, oneshot::Sender<Result<Compared, UserError>>),
    Shutdown(oneshot::Sender<()>),
}

/// How a call comes about.
#[derive(Clone, Debug)]
pub(super) enum Origin {
    /// The server cannot ring: both join.
    Join,
    /// The other side is rung.
    Ring,
    /// This ring is answered.
    Answer(CallId),
}

enum Event {
    Rung(Result<Placed, RequestError>),
    Answered(Result<Placed, RequestError>),
    Stands(Box<Call>),
    Token(Result<TokenResponse, RequestError>),
    Joined(Result<Joined, JoinError>),
    Device(DeviceEvent),
    Known(Known),
}

/// An event of call number `.0`; those of earlier calls are void.
type Numbered = (u64, Event);

pub(super) struct Actor {
    session: Session,
    sources: Sources,
    pictures: Pictures,
    statistics: Arc<Statistics>,
    inbox: mpsc::Receiver<Command>,
    events: (mpsc::UnboundedSender<Numbered>, mpsc::UnboundedReceiver<Numbered>),
    view: watch::Sender<Option<CallView>>,
    /// The machine's time counts from here.
    epoch: Instant,
    machine: Machine,
    number: u64,
    screen: Option<Screen>,
    answer: Option<oneshot::Sender<Result<(), UserError>>>,
    /// Why the last attempt to connect failed.
    failure: Option<UserError>,
    token: Option<TokenResponse>,
    compared: protection::Devices,
    allowance: Arc<Allowance>,
    protection: Option<Protection>,
    ring: Ring,
    devices: Option<Devices>,
    room: Option<Joined>,
    leaving: Leaving,
    room_events: Option<mpsc::UnboundedReceiver<RoomEvent>>,
    receiving: Receiving,
    watchdog: Watchdog,
    last_picture: LastPicture,
    /// The chosen camera, as far as the call knows.
    camera: Option<String>,
    /// While a microphone that is off is listened to.
    listening: Option<Listening>,
    work: JoinSet<()>,
}

impl Actor {
    pub(super) fn new(
        session: Session,
        sources: Sources,
        compared: protection::Devices,
        allowance: Arc<Allowance>,
        inbox: mpsc::Receiver<Command>,
        pictures: Pictures,
        statistics: Arc<Statistics>,
    ) -> (Self, watch::Receiver<Option<CallView>>) {
        let (view, watched) = watch::channel(None);
        let actor = Self {
            session,
            sources,
            pictures,
            statistics,
            inbox,
            events: mpsc::unbounded_channel(),
            view,
            epoch: Instant::now(),
            machine: Machine::default(),
            number: 0,
            screen: None,
            answer: None,
            failure: None,
            token: None,
            compared,
            allowance,
            protection: None,
            ring: Ring::default(),
            devices: None,
            room: None,
            leaving: Leaving::default(),
            room_events: None,
            receiving: Receiving::default(),
            watchdog: Watchdog::default(),
            last_picture: LastPicture::default(),
            camera: None,
            listening: None,
            work: JoinSet::new(),
        };
        (actor, watched)
    }

    pub(super) async fn run(mut self) {
        loop {
            let instant = |at| tokio::time::Instant::from_std(self.epoch + at);
            let deadline = self.machine.deadline().map(instant);
            let agreement = self.agreement_deadline().map(instant);
            let listen = self.listening.as_ref().map(Listening::next).map(instant);
            let shown_until = [self.last_picture.deadline(), self.screen.as_ref().and_then(Screen::deadline)];
            let shown_until = shown_until.into_iter().flatten().min().map(instant);
            tokio::select! {
                command = self.inbox.recv() => match command {
                    Some(Command::Shutdown(done)) => {
                        self.input(Input::HangUp).await;
                        self.publish();
                        tokio::join!(self.ring.settle(), self.leaving.settle());
                        // The receiver may have given up waiting.
                        let _ = done.send(());
                        return;
                    }
                    Some(command) => self.command(command).await,
                    None => {
                        self.input(Input::HangUp).await;
                        self.leaving.settle().await;
                        return;
                    }
                },
                Some((number, event)) = self.events.1.recv() => self.event(number, event).await,
                event = next(self.room_events.as_mut()) => self.room_event(event).await,
                () = sleep_until(deadline) => self.input(Input::Tick).await,
                () = sleep_until(agreement) => self.agreement_due().await,
                () = sleep_until(listen) => self.listen(),
                // What is shown for a while is over: the view that is published below is without it.
                () = sleep_until(shown_until) => {}
                () = chosen(&mut self.sources.chosen) => self.chosen().await,
                () = self.watchdog.due(), if self.room.is_some() => self.watch_picture(),
                Some(_) = self.work.join_next() => {}
            }
            self.settle().await;
            self.attend();
            self.publish();
        }
    }

    async fn command(&mut self, command: Command) {
        match command {
            Command::Start { conversation, wish, by, pressed, answer } => {
                self.start(*conversation, wish, by, pressed, answer).await;
            }
            Command::Told(call) => {
                if self.machine.is_live() && self.ring.is_ours(&call) {
                    self.stands(&call).await;
                }
            }
            Command::LookAgain => self.look_again(),
            Command::Settle(done) => {
                self.ring.settle().await;
                // Whoever waited may be gone.
                let _ = done.send(());
            }
            Command::HangUp => self.input(Input::HangUp).await,
            Command::Dismiss => {
                self.input(Input::Dismiss).await;
                if self.machine.phase() == Phase::Idle {
                    self.screen = None;
                }
            }
            Command::CodeCompared(numbers, answer) => self.code_compared(&numbers, answer),
            Command::SetMicrophone(on) => self.input(Input::SetMicrophone(on)).await,
            Command::SetCamera(on) => {
                if self.screen.as_ref().is_some_and(|screen| screen.call_type == CallType::Video) {
                    self.input(Input::SetCamera(on)).await;
                }
            }
            Command::SetOwnBlur(on) => self.set_own_blur(on),
            Command::Shutdown(_) => {}
        }
    }

    async fn start(
        &mut self,
        conversation: Conversation,
        wish: Wish,
        by: Origin,
        pressed: Instant,
        answer: oneshot::Sender<Result<(), UserError>>,
    ) {
        if self.machine.is_live() {
            drop(answer.send(Err(ErrorCode::CallInProgress.into())));
            return;
        }
        // To the server the last call may still be on.
        self.ring.settle().await;
        self.number += 1;
        self.statistics.start(pressed);
        self.screen = Some(Screen::new(conversation, wish.call_type));
        self.answer = Some(answer);
        self.failure = None;
        self.watchdog = Watchdog::default();
        self.camera = self.sources.camera();
        let report = {
            let (events, number) = (self.events.0.clone(), self.number);
            Arc::new(move |event| drop(events.send((number, Event::Device(event)))))
        };
        self.devices = Some(Devices::open(&self.sources, &self.pictures, report));
        // Before the camera opens: not one frame is seen that is not to be.
        self.set_own_blur(match wish.camera {
            CameraStart::Blurred => true,
            CameraStart::On => false,
            // It may be turned on later.
            CameraStart::Off => self.sources.chosen.borrow().blur_own,
        });
        self.ring.forget();
        self.protect();
        let by = match by {
            Origin::Join => Way::Join,
            Origin::Ring => Way::Ring,
            Origin::Answer(id) => {
                self.answering(id);
                Way::Answer
            }
        };
        let camera = wish.camera != CameraStart::Off && wish.call_type == CallType::Video;
        self.input(Input::Start { by, camera }).await;
    }

    /// An audio call has no picture to blur.
    fn set_own_blur(&mut self, on: bool) {
        let (Some(screen), Some(devices)) = (&mut self.screen, &self.devices) else { return };
        screen.own_blurred = on && screen.call_type == CallType::Video;
        devices.set_blurred(screen.own_blurred);
    }

    async fn event(&mut self, number: u64, event: Event) {
        if number != self.number {
            match event {
                Event::Joined(Ok(joined)) => joined.leave().await,
                Event::Rung(placed) => self.too_late(placed),
                _ => {}
            }
            return;
        }
        match event {
            Event::Rung(placed) if !self.machine.is_live() => self.too_late(placed),
            Event::Rung(placed) => self.rung(placed).await,
            Event::Answered(placed) => self.answered(placed).await,
            Event::Stands(call) => self.stands(&call).await,
            Event::Token(Ok(token)) => {
                self.token = Some(token);
                self.input(Input::TokenReady).await;
            }
            Event::Token(Err(error)) => {
                tracing::info!(%error, "no call token");
                self.failure = Some(joining::token_refusal(&error));
                let failure = match error {
                    RequestError::Offline(_) | RequestError::Status { status: 500.., .. } => StartFailure::Unreachable,
                    _ => StartFailure::Refused,
                };
                self.input(Input::CouldNotStart(failure)).await;
            }
            Event::Joined(Ok(joined)) => self.joined(joined).await,
            Event::Joined(Err(error)) => {
                tracing::info!(%error, "the room cannot be joined");
                self.failure = Some(ErrorCode::from(&error).into());
                let failure = match error {
                    JoinError::Refused => StartFailure::Refused,
                    _ => StartFailure::Unreachable,
                };
                self.input(Input::JoinFailed(failure)).await;
                // It may have been there before, in an encrypted room.
                if self.room.is_none() {
                    self.input(Input::RoomLost(LossCause::Connection)).await;
                }
            }
            Event::Device(event) => self.device(event).await,
            Event::Known(known) => self.known(known).await,
        }
    }

    /// Answers whoever started the call once it is over without having begun.
    async fn settle(&mut self) {
        let Phase::Ended(reason) = self.machine.phase() else { return };
        let failed = reason == EndReason::CouldNotConnect;
        let failure = || ErrorCode::CallServerUnreachable.into();
        if failed && self.answer.is_some() {
            let failure = self.failure.take().unwrap_or_else(failure);
            self.reply(Err(failure));
            // They have the reason; an ended screen would only be in the way.
            self.input(Input::Dismiss).await;
            self.screen = None;
        } else if failed && let Some(screen) = self.screen.as_mut().filter(|screen| screen.problem.is_none()) {
            // It rang, so nobody waits for an answer any more.
            screen.problem = Some(self.failure.take().unwrap_or_else(failure));
        } else {
            self.reply(Ok(()));
        }
    }

    fn reply(&mut self, result: Result<(), UserError>) {
        if let Some(answer) = self.answer.take() {
            drop(answer.send(result));
        }
    }

    async fn input(&mut self, input: Input) {
        let moment = self.moment();
        let before = self.machine.phase();
        let effects = self.machine.handle(input, moment);
        if before != self.machine.phase() {
            tracing::info!(from = ?before, to = ?self.machine.phase(), "call");
        }
        for effect in effects {
            match effect {
                Effect::Ring => self.ring_up(),
                Effect::Answer => self.answer(),
                Effect::CancelRing => self.cancel_ring(),
                Effect::EndCall => self.end_call(),
                Effect::FetchToken => self.fetch_token(),
                Effect::Join => self.join().await,
                Effect::Microphone(on) => self.set_microphone(on),
                Effect::Camera(on) => {
                    if let Some(devices) = &self.devices {
                        devices.set_camera(on);
                    }
                }
                Effect::Release => self.release().await,
            }
        }
    }

    fn moment(&self) -> Moment {
        Moment { now: self.epoch.elapsed(), random: rand::random() }
    }

    async fn release(&mut self) {
        self.token = None;
        self.room_events = None;
        self.receiving = Receiving::default();
        self.last_picture = LastPicture::default();
        if let Some(room) = self.room.take() {
            let agreed = self.protection.as_ref().is_some_and(|protection| protection.index().is_some());
            self.leaving.part(room, if agreed { Manners::Known } else { Manners::Unknown });
        }
        if let Some(devices) = self.devices.take() {
            devices.close().await;
        }
        self.pictures.remote.send_replace(None);
        self.pictures.own.send_replace(None);
        if let Some(screen) = &mut self.screen {
            screen.rest();
        }
        self.work.abort_all();
    }

    fn publish(&mut self) {
        let now = self.epoch.elapsed();
        let (is_live, together) = (self.machine.is_live(), self.machine.phase() == Phase::Active);
        let view = self.screen.as_mut().and_then(|screen| {
            let partner = &screen.conversation.user.id;
            if let Some(room) = &self.room {
                screen.remote = room.remote(partner);
            }
            if is_live {
                let camera = self.room.as_ref().map_or(RemoteCamera::Away, |room| room.camera_of(partner));
                screen.remote.video = self.last_picture.look(camera, together, now);
                if !screen.remote.video && self.pictures.remote.borrow().is_some() {
                    self.pictures.remote.send_replace(None);
                }
            }
            if let Some(protection) = &self.protection {
                screen.protection = protection.view();
            }
            screen.view(&self.machine, now)
        });
        self.view.send_if_modified(|old| {
            let changed = *old != view;
            *old = view;
            changed
        });
    }
}

async fn next(events: Option<&mut mpsc::UnboundedReceiver<RoomEvent>>) -> Option<RoomEvent> {
    match events {
        Some(events) => events.recv().await,
        None => std::future::pending().await,
    }
}

/// Ends when the user chooses something.
async fn chosen(preferences: &mut watch::Receiver<Preferences>) {
    if preferences.changed().await.is_err() {
        // They do not change any more.
        std::future::pending().await
    }
}

async fn sleep_until(deadline: Option<tokio::time::Instant>) {
    match deadline {
        Some(deadline) => {
            tokio::time::sleep_until(deadline.max(tokio::time::Instant::now() + Duration::from_millis(1))).await
        }
        None => std::future::pending().await,
    }
}
