//! Which server the user chose, kept in a file of the profile: this computer's, until another one is.
//!
//! A server that was named at the start (`PIZOO_API_URL`) comes first, and then there is no choice.

use crate::hosting;
use pizoo_client::view::{ErrorCode, UserError};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use tokio::sync::{mpsc, oneshot};
use tracing::warn;
use url::{Host, Url};

/// A change of the server, for whoever runs the client.
pub(crate) struct Change {
    pub(crate) to: Option<Url>,
    /// Told when the client of the new one runs.
    pub(crate) done: oneshot::Sender<()>,
}

/// Hands a change to whoever runs the client.
pub(crate) type Changes = mpsc::Sender<Change>;

/// What is in the file; this computer if there is none.
pub(crate) async fn chosen(folder: &Path) -> Option<Url> {
    let file = file(folder);
    let text = match tokio::fs::read_to_string(&file).await {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return None,
        Err(error) => {
            warn!("The chosen server cannot be read: {error}");
            return None;
        }
    };
    let read = address(text.trim());
    if read.is_none() {
        warn!("{} holds no server's address.", file.display());
    }
    read
}

/// Keeps the choice. The file is written whole or not at all.
pub(crate) async fn keep(folder: &Path, server: Option<&Url>) -> io::Result<()> {
    let file = file(folder);
    let Some(server) = server else {
        return match tokio::fs::remove_file(&file).await {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        };
    };
    tokio::fs::create_dir_all(folder).await?;
    let new = folder.join("server.new.txt");
    tokio::fs::write(&new, format!("{server}\n")).await?;
    tokio::fs::rename(new, file).await
}

/// Reads what a person typed, and asks there whether it is a Pizoo.
///
/// # Errors
/// [`ErrorCode::NotAServer`] if it is no address, or none of a Pizoo.
pub(crate) async fn find(typed: &str) -> Result<Url, UserError> {
    let url = address(typed).ok_or(ErrorCode::NotAServer)?;
    match hosting::answers(&url).await {
        Ok(true) => Ok(url),
        Ok(false) => Err(ErrorCode::NotAServer.into()),
        Err(error) => {
            warn!("A server's address cannot be asked: {error:#}");
            Err(ErrorCode::Internal.into())
        }
    }
}

/// An address as people write it. Only on this computer may it be one without encryption: tokens travel to it.
fn address(typed: &str) -> Option<Url> {
    let typed = typed.trim();
    let with_scheme = if typed.contains("://") { typed.to_owned() } else { format!("https://{typed}") };
    let mut url = Url::parse(&with_scheme).ok()?;
    let secure = match url.scheme() {
        "https" => true,
        "http" => match url.host()? {
            Host::Domain(name) => name == "localhost",
            Host::Ipv4(ip) => ip.is_loopback(),
            Host::Ipv6(ip) => ip.is_loopback(),
        },
        _ => false,
    };
    let plain = url.username().is_empty() && url.password().is_none();
    url.set_query(None);
    url.set_fragment(None);
    (secure && plain && url.has_host()).then_some(url)
}

fn file(folder: &Path) -> PathBuf {
    folder.join("server.txt")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_taken_as_people_write_them() {
        for (typed, meant) in [
            ("pizoo.example", Some("https://pizoo.example/")),
            (" https://pizoo.example/base?x=1#y ", Some("https://pizoo.example/base")),
            ("pizoo.example:8443", Some("https://pizoo.example:8443/")),
            ("http://127.0.0.1:8001", Some("http://127.0.0.1:8001/")),
            ("http://[::1]:8001", Some("http://[::1]:8001/")),
            ("http://localhost:8001", Some("http://localhost:8001/")),
            ("http://pizoo.example", None),
            ("https://me:secret@pizoo.example", None),
            ("ftp://pizoo.example", None),
            ("javascript:alert(1)", None),
            ("", None),
            ("two words", None),
        ] {
            assert_eq!(address(typed).as_ref().map(Url::as_str), meant, "{typed}");
        }
    }

    #[tokio::test]
    async fn choice_is_there_at_the_next_start_until_it_is_taken_back() {
        let folder = tempfile::tempdir().unwrap();
        let inside = folder.path().join("not yet there");
        assert_eq!(chosen(&inside).await, None);
        keep(&inside, None).await.unwrap();
        let server: Url = "https://pizoo.example/".parse().unwrap();
        keep(&inside, Some(&server)).await.unwrap();
        assert_eq!(chosen(&inside).await, Some(server));
        keep(&inside, None).await.unwrap();
        assert_eq!(chosen(&inside).await, None);
    }

    #[tokio::test]
    async fn file_without_an_address_is_this_computer() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(file(folder.path()), "http://elsewhere.example").unwrap();
        assert_eq!(chosen(folder.path()).await, None);
    }

    #[tokio::test]
    async fn address_where_nobody_answers_is_no_server() {
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let error = find(&format!("http://{free}")).await.unwrap_err();
        assert_eq!(error.code, ErrorCode::NotAServer);
    }
}
