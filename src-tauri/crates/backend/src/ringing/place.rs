//! `POST /api/calls`: a new ring, or the answer to the other side's.

use super::turn::{change, tell, wake};
use super::{Move, RING, Reach, Ring};
use crate::session::Access;
use crate::state::Backend;
use crate::store::{self, StoreError, calling, ringing as rows};
use pizoo_api::calls::{CallState, RingRequest};

/// Why it does not ring.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PlaceError {
    #[error("the account is not verified")]
    NotVerified,
    #[error("no such match of this user")]
    NoMatch,
    #[error("the caller has not agreed to calls in this match")]
    NotAllowed,
    #[error("the caller is in a call")]
    Taken(Box<Ring>),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Rings the other side of a match. If they ring this user already, the two meet in that call.
pub(crate) async fn place(backend: &Backend, who: &Access, request: &RingRequest) -> Result<Ring, PlaceError> {
    if !who.user.is_verified() {
        return Err(PlaceError::NotVerified);
    }
    let (me, match_id) = (who.user.id.as_str(), request.match_id.as_str());
    let terms = calling::terms(backend.store.read(), match_id, me).await?.ok_or(PlaceError::NoMatch)?;
    let mut tx = backend.store.write().await?;
    rows::lock(&mut tx, me, &terms.partner).await?;
    // Read again: a block takes the same locks to end the calls of a match.
    let terms = calling::terms(&mut *tx, match_id, me).await?.ok_or(PlaceError::NoMatch)?;
    if !terms.mine {
        return Err(PlaceError::NotAllowed);
    }
    let now = backend.now();
    let mut told = Vec::new();
    let (mut open, mut over) = (Vec::new(), Vec::new());
    for ring in rows::open_of(&mut tx, me, &terms.partner).await? {
        // Someone else's people are not locked: their call is the sweep's.
        let ours = [me, &terms.partner].contains(&&*ring.caller) && [me, &terms.partner].contains(&&*ring.callee);
        match ring.timed_out(now) {
            Some(ended) if ours => {
                change(backend, &mut tx, &mut told, (&ring, &ended), now).await?;
                over.push(ended);
            }
            Some(_) => {}
            None => open.push(ring),
        }
    }
    let theirs = |ring: &&Ring| ring.state == CallState::Ringing && ring.match_id == match_id && ring.callee == me;
    let meets = open.iter().find(theirs);
    if let Some(taken) = open.iter().find(|ring| ring.occupies(me) && meets.is_none_or(|other| other.id != ring.id)) {
        let taken = Box::new(taken.clone());
        return Err(PlaceError::Taken(taken));
    }
    let ring = match meets {
        Some(ring) => match ring.after(Move::Meet(&who.session), me, now) {
            Ok(met) => {
                change(backend, &mut tx, &mut told, (ring, &met), now).await?;
                met
            }
            Err(_) => return Err(PlaceError::Taken(Box::new(ring.clone()))),
        },
        None => {
            let reach = match terms.theirs {
                false => Reach::Hidden,
                true if open.iter().any(|ring| ring.occupies(&terms.partner)) => Reach::Busy,
                true => Reach::Shown,
            };
            let ring = Ring {
                id: backend.new_id(),
                match_id: match_id.to_owned(),
                caller: me.to_owned(),
                callee: terms.partner,
                call_type: request.call_type,
                state: CallState::Ringing,
                reach,
                ending: None,
                created_at: now,
                expires_at: now + RING,
                declined_at: None,
                accepted_at: None,
                accepted_by: None,
                ended_at: None,
            };
            rows::add(&mut tx, &ring).await?;
            told.extend(ring.events());
            ring
        }
    };
    tell(&mut tx, &told, now).await?;
    tx.commit().await?;
    over.iter().chain([&ring]).for_each(|ring| wake(backend, ring));
    Ok(ring)
}

/// Agrees or does not agree to be called in a match; the user's own devices are told.
pub(crate) async fn allow(backend: &Backend, me: &str, match_id: &str, allowed: bool) -> Result<(), PlaceError> {
    let mut tx = backend.store.write().await?;
    store::lock(&mut tx, &format!("busy/{me}")).await?;
    calling::terms(&mut *tx, match_id, me).await?.ok_or(PlaceError::NoMatch)?;
    let now = backend.now();
    if calling::set(&mut tx, match_id, me, allowed, now).await? {
        let event = pizoo_api::events::Event::MatchCalling { match_id: match_id.into(), allowed };
        tell(&mut tx, &[(me.to_owned(), event)], now).await?;
    }
    tx.commit().await?;
    Ok(())
}
