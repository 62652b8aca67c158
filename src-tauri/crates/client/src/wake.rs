//! Word that connections may be dead without anybody knowing: the computer slept, or its network is another one.
//!
//! It does not find that out; whoever embeds the client does, and says so by [`Client::network_changed`].

use crate::client::Client;
use tokio::sync::watch;

/// Tells all who have a connection open, or wait before they try another one.
#[derive(Default)]
pub(crate) struct Wake(watch::Sender<()>);

/// Hears of it.
pub(crate) struct Wakes(watch::Receiver<()>);

impl Wake {
    pub(crate) fn subscribe(&self) -> Wakes {
        Wakes(self.0.subscribe())
    }

    pub(crate) fn tell(&self) {
        self.0.send_replace(());
    }
}

impl Wakes {
    /// Returns when it was told since the last time. Nothing is lost when it is dropped half-way.
    pub(crate) async fn woken(&mut self) {
        if self.0.changed().await.is_err() {
            // Nobody can tell it any more.
            std::future::pending::<()>().await;
        }
    }
}

impl Client {
    /// The computer slept, or its network changed: connections are tried, and made anew if they are dead; what is waited
    /// for is tried now; and what may have been missed meanwhile, such as a ring, is asked for.
    pub fn network_changed(&self) {
        self.inner.http.forget_connections();
        self.inner.wake.tell();
    }
}
