//! Development data: the people and matches that the specification's steps and the demo use. Adding it twice adds it once.

use crate::clock::{Clock, UnixMs};
use crate::random::{self, Random};
use crate::store::accounts::{self, Method, NewUser};
use crate::store::blocks;
use crate::store::calling;
use crate::store::matches::{self, Match};
use crate::store::messages::{self, New};
use crate::store::{Store, StoreError, Tx};

struct Person {
    id: &'static str,
    email: &'static str,
    name: &'static str,
    verified: bool,
}

const ONE: Person = Person {
    id: "2eb40ac4-b71e-4d51-baef-c0bb1355b3bf",
    email: "user1@livekit-test.com",
    name: "User One",
    verified: true,
};
const TWO: Person = Person {
    id: "ea53be2b-a927-496a-bc4f-374f760712c5",
    email: "user2@livekit-test.com",
    name: "User Two",
    verified: true,
};
/// Not verified until they use a link: the gate before calls.
const NEWCOMER: Person = Person {
    id: "7c0f7a52-3f0e-4a0b-8d4f-51a1c1f0a003",
    email: "newcomer@livekit-test.com",
    name: "Newcomer",
    verified: false,
};
/// The specification's curl lines sign these two up and use `test-room` before the second one exists.
const CURL_ONE: Person =
    Person { id: "5a7c2e10-64b1-4f7e-9d0a-0e6f3a2b1001", email: "user1@test.com", name: "User One", verified: false };
const CURL_TWO: Person =
    Person { id: "5a7c2e10-64b1-4f7e-9d0a-0e6f3a2b1002", email: "user2@test.com", name: "User Two", verified: false };

const MATCHES: [(&str, &Person, &Person); 3] =
    [("test-room-newcomer", &ONE, &NEWCOMER), ("test-room-123", &ONE, &TWO), ("test-room", &CURL_ONE, &CURL_TWO)];
/// The chat of `test-room-123`.
const CHAT: [(&Person, &str); 2] =
    [(&TWO, "Hi! Nice to match with you."), (&ONE, "Hi! Shall we have a call? Just press the camera.")];

/// Adds what is missing.
///
/// # Errors
/// The database failed.
pub async fn seed(store: &Store, clock: &dyn Clock, random: &dyn Random) -> Result<(), StoreError> {
    let now = clock.now();
    let mut tx = store.write().await?;
    for person in [&ONE, &TWO, &NEWCOMER, &CURL_ONE, &CURL_TWO] {
        let Person { id, email, name, verified } = *person;
        let method = verified.then_some(Method::EmailLink);
        let (profile_id, email) = (&random::id(random), Some(email));
        accounts::add(&mut tx, &NewUser { id, profile_id, email, phone: None, name, method, now }).await?;
    }
    for (step, (id, a, b)) in (0..).zip(MATCHES) {
        let (Some(a), Some(b)) =
            (accounts::by_email(&mut *tx, a.email).await?, accounts::by_email(&mut *tx, b.email).await?)
        else {
            continue;
        };
        if blocks::any_between(&mut *tx, (&a.id, &b.id)).await? {
            continue;
        }
        // A millisecond apart, so that lists have an order.
        let found = matches::add(&mut tx, id, (&a.id, &b.id), UnixMs(now.0 + step)).await?;
        if id == "test-room-123"
            && let Some(found) = found
        {
            chat(&mut tx, &found, now, random).await?;
            // The two of the demo have agreed to calls; everybody else is asked.
            for user in [&a.id, &b.id] {
                calling::set(&mut tx, id, user, true, now).await?;
            }
        }
    }
    tx.commit().await?;
    Ok(())
}

async fn chat(tx: &mut Tx, found: &Match, now: UnixMs, random: &dyn Random) -> Result<(), StoreError> {
    for (step, (sender, content)) in (1..).zip(CHAT) {
        let id = random::id(random);
        let key = format!("seed-{step}");
        let new = New { id: &id, sender: sender.id, content, key: &key, now: UnixMs(now.0 + 10 * step) };
        messages::add(tx, found, &new).await?;
    }
    Ok(())
}

/// Why two people were not matched.
#[derive(Debug, thiserror::Error)]
pub enum MatchError {
    /// One has no account.
    #[error("nobody has signed up as {0}")]
    NoAccount(String),
    /// Both are the same person.
    #[error("a match has two people")]
    Same,
    /// Another pair has it.
    #[error("the id {0} is taken by another match")]
    IdTaken(String),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Matches two accounts by their addresses. The answer is the match's id: the old one if they were matched before.
///
/// # Errors
/// See [`MatchError`].
pub async fn pair(
    store: &Store,
    clock: &dyn Clock,
    random: &dyn Random,
    emails: (&str, &str),
    id: Option<&str>,
) -> Result<String, MatchError> {
    let mut tx = store.write().await?;
    let mut ids = Vec::new();
    for email in [emails.0, emails.1] {
        let address = crate::input::email(email).unwrap_or_default();
        let found = accounts::by_email(&mut *tx, &address).await?;
        ids.push(found.ok_or_else(|| MatchError::NoAccount(email.to_owned()))?.id);
    }
    if ids[0] == ids[1] {
        return Err(MatchError::Same);
    }
    let id = id.map_or_else(|| random::id(random), str::to_owned);
    let found = matches::add(&mut tx, &id, (&ids[0], &ids[1]), clock.now()).await?;
    tx.commit().await?;
    found.map(|found| found.id).ok_or(MatchError::IdTaken(id))
}
