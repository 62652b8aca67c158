//! How two people meet and part: swipe, match, unmatch, block, report.
//!
//! Each is one transaction that runs alone among those about the same two people, and tells both in it.

use crate::clock::UnixMs;
use crate::state::Backend;
use crate::store::blocks;
use crate::store::matches::{self, Match};
use crate::store::people;
use crate::store::{StoreError, Tx, events, messages, reports, ringing};
use pizoo_api::MatchId;
use pizoo_api::chat::Message;
use pizoo_api::events::Event;
use pizoo_api::people::SwipeAction;
use std::time::Duration;

/// Why two people neither met nor parted.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PeopleError {
    /// There is nobody of that id, or one of the two has blocked the other: the same to whoever asks.
    #[error("there is no such person")]
    NoUser,
    #[error("there is no such match")]
    NoMatch,
    #[error("the person is not blocked")]
    NotBlocked,
    #[error("it is the user's own account")]
    Oneself,
    #[error(transparent)]
    Store(StoreError),
}

/// An account can go while a transaction is about it.
impl From<StoreError> for PeopleError {
    fn from(error: StoreError) -> Self {
        if error.is_of_something_gone() { Self::NoUser } else { Self::Store(error) }
    }
}

type Result<T> = std::result::Result<T, PeopleError>;

/// Messages that a report keeps.
const EVIDENCE: i64 = 20;
/// Somebody who reports the same person again this soon is repeating themselves.
const REPEATED: Duration = Duration::from_secs(60);

async fn known(backend: &Backend, user: &str, other: &str) -> Result<()> {
    if user == other {
        return Err(PeopleError::Oneself);
    }
    if people::exists(backend.store.read(), other).await? { Ok(()) } else { Err(PeopleError::NoUser) }
}

/// Keeps a yes or no. The match, if the two have one now and it was a yes.
pub(crate) async fn swipe(backend: &Backend, user: &str, target: &str, action: SwipeAction) -> Result<Option<MatchId>> {
    known(backend, user, target).await?;
    let (pair, now) = ((user, target), backend.now());
    let mut tx = backend.store.write().await?;
    matches::lock_pair(&mut tx, pair).await?;
    if blocks::any_between(&mut *tx, pair).await? {
        return Err(PeopleError::NoUser);
    }
    let yes = action == SwipeAction::Like;
    if let Some(found) = matches::of_pair(&mut *tx, pair).await? {
        return Ok(yes.then(|| found.id.into()));
    }
    people::swipe(&mut tx, pair, action, now).await?;
    let mut made = None;
    if yes && people::likes(&mut *tx, target, user).await? {
        made = matches::add(&mut tx, &backend.new_id(), pair, now).await?;
    }
    if let Some(made) = &made {
        tell_match(&mut tx, made, now).await?;
    }
    tx.commit().await?;
    Ok(made.map(|made| made.id.into()))
}

/// Each side is told who the other is.
async fn tell_match(tx: &mut Tx, made: &Match, now: UnixMs) -> Result<()> {
    let (one, two) = made.pair();
    let mut told = Vec::new();
    for (user, partner) in [(one, two), (two, one)] {
        let partner = people::partner(&mut **tx, partner, now).await?.ok_or(PeopleError::NoUser)?;
        told.push((user, Event::MatchNew { match_id: made.id.as_str().into(), user: partner.into() }));
    }
    Ok(events::append(tx, told, now).await?)
}

/// Ends a match: its calls, then itself. What both are to be told comes back, for [`events::append`]; who ended it is not
/// told. The locks of [`matches::lock_parting`] are held.
pub(crate) async fn part(tx: &mut Tx, gone: &Match, now: UnixMs) -> Result<Vec<(String, Event)>> {
    let mut told = ringing::end_calls_of_match(tx, &gone.id, now).await?;
    matches::remove(tx, gone).await?;
    let (one, two) = gone.pair();
    let removed = Event::MatchRemoved { match_id: gone.id.as_str().into() };
    told.extend([one, two].map(|user| (user.to_owned(), removed.clone())));
    Ok(told)
}

async fn tell(tx: &mut Tx, told: &[(String, Event)], now: UnixMs) -> Result<()> {
    let told = told.iter().map(|(user, event)| (user.as_str(), event.clone())).collect();
    Ok(events::append(tx, told, now).await?)
}

/// Ends one of the user's matches.
pub(crate) async fn unmatch(backend: &Backend, user: &str, match_id: &str) -> Result<()> {
    let found = matches::of_user(backend.store.read(), match_id, user).await?.ok_or(PeopleError::NoMatch)?;
    let mut tx = backend.store.write().await?;
    matches::lock_parting(&mut tx, found.pair()).await?;
    let found = matches::of_user(&mut *tx, match_id, user).await?.ok_or(PeopleError::NoMatch)?;
    let now = backend.now();
    let told = part(&mut tx, &found, now).await?;
    tell(&mut tx, &told, now).await?;
    tx.commit().await?;
    backend.close_room(&found.id);
    Ok(())
}

/// Blocks somebody: what the two had is over, and neither meets the other again.
pub(crate) async fn block(backend: &Backend, user: &str, blocked: &str) -> Result<()> {
    known(backend, user, blocked).await?;
    let (pair, now) = ((user, blocked), backend.now());
    let mut tx = backend.store.write().await?;
    matches::lock_parting(&mut tx, pair).await?;
    blocks::add(&mut tx, user, blocked, now).await?;
    let found = matches::of_pair(&mut *tx, pair).await?;
    match &found {
        Some(found) => {
            let told = part(&mut tx, found, now).await?;
            tell(&mut tx, &told, now).await?;
        }
        None => people::forget_swipes(&mut tx, pair).await?,
    }
    tx.commit().await?;
    if let Some(found) = found {
        backend.close_room(&found.id);
    }
    Ok(())
}

/// Takes a block back. What the two had stays gone.
pub(crate) async fn unblock(backend: &Backend, user: &str, blocked: &str) -> Result<()> {
    let mut tx = backend.store.write().await?;
    matches::lock_pair(&mut tx, (user, blocked)).await?;
    if !blocks::remove(&mut tx, user, blocked).await? {
        return Err(PeopleError::NotBlocked);
    }
    Ok(tx.commit().await?)
}

/// Reports somebody, with the newest messages between the two. A repetition within a minute is not kept.
pub(crate) async fn report(
    backend: &Backend,
    user: &str,
    reported: &str,
    (reason, details): (&str, &str),
) -> Result<()> {
    known(backend, user, reported).await?;
    let (pair, now) = ((user, reported), backend.now());
    let mut tx = backend.store.write().await?;
    matches::lock_pair(&mut tx, pair).await?;
    if reports::any_since(&mut *tx, pair, now - REPEATED).await? {
        return Ok(());
    }
    let mut said: Vec<Message> = Vec::new();
    if let Some(found) = matches::of_pair(&mut *tx, pair).await? {
        let page = messages::page(&mut *tx, (&found.id, user), None, EVIDENCE).await?;
        said.extend(page.into_iter().map(Message::from));
    }
    let evidence = serde_json::to_string(&said).map_err(|error| StoreError::from(sqlx::Error::Encode(error.into())))?;
    let id = backend.new_id();
    let new = reports::New { id: &id, reporter: user, reported, reason, details, evidence: &evidence, now };
    reports::add(&mut tx, &new).await?;
    Ok(tx.commit().await?)
}
