//! Notices that the desktop itself is not to be disturbed, and tells the client, which then rings without a sound.
//!
//! Linux says it in two ways: KDE's notification service by a property on the session's bus (`bus`), GNOME by a setting
//! (`gnome`). Windows and macOS hold notifications back by themselves and do not tell an app why; a ring is heard there.

#[cfg(target_os = "linux")]
mod bus;
#[cfg(target_os = "linux")]
mod gnome;

use pizoo_client::Client;
use tauri::AppHandle;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
#[cfg(target_os = "linux")]
use tracing::info;

/// Who asks for peace.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Asked {
    notification_service: bool,
    gnome: bool,
}

impl Asked {
    fn is_quiet(self) -> bool {
        self.notification_service || self.gnome
    }
}

/// Tells the client until `stop`.
pub(super) async fn follow(app: AppHandle, client: Client, stop: CancellationToken) {
    let (asked, mut told) = watch::channel(Asked::default());
    let tell = async {
        while told.changed().await.is_ok() {
            client.set_system_quiet(told.borrow_and_update().is_quiet());
        }
    };
    tokio::select! {
        () = tell => {}
        () = listen(&app, &asked) => {}
        () = stop.cancelled() => {}
    }
}

#[cfg(target_os = "linux")]
async fn listen(app: &AppHandle, asked: &watch::Sender<Asked>) {
    // Until this ends.
    let _watching = gnome::Watching::start(app, asked.clone());
    if let Err(error) = bus::listen(asked).await {
        info!("The desktop's notification service does not say whether it may disturb: {error}");
    }
    std::future::pending().await
}

#[cfg(not(target_os = "linux"))]
async fn listen(_app: &AppHandle, _asked: &watch::Sender<Asked>) {
    std::future::pending().await
}

/// Changes one part, and says so if it is another one now.
#[cfg(target_os = "linux")]
fn say(asked: &watch::Sender<Asked>, part: fn(&mut Asked) -> &mut bool, on: bool) {
    asked.send_if_modified(|asked| std::mem::replace(part(asked), on) != on);
}
