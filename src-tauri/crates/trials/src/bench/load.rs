//! Requests of one kind over so many connections, and what the server spent on them.

use super::figures::Cell;
use super::peer::Peer;
use super::wire::Wire;
use crate::backend::Backend;
use crate::person::{Person, http};
use anyhow::{Context, Result};
use reqwest::Method;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::Barrier;
use tokio::task::JoinSet;

/// Tokens that one user gets in a run, within the hour's limit.
const TOKENS: usize = 25;

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Route {
    Status,
    Me,
    Refresh,
    Token,
    Message,
}

impl Route {
    pub(super) const ALL: [Self; 5] = [Self::Status, Self::Me, Self::Refresh, Self::Token, Self::Message];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Status => "GET /api/livekit/status",
            Self::Me => "GET /api/auth/me",
            Self::Refresh => "POST /api/auth/refresh",
            Self::Token => "POST /api/livekit/token",
            Self::Message => "POST /api/conversations/{id}/messages",
        }
    }

    fn request(self, someone: &Someone, refresh: &str) -> Vec<u8> {
        let body = match self {
            Self::Status | Self::Me => String::new(),
            Self::Refresh => json!({"refresh_token": refresh}).to_string(),
            Self::Token => json!({"match_id": someone.match_id, "call_type": "video"}).to_string(),
            Self::Message => return self.saying(someone, "A line as people write them, neither short nor long."),
        };
        self.with_body(someone, &body)
    }

    /// A message with this text.
    pub(super) fn saying(self, someone: &Someone, text: &str) -> Vec<u8> {
        self.with_body(someone, &json!({"content": text}).to_string())
    }

    fn with_body(self, someone: &Someone, body: &str) -> Vec<u8> {
        let (method, path) = self.name().split_once(' ').unwrap_or_default();
        let path = path.replace("{id}", &someone.match_id);
        format!(
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            someone.access,
            body.len()
        )
        .into_bytes()
    }
}

/// A user with a match.
#[derive(Clone)]
pub(super) struct Someone {
    match_id: String,
    pub(super) access: String,
    refresh: String,
}

/// A server under load.
pub(super) struct Target {
    url: String,
    pid: u32,
    made: AtomicUsize,
    kind: Kind,
}

enum Kind {
    /// Ours. Held, because dropping it ends it.
    Ours { backend: Backend },
    /// The peer, likewise.
    Peer { _peer: Peer },
}

impl Target {
    pub(super) fn backend(backend: Backend) -> Result<Self> {
        let (url, pid) = (backend.url.clone(), backend.pid().context("the backend has ended")?);
        Ok(Self { url, pid, made: AtomicUsize::new(0), kind: Kind::Ours { backend } })
    }

    pub(super) fn peer(peer: Peer) -> Result<Self> {
        let (url, pid) = (peer.url.clone(), peer.child.id().context("the peer has ended")?);
        Ok(Self { url, pid, made: AtomicUsize::new(0), kind: Kind::Peer { _peer: peer } })
    }

    /// Ends a backend; the peer ends when it is dropped.
    pub(super) async fn stop(self) -> Result<()> {
        match self.kind {
            Kind::Ours { backend } => backend.kill().await,
            Kind::Peer { .. } => Ok(()),
        }
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// Host and port.
    pub(super) fn address(&self) -> &str {
        self.url.trim_start_matches("http://")
    }

    pub(super) fn pid(&self) -> u32 {
        self.pid
    }

    /// Users for one run, made before it is measured.
    pub(super) async fn people(&self, count: usize) -> Result<Vec<Someone>> {
        let http = http()?;
        let mut people = Vec::new();
        while people.len() < count {
            match &self.kind {
                Kind::Ours { .. } => {
                    let n = self.made.fetch_add(1, Ordering::Relaxed);
                    let one = Person::sign_up(&http, &self.url, &format!("one{n}@trial.test")).await?;
                    let two = Person::sign_up(&http, &self.url, &format!("two{n}@trial.test")).await?;
                    for (from, to) in [(&one, &two), (&two, &one)] {
                        let like = json!({"swiped_user_id": to.id, "action": "like"});
                        from.ask(Method::POST, "/api/swipe", Some(&like)).await.context("no answer to a like")?;
                    }
                    let matches = one.get("/api/matches").await?;
                    let match_id = matches["matches"][0]["match_id"].as_str().context("no match")?.to_owned();
                    people.extend([one, two].map(|person| Someone {
                        match_id: match_id.clone(),
                        access: person.access,
                        refresh: person.refresh,
                    }));
                }
                Kind::Peer { .. } => {
                    let pair: Value = http.post(format!("{}/measured/pair", self.url)).send().await?.json().await?;
                    let text = |value: &Value| value.as_str().map(str::to_owned).context("a field is missing");
                    for person in pair["people"].as_array().context("no people")? {
                        people.push(Someone {
                            match_id: text(&pair["match_id"])?,
                            access: text(&person["access"])?,
                            refresh: text(&person["refresh"])?,
                        });
                    }
                }
            }
        }
        Ok(people)
    }

    pub(super) async fn measure(&self, route: Route, connections: usize, requests: usize) -> Result<Cell> {
        let each = requests / connections;
        let wanted = match route {
            Route::Token => connections * each.div_ceil(TOKENS),
            _ => connections,
        };
        let people = self.people(wanted).await?;
        let gate = std::sync::Arc::new(Barrier::new(connections + 1));
        let mut tasks = JoinSet::new();
        for own in people.chunks(people.len() / connections).take(connections) {
            let mut wire = Wire::connect(self.address()).await?;
            // The first request warms the connection up, and does not count.
            wire.ask(&Route::Status.request(&own[0], "")).await?;
            tasks.spawn(talk(wire, route, own.to_vec(), each, gate.clone()));
        }
        let before = processor(self.pid)?;
        gate.wait().await;
        let started = Instant::now();
        let mut latencies = Vec::with_capacity(requests);
        while let Some(done) = tasks.join_next().await {
            latencies.extend(done??);
        }
        let (wall, spent) = (started.elapsed(), processor(self.pid)? - before);
        Ok(Cell::new(latencies, wall, spent))
    }
}

async fn talk(
    mut wire: Wire,
    route: Route,
    people: Vec<Someone>,
    requests: usize,
    gate: std::sync::Arc<Barrier>,
) -> Result<Vec<Duration>> {
    let mut refresh = people[0].refresh.clone();
    let mut latencies = Vec::with_capacity(requests);
    gate.wait().await;
    for n in 0..requests {
        let request = route.request(&people[(n / TOKENS) % people.len()], &refresh);
        let started = Instant::now();
        let answer = wire.ask(&request).await?;
        latencies.push(started.elapsed());
        if route == Route::Refresh {
            let answer: Value = serde_json::from_slice(answer)?;
            refresh = answer["refresh_token"].as_str().context("no refresh token")?.to_owned();
        }
    }
    Ok(latencies)
}

/// Time on a processor that the process's threads have used, to the nanosecond.
pub(super) fn processor(pid: u32) -> Result<Duration> {
    let mut nanoseconds = 0;
    for thread in std::fs::read_dir(format!("/proc/{pid}/task"))? {
        let stat = std::fs::read_to_string(thread?.path().join("schedstat"))?;
        nanoseconds += stat.split(' ').next().context("a thread's times are missing")?.parse::<u64>()?;
    }
    Ok(Duration::from_nanos(nanoseconds))
}
