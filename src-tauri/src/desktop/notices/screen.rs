//! Whether the screen is locked, as logind knows it from the desktop. Where nobody tells, it is not.

use zbus::proxy::CacheProperties;

#[zbus::proxy(
    interface = "org.freedesktop.login1.Session",
    default_service = "org.freedesktop.login1",
    // The one that this program belongs to.
    default_path = "/org/freedesktop/login1/session/auto",
    gen_blocking = false
)]
trait Session {
    #[zbus(property)]
    fn locked_hint(&self) -> zbus::Result<bool>;
}

/// It is asked each time: what changes is told under the session's real path, which is not known.
pub(super) struct Screen(Option<SessionProxy<'static>>);

impl Screen {
    /// On that bus, if there is one.
    pub(super) async fn on(bus: Option<&zbus::Connection>) -> Self {
        let Some(bus) = bus else { return Self(None) };
        Self(SessionProxy::builder(bus).cache_properties(CacheProperties::No).build().await.ok())
    }

    /// Nothing of anybody should be on it.
    pub(super) async fn is_locked(&self) -> bool {
        match &self.0 {
            Some(session) => session.locked_hint().await.unwrap_or_else(|error| {
                tracing::debug!("Whether the screen is locked is not known: {error}");
                false
            }),
            None => false,
        }
    }
}
