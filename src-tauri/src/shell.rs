//! What commands and window events reach: the client, once it runs, and what there is one of in the app.

use crate::link::Links;
use crate::logging::Recent;
use crate::server::{Change, Changes};
use crate::settings::Settings;
use crate::surface::Surface;
use crate::windows::{Focus, Popup, Shape};
use pizoo_client::Client;
use pizoo_client::view::{ErrorCode, UserError};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use tokio::sync::{mpsc, oneshot, watch};
use url::Url;

/// What commands reach. The window opens before the client runs, so that the page loads meanwhile.
pub(crate) struct Shell {
    client: watch::Receiver<Option<Client>>,
    changes: Changes,
    /// Where pictures are drawn.
    pub(crate) surface: Arc<dyn Surface>,
    /// What the app was told from outside.
    pub(crate) settings: Settings,
    /// The newest lines of the log.
    pub(crate) log: Recent,
    /// Which window the user works in.
    pub(crate) focus: Focus,
    /// Whether the main window is small or covers the screen.
    pub(crate) shape: Shape,
    /// The window of a ring.
    pub(crate) popup: Popup,
    /// The sign-in link that waits for the user.
    pub(crate) links: Links,
    /// There is an icon in the tray, so that a hidden window can be found again.
    pub(crate) tray: AtomicBool,
}

impl Shell {
    /// The shell, the place where the client is put when it runs, and the servers that it is to be changed to. Dropping
    /// that place says that none will come.
    pub(crate) fn new(
        surface: Arc<dyn Surface>,
        settings: Settings,
        log: Recent,
    ) -> (Self, watch::Sender<Option<Client>>, mpsc::Receiver<Change>) {
        let (stage, client) = watch::channel(None);
        let (changes, changed) = mpsc::channel(1);
        let shell = Self {
            client,
            changes,
            surface,
            settings,
            log,
            focus: Focus::default(),
            shape: Shape::default(),
            popup: Popup::default(),
            links: Links::default(),
            tray: AtomicBool::default(),
        };
        (shell, stage, changed)
    }

    /// Ends the client and starts one of that server, or of this computer's.
    ///
    /// # Errors
    /// [`ErrorCode::Internal`] when the app ends instead.
    pub(crate) async fn change_server(&self, to: Option<Url>) -> Result<(), UserError> {
        let (done, changed) = oneshot::channel();
        let asked = self.changes.send(Change { to, done }).await;
        let told = if asked.is_ok() { changed.await.ok() } else { None };
        told.ok_or_else(|| ErrorCode::Internal.into())
    }

    /// The client; waits while the app is starting.
    ///
    /// # Errors
    /// [`ErrorCode::Internal`] when the app ends instead.
    pub(crate) async fn client(&self) -> Result<Client, UserError> {
        let mut client = self.client.clone();
        let client = client.wait_for(Option::is_some).await.ok().and_then(|client| client.clone());
        client.ok_or_else(|| ErrorCode::Internal.into())
    }

    /// The clients, one after the other.
    pub(crate) fn clients(&self) -> watch::Receiver<Option<Client>> {
        self.client.clone()
    }

    /// The client, if it runs already.
    pub(crate) fn client_now(&self) -> Option<Client> {
        self.client.borrow().clone()
    }
}
