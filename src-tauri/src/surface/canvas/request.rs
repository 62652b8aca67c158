//! What a request to the scheme asks for, and whether it may.

use pizoo_client::view::Picture;
use tauri::http::{HeaderMap, HeaderValue, Uri, header};

/// Where the app's page comes from: the bundled page on Linux and macOS, on Windows, and the development server.
const ORIGINS: [&str; 3] = ["tauri://localhost", "http://tauri.localhost", "http://localhost:5173"];

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Wish {
    pub(super) picture: Picture,
    /// The frame that the page has already; 0 for none.
    pub(super) after: u64,
}

/// Reads `/remote?after=SEQUENCE`; the host is another on each system.
pub(super) fn wish(uri: &Uri) -> Option<Wish> {
    let picture = match uri.path() {
        "/remote" => Picture::Remote,
        "/own" => Picture::Own,
        _ => return None,
    };
    let after = match uri.query() {
        None => 0,
        Some(query) => query.split('&').find_map(|pair| pair.strip_prefix("after="))?.parse().ok()?,
    };
    Some(Wish { picture, after })
}

/// The origin of the request, if it is the app's own page: no other page may see the picture.
pub(super) fn allowed_origin(headers: &HeaderMap) -> Option<HeaderValue> {
    let origin = headers.get(header::ORIGIN)?;
    let allowed = if cfg!(dev) { &ORIGINS[..] } else { &ORIGINS[..2] };
    allowed.iter().any(|allowed| origin == allowed).then(|| origin.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(uri: &str) -> Option<(Picture, u64)> {
        wish(&uri.parse().unwrap()).map(|wish| (wish.picture, wish.after))
    }

    #[test]
    fn wishes_are_read() {
        assert_eq!(read("vid://localhost/remote?after=12"), Some((Picture::Remote, 12)));
        assert_eq!(read("http://vid.localhost/own?after=0"), Some((Picture::Own, 0)));
        assert_eq!(read("vid://localhost/own"), Some((Picture::Own, 0)));
    }

    #[test]
    fn other_addresses_are_none() {
        for uri in [
            "vid://localhost/",
            "vid://localhost/remote/x",
            "vid://localhost/remote?after=",
            "vid://localhost/own?after=-1",
        ] {
            assert_eq!(read(uri), None, "{uri}");
        }
    }

    #[test]
    fn only_the_apps_page_may_ask() {
        let from = |origin: &'static str| {
            let headers = HeaderMap::from_iter([(header::ORIGIN, HeaderValue::from_static(origin))]);
            allowed_origin(&headers).is_some()
        };
        assert!(from("tauri://localhost") && from("http://tauri.localhost"));
        assert!(!from("https://example.org") && !from("tauri://localhost.example.org") && !from("null"));
        assert_eq!(allowed_origin(&HeaderMap::new()), None);
    }
}
