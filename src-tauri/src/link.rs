//! Sign-in links that the system hands over: `pizoo://verify?token=...`.
//!
//! Anybody can put such a link on a page, and following it would sign the user in to whatever account it is for. So it
//! only waits here; the page asks the user, and hears of it without its token. A link that the server was not reached
//! with goes on waiting.

use crate::shell::Shell;
use crate::windows::{self, MAIN};
use pizoo_client::view::{ErrorCode, UserError};
use serde::Serialize;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tauri::{AppHandle, Emitter, Manager};
use tracing::{info, warn};
use url::Url;

const SCHEME: &str = "pizoo";
/// What a backend makes tokens of; the client looks at them again.
const TOKEN: std::ops::RangeInclusive<usize> = 16..=512;

/// A link that can be followed.
#[derive(Clone, PartialEq, Eq)]
struct Link(Url);

/// A waiting link as the page sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub(crate) struct LinkView(Option<String>);

/// The newest link that waits for the user's word.
#[derive(Default)]
pub(crate) struct Links {
    state: Mutex<State>,
    /// Whose answer is being carried out: one at a time.
    turn: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct State {
    waiting: Option<Link>,
    /// Which one that is, counted from the start.
    number: u64,
    /// How often the server was asked.
    tries: u64,
    /// Which link it was last asked about, and what it said.
    last: Option<(u64, Result<(), UserError>)>,
}

/// A link that somebody wants to follow, as things were at that moment.
struct Asked {
    url: String,
    number: u64,
    tries: u64,
}

impl Links {
    /// What waits.
    pub(crate) fn view(&self) -> LinkView {
        LinkView(self.lock().waiting.as_ref().map(|Link(url)| without_query(url)))
    }

    /// Forgets the waiting link.
    pub(crate) fn leave(&self) {
        self.lock().waiting = None;
    }

    /// Has the waiting link verified, with its token. It waits no more once that is done, or refused for good; otherwise it
    /// can be tried again. Who asks for the same while it is being done gets the same answer.
    ///
    /// # Errors
    /// [`ErrorCode::BadLink`] also when none waits; else as `verify`.
    pub(crate) async fn follow<V>(&self, verify: impl FnOnce(String) -> V) -> Result<(), UserError>
    where
        V: Future<Output = Result<(), UserError>>,
    {
        let Asked { url, number, tries } = self.lock().asked().ok_or(ErrorCode::BadLink)?;
        let _turn = self.turn.lock().await;
        if let Some(outcome) = self.lock().outcome(number, tries) {
            return outcome;
        }
        let outcome = verify(url).await;
        self.lock().tried(number, &outcome);
        outcome
    }

    fn put(&self, link: Link) {
        let mut state = self.lock();
        state.waiting = Some(link);
        state.number += 1;
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn asked(&self) -> Option<Asked> {
        let Link(url) = self.waiting.as_ref()?;
        Some(Asked { url: url.as_str().to_owned(), number: self.number, tries: self.tries })
    }

    /// What has become of that link since it was asked for, if it is not to be tried now.
    fn outcome(&self, number: u64, tries: u64) -> Option<Result<(), UserError>> {
        match &self.last {
            Some((last, outcome)) if *last == number && self.tries > tries => Some(outcome.clone()),
            _ if self.waiting.is_some() && self.number == number => None,
            // Another one came, or the user did not want it after all.
            _ => Some(Err(ErrorCode::BadLink.into())),
        }
    }

    fn tried(&mut self, number: u64, outcome: &Result<(), UserError>) {
        let is_over = match outcome {
            Ok(()) => true,
            Err(error) => matches!(error.code, ErrorCode::BadLink | ErrorCode::NotALink),
        };
        if is_over && self.number == number {
            self.waiting = None;
        }
        self.tries += 1;
        self.last = Some((number, outcome.clone()));
    }
}

/// Lets the first usable link among `texts` wait for the user, and shows the window that asks. What looks like a link
/// and is none of ours is logged and left.
pub(crate) fn offer<'a>(app: &AppHandle, texts: impl IntoIterator<Item = &'a str>) {
    for text in texts {
        match parse(text) {
            Ok(link) => {
                info!("A sign-in link was opened; the user is asked.");
                app.state::<Shell>().links.put(link);
                tell(app);
                return windows::bring_to_front(app);
            }
            Err(Refusal::Unknown(link)) => warn!("A link that is not known is not followed: {link}"),
            Err(Refusal::NoLink) => {}
        }
    }
}

/// Tells the page what waits now.
pub(crate) fn tell(app: &AppHandle) {
    if let Err(error) = app.emit_to(MAIN, "link", app.state::<Shell>().links.view()) {
        warn!("The page was not told of a link: {error}");
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Refusal {
    /// It is of our scheme and none of ours; here without its query.
    Unknown(String),
    /// It is something else, such as another argument.
    NoLink,
}

fn parse(text: &str) -> Result<Link, Refusal> {
    let url = Url::parse(text.trim()).map_err(|_| Refusal::NoLink)?;
    if url.scheme() != SCHEME {
        return Err(Refusal::NoLink);
    }
    let unknown = || Refusal::Unknown(without_query(&url));
    // `pizoo://verify` has a host, `pizoo:verify` and `pizoo:///verify` have paths.
    let place = match url.host_str() {
        Some(host) if matches!(url.path(), "" | "/") => host,
        Some(_) => return Err(unknown()),
        None => url.path().trim_matches('/'),
    };
    let plain_place = url.username().is_empty() && url.password().is_none() && url.port().is_none();
    let mut tokens = url.query_pairs().filter(|(key, _)| key == "token").map(|(_, token)| token);
    match (tokens.next(), tokens.next()) {
        (Some(token), None) if place == "verify" && plain_place && is_token(&token) => Ok(Link(url)),
        _ => Err(unknown()),
    }
}

fn is_token(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '~' | '=');
    TOKEN.contains(&text.len()) && text.chars().all(plain)
}

/// Fit for the log and the page.
fn without_query(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    url.set_fragment(None);
    // Where there is no host there is no user either, and nothing to take away.
    let _ = url.set_username("").and_then(|()| url.set_password(None));
    url.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "abcDEF0123456789_-xyz";

    #[test]
    fn sign_in_links_are_understood() {
        for text in [
            format!("pizoo://verify?token={TOKEN}"),
            format!("pizoo://verify/?from=mail&token={TOKEN}"),
            format!(" PIZOO://verify?token={TOKEN}\n"),
            format!("pizoo:verify?token={TOKEN}"),
            format!("pizoo:///verify?token={TOKEN}"),
        ] {
            assert!(parse(&text).is_ok(), "{text}");
        }
    }

    #[test]
    fn links_to_other_places_are_refused_and_named_without_their_query() {
        for (text, named) in [
            (format!("pizoo://delete?token={TOKEN}"), "pizoo://delete"),
            (format!("pizoo://verify/more?token={TOKEN}"), "pizoo://verify/more"),
            (format!("pizoo://me:secret@verify?token={TOKEN}#{TOKEN}"), "pizoo://verify"),
            (format!("pizoo://verify:80?token={TOKEN}"), "pizoo://verify:80"),
            (format!("pizoo:?token={TOKEN}"), "pizoo:"),
        ] {
            assert_eq!(parse(&text).err(), Some(Refusal::Unknown(named.to_owned())), "{text}");
        }
    }

    #[test]
    fn a_link_has_one_token_that_looks_like_one() {
        let long = "a".repeat(513);
        for query in ["", "?token=", "?token=short", "?token=a b c d e f g h i j", &format!("?token={long}")] {
            assert!(matches!(parse(&format!("pizoo://verify{query}")), Err(Refusal::Unknown(_))), "{query}");
        }
        let two = format!("pizoo://verify?token={TOKEN}&token={TOKEN}");
        assert!(matches!(parse(&two), Err(Refusal::Unknown(_))));
    }

    #[test]
    fn other_arguments_are_no_links() {
        for text in ["", "--profile", "two", "https://pizoo.app/verify?token=abcDEF0123456789_-xyz", "/usr/bin/pizoo"] {
            assert_eq!(parse(text).err(), Some(Refusal::NoLink), "{text}");
        }
    }

    fn waiting() -> (Links, String) {
        let (links, text) = (Links::default(), format!("pizoo://verify?token={TOKEN}"));
        links.put(parse(&text).ok().unwrap());
        (links, text)
    }

    fn answers(code: Option<ErrorCode>) -> std::future::Ready<Result<(), UserError>> {
        std::future::ready(code.map_or(Ok(()), |code| Err(code.into())))
    }

    fn refused(outcome: Result<(), UserError>) -> ErrorCode {
        outcome.unwrap_err().code
    }

    #[tokio::test]
    async fn page_sees_no_token_and_a_link_that_was_followed_is_used_up() {
        let (links, text) = waiting();
        assert_eq!(links.view(), LinkView(Some("pizoo://verify".to_owned())));
        let verify = |token: String| {
            assert_eq!(token, text);
            // Until the answer is there it waits.
            assert_ne!(links.view(), LinkView(None));
            answers(None)
        };
        links.follow(verify).await.unwrap();
        assert_eq!(links.view(), LinkView(None));
        assert_eq!(refused(links.follow(|_| answers(None)).await), ErrorCode::BadLink);
    }

    #[tokio::test]
    async fn link_waits_until_the_server_was_reached() {
        let (links, _) = waiting();
        for code in [ErrorCode::Offline, ErrorCode::ServerFailed, ErrorCode::RateLimited] {
            assert_eq!(refused(links.follow(|_| answers(Some(code))).await), code);
            assert_ne!(links.view(), LinkView(None), "{code:?}");
        }
        assert_eq!(refused(links.follow(|_| answers(Some(ErrorCode::BadLink))).await), ErrorCode::BadLink);
        assert_eq!(links.view(), LinkView(None));
    }

    #[tokio::test]
    async fn two_who_answer_at_once_ask_the_server_once() {
        for code in [None, Some(ErrorCode::Offline)] {
            let (links, _) = waiting();
            let asked = std::cell::Cell::new(0);
            let verify = |_: String| {
                asked.set(asked.get() + 1);
                async move {
                    tokio::task::yield_now().await;
                    answers(code).await
                }
            };
            let (one, other) = tokio::join!(links.follow(verify), links.follow(verify));
            assert_eq!((asked.get(), one.is_ok(), other.is_ok()), (1, code.is_none(), code.is_none()));
        }
    }

    #[tokio::test]
    async fn link_that_comes_meanwhile_is_another_one() {
        let (links, _) = waiting();
        let verify = |_: String| {
            links.put(parse("pizoo:verify?token=abcDEF0123456789").ok().unwrap());
            answers(None)
        };
        links.follow(verify).await.unwrap();
        assert_eq!(links.view(), LinkView(Some("pizoo:verify".to_owned())));
        links.leave();
        assert_eq!(links.view(), LinkView(None));
    }
}
