//! Notifications of macOS and Windows, by Tauri's plugin: it can neither close them nor tell what was pressed.

use super::{About, Bubble, Notifier, Press, Words};
use tauri::AppHandle;
use tauri_plugin_notification::NotificationExt as _;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::warn;

struct Plugin(AppHandle);

/// The system's notifications.
pub(super) fn notifier(
    app: &AppHandle,
    _pressed: mpsc::UnboundedSender<(About, Press)>,
    _tasks: &TaskTracker,
    _stop: &CancellationToken,
) -> Box<dyn Notifier> {
    Box::new(Plugin(app.clone()))
}

impl Notifier for Plugin {
    fn show(&self, bubble: Bubble) {
        // These systems hide what notifications say while the screen is locked, where the user wants that.
        let Words { title, body } = bubble.said(false);
        if let Err(error) = self.0.notification().builder().title(title).body(*body).show() {
            warn!("A notification is not shown: {error}");
        }
    }

    fn close(&self, _about: About) {}
}
