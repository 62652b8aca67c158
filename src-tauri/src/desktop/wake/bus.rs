//! What Linux's services say on the system's bus: logind of a sleep that is over, NetworkManager of another network.

use futures_util::StreamExt as _;
use std::time::Duration;
use tokio::sync::mpsc;
use zbus::fdo::{PropertiesChangedStream, PropertiesProxy};

const ANSWER: Duration = Duration::from_secs(5);
const NETWORK: &str = "org.freedesktop.NetworkManager";
/// Those of its properties that say which way leads out, if one does.
const WAY_OUT: [&str; 2] = ["State", "PrimaryConnection"];

#[zbus::proxy(
    interface = "org.freedesktop.login1.Manager",
    default_service = "org.freedesktop.login1",
    default_path = "/org/freedesktop/login1",
    gen_blocking = false
)]
trait Logind {
    /// `start` says that it begins.
    #[zbus(signal)]
    fn prepare_for_sleep(&self, start: bool) -> zbus::Result<()>;
}

/// Says what is heard, for as long as the bus is there.
pub(super) async fn listen(notice: &mpsc::Sender<&'static str>) -> zbus::Result<()> {
    let connection = zbus::connection::Builder::system()?.method_timeout(ANSWER).build().await?;
    let mut news = News::on(&connection).await?;
    while let Some(what) = news.next().await? {
        super::say(notice, what);
    }
    Ok(())
}

/// What is said by services that are there, or come later.
struct News {
    sleeps: PrepareForSleepStream,
    networks: PropertiesChangedStream,
}

impl News {
    async fn on(connection: &zbus::Connection) -> zbus::Result<Self> {
        let network = PropertiesProxy::builder(connection)
            .destination(NETWORK)?
            .path("/org/freedesktop/NetworkManager")?
            .build()
            .await?;
        Ok(Self {
            sleeps: LogindProxy::new(connection).await?.receive_prepare_for_sleep().await?,
            networks: network.receive_properties_changed().await?,
        })
    }

    /// What has happened to the connections next; `None` when the bus is gone.
    async fn next(&mut self) -> zbus::Result<Option<&'static str>> {
        loop {
            tokio::select! {
                Some(sleep) = self.sleeps.next() => {
                    if !sleep.args()?.start {
                        return Ok(Some("the computer woke"));
                    }
                }
                Some(change) = self.networks.next() => {
                    let change = change.args()?;
                    let is_way_out = |name| WAY_OUT.contains(name);
                    if change.interface_name == NETWORK && change.changed_properties.keys().any(is_way_out) {
                        return Ok(Some("the network changed"));
                    }
                }
                else => return Ok(None),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    //! Over a socket pair, with the words of the real services.

    use super::*;
    use std::collections::HashMap;
    use std::os::unix::net::UnixStream;
    use zbus::Guid;
    use zbus::connection::Builder;
    use zbus::zvariant::Value;

    /// Where something is served, questions are answered, if only by an error: a proxy asks who owns its service's name.
    struct Nothing;

    #[zbus::interface(name = "app.pizoo.Nothing")]
    impl Nothing {}

    /// Both ends.
    async fn pair() -> (zbus::Connection, zbus::Connection) {
        let (ours, theirs) = UnixStream::pair().unwrap();
        let system = Builder::async_io_unix_stream(theirs)
            .server(Guid::generate())
            .unwrap()
            .p2p()
            .serve_at("/app/pizoo", Nothing)
            .unwrap()
            .build();
        let app = Builder::async_io_unix_stream(ours).p2p().build();
        tokio::try_join!(app, system).unwrap()
    }

    async fn sleeps(system: &zbus::Connection, start: bool) {
        let (path, interface) = ("/org/freedesktop/login1", "org.freedesktop.login1.Manager");
        system.emit_signal(None::<&str>, path, interface, "PrepareForSleep", &start).await.unwrap();
    }

    async fn changes(system: &zbus::Connection, property: &str) {
        let body = (NETWORK, HashMap::from([(property, Value::from(70_u32))]), Vec::<String>::new());
        let (path, interface) = ("/org/freedesktop/NetworkManager", "org.freedesktop.DBus.Properties");
        system.emit_signal(None::<&str>, path, interface, "PropertiesChanged", &body).await.unwrap();
    }

    #[tokio::test]
    async fn end_of_a_sleep_is_heard_and_its_beginning_is_not() {
        let (app, system) = pair().await;
        let mut news = News::on(&app).await.unwrap();
        sleeps(&system, true).await;
        sleeps(&system, false).await;
        assert_eq!(news.next().await.unwrap(), Some("the computer woke"));
        changes(&system, "State").await;
        assert_eq!(news.next().await.unwrap(), Some("the network changed"), "nothing was heard in between");
    }

    #[tokio::test]
    async fn another_way_out_is_heard_and_nothing_else_of_the_network() {
        let (app, system) = pair().await;
        let mut news = News::on(&app).await.unwrap();
        for property in ["State", "PrimaryConnection"] {
            changes(&system, "WirelessEnabled").await;
            changes(&system, property).await;
            assert_eq!(news.next().await.unwrap(), Some("the network changed"));
        }
        sleeps(&system, false).await;
        assert_eq!(news.next().await.unwrap(), Some("the computer woke"), "nothing was heard in between");
    }
}
