//! A move of one of the two, and what every change of a call brings with it.

use super::{Ending, Move, Reach, Refusal, Ring};
use crate::clock::UnixMs;
use crate::session::Access;
use crate::state::Backend;
use crate::store::{self, StoreError, Tx, events, ringing as rows};
use pizoo_api::calls::CallState;
use pizoo_api::events::Event;

/// Why a call did not change.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TurnError {
    #[error("no such call of this user")]
    NotFound,
    #[error("the call stands elsewhere")]
    Conflict {
        /// One sentence for a person.
        why: &'static str,
        /// As it stands.
        call: Box<Ring>,
    },
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Does it, if it is this user's move and not too late.
pub(crate) async fn act(backend: &Backend, who: &Access, id: &str, step: Move<'_>) -> Result<Ring, TurnError> {
    let user = who.user.id.as_str();
    let known = rows::get(backend.store.read(), id).await?;
    let known = known.filter(|ring| ring.is_seen_by(user)).ok_or(TurnError::NotFound)?;
    let mut tx = backend.store.write().await?;
    rows::lock(&mut tx, &known.caller, &known.callee).await?;
    let ring = rows::get(&mut *tx, id).await?.ok_or(TurnError::NotFound)?;
    let now = backend.now();
    match ring.after(step, user, now) {
        Ok(new) => {
            let mut told = Vec::new();
            change(backend, &mut tx, &mut told, (&ring, &new), now).await?;
            tell(&mut tx, &told, now).await?;
            tx.commit().await?;
            wake(backend, &new);
            Ok(new)
        }
        Err(Refusal::Unseen) => Err(TurnError::NotFound),
        Err(refusal) => {
            // A ring whose time is over ends now, so that the answer tells the end.
            let call = match ring.timed_out(now) {
                Some(new) => {
                    let mut told = Vec::new();
                    change(backend, &mut tx, &mut told, (&ring, &new), now).await?;
                    tell(&mut tx, &told, now).await?;
                    tx.commit().await?;
                    wake(backend, &new);
                    new
                }
                None => ring,
            };
            Err(TurnError::Conflict { why: why(refusal, call.state_for(user)), call: Box::new(call) })
        }
    }
}

fn why(refusal: Refusal, state: CallState) -> &'static str {
    match (refusal, state) {
        (Refusal::NotYours, _) => "That is for the other side to do.",
        (_, CallState::Ringing) => "The call has not been answered yet.",
        (_, CallState::Active) => "The call was answered already.",
        (_, CallState::Ended) => "The call is over.",
    }
}

/// Stores what a call has become and adds to `told` what its people are told. False if it had changed meanwhile. Both of
/// its people are locked.
pub(super) async fn change(
    backend: &Backend,
    tx: &mut Tx,
    told: &mut Vec<(String, Event)>,
    (old, new): (&Ring, &Ring),
    now: UnixMs,
) -> store::Result<bool> {
    if !rows::change(tx, old, new).await? {
        return Ok(false);
    }
    told.extend(new.events_since(old));
    if let Some(line) = new.line()
        && let Some(message) = rows::add_line(tx, &backend.new_id(), new, &line, now).await?
    {
        let readers =
            [&new.caller, &new.callee].into_iter().filter(|user| line.only_for.is_none_or(|one| one == *user));
        told.extend(readers.map(|user| (user.clone(), Event::MessageNew { message: message.clone() })));
    }
    Ok(true)
}

/// Wakes those of the callee's devices that are not connected. After the commit, and only if the callee sees the ring and
/// has not refused it.
pub(super) fn wake(backend: &Backend, ring: &Ring) {
    if ring.reach != Reach::Shown || ring.declined_at.is_some() {
        return;
    }
    match (ring.state, ring.ending) {
        (CallState::Ringing, _) => backend.push.ring(&ring.id, &ring.match_id, &ring.callee, ring.expires_at),
        (CallState::Ended, Some(Ending::Missed | Ending::Cancelled)) => {
            backend.push.missed(&ring.id, &ring.match_id, &ring.callee);
        }
        _ => {}
    }
}

/// The last step of a transaction.
pub(super) async fn tell(tx: &mut Tx, told: &[(String, Event)], now: UnixMs) -> store::Result<()> {
    let told = told.iter().map(|(user, event)| (user.as_str(), event.clone())).collect();
    events::append(tx, told, now).await
}
