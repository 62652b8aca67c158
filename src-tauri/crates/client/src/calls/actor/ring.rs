//! The call as the server knows it: ringing, answering, and telling of the end.

use super::{Actor, Event};
use crate::error::RequestError;
use crate::session::Session;
use crate::view::{ErrorCode, UserError};
use pizoo_api::CallId;
use pizoo_api::calls::{Call, CallOutcome, CallResponse, CallState, RingRequest};
use pizoo_api::texts;
use pizoo_call::{Input, Phase, RingOutcome, StartFailure};
use reqwest::Method;
use std::collections::VecDeque;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// Words of calls that came before it was known which one is ours.
const EARLY: usize = 8;
/// Calls that are over here, of which the server may not know yet.
const GIVEN_UP: usize = 8;
/// Telling the server of the end holds the app's own end back this long at most.
const FAREWELL: Duration = Duration::from_secs(1);

/// The server's side of the call.
#[derive(Default)]
pub(super) struct Ring {
    id: Option<CallId>,
    early: VecDeque<Call>,
    given_up: VecDeque<CallId>,
    /// It was answered here. Whoever declined a ring and rings back answers it, and the word of the first comes late at times.
    answered: bool,
    /// What has to reach the server also after the call.
    farewells: JoinSet<()>,
}

/// What the server answered to a ring or its answer: 200 or 409, each with the call as it stands.
pub(super) enum Placed {
    /// As asked.
    Done(Box<Call>),
    /// Not any more, or not now.
    Conflict(Box<Call>),
}

impl Ring {
    pub(super) fn forget(&mut self) {
        self.id = None;
        self.answered = false;
        self.early.clear();
    }

    /// Words of calls come before the answer that says which call is ours.
    pub(super) fn is_ours(&mut self, call: &Call) -> bool {
        if self.id.as_ref() == Some(&call.id) {
            return true;
        }
        if self.id.is_none() {
            self.early.truncate(EARLY - 1);
            self.early.push_front(call.clone());
        }
        false
    }

    /// Now it is known; the newest word of it, if one came early.
    fn known(&mut self, id: &CallId) -> Option<Call> {
        self.id = Some(id.clone());
        let early = self.early.iter().find(|call| call.id == *id).cloned();
        self.early.clear();
        early
    }

    /// Whether that call is over here, asked once: the server says that it is still on.
    fn was_given_up(&mut self, id: &CallId) -> bool {
        let found = self.given_up.iter().position(|known| known == id);
        found.and_then(|at| self.given_up.remove(at)).is_some()
    }

    fn say(&mut self, session: &Session, id: CallId, word: &'static str) {
        self.given_up.truncate(GIVEN_UP - 1);
        self.given_up.push_front(id.clone());
        let session = session.clone();
        self.farewells.spawn(async move { tell(&session, &id, word).await });
        // Those that are done make room.
        while self.farewells.try_join_next().is_some() {}
    }

    /// Waits a moment for what still has to reach the server.
    pub(super) async fn settle(&mut self) {
        let all = async { while self.farewells.join_next().await.is_some() {} };
        if tokio::time::timeout(FAREWELL, all).await.is_err() {
            tracing::info!("the server was not told of the call's end");
        }
    }
}

async fn tell(session: &Session, id: &CallId, word: &str) {
    let path = ["api", "calls", id.as_str(), word];
    match session.authorized::<CallResponse>(|http| http.request(Method::POST, &path)).await {
        // The other side was faster, or the call is of a match that is gone.
        Ok(_) | Err(RequestError::Status { status: 404 | 409, .. }) => {}
        Err(error) => tracing::info!(%error, word, "the server was not told"),
    }
}

impl Actor {
    pub(super) fn ring_up(&mut self) {
        self.ring_up_after(None);
    }

    /// Rings once the server knows that another call is over.
    fn ring_up_after(&mut self, over: Option<Call>) {
        let Some(screen) = &self.screen else { return };
        let body = RingRequest { match_id: screen.conversation.match_id.clone(), call_type: screen.call_type };
        let (session, events, number) = (self.session.clone(), self.events.0.clone(), self.number);
        // Not of the call's own work: a ring that is hung up on is still placed, and has to be cancelled.
        self.ring.farewells.spawn(async move {
            if let Some(call) = over {
                tell(&session, &call.id, last_word(call.state)).await;
            }
            let placed = placed(
                session
                    .exchange::<CallResponse>(|http| http.request(Method::POST, &["api", "calls"]).json(&body))
                    .await,
            );
            if let Err(lost) = events.send((number, Event::Rung(placed)))
                && let (_, Event::Rung(Ok(Placed::Done(call)))) = lost.0
            {
                tell(&session, &call.id, "cancel").await;
            }
        });
    }

    pub(super) fn answer(&mut self) {
        let Some(id) = self.ring.id.clone() else { return };
        let (session, events, number) = (self.session.clone(), self.events.0.clone(), self.number);
        self.work.spawn(async move {
            let path = ["api", "calls", id.as_str(), "accept"];
            let answer = session.exchange::<CallResponse>(|http| http.request(Method::POST, &path)).await;
            drop(events.send((number, Event::Answered(placed(answer)))));
        });
    }

    /// What the server said to the ring.
    pub(super) async fn rung(&mut self, placed: Result<Placed, RequestError>) {
        let mine = |call: &Call, actor: &Self| {
            actor.screen.as_ref().is_some_and(|screen| screen.conversation.match_id == call.match_id)
        };
        match placed {
            Ok(Placed::Done(call)) => self.rings(*call).await,
            // The word that it is over is slower than this ring was.
            Ok(Placed::Conflict(call)) if self.ring.was_given_up(&call.id) => self.ring_up_after(Some(*call)),
            // Left over from a program that was killed, or from another device: it goes on here.
            Ok(Placed::Conflict(call)) if mine(&call, self) && call.state == CallState::Ringing => {
                self.rings(*call).await;
            }
            Ok(Placed::Conflict(call)) if mine(&call, self) && call.state == CallState::Active => {
                self.ring.known(&call.id);
                self.reply(Ok(()));
                self.input(Input::Answered).await;
            }
            Ok(Placed::Conflict(_)) => self.refused(ErrorCode::CallInProgress.into(), StartFailure::Refused).await,
            Err(error) => {
                tracing::info!(%error, "it does not ring");
                let told = UserError::from(&error);
                let (code, failure) = match &error {
                    RequestError::Status { status: 403, detail, .. } if detail == texts::NOT_VERIFIED => {
                        (ErrorCode::NotVerified, StartFailure::Refused)
                    }
                    RequestError::Status { status: 403, .. } => (ErrorCode::CallingNotAllowed, StartFailure::Refused),
                    RequestError::Offline(_) | RequestError::Status { status: 500.., .. } => {
                        (told.code, StartFailure::Unreachable)
                    }
                    _ => (told.code, StartFailure::Refused),
                };
                self.refused(UserError { code, ..told }, failure).await;
            }
        }
    }

    async fn rings(&mut self, call: Call) {
        let early = self.ring.known(&call.id);
        self.reply(Ok(()));
        self.input(Input::Rings).await;
        self.stands(&call).await;
        if let Some(call) = early {
            self.stands(&call).await;
        }
    }

    /// What the server said to the answer.
    pub(super) async fn answered(&mut self, placed: Result<Placed, RequestError>) {
        match placed {
            Ok(Placed::Done(call) | Placed::Conflict(call)) => self.stands(&call).await,
            Err(RequestError::Status { status: 404, .. }) => self.input(Input::RingOver(RingOutcome::Cancelled)).await,
            Err(error) => {
                tracing::info!(%error, "the answer was not taken");
                self.refused(UserError::from(&error), StartFailure::Refused).await;
            }
        }
    }

    /// The newest that is known of the call.
    pub(super) async fn stands(&mut self, call: &Call) {
        let me = self.session.user().map(|user| user.id);
        let called = me.as_ref() == Some(&call.callee_id);
        let input = match (call.state, call.outcome) {
            (CallState::Ringing, _) => return,
            (CallState::Active, _) if called && !call.accepted_here => Input::RingOver(RingOutcome::Elsewhere),
            (CallState::Active, _) => {
                self.ring.answered = true;
                if matches!(self.machine.phase(), Phase::Calling | Phase::Ringing) {
                    // What the user waits for from here on is the connection.
                    self.statistics.start(Instant::now());
                }
                Input::Answered
            }
            (CallState::Ended, Some(CallOutcome::Completed)) => Input::RingOver(RingOutcome::HungUp),
            (CallState::Ended, Some(CallOutcome::Declined)) if self.ring.answered => return,
            (CallState::Ended, _) if called => Input::RingOver(RingOutcome::Cancelled),
            (CallState::Ended, _) => Input::RingOver(RingOutcome::Unavailable),
        };
        // In the room, the room says who is there; only the end still counts.
        if input == Input::RingOver(RingOutcome::Elsewhere) && self.machine.phase() != Phase::Connecting {
            return;
        }
        self.input(input).await;
    }

    /// Asks how the call stands, after a time in which nothing was heard.
    pub(super) fn look_again(&mut self) {
        let Some(id) = self.ring.id.clone().filter(|_| self.machine.is_live()) else { return };
        let (session, events, number) = (self.session.clone(), self.events.0.clone(), self.number);
        self.work.spawn(async move {
            let path = ["api", "calls", id.as_str()];
            match session.authorized::<CallResponse>(|http| http.request(Method::GET, &path)).await {
                Ok(answer) => drop(events.send((number, Event::Stands(Box::new(answer.call))))),
                Err(error) => tracing::debug!(%error, "it is not known how the call stands"),
            }
        });
    }

    /// A ring that was placed after its call was over here. The call that followed may have taken it over.
    pub(super) fn too_late(&mut self, placed: Result<Placed, RequestError>) {
        let Ok(Placed::Done(call)) = placed else { return };
        let Call { id, state, .. } = *call;
        if !self.machine.is_live() || self.ring.id.as_ref() != Some(&id) {
            self.ring.say(&self.session, id, last_word(state));
        }
    }

    pub(super) fn cancel_ring(&mut self) {
        if let Some(id) = self.ring.id.clone() {
            self.ring.say(&self.session, id, "cancel");
        }
    }

    pub(super) fn end_call(&mut self) {
        if let Some(id) = self.ring.id.clone() {
            self.ring.say(&self.session, id, "end");
        }
    }

    pub(super) fn answering(&mut self, id: CallId) {
        self.ring.id = Some(id);
    }

    async fn refused(&mut self, told: UserError, failure: StartFailure) {
        self.failure = Some(told);
        self.input(Input::CouldNotStart(failure)).await;
    }
}

/// What ends a call in that state.
fn last_word(state: CallState) -> &'static str {
    if state == CallState::Active { "end" } else { "cancel" }
}

fn placed(answer: Result<(u16, CallResponse), RequestError>) -> Result<Placed, RequestError> {
    let (status, CallResponse { call, .. }) = answer?;
    Ok(if status == 409 { Placed::Conflict(Box::new(call)) } else { Placed::Done(Box::new(call)) })
}
