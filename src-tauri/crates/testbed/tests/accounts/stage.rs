//! What every test here stands on.

use pizoo_api::account::User;
use pizoo_backend::settings::Calls;
use pizoo_client::view::{ErrorCode, SessionView, UserError};
use pizoo_client::{CameraSource, Client, ClientConfig, KeychainChoice};
use pizoo_media::audio::{AudioConfig, Input, Output};
use pizoo_testbed::backend::Backend;
use std::time::Duration;

pub(crate) const SOON: Duration = Duration::from_secs(15);
pub(crate) const PASSWORD: &str = "seventeen grey herons";

pub(crate) async fn backend() -> Backend {
    Backend::start_with(Calls::NotConfigured("not in this test".into())).await.unwrap()
}

/// A client that nobody is signed in to.
pub(crate) fn client(backend: &Backend) -> Client {
    Client::start(ClientConfig {
        server: backend.url().unwrap(),
        profile: "test".into(),
        keychain: KeychainChoice::Memory,
        camera: CameraSource::None,
        audio: AudioConfig { input: Input::None, output: Output::None },
        folder: None,
        on_this_computer: true,
    })
    .unwrap()
}

/// A client of somebody new.
pub(crate) async fn registered(backend: &Backend, name: &str) -> Client {
    let client = client(backend);
    client.register(&address(name), PASSWORD, name).await.unwrap();
    client
}

/// The same account on one more device.
pub(crate) async fn again(backend: &Backend, name: &str) -> Client {
    let client = client(backend);
    client.sign_in_with_password(&address(name), PASSWORD).await.unwrap();
    client
}

pub(crate) fn address(name: &str) -> String {
    format!("{name}@accounts.example")
}

pub(crate) fn user(client: &Client) -> Option<User> {
    match &*client.session().borrow() {
        SessionView::SignedIn { user, .. } => Some(user.clone()),
        _ => None,
    }
}

/// What the user is told of a failure.
pub(crate) fn code<T>(result: Result<T, UserError>) -> ErrorCode {
    match result {
        Ok(_) => panic!("it worked"),
        Err(error) => error.code,
    }
}

pub(crate) async fn end(clients: impl IntoIterator<Item = Client>, backend: Backend) {
    for client in clients {
        client.shutdown().await;
    }
    backend.stop().await;
}
