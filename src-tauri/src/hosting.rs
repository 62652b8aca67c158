//! Which backend the app uses, and hosting it when there is none.
//!
//! 1. The one that was named (`PIZOO_API_URL`) or chosen.
//! 2. A Pizoo that answers on this computer, usually another window of this app.
//! 3. None of these: this app hosts `pizoo_backend`, on another port if some other program has the usual one. Where it
//!    listens is noted in a file, so that the next window finds it there.
//!
//! It is not the backend, and does not watch it afterwards: the client tells the user when it stops answering.

mod note;
mod probe;

use crate::settings::Settings;
use note::Note;
use pizoo_backend::{Running, ServeError};
use probe::{Found, Probe};
use std::net::SocketAddr;
use tracing::{error, info, warn};
use url::Url;

/// Two windows that start together may both find nothing; the slower one then finds the faster one.
const ATTEMPTS: usize = 3;

/// The backend in use, and what of it is to be released.
pub(crate) struct Hosted {
    url: Url,
    on_this_computer: bool,
    embedded: Option<(Running, Note)>,
}

/// What to do, after having looked around.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Plan {
    /// A Pizoo answers here.
    Use(SocketAddr),
    /// Nobody is here.
    Host(SocketAddr),
}

/// Finds or hosts a backend. It always comes back with an address: if hosting fails, that is logged, and the client
/// tells the user that the server cannot be reached.
pub(crate) async fn start(settings: &Settings, chosen: Option<Url>) -> Hosted {
    if let Some(url) = settings.server.as_ref().or(chosen.as_ref()) {
        info!("Using the backend at {url}.");
        return Hosted { url: url.clone(), on_this_computer: false, embedded: None };
    }
    match here(settings).await {
        Ok(hosted) => hosted,
        Err(failure) => {
            error!("No backend can be hosted on this computer: {failure:#}");
            Hosted { url: address(settings.listen), on_this_computer: true, embedded: None }
        }
    }
}

/// Whether a Pizoo answers at that address.
///
/// # Errors
/// Nothing can be asked from here.
pub(crate) async fn answers(url: &Url) -> anyhow::Result<bool> {
    Ok(Probe::anywhere()?.ask(url).await == Found::Pizoo)
}

impl Hosted {
    /// Where the backend is.
    pub(crate) fn url(&self) -> &Url {
        &self.url
    }

    /// Whether it runs on this computer.
    pub(crate) fn on_this_computer(&self) -> bool {
        self.on_this_computer
    }

    /// Stops what this app hosts.
    pub(crate) async fn stop(self) {
        if let Some((backend, note)) = self.embedded {
            note.erase().await;
            backend.shutdown().await;
        }
    }
}

async fn here(settings: &Settings) -> anyhow::Result<Hosted> {
    let (probe, note) = (Probe::here()?, Note::in_folder(&settings.data));
    for attempt in 1..=ATTEMPTS {
        match look_around(&probe, settings.listen, note.read().await).await {
            Plan::Use(place) => {
                info!("Using the backend that runs on this computer at {place}.");
                return Ok(Hosted { url: address(place), on_this_computer: true, embedded: None });
            }
            Plan::Host(place) => {
                let mut backend = pizoo_backend::Settings::from_env()?;
                backend.addr = place;
                match pizoo_backend::serve(backend).await {
                    Ok(running) => return Ok(hosting(running, note).await),
                    Err(ServeError::PortTaken(_)) if attempt < ATTEMPTS => {
                        info!("{place} was taken just now, looking around again.");
                    }
                    Err(failure) => return Err(failure.into()),
                }
            }
        }
    }
    anyhow::bail!("{} was taken again and again", settings.listen)
}

async fn hosting(running: Running, note: Note) -> Hosted {
    let place = running.addr();
    info!("Hosting the backend at {place}.");
    if let Err(failure) = note.write(place).await {
        warn!("Other windows may not find the backend: {failure}");
    }
    Hosted { url: address(place), on_this_computer: true, embedded: Some((running, note)) }
}

async fn look_around(probe: &Probe, usual: SocketAddr, noted: Option<SocketAddr>) -> Plan {
    let at_usual = probe.ask(&address(usual)).await;
    if at_usual == Found::Pizoo {
        return Plan::Use(usual);
    }
    if let Some(noted) = noted.filter(|noted| *noted != usual)
        && probe.ask(&address(noted)).await == Found::Pizoo
    {
        return Plan::Use(noted);
    }
    if at_usual == Found::Nothing {
        return Plan::Host(usual);
    }
    warn!("Another program listens at {usual}; hosting the backend on a free port instead.");
    Plan::Host(SocketAddr::new(usual.ip(), 0))
}

#[expect(clippy::expect_used, reason = "an IP address and a port are a URL's host and port")]
fn address(place: SocketAddr) -> Url {
    Url::parse(&format!("http://{place}")).expect("it is an address")
}

#[cfg(test)]
mod tests;
