//! What a pair does under load, what it was told, and whether that holds.

use crate::person::{Answer, Person};
use anyhow::{Context, Result, bail, ensure};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use stop::Stop;
use tokio::task::JoinHandle;

/// More than a round can send.
const MESSAGES: usize = 400;
/// Within the hour's limit, with room to count what is left.
const TOKENS: usize = 20;
/// Tokens an hour.
const LIMIT: usize = 30;

/// A flag that ends the load.
mod stop {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    #[derive(Clone, Default)]
    pub(super) struct Stop(Arc<AtomicBool>);

    impl Stop {
        pub(super) fn now(&self) {
            self.0.store(true, Ordering::Relaxed);
        }
        pub(super) fn is_now(&self) -> bool {
            self.0.load(Ordering::Relaxed)
        }
    }
}

/// The pair of one round.
pub(crate) struct Deeds {
    pair: Arc<[Person; 2]>,
}

/// A running load.
pub(crate) struct Load {
    stop: Stop,
    task: JoinHandle<Result<Known>>,
}

/// What the pair knows when the backend is gone.
#[derive(Default)]
pub(crate) struct Known {
    /// The match, if both likes were acknowledged.
    matched: Option<String>,
    /// Message keys, with the id if it was acknowledged.
    messages: Vec<(String, Option<String>)>,
    /// Tokens of the first person: acknowledged, and asked for without an answer.
    tokens: (usize, usize),
    /// Calls: id and the last state that was acknowledged.
    calls: HashMap<String, &'static str>,
}

/// Sums over the rounds.
#[derive(Default)]
pub(crate) struct Totals {
    matches: usize,
    messages: usize,
    retried: usize,
    tokens: usize,
    transitions: usize,
}

impl Totals {
    pub(crate) fn add(&mut self, other: Self) {
        self.matches += other.matches;
        self.messages += other.messages;
        self.retried += other.retried;
        self.tokens += other.tokens;
        self.transitions += other.transitions;
    }

    pub(crate) fn acknowledged(&self) -> usize {
        self.matches + self.messages + self.tokens
    }
}

impl fmt::Display for Totals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { matches, messages, retried, tokens, transitions } = self;
        write!(
            f,
            "{matches} matches, {messages} messages ({retried} sent again), {tokens} tokens, \
             {transitions} call transitions acknowledged"
        )
    }
}

impl Deeds {
    pub(crate) fn of(pair: [Person; 2]) -> Self {
        Self { pair: Arc::new(pair) }
    }

    /// Both at once: they like each other, then write, ask for tokens and ring, until the backend is gone.
    pub(crate) fn start(&self) -> Load {
        let stop = Stop::default();
        let task = tokio::spawn(live(self.pair.clone(), stop.clone()));
        Load { stop, task }
    }

    /// Compares what is there with what is known.
    pub(crate) async fn check(&self, known: Known) -> Result<Totals> {
        let [one, two] = &*self.pair;
        let mut totals = Totals::default();
        let matches = one.get("/api/matches").await?;
        let matches = matches["matches"].as_array().context("no list of matches")?;
        ensure!(matches.len() <= 1, "the pair is matched {} times", matches.len());
        let Some(id) = known.matched else { return Ok(totals) };
        ensure!(matches.iter().any(|entry| entry["match_id"] == *id), "an acknowledged match is gone");
        totals.matches += 1;
        for (key, acknowledged) in &known.messages {
            if acknowledged.is_none() {
                let sent = say(one, &id, key).await;
                ensure!(matches!(sent, Some((StatusCode::OK, _))), "a retry is refused: {sent:?}");
                totals.retried += 1;
            }
        }
        let stored = one.get(&format!("/api/conversations/{id}/messages")).await?;
        let stored = stored["messages"].as_array().context("no list of messages")?;
        for (key, acknowledged) in &known.messages {
            let found: Vec<&Value> = stored.iter().filter(|message| message["content"] == **key).collect();
            ensure!(found.len() == 1, "a message is there {} times", found.len());
            if let Some(id) = acknowledged {
                ensure!(found[0]["id"] == **id, "an acknowledged message has another id");
                totals.messages += 1;
            }
        }
        totals.tokens += self.count_tokens(&id, known.tokens).await?;
        for (call, state) in &known.calls {
            let mine = one.get(&format!("/api/calls/{call}")).await?;
            let theirs = two.get(&format!("/api/calls/{call}")).await?;
            let now = mine["call"]["state"].as_str().context("a call without a state")?;
            ensure!(now == theirs["call"]["state"], "the two sides see different states");
            let rank = |state: &str| ["ringing", "active", "ended"].iter().position(|name| *name == state);
            ensure!(rank(now) >= rank(state), "an acknowledged call went back from {state} to {now}");
            totals.transitions += rank(state).unwrap_or(0) + 1;
        }
        Ok(totals)
    }

    /// Asks until the limit says no: what is left tells what was counted.
    async fn count_tokens(&self, id: &str, (acknowledged, unanswered): (usize, usize)) -> Result<usize> {
        let mut left = 0;
        loop {
            match token(&self.pair[0], id).await {
                Some((StatusCode::OK, _)) => left += 1,
                Some((StatusCode::TOO_MANY_REQUESTS, _)) => break,
                other => bail!("a token is refused: {other:?}"),
            }
            ensure!(left <= LIMIT, "there is no limit");
        }
        let counted = LIMIT - left;
        ensure!(
            (acknowledged..=acknowledged + unanswered).contains(&counted),
            "{counted} tokens were counted, {acknowledged} acknowledged, {unanswered} unanswered"
        );
        Ok(acknowledged)
    }
}

impl Load {
    pub(crate) async fn end(self) -> Result<Known> {
        self.stop.now();
        self.task.await?
    }
}

async fn live(pair: Arc<[Person; 2]>, stop: Stop) -> Result<Known> {
    let mut known = Known { matched: meet(&pair).await?, ..Known::default() };
    let Some(id) = known.matched.clone() else { return Ok(known) };
    (known.messages, known.tokens, known.calls) =
        tokio::try_join!(write(&pair[0], &id, &stop), spend(&pair[0], &id, &stop), ring(&pair, &id, &stop))?;
    Ok(known)
}

/// `None` if the backend was gone before both were told.
async fn meet(pair: &[Person; 2]) -> Result<Option<String>> {
    let like = async |from: &Person, to: &Person| {
        from.ask(Method::POST, "/api/swipe", Some(&json!({"swiped_user_id": to.id, "action": "like"}))).await
    };
    let (first, second) = tokio::join!(like(&pair[0], &pair[1]), like(&pair[1], &pair[0]));
    let (Some(first), Some(second)) = (first, second) else { return Ok(None) };
    for (status, body) in [&first, &second] {
        ensure!(*status == StatusCode::OK, "a like is refused: {status} {body}");
    }
    ensure!(first.1["is_match"] == true || second.1["is_match"] == true, "two likes made no match");
    let Some((_, matches)) = pair[0].ask(Method::GET, "/api/matches", None).await else { return Ok(None) };
    Ok(matches["matches"][0]["match_id"].as_str().map(str::to_owned))
}

async fn say(person: &Person, id: &str, key: &str) -> Answer {
    let body = json!({"content": key, "idempotency_key": key});
    person.ask(Method::POST, &format!("/api/conversations/{id}/messages"), Some(&body)).await
}

async fn token(person: &Person, id: &str) -> Answer {
    person.ask(Method::POST, "/api/livekit/token", Some(&json!({"match_id": id, "call_type": "audio"}))).await
}

async fn write(person: &Person, id: &str, stop: &Stop) -> Result<Vec<(String, Option<String>)>> {
    let mut sent = Vec::new();
    for n in 0..MESSAGES {
        if stop.is_now() {
            break;
        }
        let key = format!("message {n}");
        match say(person, id, &key).await {
            Some((StatusCode::OK, body)) => sent.push((key, body["data"]["id"].as_str().map(str::to_owned))),
            Some((status, body)) => bail!("a message is refused: {status} {body}"),
            None => sent.push((key, None)),
        }
    }
    Ok(sent)
}

async fn spend(person: &Person, id: &str, stop: &Stop) -> Result<(usize, usize)> {
    let (mut acknowledged, mut unanswered) = (0, 0);
    while acknowledged + unanswered < TOKENS && !stop.is_now() {
        match token(person, id).await {
            Some((StatusCode::OK, _)) => acknowledged += 1,
            Some((status, body)) => bail!("a token is refused: {status} {body}"),
            None => unanswered += 1,
        }
    }
    Ok((acknowledged, unanswered))
}

/// Rings, accepts and hangs up, again and again.
async fn ring(pair: &[Person; 2], id: &str, stop: &Stop) -> Result<HashMap<String, &'static str>> {
    let mut calls = HashMap::new();
    for person in pair {
        let (path, body) = (format!("/api/matches/{id}/calling"), json!({"allowed": true}));
        if person.ask(Method::PUT, &path, Some(&body)).await.is_none() {
            return Ok(calls);
        }
    }
    while !stop.is_now() {
        let body = json!({"match_id": id, "call_type": "video"});
        let call = match pair[0].ask(Method::POST, "/api/calls", Some(&body)).await {
            Some((status, body)) if status.is_success() => body["call"]["id"].as_str().map(str::to_owned),
            Some((status, body)) => bail!("a ring is refused: {status} {body}"),
            None => return Ok(calls),
        };
        let call = call.context("a ring without a call")?;
        calls.insert(call.clone(), "ringing");
        for (person, deed, state) in [(&pair[1], "accept", "active"), (&pair[0], "end", "ended")] {
            match person.ask(Method::POST, &format!("/api/calls/{call}/{deed}"), None).await {
                Some((status, _)) if status.is_success() => drop(calls.insert(call.clone(), state)),
                Some((status, body)) => bail!("{deed} is refused: {status} {body}"),
                None => return Ok(calls),
            }
        }
    }
    Ok(calls)
}
