//! What the notification service says on the session's bus: KDE's has a property for it.

use super::{Asked, say};
use crate::desktop::service::NotificationsProxy;
use futures_util::StreamExt as _;
use std::time::Duration;
use tokio::sync::watch;
use zbus::MessageStream;

const ANSWER: Duration = Duration::from_secs(5);

/// Says what is heard, for as long as the bus is there.
pub(super) async fn listen(asked: &watch::Sender<Asked>) -> zbus::Result<()> {
    let connection = zbus::connection::Builder::session()?.method_timeout(ANSWER).build().await?;
    listen_on(&connection, asked).await
}

/// A service without the property is one that never asks for peace.
async fn listen_on(connection: &zbus::Connection, asked: &watch::Sender<Asked>) -> zbus::Result<()> {
    let mut all = MessageStream::from(connection);
    // The changes of a property do not end with their bus.
    let gone = async { while let Some(Ok(_)) = all.next().await {} };
    let service = NotificationsProxy::new(connection).await?;
    let mut changes = service.receive_inhibited_changed().await;
    let tell = async {
        let tell = |now: zbus::Result<bool>| say(asked, |asked| &mut asked.notification_service, now.unwrap_or(false));
        tell(service.inhibited().await);
        while let Some(change) = changes.next().await {
            tell(change.get().await);
        }
    };
    tokio::select! { () = tell => {}, () = gone => {} }
    // Nobody could take it back any more.
    say(asked, |asked| &mut asked.notification_service, false);
    Ok(())
}

#[cfg(test)]
mod tests {
    //! Over a socket pair, with the words of the real service.

    use super::*;
    use std::os::unix::net::UnixStream;
    use zbus::Guid;
    use zbus::connection::Builder;

    struct Service {
        inhibited: bool,
    }

    #[zbus::interface(name = "org.freedesktop.Notifications")]
    impl Service {
        #[zbus(property)]
        fn inhibited(&self) -> bool {
            self.inhibited
        }
    }

    /// The app's end, and the desktop's, with a service that says that.
    async fn pair(inhibited: bool) -> (zbus::Connection, zbus::Connection) {
        let (ours, theirs) = UnixStream::pair().unwrap();
        let desktop = Builder::async_io_unix_stream(theirs)
            .server(Guid::generate())
            .unwrap()
            .p2p()
            .serve_at("/org/freedesktop/Notifications", Service { inhibited })
            .unwrap()
            .build();
        let app = Builder::async_io_unix_stream(ours).p2p().build();
        tokio::try_join!(app, desktop).unwrap()
    }

    #[tokio::test]
    async fn peace_that_holds_at_the_start_is_heard_and_its_end() {
        let (app, desktop) = pair(true).await;
        let (asked, mut told) = watch::channel(Asked::default());
        let change = async {
            told.wait_for(|asked| asked.is_quiet()).await.unwrap();
            let path = "/org/freedesktop/Notifications";
            let service = desktop.object_server().interface::<_, Service>(path).await.unwrap();
            for on in [false, true] {
                let mut now = service.get_mut().await;
                now.inhibited = on;
                now.inhibited_changed(service.signal_emitter()).await.unwrap();
                drop(now);
                told.wait_for(|asked| asked.is_quiet() == on).await.unwrap();
            }
        };
        let limit = tokio::time::timeout(Duration::from_secs(20), async {
            tokio::select! { heard = listen_on(&app, &asked) => panic!("{heard:?}"), () = change => {} }
        });
        limit.await.unwrap();
    }

    #[tokio::test]
    async fn peace_ends_with_the_bus() {
        let (app, desktop) = pair(true).await;
        let (asked, mut told) = watch::channel(Asked::default());
        let end = async {
            told.wait_for(|asked| asked.is_quiet()).await.unwrap();
            desktop.close().await.unwrap();
        };
        let limit = tokio::time::timeout(Duration::from_secs(20), async { tokio::join!(listen_on(&app, &asked), end) });
        limit.await.unwrap().0.unwrap();
        assert!(!asked.borrow().is_quiet());
    }
}
