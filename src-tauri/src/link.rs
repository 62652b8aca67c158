//! Sign-in links that the system hands over: `pizoo://verify?token=...`.
//!
//! Anybody can put such a link on a page, and following it would sign the user in to whatever account it is for. So it
//! only waits here; the page asks the user, and hears of it without its token.

use crate::shell::Shell;
use crate::windows::{self, MAIN};
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
pub(crate) struct Links(Mutex<Option<Link>>);

impl Links {
    /// What waits.
    pub(crate) fn view(&self) -> LinkView {
        LinkView(self.lock().as_ref().map(|Link(url)| without_query(url)))
    }

    /// Takes the waiting link out, with its token.
    pub(crate) fn take(&self) -> Option<String> {
        self.lock().take().map(|Link(url)| url.into())
    }

    fn put(&self, link: Link) {
        *self.lock() = Some(link);
    }

    fn lock(&self) -> MutexGuard<'_, Option<Link>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
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

    #[test]
    fn the_page_sees_no_token_and_an_answer_uses_the_link_up() {
        let links = Links::default();
        assert_eq!(links.view(), LinkView(None));
        let text = format!("pizoo://verify?token={TOKEN}");
        links.put(parse(&text).ok().unwrap());
        assert_eq!(links.view(), LinkView(Some("pizoo://verify".to_owned())));
        assert_eq!(links.take(), Some(text));
        assert_eq!((links.take(), links.view()), (None, LinkView(None)));
    }
}
