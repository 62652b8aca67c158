//! Somebody at the app: a client without devices, and a wait for what it shows.
//!
//! It knows of no script.

use pizoo_client::view::{ErrorCode, UserError};
use pizoo_client::{CameraSource, Client, ClientConfig, KeychainChoice};
use pizoo_media::audio::{AudioConfig, Input, Output};
use std::fmt::Debug;
use std::path::PathBuf;
use std::time::Duration;
use tokio::sync::watch;

pub(crate) const LINK: &str = "http://localhost:3000/auth/verify?token=good-token-0123456789";
const SOON: Duration = Duration::from_secs(20);

/// Nobody is signed in.
pub(crate) fn client(server: &str) -> Client {
    client_in(server, None)
}

/// The same, which keeps in a folder what it does not keep elsewhere.
pub(crate) fn client_in(server: &str, folder: Option<PathBuf>) -> Client {
    Client::start(ClientConfig {
        server: server.parse().unwrap(),
        profile: "test".into(),
        keychain: KeychainChoice::Memory,
        camera: CameraSource::None,
        audio: AudioConfig { input: Input::None, output: Output::None },
        folder,
        on_this_computer: false,
    })
    .unwrap()
}

pub(crate) async fn signed_in(server: &str) -> Client {
    let client = client(server);
    client.verify_link(LINK, "").await.unwrap();
    client
}

/// Waits until it is as wanted, and tells what it is then.
pub(crate) async fn until<T: Clone>(mut watched: watch::Receiver<T>, wanted: impl FnMut(&T) -> bool) -> T {
    tokio::time::timeout(SOON, watched.wait_for(wanted)).await.unwrap().unwrap().clone()
}

pub(crate) fn code<T: Debug>(result: Result<T, UserError>) -> ErrorCode {
    result.unwrap_err().code
}
