//! What commands reach: the client, once it runs, and the surface that pictures are drawn on.

use crate::surface::Surface;
use pizoo_client::Client;
use pizoo_client::view::{ErrorCode, UserError};
use std::sync::Arc;
use tokio::sync::watch;

/// What commands reach. The window opens before the client runs, so that the page loads meanwhile.
pub(crate) struct Shell {
    client: watch::Receiver<Option<Client>>,
    /// Where pictures are drawn.
    pub(crate) surface: Arc<dyn Surface>,
}

impl Shell {
    /// The shell, and the place where the client is put when it runs. Dropping that place says that none will come.
    pub(crate) fn new(surface: Arc<dyn Surface>) -> (Self, watch::Sender<Option<Client>>) {
        let (stage, client) = watch::channel(None);
        (Self { client, surface }, stage)
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
}
